"""Which services suit somebody, and in which order. The same question always has the same answer."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final, NamedTuple

from ccr_directory.directory import Directory
from ccr_directory.domains import CARERS, DOMAINS, PALLIATIVE, SOCIAL
from ccr_directory.person import Person, read_person
from ccr_directory.postcodes import NATIONAL
from ccr_directory.regions import NATION_OF
from ccr_directory.service import Service
from ccr_directory.settings import Settings
from ccr_directory.wishes import Wishes, read_wishes
from ccr_rules import Evaluation
from ccr_rules.hosting import Link
from ccr_rules.truth import FALSE, TRUE

NOT_GENTLE: Final = "not suited to palliative care"
LANGUAGE: Final = "in another language"
OTHER_CANCER: Final = "for another kind of cancer"
NO_SUCH_CANCER: Final = "for a kind of cancer that no ruleset looks for"
TOO_YOUNG: Final = "for older people"
STALE: Final = "not checked for too long"


class Search(NamedTuple):
    """A question to the directory: whom it is for, what was said of them, where and since when."""

    directory: Directory
    person: Person
    wishes: Wishes
    ladder: tuple[str, ...]
    since: date | None
    leave_out_stale: bool
    left_out: dict[str, set[int]]
    """The services (their ids) that were left out, by reason."""

    def suitable(self, domain: str) -> Iterator[Service]:
        """Yield the services of a domain that suit this person, the nearest first."""
        for service in self.directory.find(self.ladder, domain, self.since):
            why = self._why_not(service)
            if why:
                self.left_out.setdefault(why, set()).add(id(service))
            else:
                yield service

    def _why_not(self, service: Service) -> str:
        person, wishes = self.person, self.wishes
        if person.palliative is not FALSE and not service.is_gentle:
            return NOT_GENTLE
        if service.languages and wishes.language not in service.languages:
            return LANGUAGE
        if service.cancer_types and person.types.isdisjoint(service.cancer_types):
            return OTHER_CANCER if person.types_known.issuperset(service.cancer_types) else NO_SUCH_CANCER
        if person.age is not None and person.age < service.from_age:
            return TOO_YOUNG
        if self.leave_out_stale and service.is_stale(self.since):
            return STALE
        return ""


def ask(
    directory: Directory, settings: Settings, evaluation: Evaluation, host: Mapping[str, Any]
) -> Search | None:
    """Return the question that an evaluation puts to the directory, or None where nothing is offered."""
    person = read_person(evaluation)
    if person is None:
        return None
    practice = settings.practice
    wishes = read_wishes(host, practice, settings.language)
    nation = settings.nation or (NATION_OF[practice.area] if practice else "") or person.nation
    whole = (nation, NATIONAL) if nation else (NATIONAL,)
    ladder = wishes.place.ladder(nation) if wishes.place else whole
    days = settings.stale_after
    since = evaluation.moment.as_of - timedelta(days=days) if days else None
    return Search(directory, person, wishes, ladder, since, settings.stale == "leave-out", {})


def wanted(search: Search) -> tuple[str, ...]:
    """Return the domains that matter to this person, the most pressing first."""
    person, scores = search.person, search.wishes.scores
    scored = [domain for domain, score in scores.items() if score]
    wants = [PALLIATIVE, CARERS] if person.palliative is TRUE else []
    wants += scored
    if person.cares:
        wants.append(CARERS)
    if not scored:
        wants += [each for each in person.concerns if each not in scores]
    return tuple(dict.fromkeys(wants))


def on_sheet(search: Search) -> tuple[str, ...]:
    """Return all domains in the order of the sheet: those that matter, and then the others."""
    others = [each for each in DOMAINS if each != PALLIATIVE]  # its heading alone would tell too much
    return tuple(dict.fromkeys((*wanted(search), *others)))


def links(search: Search, most: int) -> list[Link]:
    """Return at most so many links: one service for each domain in turn, then a second one, and so on.

    The last place is kept for social prescribing, where the rulesets say who does it and no referral is
    recorded.
    """
    last = [prescriber] if most > 1 and (prescriber := _prescriber(search)) else []
    others = _in_turn([_linked(search, domain) for domain in wanted(search)], {each.address for each in last})
    chosen = [*islice(others, most - len(last)), *last]
    return [service.link(search.since) for service in chosen]


def _prescriber(search: Search) -> Service | None:
    person = search.person
    if not person.has_prescriber or person.referred:
        return None
    return next(_linked(search, SOCIAL), None)


def _linked(search: Search, domain: str) -> Iterator[Service]:
    return (service for service in search.suitable(domain) if service.address)


def _in_turn(each: Iterable[Iterator[Service]], met: set[str]) -> Iterator[Service]:
    """Yield from several in turn, and nothing that leads where something that was met leads."""
    waiting = list(each)
    while waiting:
        going = []
        for services in waiting:
            for service in services:
                if service.address not in met:
                    met.add(service.address)
                    yield service
                    going.append(services)
                    break
        waiting = going

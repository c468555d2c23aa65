"""What changed in meaning between two rulesets: two versions, or a base and its overlay.

Layout, comments, quotation marks and the order of keys are no difference. A change of a name (a parameter,
a let, a date, a condition, a codelist) may change answers only if it reaches a rule that means something
else now.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ccr_rules.governance.changes import WORDS, Change, RulesetDiff, Side
from ccr_rules.governance.codelist_changes import CodelistOf, in_codes
from ccr_rules.governance.definitions import SECTIONS, Section, header
from ccr_rules.governance.differences import differences
from ccr_rules.governance.facets import Facet, Facets
from ccr_rules.governance.naming import renamed
from ccr_rules.governance.reach import rules_of
from ccr_rules.governance.row_changes import row_changes
from ccr_rules.governance.wholes import meanings_of_rules, whole
from ccr_rules.language.ruleset import Ruleset


def diff(before: Ruleset, after: Ruleset, codelist: CodelistOf | None = None) -> RulesetDiff:
    """Return everything that differs; with `codelist`, other codelists and releases are told in codes."""
    changes: Iterable[Change] = _Differ(Facets(before), Facets(after)).changes()
    if codelist:
        changes = (in_codes(change, before, after, codelist) for change in changes)
    return RulesetDiff(before, after, tuple(changes))


class _Differ:
    def __init__(self, old: Facets, new: Facets) -> None:
        self._old, self._new = old, new
        self._rests_on = (rules_of(old.ruleset), rules_of(new.ruleset))
        was, now = meanings_of_rules(old), meanings_of_rules(new)
        self._affected = {rule for rule in (*was, *now) if was.get(rule) != now.get(rule)}

    def changes(self) -> Iterator[Change]:
        """Yield all changes, in the order of the sections."""
        yield from _parts("ruleset", "", header(self._old), header(self._new))
        for section in SECTIONS:
            found = list(self._section(section))
            if section.is_rule:
                yield from found
            else:
                yield from map(self._judged, renamed(section, found, self._old, self._new))

    def _section(self, section: Section) -> Iterator[Change]:
        before, after = section.definitions(self._old.ruleset), section.definitions(self._new.ruleset)
        for id_ in dict.fromkeys([*after, *before]):
            if id_ in before and id_ in after:
                yield from self._definition(section, id_)
            elif id_ in after:
                side, effect = whole(section, id_, self._new)
                yield Change(section.name, id_, "", "added", effect, None, side, "added")
            else:
                side, effect = whole(section, id_, self._old)
                yield Change(section.name, id_, "", "removed", effect, side, None, "removed")
        if section.is_ordered:
            yield from _order(section.name, list(before), list(after))

    def _definition(self, section: Section, id_: str) -> Iterator[Change]:
        yield from _parts(section.name, id_, section.parts(self._old, id_), section.parts(self._new, id_))
        if section.name == "indicators":
            before, after = self._old.ruleset.indicators[id_], self._new.ruleset.indicators[id_]
            yield from row_changes(before, after, self._old, self._new)

    def _judged(self, change: Change) -> Change:
        """Say which rules the change of a name reaches; it is words where none of them means something else.

        A changed value that no rule is known to use is not called harmless: `remind` does not name its
        parameter.
        """
        if change.effect == WORDS:
            return change
        name = f"codelists/{change.id}" if change.section == "codelists" else change.id
        reaches = dict.fromkeys(
            rule for side in self._rests_on for rule, names in side.items() if name in names
        )
        if any(rule in self._affected for rule in reaches) or (not reaches and change.kind == "changed"):
            return replace(change, reaches=tuple(reaches))
        return replace(change, effect=WORDS)


def _parts(section: str, id_: str, old: Iterator[Facet], new: Iterator[Facet]) -> Iterator[Change]:
    before = {facet.part: facet for facet in old}
    for each in differences(before, {facet.part: facet for facet in new}):
        yield Change(section, id_, each.part, each.kind, each.effect, each.before, each.after, each.says)


def _order(section: str, before: list[str], after: list[str]) -> Iterator[Change]:
    """Yield another order of the definitions that both sides have: screens show them in that order."""
    was, now = [id_ for id_ in before if id_ in after], [id_ for id_ in after if id_ in before]
    if was != now:
        old, new = ", ".join(was), ", ".join(now)
        yield Change(section, "", "order", "moved", WORDS, Side(old, old), Side(new, new), "order changed")

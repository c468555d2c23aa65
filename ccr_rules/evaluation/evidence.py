"""Which entries an answer rests on, and what keeps it from being settled."""

from collections.abc import Iterable, Iterator

from ccr_rules.dates import ABSENT_DATE, DateValue, display
from ccr_rules.evaluation.compiler import ExpressionCompiler
from ccr_rules.evaluation.frame import Frame
from ccr_rules.evaluation.windows import Candidate
from ccr_rules.language.ast import (
    AnyExpression,
    Choice,
    ConditionName,
    ConsultationDate,
    DateExpression,
    DateName,
    PatientDate,
    ReviewDate,
    StatusIn,
)
from ccr_rules.language.ruleset import Apart, Extreme, Review
from ccr_rules.language.unparse import source
from ccr_rules.language.walk import parts
from ccr_rules.truth import UNKNOWN


def review_expressions(review: Review) -> tuple[AnyExpression, ...]:
    """Return everything that a review's status rests on."""
    optional = (review.until, review.declined)
    return (review.applies, review.opens, review.due, review.done, *(each for each in optional if each))


class Evidence:
    """Reads, from one run's frame, the entries behind dates and conditions."""

    def __init__(self, compiler: ExpressionCompiler, frame: Frame) -> None:
        self._compiler = compiler
        self._ruleset = compiler.ruleset
        self.frame = frame
        self._of_names: dict[str, list[str]] = {}

    def value(self, expression: DateExpression) -> DateValue:
        """Return what a date expression is worth in this run."""
        return self._compiler.date(expression)(self.frame)

    def named(self, name: str) -> DateValue:
        """Return what a date or let of the ruleset is worth in this run."""
        return self._compiler.named_date(name)(self.frame)

    # --- entries used --------------------------------------------------------------------------

    def of_named(self, name: str) -> list[str]:
        """Return the references of the entries behind a date or let of the ruleset, each once, in order."""
        return list(dict.fromkeys(self._named(name)))

    def of(self, *expressions: AnyExpression) -> list[str]:
        """Return the references of the entries behind some expressions, each once, in order."""
        return list(dict.fromkeys(ref for each in expressions for ref in self._references(each)))

    def _references(self, expression: AnyExpression) -> Iterator[str]:
        match expression:
            case DateName(name=name):
                yield from self._named(name)
            case Choice(dates=dates):
                result = self.value(expression)
                for each in dates:
                    if _overlap(self.value(each), result):
                        yield from self._references(each)
            case PatientDate() if self.value(expression).presence is not ABSENT_DATE:
                yield self.frame.view.record.reference
            case ReviewDate(review=review, field=field):
                date = getattr(self._ruleset.reviews[review], field)
                yield from self._references(date) if date else ()
            case StatusIn(review=review):
                definition = self._ruleset.reviews[review]
                yield from self.of(definition.opens, definition.done)
            case ConditionName(name=name):
                test = self._ruleset.conditions[name].test
                yield from self._apart_references(name) if isinstance(test, Apart) else self._references(test)
            case _:
                for part in parts(expression):
                    yield from self._references(part)

    def _named(self, name: str) -> list[str]:
        known = self._of_names.get(name)
        if known is None:
            known = self._of_names[name] = self._entries_of(name)
        return known

    def _entries_of(self, name: str) -> list[str]:
        if name in self._ruleset.lets:
            return list(self._references(self._ruleset.lets[name].date))
        return [each.member.entry.reference for each in self.deciding(name) if each.member]

    def _apart_references(self, name: str) -> Iterator[str]:
        self._compiler.named_condition(name)(self.frame)
        found = self.frame.candidates.get(name, [])
        yield from sorted({each.member.entry.reference for each in found if each.member})

    def deciding(self, name: str) -> list[Candidate]:
        """Return the candidates of a date that are, or may be, the one it names; earliest first."""
        value = self._compiler.named_date(name)(self.frame)
        definition = self._ruleset.dates[name]
        found = self.frame.candidates.get(name, [])
        if definition.pick == "earliest":
            chosen = [each for each in found if each.first <= value.last]
        else:
            chosen = [each for each in found if each.last >= value.first]
        return sorted(chosen, key=_by_day)

    # --- doubts --------------------------------------------------------------------------------

    def doubts(self, *expressions: AnyExpression) -> list[str]:
        """Return what would settle some expressions: kinds to supply, dates and codes to make exact."""
        found: dict[str, None] = {}
        if self.frame.dead is UNKNOWN:
            found["the day of death is not known exactly"] = None
        for expression in expressions:
            found.update(dict.fromkeys(self._doubts(expression, set())))
        return list(found)

    def _doubts(self, expression: AnyExpression, seen: set[str]) -> Iterator[str]:
        match expression:
            case DateName(name=name) | ConditionName(name=name):
                if name not in seen:
                    seen.add(name)
                    yield from self._named_doubts(name, seen)
            case ReviewDate(review=review) | StatusIn(review=review):
                if review not in seen:
                    seen.add(review)
                    for each in review_expressions(self._ruleset.reviews[review]):
                        yield from self._doubts(each, seen)
            case PatientDate() | ConsultationDate():
                value = self.value(expression)
                if value.presence is not ABSENT_DATE and not value.is_exact:
                    yield f"the day of {source(expression)} is not known exactly"
            case _:
                for part in parts(expression):
                    yield from self._doubts(part, seen)

    def _named_doubts(self, name: str, seen: set[str]) -> Iterator[str]:
        ruleset = self._ruleset
        if name in ruleset.lets:
            yield from self._doubts(ruleset.lets[name].date, seen)
            return
        definition = ruleset.dates.get(name) or ruleset.conditions[name].test
        if not isinstance(definition, Extreme | Apart):
            yield from self._doubts(definition, seen)
            return
        yield from self._window_doubts(name, definition)
        for bound in (definition.lower, definition.upper):
            if bound:
                yield from self._doubts(bound.date, seen)

    def _window_doubts(self, name: str, definition: Extreme | Apart) -> Iterator[str]:
        if isinstance(definition, Extreme):
            value = self._compiler.named_date(name)(self.frame)
            if value.presence is ABSENT_DATE or value.is_exact:
                return
            found: Iterable[Candidate] = self.deciding(name)
        else:
            self._compiler.named_condition(name)(self.frame)
            found = self.frame.candidates.get(name, [])
        for candidate in found:
            yield from self._candidate_doubts(self._compiler.codelist(definition.codelist), candidate)

    def _candidate_doubts(self, codelist: str, candidate: Candidate) -> Iterator[str]:
        member = candidate.member
        if member is None:
            missing = " and ".join(self.frame.view.missing[codelist])
            yield f"{missing} not completely supplied ({codelist})"
            return
        reference = member.entry.reference
        if member.match.kind == "looks-like":
            yield f"{reference} looks like {codelist} but its code is not in that codelist"
        elif not member.entry.certain:
            yield f"{reference} is not a confirmed diagnosis"
        elif candidate.first != candidate.last:
            days = f"{display(candidate.first)} and {display(candidate.last)}"
            yield f"{reference} is dated only between {days}"
        elif not member.seen.sure:
            yield f"{reference} is not known to have been there by then: its days are not exact"


def _by_day(candidate: Candidate) -> tuple[object, object, str]:
    reference = candidate.member.entry.reference if candidate.member else ""
    return (candidate.first, candidate.last, reference)


def _overlap(value: DateValue, result: DateValue) -> bool:
    return value.presence is not ABSENT_DATE and value.first <= result.last and result.first <= value.last

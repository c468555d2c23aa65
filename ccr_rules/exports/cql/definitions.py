"""The definitions of a ruleset as CQL definitions: dates, conditions, reviews and indicators."""

from collections.abc import Iterable, Iterator

from ccr_rules.exports.cql import names
from ccr_rules.exports.cql.expressions import ABSENT, NEVER, Expressions, amount
from ccr_rules.exports.cql.layout import Term, call, define, listed, tuple_of
from ccr_rules.exports.cql.names import calculus, record, review_part
from ccr_rules.exports.cql.text import identifier, string
from ccr_rules.language.ast import ConditionExpression
from ccr_rules.language.ruleset import (
    Apart,
    Bound,
    Condition,
    Extreme,
    Indicator,
    Item,
    Let,
    Outcome,
    Prompt,
    Review,
    Ruleset,
)
from ccr_rules.language.vocabulary import CLASSES, EPISODES, STATES

DENOMINATORS: dict[Outcome, str] = {"include": "included", "exclude": "excluded", "except": "excepted"}


class Definitions:
    """Writes the definitions of one ruleset."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._write = Expressions(ruleset)

    # --- dates and conditions ------------------------------------------------------------------

    def extreme(self, extreme: Extreme) -> str:
        """Write the earliest or latest entry of a codelist in a window."""
        recorded = extreme.on == "recorded"
        selected = call(
            calculus("Selected"),
            self._members(extreme.codelist),
            _words(extreme.classes, CLASSES),
            _words(extreme.episodes, EPISODES),
            _words(extreme.states, STATES),
        )
        found = self._candidates(
            call(calculus("ByRecordedDay"), selected) if recorded else selected,
            extreme,
            names.RECORDED_BY if recorded else names.AS_OF,
        )
        return define(names.date_name(extreme.name), call(calculus(extreme.pick.capitalize()), found))

    def let(self, let: Let) -> str:
        """Write a named date."""
        return define(names.date_name(let.name), self._write.date(let.date))

    def condition(self, condition: Condition) -> str:
        """Write a named condition."""
        test = condition.test
        term = self._apart(test) if isinstance(test, Apart) else self._write.condition(test)
        return define(names.condition_name(condition.name), term)

    def _apart(self, apart: Apart) -> Term:
        done = call(
            calculus("Selected"),
            self._members(apart.codelist),
            _NO_WORDS,
            _NO_WORDS,
            _words({"done"}, STATES),
        )
        found = self._candidates(done, apart, names.AS_OF)
        return call(calculus("LieApart"), found, *amount(apart.at_least))

    def _members(self, alias: str) -> str:
        return identifier(f"Members of {self._ruleset.codelists[alias].codelist}")

    def _candidates(self, entries: Term, window: Extreme | Apart, until: str) -> Term:
        codelist = self._ruleset.codelists[window.codelist].codelist
        unseen = "false" if window.assume_none else identifier(f"Not all of {codelist} was supplied")
        lower = self._bound(window.lower, "WindowFrom", "WindowAfter", "No lower bound")
        upper = self._bound(window.upper, "WindowTo", "WindowBefore", "No upper bound")
        return call(calculus("Candidates"), entries, lower, upper, unseen, until)

    def _bound(self, bound: Bound | None, inclusive: str, exclusive: str, none: str) -> Term:
        if bound is None:
            return calculus(identifier(none))
        return call(calculus(inclusive if bound.inclusive else exclusive), self._write.date(bound.date))

    # --- reviews -------------------------------------------------------------------------------

    def review(self, review: Review) -> Iterator[str]:
        """Write a review: its conditions, its dates, and every status that the record allows."""
        yield self._part(review, "applies", self._write.condition(review.applies))
        yield self._part(review, "opens", self._write.date(review.opens))
        yield self._part(review, "due", self._write.date(review.due))
        yield self._part(review, "done", self._write.date(review.done))
        if review.declined:
            yield self._part(review, "declined", self._write.date(review.declined))
        if review.until:
            yield self._part(review, "until", self._write.date(review.until))
        yield self._part(review, "paused", self._optional(review.pause))
        yield self._part(review, "status", self._status(review))

    def _part(self, review: Review, part: str, term: Term) -> str:
        return define(review_part(review.id, part), term)

    def _status(self, review: Review) -> Term:
        def named(part: str) -> str:
            return identifier(review_part(review.id, part))

        lives = call(calculus("Negation"), names.HAS_DIED)
        return call(
            calculus("Statuses"),
            call(calculus("AllOf"), listed([named("applies"), lives])),
            named("opens"),
            named("due"),
            named("done"),
            named("declined") if review.declined else ABSENT,
            named("until") if review.until else ABSENT,
            *amount(review.remind),
            names.AS_OF,
        )

    # --- indicators ----------------------------------------------------------------------------

    def indicator(self, indicator: Indicator) -> Iterator[str]:
        """Write an indicator: who is in it, its rows, its numerator, and the answer in words."""
        name = f"Indicator {indicator.id}"

        def part(word: str) -> str:
            return identifier(f"{name}: {word}")

        yield define(f"{name}: period end", self._period_end(indicator))
        day = call(calculus(identifier("Earlier day")), names.AS_OF, part("period end"))
        on_list = call(record("On list on"), day, names.RECORDED_BY)
        population = self._write.condition(indicator.population)
        yield define(f"{name}: population", call(calculus("AllOf"), listed([population, on_list])))
        yield define(f"{name}: numerator", self._optional(indicator.numerator))
        if indicator.rows:
            yield define(f"{name}: rows", listed(self._rows(indicator)))
            decided = call(calculus("Decided"), part("rows"))
        else:
            decided = "List<Tuple { denominator String, reason String }> { }"
        yield define(name, call(calculus("Indicator"), part("population"), decided, part("numerator")))
        if indicator.achievable_until:
            until = self._write.date(indicator.achievable_until)
            chance = call(
                calculus(identifier("Last chance")),
                *(part("population"), part("numerator"), until, part("period end"), names.AS_OF),
            )
            yield define(f"{name}: achievable until", chance)

    def _period_end(self, indicator: Indicator) -> Term:
        if indicator.period_end is None:
            return names.AS_OF
        period_end = self._write.date(indicator.period_end)
        return call(calculus(identifier("Last day or")), period_end, names.AS_OF)

    def _rows(self, indicator: Indicator) -> Iterator[Term]:
        for number, row in enumerate(indicator.rows, start=1):
            test = self._write.condition(row.test) if row.test else call(calculus("Always"), "true")
            yield tuple_of(
                number=str(number),
                test=test,
                denominator=string(DENOMINATORS[row.outcome]),
                reason=string(row.reason or ""),
            )

    # --- what is shown -------------------------------------------------------------------------

    def item(self, item: Item) -> str:
        """Write when something that is shown as received was received."""
        seen = self._write.date(item.seen)
        if item.applies:
            seen = call(calculus("IfItApplies"), self._write.condition(item.applies), seen)
        return define(f"Item {item.id}", seen)

    def prompt(self, prompt: Prompt) -> str:
        """Write whether a prompt is shown: in force, to the living, and while its review is not paused."""
        tests = [
            names.IN_FORCE,
            self._write.condition(prompt.when),
            call(calculus("Negation"), names.HAS_DIED),
        ]
        if prompt.review and self._ruleset.reviews[prompt.review].pause:
            tests.append(call(calculus("Negation"), identifier(review_part(prompt.review, "paused"))))
        return define(f"Prompt {prompt.id}", call(calculus("AllOf"), listed(tests)))

    def holds(self, kind: str, id_: str, when: ConditionExpression) -> str:
        """Write whether a payment is made or a finding is there."""
        return define(f"{kind} {id_}", self._write.condition(when))

    def _optional(self, condition: ConditionExpression | None) -> Term:
        return NEVER if condition is None else self._write.condition(condition)


def _words(words: Iterable[str], order: tuple[str, ...]) -> Term:
    return listed(string(word) for word in sorted(words, key=order.index)) if words else _NO_WORDS


_NO_WORDS: Term = "List<String> { }"

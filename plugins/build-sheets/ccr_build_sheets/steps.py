"""The steps that are built before any sheet: entries to find, days to work out, conditions with a name."""

from collections.abc import Iterator

from ccr_build_sheets.days import DayWriter
from ccr_build_sheets.logic import LogicWriter
from ccr_build_sheets.marks import Marks, of_window
from ccr_build_sheets.model import Step
from ccr_rules.codelists.codelist import Codelist
from ccr_rules.language.ast import AsOf, DateLiteral, Shift
from ccr_rules.language.english.phrases import listed, sentence_case, spoken
from ccr_rules.language.english.sentences import Sentences
from ccr_rules.language.ruleset import Apart, Condition, Extreme, Let, Ruleset
from ccr_rules.language.vocabulary import EPISODES
from ccr_rules.language.walk import walk

_EPISODES = {
    "first": "marked as first",
    "new": "marked as new",
    "review": "marked as review",
    "end": "marked as ended",
    "unstated": "without an episode",
    "other": "with another episode",
}
_STATES = {
    "done": "that say it was done",
    "not-done": "that say it was not done",
    "declined": "that say it was declined",
    "planned": "that say it is planned",
}


class StepWriter:
    """Writes the steps of one ruleset."""

    def __init__(self, ruleset: Ruleset, marks: Marks, codelists: dict[str, Codelist]) -> None:
        self._ruleset = ruleset
        self._marks = marks
        self._codelists = codelists
        self._say = Sentences(ruleset)
        self._days = DayWriter(ruleset, marks)
        self._logic = LogicWriter(ruleset, marks)

    def steps(self) -> Iterator[Step]:
        """Yield all steps, in the order in which to build them."""
        for section, name in self._marks.order:
            if section == "days":
                let = self._ruleset.lets.get(name)
                yield self._let(let) if let else self._extreme(self._ruleset.dates[name])
            elif section == "conditions":
                yield self._condition(self._ruleset.conditions[name])

    def _let(self, let: Let) -> Step:
        return Step(
            sheet=self._marks.days[let.name],
            kind="day",
            name=let.name,
            title=let.title or spoken(let.name),
            english=self._days.english(let.date),
            instructions=tuple(self._days.how(let.date)),
            missing="" if _is_fixed(let) else "It is not there if what it is counted from is not there.",
            needs=self._marks.needs(let.date),
        )

    def _extreme(self, extreme: Extreme) -> Step:
        return Step(
            sheet=self._marks.days[extreme.name],
            kind="entry",
            name=extreme.name,
            title=extreme.title or spoken(extreme.name),
            english=sentence_case(self._say.extreme(extreme)),
            instructions=tuple(self._finding(extreme)),
            missing="It is not there if no such entry is found" + _or_no_window(extreme) + ".",
            needs=self._marks.needs(*of_window(extreme)),
        )

    def _finding(self, extreme: Extreme) -> Iterator[str]:
        yield f"Find entries with a code of {self._codelist(extreme.codelist)}."
        if extreme.classes:
            yield f"Only codes of the class {listed(sorted(extreme.classes), 'or')} (see the list)."
        if extreme.episodes:
            episodes = (_EPISODES[each] for each in EPISODES if each in extreme.episodes)
            yield f"Only entries {listed(episodes, 'or')}."
        if extreme.states != {"done"}:
            yield f"Only entries {listed((_STATES[each] for each in sorted(extreme.states)), 'or')}."
        yield from self._window(extreme)
        by = "on which they were entered" if extreme.on == "recorded" else "on which it happened"
        yield f"Sort by the day {by}, and keep the {extreme.pick} one: its day is {extreme.name}."

    def _window(self, definition: Extreme | Apart) -> Iterator[str]:
        lower, upper = definition.lower, definition.upper
        if lower:
            yield f"Only {'on or after' if lower.inclusive else 'after'} {self._days.marked(lower.date)}."
        if upper:
            yield f"Only {'on or before' if upper.inclusive else 'before'} {self._days.marked(upper.date)}."

    def _codelist(self, alias: str) -> str:
        name = self._ruleset.codelists[alias].codelist
        return f"list {self._marks.codelists[alias]} ({self._codelists[name].title})"

    def _condition(self, condition: Condition) -> Step:
        test = condition.test
        logic = None if isinstance(test, Apart) else self._logic.logic(test)
        return Step(
            sheet=self._marks.conditions[condition.name],
            kind="condition",
            name=condition.name,
            title=spoken(condition.name),
            english=sentence_case(self._say.apart(test)) if isinstance(test, Apart) else "",
            instructions=tuple(self._apart(test)) if isinstance(test, Apart) else (),
            missing="",
            needs=self._marks.needs(*of_window(test)) if isinstance(test, Apart) else (),
            logic=logic,
        )

    def _apart(self, apart: Apart) -> Iterator[str]:
        yield f"Find entries with a code of {self._codelist(apart.codelist)}."
        yield from self._window(apart)
        yield f"It holds if two of them lie at least {apart.at_least} apart."
        yield "A search can seldom say this: see “What cannot be built”."


def _is_fixed(let: Let) -> bool:
    """Say whether a day is always there: a written date or the day of the question, or counted from them."""
    return all(isinstance(part, DateLiteral | AsOf | Shift) for part in walk(let.date))


def _or_no_window(extreme: Extreme) -> str:
    return ", or if a day of its window is not there" if extreme.lower or extreme.upper else ""

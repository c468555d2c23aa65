"""Dates and conditions in plain English."""

from ccr_rules.language.ast import (
    And,
    AsOf,
    Between,
    BooleanLiteral,
    Compare,
    ConditionExpression,
    ConditionName,
    ConsultationDate,
    ConsultationIn,
    DateExpression,
    DateLiteral,
    DateName,
    IsNull,
    Not,
    Or,
    PatientDate,
    ReviewDate,
    Shift,
    StatusIn,
)
from ccr_rules.language.english.phrases import date_in_words, listed, spoken
from ccr_rules.language.ruleset import Apart, Bound, Extreme, Ruleset
from ccr_rules.language.vocabulary import CONSULTATION_MODES, EPISODES, STATUS_WORDS

_COMPARED = {
    "<=": "is on or before",
    "<": "is before",
    ">=": "is on or after",
    ">": "is after",
    "=": "is the same day as",
    "!=": "is another day than",
}
_OF_PATIENT = {
    "born": "the date of birth",
    "died": "the date of death",
    "registered": "the date of registration",
    "deregistered": "the date of deregistration",
}
_OF_REVIEW = {
    "opens": "the day on which {} opens",
    "due": "the due date of {}",
    "done": "the day on which {} was done",
    "declined": "the day on which {} was declined",
    "until": "the last day of {}",
}
_PICKED = {"later": "the later of", "earlier": "the earlier of", "coalesce": "the first that is recorded of"}
_EPISODE_WORDS = {"unstated": "unmarked", "end": "ended"}


class Sentences:
    """Writes expressions of one ruleset as sentences, with the titles that it gives."""

    def __init__(self, ruleset: Ruleset | None = None) -> None:
        self._ruleset = ruleset

    def sentence(self, expression: DateExpression | ConditionExpression) -> str:
        """Return a date or a condition in English, without a full stop."""
        match expression:
            case Compare() | Between() | IsNull():
                return self._comparison(expression)
            case And() | Or() | Not():
                return self._combination(expression)
            case ConditionName(name=name):
                return f"“{spoken(name)}” holds"
            case BooleanLiteral(value=value):
                return "always" if value else "never"
            case StatusIn(review=review, words=words):
                chosen = listed(sorted(words, key=list[str](STATUS_WORDS).index), "or")
                return f"the status of {self.review(review)} is {chosen}"
            case ConsultationIn(words=words):
                chosen = listed(sorted(words, key=CONSULTATION_MODES.index), "or")
                return f"the mode of the consultation is {chosen}"
            case _:
                return self.date(expression)

    def _combination(self, test: And | Or | Not) -> str:
        if isinstance(test, Not):
            return f"it is not the case that {self._grouped(test.operand)}"
        joint = ", and " if isinstance(test, And) else ", or "
        return joint.join(self._grouped(operand) for operand in test.operands)

    def _grouped(self, test: ConditionExpression) -> str:
        text = self.sentence(test)
        return f"({text})" if isinstance(test, And | Or) else text

    def _comparison(self, test: Compare | Between | IsNull) -> str:
        match test:
            case Compare(operator=operator, left=left, right=right):
                return f"{self.day(left)} {_COMPARED[operator]} {self.day(right)}"
            case Between(date=date, low=low, high=high):
                return f"{self.day(date)} is from {self.day(low)} to {self.day(high)}"
            case _:
                return f"{self.date(test.date)} is {'' if test.negated else 'not '}recorded"

    def day(self, date: DateExpression) -> str:
        """Return a date as a day that something can be on, before or after."""
        text = self.date(date)
        return f"the day {text}" if isinstance(date, Shift) else text

    def date(self, date: DateExpression) -> str:
        """Return a date in English."""
        match date:
            case DateLiteral(value=value, parameter=parameter):
                return date_in_words(value) + (f" ({parameter})" if parameter else "")
            case DateName(name=name):
                return self._named(name)
            case AsOf():
                return "the day asked about"
            case PatientDate(field=field):
                return _OF_PATIENT[field]
            case ConsultationDate():
                return "the date of the consultation"
            case ReviewDate(review=review, field=field):
                return _OF_REVIEW[field].format(self.review(review))
            case Shift(date=inner, sign=sign, duration=duration):
                return f"{duration} {'after' if sign > 0 else 'before'} {self.date(inner)}"
            case _:
                return f"{_PICKED[date.pick]} {listed(self.date(each) for each in date.dates)}"

    def _named(self, name: str) -> str:
        if self._ruleset is not None:
            let, extreme = self._ruleset.lets.get(name), self._ruleset.dates.get(name)
            if let and isinstance(let.date, DateLiteral):
                return f"{date_in_words(let.date.value)} ({name})"
            title = extreme.title if extreme else let.title if let else ""
            if title:
                return f"{title} ({name})"
        return name

    def review(self, review: str) -> str:
        """Return the title of a review, in quotation marks."""
        known = self._ruleset.reviews.get(review) if self._ruleset else None
        return f"“{known.title if known else spoken(review)}”"

    def extreme(self, extreme: Extreme) -> str:
        """Return what a date definition looks for: `the latest new cancer diagnosis on or before …`."""
        episodes = [episode for episode in EPISODES if episode in extreme.episodes]
        words = [
            extreme.pick,
            listed(sorted(spoken(state) for state in extreme.states - {"done"}), "or"),
            listed((_EPISODE_WORDS.get(episode, episode) for episode in episodes), "or"),
            listed(sorted(spoken(word) for word in extreme.classes), "or"),
            self._codelist(extreme.codelist),
        ]
        text = "the " + " ".join(word for word in words if word) + self._window(extreme.lower, extreme.upper)
        if extreme.on == "recorded":
            text += ", by the day on which it was recorded"
        return text + self._assumption(extreme.assume_none)

    def apart(self, apart: Apart) -> str:
        """Return what an `apart` looks for."""
        text = f"there are two entries of {self._codelist(apart.codelist)} at least {apart.at_least} apart"
        return text + self._window(apart.lower, apart.upper) + self._assumption(apart.assume_none)

    def _codelist(self, alias: str) -> str:
        use = self._ruleset.codelists.get(alias) if self._ruleset else None
        return spoken(use.codelist if use else alias)

    def _window(self, lower: Bound | None, upper: Bound | None) -> str:
        ends = []
        if lower:
            ends.append(f"{'on or after' if lower.inclusive else 'after'} {self.day(lower.date)}")
        if upper:
            ends.append(f"{'on or before' if upper.inclusive else 'before'} {self.day(upper.date)}")
        return f" {listed(ends)}" if ends else ""

    def _assumption(self, assume_none: bool) -> str:
        return " (where the record does not hold such entries, none is assumed)" if assume_none else ""


def sentence(expression: DateExpression | ConditionExpression, ruleset: Ruleset | None = None) -> str:
    """Return a date or a condition in English, with the titles of the ruleset where it is given."""
    return Sentences(ruleset).sentence(expression)

"""The leaves of expressions: names, dotted names, date literals, durations and words in braces."""

from datetime import date
from typing import Any

from ccr_rules.dates import Duration, on
from ccr_rules.language.ast import (
    AsOf,
    ConditionName,
    ConsultationDate,
    ConsultationIn,
    DateExpression,
    DateLiteral,
    DateName,
    PatientDate,
    ReviewDate,
    StatusIn,
)
from ccr_rules.language.codes import Code
from ccr_rules.language.names import Names
from ccr_rules.language.nodes import TextNode
from ccr_rules.language.report import Report, nearest
from ccr_rules.language.scalars import UNITS, duration_of, read_date
from ccr_rules.language.vocabulary import (
    CANNOT_TELL,
    CONSULTATION_MODES,
    PATIENT_FIELDS,
    REVIEW_FIELDS,
    STATUS_WORDS,
)

_HYPHEN_HINT = "minus needs a space on both sides"


class Leaves:
    """Reads the leaves of one expression; what has no meaning goes to the report and comes back as None."""

    def __init__(self, node: TextNode, names: Names, report: Report) -> None:
        self._node = node
        self._names = names
        self._report = report

    def problem(self, code: Code, message: str, offset: int, found: str = "", hint: str = "") -> None:
        """Report what is wrong at an offset of the expression's text."""
        self._report.add(code, message, self._node.place(offset), found=found, hint=hint)

    def date_name(self, token: Any) -> DateExpression | None:
        """Read a single name where a date is meant."""
        name, at = str(token), self._node.place(token.start_pos)
        self._names.use(name)
        if name == "as_of":
            return AsOf(at=at)
        if name in self._names.dates:
            return DateName(name, at=at)
        value = self._names.parameters.get(name)
        if isinstance(value, date):
            return DateLiteral(on(value), value.isoformat(), name, at=at)
        if name not in self._names.parameters or value is not None:
            self._not_the_kind("a date", token)
        return None

    def condition_name(self, token: Any) -> ConditionName | None:
        """Read a single name where a condition is meant."""
        self._names.use(str(token))
        if str(token) in self._names.conditions:
            return ConditionName(str(token), at=self._node.place(token.start_pos))
        self._not_the_kind("a condition", token)
        return None

    def _not_the_kind(self, meant: str, token: Any) -> None:
        name = str(token)
        kind = "a date" if name == "as_of" else self._names.kind(name)
        if kind is None:
            self._unknown_name(token)
            return
        hint = "compare it, or test it with `is not null`" if kind == "a date" else ""
        if kind == "a review":
            hint = f"a review has dates and a status: `{name}.due`, `{name}.status in {{overdue}}`"
        self.problem("wrong-type", f"{meant} is meant here; `{name}` is {kind}", token.start_pos, name, hint)

    def _unknown_name(self, token: Any) -> None:
        name = str(token)
        parts = name.split("-")
        if len(parts) > 1 and all(self._names.kind(part) or part.isdigit() for part in parts):
            hint = _HYPHEN_HINT
        else:
            hint = nearest(name, ["as_of", *self._names.all()])
        self.problem("unknown-name", f"nothing is named `{name}`", token.start_pos, name, hint)

    def dotted_date(self, token: Any) -> DateExpression | None:
        """Read `patient.born`, `consultation.date` or `review.due`."""
        owner, field = str(token).split(".")
        at = self._node.place(token.start_pos)
        if owner == "patient":
            if field in PATIENT_FIELDS:
                return PatientDate(field, at=at)
            self._unknown_field(token, "a date of the patient", PATIENT_FIELDS)
        elif owner == "consultation":
            if field == "date":
                return ConsultationDate(at=at)
            self._no_date_field(token, "mode", "a date of the consultation", ("date",))
        elif self._review_known(token):
            if field in REVIEW_FIELDS:
                return ReviewDate(owner, field, at=at)
            self._no_date_field(token, "status", "a date of a review", REVIEW_FIELDS)
        return None

    def _no_date_field(self, token: Any, word: str, what: str, fields: tuple[str, ...]) -> None:
        if str(token).split(".")[1] == word:
            hint = f"write `{token} in {{…}}`"
            self.problem("wrong-type", f"`{token}` is a word, not a date", token.start_pos, str(token), hint)
        else:
            self._unknown_field(token, what, fields)

    def _unknown_field(self, token: Any, what: str, fields: tuple[str, ...]) -> None:
        owner, field = str(token).split(".")
        hint = nearest(field, fields)
        offset = token.start_pos + len(owner) + 1
        self.problem("unknown-word", f"`{field}` is not {what}", offset, field, hint)

    def _review_known(self, token: Any) -> bool:
        owner = str(token).split(".")[0]
        if owner in self._names.reviews:
            return True
        hint = nearest(owner, ["patient", "consultation", *self._names.reviews])
        self.problem("unknown-name", f"no review is named `{owner}`", token.start_pos, owner, hint)
        return False

    def literal(self, token: Any) -> DateLiteral | None:
        """Read `@2024-03-31`, `@2024-03` or `@2024`."""
        text = str(token)[1:]
        value = read_date(text)
        if value is not None:
            return DateLiteral(value, text, at=self._node.place(token.start_pos))
        hint = "write @YYYY-MM-DD, @YYYY-MM or @YYYY, between 1850 and 2999"
        self.problem(
            "bad-date", f"`{token}` is not a date of the calendar", token.start_pos, str(token), hint
        )
        return None

    def amount(self, whole: Any, unit: Any) -> Duration | None:
        """Read `3 months`."""
        duration = duration_of(str(whole), str(unit))
        if duration is None:
            hint = nearest(str(unit), UNITS) if str(unit) not in UNITS else "at most six digits"
            found = f"{whole} {unit}"
            self.problem("bad-duration", f"`{found}` is not a duration", whole.start_pos, found, hint)
        return duration

    def named_amount(self, token: Any) -> Duration | None:
        """Read the name of a parameter that is a duration."""
        name = str(token)
        self._names.use(name)
        value = self._names.parameters.get(name)
        if isinstance(value, Duration):
            return value
        if name not in self._names.parameters:
            hint = nearest(name, self._names.parameters)
            message = f"no parameter is named `{name}`"
            self.problem(
                "unknown-name", message, token.start_pos, name, hint or "write an amount such as `3 months`"
            )
        elif value is not None:
            self.problem(
                "wrong-type", f"a duration is meant here; `{name}` is not one", token.start_pos, name
            )
        return None

    def membership(self, owner: Any, words: Any) -> StatusIn | ConsultationIn | None:
        """Read `review.status in {…}` or `consultation.mode in {…}`."""
        name, field = str(owner).split(".")
        at = self._node.place(owner.start_pos)
        if str(owner) == "consultation.mode":
            modes = self._words(words, CONSULTATION_MODES, "a mode of a consultation")
            return ConsultationIn("mode", modes, at=at) if modes else None
        if name in ("patient", "consultation"):
            self.problem("wrong-type", f"`{owner}` has no words to be one of", owner.start_pos, str(owner))
            return None
        if not self._review_known(owner):
            return None
        if field != "status":
            self._unknown_field(owner, "a word of a review", ("status",))
            return None
        statuses = self._words(words, STATUS_WORDS, "a status of a review")
        return StatusIn(name, statuses, at=at) if statuses else None

    def _words(self, token: Any, valid: tuple[str, ...], what: str) -> frozenset[str]:
        """Read the words in braces. One that is not known is reported, and then none are returned."""
        known = []
        offset = token.start_pos + 1
        for written in str(token)[1:-1].split(","):
            word = " ".join(written.split())
            start = offset + len(written) - len(written.lstrip())
            if word in valid:
                known.append(word)
            elif word == CANNOT_TELL:
                hint = (
                    "the set of possible statuses is tested; an open answer makes the test unknown by itself"
                )
                self.problem(
                    "cannot-tell-in-set", "`cannot tell` is not a status to test for", start, word, hint
                )
            else:
                self.problem("unknown-word", f"`{word}` is not {what}", start, word, nearest(word, valid))
            offset += len(written) + 1
        return frozenset(known if len(known) == str(token).count(",") + 1 else ())

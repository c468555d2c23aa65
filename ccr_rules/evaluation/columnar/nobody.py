"""What is said of people without entries of some codelists, the anchors; and which codelists these are."""

from collections.abc import Mapping, Sequence
from typing import Any

from ccr_rules.evaluation.columnar.compiler import ColumnCompiler, NotYetKnown
from ccr_rules.evaluation.columnar.decisions import Decisions
from ccr_rules.evaluation.columnar.keeping import People
from ccr_rules.evaluation.columnar.members import ListKey
from ccr_rules.evaluation.columnar.scope import Names, NobodyScope, Question
from ccr_rules.evaluation.columnar.strata import Used
from ccr_rules.language.ruleset import Ruleset

Columns = Mapping[str, Any]


def answer(use: Used, scope: Names, question: Question) -> Columns:
    """Return every column of the answers of a ruleset."""
    compiler = ColumnCompiler(use.ruleset, scope)
    reviews = {id_: scope.review(id_) for id_ in use.ruleset.reviews}
    decisions = Decisions(use.ruleset, compiler, scope, prompting=prompts_on(use.ruleset, question))
    return dict(decisions.columns(reviews))


def said_of_nobody(
    people: People, used: Sequence[Used], question: Question
) -> tuple[frozenset[ListKey], Columns]:
    """Return the anchors, and the answers about whoever has no entry of them.

    They are found by asking what would be said: where that needs a date of another list, it becomes an
    anchor. What was said before stays true: it needed no such date.
    """
    anchors: frozenset[ListKey] = frozenset()
    said: dict[str, Any] = {}
    for use in used:
        found: Columns | None = None
        while found is None:
            names = frozenset(key.name for key in anchors if key.group == use.group)
            try:
                found = answer(use, NobodyScope(people, question, use.ruleset, names), question)
            except NotYetKnown as error:
                anchors |= {ListKey(use.group, error.codelist)}
        said.update(found)
    return anchors, said


def prompts_on(ruleset: Ruleset, question: Question) -> bool:
    """Say whether a ruleset prompts on the day of the question (on any, where each person has their own)."""
    in_force = question.moment is None or ruleset.in_force(question.moment.as_of)
    return in_force and ruleset.status != "retired"

"""Who does what, as the table of a page: a row for each time, a column for each who has something to do."""

from collections.abc import Iterator

from ccr_rules.governance.case_words import joined
from ccr_rules.language.english.phrases import sentence_case
from ccr_rules.language.english.process import Process
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.language.vocabulary import ACTORS


def who_does_what(ruleset: Ruleset) -> Iterator[str]:
    """Yield the table; a step that several do together stands in the column of each."""
    actors = [actor for actor in ACTORS if any(actor in step.who for step in ruleset.process.values())]
    yield f"| when | {' | '.join(actors)} |"
    yield f"|---|{'---|' * len(actors)}"
    for time, steps in Process(ruleset).stages().items():
        cells = (joined(sentence_case(step.title) for step in steps if actor in step.who) for actor in actors)
        yield f"| {joined([time])} | {' | '.join(cells)} |"
    yield ""

"""What a ruleset must not say, once its text is understood."""

from ccr_rules.language.checks.cycles import check_cycles
from ccr_rules.language.checks.negation import check_negations
from ccr_rules.language.checks.reviews import check_reviews
from ccr_rules.language.checks.rows import check_rows
from ccr_rules.language.checks.unused import check_unused
from ccr_rules.language.checks.windows import check_windows
from ccr_rules.language.checks.wording import check_wording
from ccr_rules.language.names import Usage
from ccr_rules.language.nodes import MapNode
from ccr_rules.language.report import Report
from ccr_rules.language.ruleset import Ruleset


def check(ruleset: Ruleset, root: MapNode, usage: Usage, report: Report) -> None:
    """Report what is wrong with the meaning of a ruleset, however much of it could be read.

    What needs names to be followed to their ends waits until no definition needs itself; what is
    unused is only worth saying of a ruleset that is otherwise in order.
    """
    check_wording(root, ruleset, report)
    if check_cycles(ruleset, report):
        check_windows(ruleset, report)
        check_rows(ruleset, report)
        check_reviews(ruleset, report)
        check_negations(ruleset, report)
    if not report.has_errors:
        check_unused(root, usage, report)

"""The rules that an evaluation can be asked to explain."""

from ccr_rules.evaluation.result import Evaluation


def rule_ids(evaluation: Evaluation) -> list[str]:
    """Return the id of every rule of every ruleset that took part, each once."""
    ids = (
        id_
        for result in evaluation.results
        for group in (
            result.ruleset.reviews,
            result.ruleset.indicators,
            result.ruleset.prompts,
            result.ruleset.findings,
            result.ruleset.payments,
        )
        for id_ in group
    )
    return list(dict.fromkeys(ids))

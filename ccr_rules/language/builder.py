"""The resolved tree of a ruleset to the typed ruleset: names first, then what uses them."""

from collections.abc import Collection, Mapping

from ccr_rules.language.building.context import Context
from ccr_rules.language.building.dates import read_extreme, read_let, read_named_condition
from ccr_rules.language.building.header import read_header
from ccr_rules.language.building.indicators import read_indicator
from ccr_rules.language.building.process import read_step
from ccr_rules.language.building.prompts import (
    read_finding,
    read_not_computable,
    read_payment,
    read_prompt,
    with_review,
)
from ccr_rules.language.building.reviews import read_decline_reason, read_item, read_review
from ccr_rules.language.building.sources import read_codelists, read_parameter, read_sources
from ccr_rules.language.digest import digest_of
from ccr_rules.language.names import Names, Usage
from ccr_rules.language.nodes import MapNode, Pair
from ccr_rules.language.report import Report
from ccr_rules.language.ruleset import Parameter, Ruleset
from ccr_rules.language.sections import SHARED_NAMES


def build(root: MapNode, report: Report, codelists: Collection[str] | None) -> tuple[Ruleset, Usage]:
    """Read a whole ruleset, and note which of its names are used.

    The ruleset is complete only if the report has no errors; otherwise what made no sense is left out.
    """
    _check_shared_names(root, report)
    context = Context(report)
    header = read_header(root, context)
    sources = read_sources(root, context)
    context.sources = sources
    context.codelists = _keys(root, "codelists")
    context.decline_reasons = _keys(root, "decline_reasons")
    context.steps = _keys(root, "process")
    uses = read_codelists(root, context, codelists)
    parameters = context.read_all(root, "parameters", read_parameter)
    context.names = _names(root, parameters, context.names.usage)
    lets = context.read_all(root, "let", read_let)
    context.dates = context.read_all(root, "dates", read_extreme)
    conditions = context.read_all(root, "conditions", read_named_condition)
    prompts = context.read_all(root, "prompts", read_prompt)
    ruleset = Ruleset(
        id=header.id,
        version=header.version,
        title=header.title,
        jurisdiction=header.jurisdiction,
        status=header.status,
        in_force_from=header.in_force_from,
        in_force_to=header.in_force_to,
        digest=digest_of(root),
        summary=header.summary,
        base=header.base,
        sources=sources,
        codelists=uses,
        parameters=parameters,
        lets=lets,
        dates=context.dates,
        conditions=conditions,
        indicators=context.read_all(root, "indicators", read_indicator),
        reviews=context.read_all(root, "reviews", read_review),
        process=context.read_all(root, "process", read_step),
        items=context.read_all(root, "items", read_item),
        decline_reasons=context.read_all(root, "decline_reasons", read_decline_reason),
        prompts={id_: with_review(prompt, conditions) for id_, prompt in prompts.items()},
        payments=context.read_all(root, "payments", read_payment),
        findings=context.read_all(root, "findings", read_finding),
        not_computable=context.read_all(root, "not_computable", read_not_computable),
    )
    return ruleset, context.names.usage


def _names(root: MapNode, parameters: Mapping[str, Parameter], usage: Usage) -> Names:
    values = {
        name: parameters[name].value if name in parameters else None for name in _keys(root, "parameters")
    }
    return Names(
        dates=[*_keys(root, "dates"), *_keys(root, "let")],
        conditions=_keys(root, "conditions"),
        parameters=values,
        reviews=_keys(root, "reviews"),
        usage=usage,
    )


def _keys(root: MapNode, section: str) -> dict[str, Pair]:
    """Return the ids of a section, whether or not their definitions can be read."""
    node = root.get(section)
    return node.pairs if isinstance(node, MapNode) else {}


def _check_shared_names(root: MapNode, report: Report) -> None:
    """Report names that stand in two of the sections whose names expressions use."""
    seen: dict[str, str] = {}
    for section in SHARED_NAMES:
        for name, pair in _keys(root, section).items():
            if name in seen:
                message = f"`{name}` stands in `{seen[name]}` and in `{section}`"
                report.add("duplicate-name", message, pair.key.at, found=name, hint="rename one of them")
            seen.setdefault(name, section)

"""The steps of the process around the reviews: who does what, and what it expects of others."""

from ccr_rules.language.ast import Place
from ccr_rules.language.building.context import GROUNDS, Context
from ccr_rules.language.fields import Fields, Keys
from ccr_rules.language.nodes import Node
from ccr_rules.language.report import nearest
from ccr_rules.language.ruleset import Phase, Step
from ccr_rules.language.vocabulary import ACTORS, PHASES

_WHEN = (*PHASES, "timing")
_STEP = Keys(("title", "who"), (*_WHEN, "expects", "record", *GROUNDS))


def read_step(id_: str, node: Node, at: Place, context: Context) -> Step:
    """Read a step of the process; it is before, during or after a review, or when its `timing` says."""
    what = f"the step `{id_}`"
    fields = context.fields(node, what, _STEP)
    grounds = context.grounds(fields, what)
    who = fields.words("who", ACTORS)
    phase = _phase(fields, what, context)
    return Step(
        id=id_,
        title=fields.text("title"),
        who=tuple(actor for actor in ACTORS if actor in who),
        grounds=grounds,
        phase=phase,
        review=context.review(fields, phase) if phase else None,
        timing=fields.text("timing"),
        expects=_expects(fields, context),
        record=context.aliases(fields, "record"),
        at=at,
    )


def _phase(fields: Fields, what: str, context: Context) -> Phase | None:
    given = [key for key in _WHEN if key in fields]
    if not given and fields.readable:
        hint = "add `before: review`, `during: review`, `after: review` or `timing: in words`"
        context.report.add("missing-key", f"{what} does not say when it is", fields.at, hint=hint)
    if len(given) > 1:
        message = f"{what} has {' and '.join(f'`{key}`' for key in given)}"
        context.report.add("unknown-key", message, fields.at, hint="keep one of them")
    return next((phase for phase in PHASES if phase in given), None)


def _expects(fields: Fields, context: Context) -> tuple[str, ...]:
    steps = []
    for node in fields.texts("expects"):
        steps.append(node.text)
        if node.text not in context.steps:
            message = f"no step of `process` is named `{node.text}`"
            hint = nearest(node.text, context.steps)
            context.report.add("unknown-name", message, node.at, found=node.text, hint=hint)
    return tuple(steps)

"""The hooks that are answered, and the services that discovery tells of.

One service for each hook: all give the same card. Names and contexts are those of the CDS Hooks library
(HL7/cds-hooks-library, 22 April 2026).
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from ccr_rules.cds_hooks.messages import Service, Services
from ccr_rules.cds_hooks.prefetch import templates
from ccr_rules.cds_hooks.schemas import CONTEXT_FIELDS, Schema, request_schema, taken_schema

TITLE: Final = "Cancer Care Reviews"


class Hook(NamedTuple):
    """A hook: when a host calls, and what its context must and may hold.

    `bundles` are fields that hold a Bundle of resources.
    """

    name: str
    when: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    bundles: tuple[str, ...] = ()


HOOKS: Final[Mapping[str, Hook]] = {
    hook.name: hook
    for hook in (
        Hook("patient-view", "a record is opened", ("userId", "patientId"), ("encounterId",)),
        # The library requires encounterId here. Nothing rests on it, and HealthChain 0.16.1 leaves it out.
        Hook("encounter-start", "a consultation begins", ("userId", "patientId"), ("encounterId",)),
        Hook("encounter-discharge", "a consultation ends", ("userId", "patientId"), ("encounterId",)),
        Hook(
            "problem-list-item-create",
            "a problem was added; a new cancer diagnosis opens its reviews at once",
            ("userId", "patientId", "conditions"),
            ("encounterId",),
            ("conditions",),
        ),
        Hook(
            "appointment-book",
            "an appointment is booked",
            ("userId", "patientId", "appointments"),
            ("encounterId",),
            ("appointments",),
        ),
    )
}

SERVICES: Final[Mapping[str, Hook]] = {f"ccr-{hook.name}": hook for hook in HOOKS.values()}
"""Each service by its id."""


def discovery(kinds: Iterable[str], rulesets: Iterable[str], version: str) -> Services:
    """Return what discovery says.

    Args:
        kinds: the kinds of resource that the rulesets in force need.
        rulesets: these rulesets, as `id@version`.
        version: that of ccr-rules.
    """
    prefetch, says = templates(kinds), ", ".join(rulesets)
    return Services(
        tuple(
            Service(
                hook=hook.name,
                id=id_,
                title=TITLE,
                description=f"Says which reviews are due and what to record for somebody with cancer, when "
                f"{hook.when}. A reminder and recording aid, with {says or 'no ruleset in force'}.",
                prefetch=prefetch,
                usage_requirements="Conditions are needed, in the prefetch or from the FHIR server: without "
                "them the answer is 412. Whatever else is missing is named in the answer's extension.",
                version=version,
            )
            for id_, hook in SERVICES.items()
        )
    )


def schema_of(hook: Hook) -> dict[str, object]:
    """Return the JSON Schema of a call to the service for a hook, as the specification has it."""
    return request_schema(*_fields_of(hook), hook.name)


def taken_by(hook: Hook) -> dict[str, object]:
    """Return the JSON Schema of what the service for a hook takes."""
    return taken_schema(*_fields_of(hook), hook.name)


def _fields_of(hook: Hook) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """Return the fields of a hook's context that there must be, and those that there may be."""
    return (
        {name: CONTEXT_FIELDS[name] for name in hook.required},
        {name: CONTEXT_FIELDS[name] for name in hook.optional},
    )

"""The forms of a ruleset that come with ccr-rules, given at the same hooks as those of plugins."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ccr_rules.errors import UsageError
from ccr_rules.exports.canonical import CANONICAL, checked
from ccr_rules.hosting import Document, Form, hookimpl
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import Library

CQL: Final = "cql"
QUESTIONNAIRE: Final = "questionnaire"
_TYPES: Final = {".cql": "text/cql", ".json": "application/fhir+json"}
_TAKES: Final = {CQL: ("canonical",), QUESTIONNAIRE: ("canonical", "review")}


@hookimpl
def ccr_forms() -> Sequence[Form]:
    """The logic as CQL, the content of the reviews as a Questionnaire."""
    return [
        Form(CQL, "ruleset", "The logic as CQL libraries, the codelists as FHIR R4 ValueSets"),
        Form(QUESTIONNAIRE, "ruleset", "The content of the reviews as a FHIR R4 Questionnaire"),
    ]


@hookimpl
def ccr_export(
    ruleset: Ruleset, library: Library, form: str, options: Mapping[str, Any]
) -> Sequence[Document]:
    """Write a ruleset.

    `canonical` is where its resources say that they belong, `review` the one that is meant. Raises UsageError
    for an option that the form does not take.
    """
    for name in options:
        if name not in _TAKES[form]:
            raise UsageError(f"{form} takes no option {name}; it takes {', '.join(_TAKES[form])}")
    canonical = checked(options.get("canonical") or CANONICAL)
    if form == CQL:
        return _cql(ruleset, library, canonical)
    return _questionnaire(ruleset, library, options.get("review"), canonical)


def _cql(ruleset: Ruleset, library: Library, canonical: str) -> Sequence[Document]:
    from ccr_rules.exports.cql.files import cql_files  # noqa: PLC0415 - only where it is asked for

    texts = cql_files(ruleset, library.codelist, canonical)
    return [Document(name, _type_of(name), text.encode()) for name, text in texts.items()]


def _questionnaire(
    ruleset: Ruleset, library: Library, review: str | None, canonical: str
) -> Sequence[Document]:
    from ccr_rules.exports.questionnaire import questionnaire  # noqa: PLC0415 - only where it is asked for

    base = library.find(f"{ruleset.base.ruleset}@{ruleset.base.version}") if ruleset.base else None
    made = questionnaire(ruleset, library.codelist, review=review, base=base, canonical=canonical)
    text = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
    return [Document("questionnaire.json", _TYPES[".json"], text.encode())]


def _type_of(name: str) -> str:
    return next(type_ for suffix, type_ in _TYPES.items() if name.endswith(suffix))

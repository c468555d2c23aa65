"""The files of a ruleset's forms. The same ruleset and codelists give the same bytes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ccr_rules.exports.form import with_content
from ccr_rules.hosting import Document, check_options
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import Library
from ccr_templates.forms import pre_review, review_template, reviews_with_concerns
from ccr_templates.plugin import BEFOREHAND, PAGE

FHIR_JSON = "application/fhir+json"


def written(
    ruleset: Ruleset, library: Library, form: str, options: Mapping[str, Any], canonical: str
) -> Sequence[Document] | None:
    """Return the files of a form, or None if the ruleset has nothing for it.

    Of the form for the person there is one file for each review; the option `review` names one.
    Raises UsageError for an option that there is not.
    """
    check_options(options, ("review",) if form == BEFOREHAND else ())
    review = options.get("review")
    if form == BEFOREHAND:
        ids = [each.id for each in reviews_with_concerns(ruleset)]
        made = (pre_review(ruleset, library.codelist, canonical, id_) for id_ in ids if review in (None, id_))
        return [as_json(f"{_name(each)}.json", each) for each in made] or None
    if not with_content(ruleset):
        return None
    template = review_template(ruleset, library.codelist, canonical)
    if form == PAGE:
        from ccr_templates.page import page  # noqa: PLC0415 - Jinja is needed for the page alone

        return [Document(f"{_name(template)}.html", "text/html", page(template).encode())]
    return [as_json(f"{_name(template)}.json", template)]


def _name(questionnaire: Mapping[str, Any]) -> str:
    """Return a file's name: the last part of the canonical URL."""
    name: str = questionnaire["url"].rpartition("/")[2]
    return name


def as_json(name: str, resource: Mapping[str, Any]) -> Document:
    """Return a resource as a file."""
    text = json.dumps(resource, ensure_ascii=False, indent=2) + "\n"
    return Document(name, FHIR_JSON, text.encode())

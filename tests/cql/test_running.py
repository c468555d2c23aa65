"""Exported libraries in the engine: hostile texts, and questions that leave almost everything out."""

from typing import Any

from msgspec.structs import replace

from ccr_rules.exports.cql.files import cql_files
from ccr_rules.language.ruleset import REVIEW_STATUSES, NotComputable, Placeholder, Ruleset, Source, Template
from tests.cql.engine import run_cql
from tests.cql.samples import CODE, by_term, codelist, finding, looking_like, scheme

INJECTION = 'define "Injected": true'
ENDINGS = ('it\'s "quoted" \\ and */ closed\n', "\r\n", "\u2028", "\u202e\\u0022 \\' {x} ` $1")
HOSTILE = INJECTION.join(ENDINGS)
NAME = 'a "name" \\ with\nlines'


def hostile() -> Ruleset:
    """Return a ruleset every text of which tries to leave its place."""
    ruleset = scheme()
    prompt, talk, payment = ruleset.prompts["talk-due"], ruleset.reviews["talk"], ruleset.payments["visit"]
    text = Template(HOSTILE, (HOSTILE, Placeholder("x")))
    conditions = {NAME: replace(ruleset.conditions["has_cancer"], name=NAME)}
    return replace(
        ruleset,
        title=HOSTILE,
        summary=HOSTILE,
        version="2026.1.0",
        sources={HOSTILE: Source(HOSTILE, HOSTILE, HOSTILE, HOSTILE)},
        conditions={**ruleset.conditions, **conditions},
        dates={name: replace(each, title=HOSTILE) for name, each in ruleset.dates.items()},
        reviews={"talk": replace(talk, title=HOSTILE, words={"overdue": HOSTILE})},
        prompts={"talk-due": replace(prompt, summary=text, detail=text)},
        payments={NAME: replace(payment, id=NAME, title=HOSTILE, currency=HOSTILE)},
        not_computable={HOSTILE: NotComputable(HOSTILE, HOSTILE, HOSTILE, payment.grounds)},
    )


def condition(**code: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": "c",
        "subject": {"reference": "Patient/p"},
        "code": code,
        "onsetDateTime": "2026-03-01",
    }


def question(*resources: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    everything = [{"resourceType": "Patient", "id": "p"}, *resources]
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": each} for each in everything],
    }
    return {"bundle": bundle, "parameters": parameters}


def test_no_text_of_a_ruleset_or_codelist_becomes_logic() -> None:
    term, pattern = "It's a 'tumour' \\ of\n\"breast\" $1", r"what's \\ this\?"
    cancer = codelist(
        "cancer-diagnosis",
        title=HOSTILE,
        note=HOSTILE,
        licence=HOSTILE,
        terms=by_term(term),
        looks_like=(looking_like(pattern),),
    )
    files = cql_files(hostile(), finding(cancer=cancer))
    own = next(iter(files))
    asked = [
        question(condition(text=term), **{"As of": "2026-07-01"}),
        question(condition(text="What's \\ this?"), **{"As of": "2026-07-01"}),
        question(condition(text="Asthma"), **{"As of": "2026-07-01", "Supplied kinds": ["Condition"]}),
    ]
    run = run_cql(files, [{"library": own, "questions": asked}], shown=".")
    assert run.problems == [], "the translator finds neither errors nor warnings"
    by_term_, by_looks, none = run.answers[0]
    assert "Injected" not in by_term_
    assert f"Condition {NAME}" in by_term_
    assert f"Payment {NAME}" in by_term_
    assert by_term_["Condition has_cancer"] == {"surely": True, "possibly": True}
    assert by_looks["Condition has_cancer"] == {"surely": False, "possibly": True}
    assert none["Condition has_cancer"] == {"surely": False, "possibly": False}


def test_what_is_not_given_has_a_safe_default() -> None:
    """Nothing said to be complete: "cannot tell"; no day: that on which the engine runs."""
    files = cql_files(scheme(), finding())
    found = condition(coding=[{"system": "http://snomed.info/sct", "code": CODE}])
    asked = [
        question(**{"As of": "2026-07-01"}),
        question(found, **{"As of": "2026-07-01"}),
        question(found, **{"As of": "2026-07-01", "Supplied kinds": ["Condition"]}),
        question(found),
    ]
    run = run_cql(files, [{"library": next(iter(files)), "questions": asked}])
    nothing, only_found, complete, undated = run.answers[0]
    open_question = {"surely": False, "possibly": True}
    assert nothing["Condition has_cancer"] == nothing["Prompt talk-due"] == open_question
    assert set(nothing["Review talk: status"]) > {"not applicable", "overdue", "done"}
    assert only_found["Condition has_cancer"] == {"surely": True, "possibly": True}
    assert only_found["Prompt talk-due"] == open_question, "the talk may have been recorded elsewhere"
    assert complete["Review talk: status"] == ["overdue"]
    assert complete["Prompt talk-due"] == {"surely": True, "possibly": True}
    assert set(undated["Review talk: status"]) < set(REVIEW_STATUSES)

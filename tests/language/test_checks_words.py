"""Words that the checker refuses, and what it lets pass."""

import pytest

from tests.language.samples import HEAD, codes_of


def prompt_codes(summary: str, ruleset: str = "example") -> list[str]:
    text = HEAD.replace("ruleset: example", f"ruleset: {ruleset}")
    text += f'prompts:\n  p: {{when: true, severity: info, summary: "{summary}", source: pack}}\n'
    return [code for code in codes_of(text) if code != "unused"]


@pytest.mark.parametrize(
    "text",
    [
        "Falls risk: assess",
        "The likelihood is small",
        "Chance of relapse",
        "Poor prognosis",
        "Life expectancy under a year",
        "Five-year survival",
        "Diagnose now",
        "Suspected recurrence",
        "Symptoms of a new tumour",
        "May have metastases",
        "Rule out relapse",
        "Start the medication again",
        "Increase the dose",
        "Prescribe iron",
        "Urgent referral",
        "Two-week wait",
    ],
)
def test_a_text_that_judges_or_advises_is_refused(text: str) -> None:
    assert prompt_codes(text) == ["intended-purpose"]


@pytest.mark.parametrize(
    "text",
    [
        "Cancer care review within 12 months of diagnosis",
        "Worry about the cancer coming back",
        "Diagnosed elsewhere; newly registered",
        "Probably the same disease, coded twice",
        "Medication review if wished; treatment summary received",
        "Survivorship care plan",
        "Physical effects of treatment",
        "At this point talk about work",
    ],
)
def test_a_text_that_reminds_is_let_pass(text: str) -> None:
    assert prompt_codes(text) == []


@pytest.mark.parametrize(("ruleset", "codes"), [("example", ["qof-words"]), ("qof-cancer", []), ("qof", [])])
def test_points_are_spoken_of_on_cards_of_qof_rulesets_only(ruleset: str, codes: list[str]) -> None:
    assert prompt_codes("Worth 6 points of QOF", ruleset) == codes


def test_a_register_of_payments_may_speak_of_payment() -> None:
    payment = "{title: QOF points, when: true, amount: 1, currency: GBP, per: event, source: pack}"
    text = f"{HEAD}payments:\n  q: {payment}\n"
    assert [code for code in codes_of(text) if code != "unused"] == []

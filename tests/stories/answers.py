"""The part of an answer that `expected.json` holds; `python -m tests.stories.answers` writes it anew."""

import json
from functools import cache
from typing import Any

from ccr_rules.engine import Engine
from tests.stories.folders import EXAMPLES, STORIES, Story


@cache
def engine() -> Engine:
    """Return the one engine that evaluates all stories."""
    return Engine.default()


def answer_of(story: Story) -> dict[str, Any]:
    """Return the engine's whole answer to a story."""
    return (
        engine()
        .evaluate(
            story.record_path.read_bytes(),
            as_of=story.as_of,
            known_on=story.known_on,
            profile=story.profile,
            supplied=story.supplied,
            rulesets=story.rulesets,
        )
        .to_dict()
    )


def compared(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what is compared: enough to see a change of meaning, little enough to read."""
    return {
        "headline": answer["headline"],
        "completeness": answer["completeness"],
        "reviews": [_review(review) for review in answer["reviews"]],
        "prompts": [f"{_family(prompt['ruleset'])}/{prompt['id']}" for prompt in answer["prompts"]],
        "suggested_codes": [f"{code['code']} {code['display']}" for code in answer["suggested_codes"]],
        "indicators": {indicator["id"]: _indicator(indicator) for indicator in answer["indicators"]},
        "items": {item["id"]: item["state"] for item in answer["items"]},
        "findings": sorted({finding["id"] for finding in answer["findings"]}),
        "unsettled": sorted({f"{_family(one['ruleset'])}/{one['id']}" for one in answer["unsettled"]}),
        "quarantined": len(answer["record"]["quarantined"]),
    }


def _review(review: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": review["id"],
        "ruleset": _family(review["ruleset"]),
        "status": review["status"],
        "possible": review["possible"],
        "due": _days(review["due"]),
        "days_left": review["days_left"],
        "done_on": _days(review["done_on"]),
        "paused": review["paused"] is not None,
    }


def _indicator(indicator: dict[str, Any]) -> str:
    words = [indicator["population"], indicator["denominator"], indicator["reason"], indicator["numerator"]]
    return ", ".join(word for word in words if word and word != "not applicable")


def _family(ruleset: str) -> str:
    """Return `qof-cancer@2023` of `qof-cancer@2023.1.0`: a revision need not change an answer."""
    return ruleset.partition(".")[0]


def _days(interval: dict[str, str] | None) -> str | None:
    if interval is None:
        return None
    return (
        interval["first"]
        if interval["first"] == interval["last"]
        else f"{interval['first']}/{interval['last']}"
    )


def as_text(answer: dict[str, Any]) -> str:
    """Return an answer as `expected.json` is written, one review on one line."""
    text = json.dumps(answer | {"reviews": []}, indent=2, ensure_ascii=False)
    reviews = ",\n".join(f"    {json.dumps(review, ensure_ascii=False)}" for review in answer["reviews"])
    return (
        text.replace('"reviews": []', f'"reviews": [\n{reviews}\n  ]' if reviews else '"reviews": []') + "\n"
    )


if __name__ == "__main__":
    for each in STORIES.values():
        (EXAMPLES / each.name / "expected.json").write_text(
            as_text(compared(answer_of(each))), encoding="utf-8"
        )

"""What is kept of an evaluation: the question, its digests, and what was shown."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec

from ccr_rules.evaluation.result import Evaluation
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.record.patient import PatientRecord
from ccr_rules.store.ids import new_id
from ccr_rules.store.kept import (
    Asked,
    Caller,
    Question,
    RulesetAsked,
    ShownDecline,
    ShownPrompt,
    StoredDecision,
)
from ccr_rules.store.text import sha256

_BY_ID: Final = ("indicators", "reviews", "items", "prompts", "held", "unsettled", "findings", "payments")
_WHOLE: Final = ("completeness", "headline", "record", "dates", "card", "suggested_codes", "plugin_faults")

_encode_lines: Final = msgspec.json.Encoder().encode_lines


def decision_of(  # noqa: PLR0913 - each is a column of the decision
    evaluation: Evaluation,
    received: bytes,
    caller: Caller,
    now: datetime,
    *,
    program: str,
    asked: Asked = Asked(),  # noqa: B008 - it is frozen
    plugins: tuple[str, ...] = (),
    keep_input: bool = False,
    record: str = "",
) -> StoredDecision:
    """Return what a store keeps of an evaluation.

    `received` is the record as it came, `asked` how it was read and decided, `program` the version of
    ccr-rules. With `keep_input` the record is kept too, by a store that has a key, and what the host passed
    along. `record` is the record's fingerprint, where it is known already.
    """
    question = Question(
        evaluation.moment.as_of,
        evaluation.moment.known_on,
        tuple(
            RulesetAsked(
                each.ruleset.id,
                each.ruleset.version,
                each.ruleset.digest,
                each.releases,
                each.codelist_digests,
            )
            for each in evaluation.results
        ),
        tuple(evaluation.responses),
        _asked(asked, keep_host=keep_input),
    )
    return StoredDecision(
        id=new_id(now),
        evaluation=evaluation.decision,
        caller=caller,
        question=question,
        input_digest=sha256(received),
        answer_digest=sha256(evaluation.to_json()),
        program=program,
        created=now,
        parts=parts_of(evaluation),
        record=record or fingerprint(evaluation.record),
        plugins=plugins,
        input=received if keep_input else None,
    )


def _asked(asked: Asked, *, keep_host: bool) -> Asked:
    host = asked.host if keep_host else None
    return msgspec.structs.replace(asked, host=host, had_host=bool(asked.host))


def parts_of(evaluation: Evaluation) -> dict[str, str]:
    """Return the parts of an answer as JSON, by names such as `reviews/ID@RULESET` or `headline`."""
    answer = evaluation.answer
    found = {name: [getattr(answer, name)] for name in _WHOLE}
    for section in _BY_ID:
        for each in getattr(answer, section):
            found.setdefault(f"{section}/{_name(each)}", []).append(each)
    return {name: msgspec.json.encode(values).decode() for name, values in found.items()}


def _name(part: Any) -> str:
    return f"{part.id}@{part.ruleset.partition('@')[0]}" if part.ruleset else part.id


def fingerprint(record: PatientRecord) -> str:
    """Return a digest by which a change of a record shows.

    Contacts are left out, since every consultation adds one; any other entry that the host sends counts.
    """
    entries = _encode_lines([each for each in record.entries if each.kind != "Encounter"])
    life = msgspec.json.encode([record.died, record.is_dead])
    return hashlib.sha256(b"\n".join([life, *sorted(entries.splitlines())])).hexdigest()


def shown_prompts(evaluation: Evaluation) -> tuple[ShownPrompt, ...]:
    """Return the prompts that an evaluation shows, with the reasons for not acting that each offers."""
    rulesets = {each.ruleset.reference: each.ruleset for each in evaluation.results}
    return tuple(
        ShownPrompt(each.id, each.ruleset, each.review, tuple(_declines(rulesets[each.ruleset], each.id)))
        for each in evaluation.prompts
    )


def _declines(ruleset: Ruleset, prompt: str) -> Iterator[ShownDecline]:
    for code in ruleset.prompts[prompt].decline:
        yield ShownDecline(code, ruleset.decline_reasons[code].holds)

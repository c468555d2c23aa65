"""A decision put to the engine again."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from ccr_rules import Engine, Response
from ccr_rules.errors import UsageError
from ccr_rules.library.library import load_library
from ccr_rules.store.keeping import decision_of
from ccr_rules.store.kept import StoredDecision
from ccr_rules.store.replaying import Replay, replay
from ccr_rules.store.store import Store
from tests.cli.support import OVERDUE, SCHEME, write_ruleset
from tests.store.samples import CALLER, KEY, NOW

PROGRAM = "0.1.0"
RECORD = OVERDUE.read_bytes()
DAY = "2026-11-20"


@pytest.fixture
def sealed(file_url: str) -> Iterator[Store]:
    with Store.open(file_url, key=KEY) as opened:
        yield opened


def _ask(store: Store, engine: Engine, record: bytes = RECORD, **asked: object) -> StoredDecision:
    evaluation = engine.evaluate(record, DAY, **asked)  # type: ignore[arg-type]
    kept = decision_of(evaluation, record, CALLER, NOW, program=PROGRAM, keep_input=store.has_key)
    store.record_decision(kept, patient=evaluation.record.reference)
    return kept


def _again(store: Store, engine: Engine, kept: StoredDecision, received: bytes | None = None) -> Replay:
    return replay(store, engine, kept.id, PROGRAM, received)


def _scheme(folder: Path, text: str = SCHEME) -> Engine:
    write_ruleset(folder, text)
    return Engine(load_library(folder))


def test_the_same_question_has_the_same_answer(sealed: Store) -> None:
    """Also when it is asked years later: the day, the rulesets and the releases are those of then."""
    engine = Engine.default()
    kept = _ask(
        sealed,
        engine,
        known_on="2026-11-19",
        rulesets=["best-practice-ccr", "qof-cancer@2023"],
        responses=[Response("snoozed", prompt="support-conversation-due", until=date(2026, 12, 1))],
    )
    assert _again(sealed, engine, kept) == Replay(kept.id, "same", ())
    assert replay(sealed, engine, kept.evaluation, PROGRAM).outcome == "same"


def test_another_version_of_the_program_is_said(sealed: Store) -> None:
    kept = _ask(sealed, Engine.default())
    found = replay(sealed, Engine.default(), kept.id, "0.2.0")
    assert found == Replay(kept.id, "same", ("program: ccr-rules 0.1.0 then, 0.2.0 now",))


def test_a_record_that_is_not_kept_is_to_be_given(store: Store) -> None:
    engine = Engine.default()
    kept = _ask(store, engine)
    with pytest.raises(
        UsageError, match=f"the record of decision {kept.id} is not kept; name it with --input"
    ):
        _again(store, engine, kept)
    assert _again(store, engine, kept, RECORD).outcome == "same"


def test_a_decision_that_is_not_there_is_said(store: Store) -> None:
    with pytest.raises(UsageError, match="there is no decision nothing in this store"):
        replay(store, Engine.default(), "nothing", PROGRAM)


def test_a_record_written_otherwise_that_says_the_same_is_the_same(store: Store) -> None:
    engine = Engine.default()
    kept = _ask(store, engine)
    respaced = json.dumps(json.loads(RECORD), indent=7).encode()
    found = _again(store, engine, kept, respaced)
    assert found == Replay(kept.id, "same", ("record: it is not byte for byte the one that came then",))


def test_the_parts_of_the_answer_that_differ_are_named(store: Store) -> None:
    engine = Engine.default()
    kept = _ask(store, engine)
    later = RECORD.replace(b"2026-07-30", b"2026-08-30")
    found = _again(store, engine, kept, later)
    assert found.outcome == "different"
    assert {"headline", "dates", "reviews/support-conversation@best-practice-ccr"} <= set(found.differs)
    assert "completeness" not in found.differs


def test_the_record_of_another_patient_is_said(store: Store) -> None:
    engine = Engine.default()
    kept = _ask(store, engine)
    reference = engine.evaluate(RECORD, DAY).record.reference.partition("/")[2]
    other = RECORD.replace(reference.encode(), b"somebody-else")
    assert "record: it is about another patient" in _again(store, engine, kept, other).changed


def test_a_ruleset_that_changed_under_its_version_is_said(sealed: Store, tmp_path: Path) -> None:
    kept = _ask(sealed, _scheme(tmp_path), rulesets=["local-scheme"])
    changed = _scheme(tmp_path, SCHEME.replace("DIAGNOSED + 3 months", "DIAGNOSED + 5 months"))
    found = _again(sealed, changed, kept)
    assert found.changed == ("ruleset: local-scheme@2026.1.0 is not what it was under that version",)
    assert "reviews/talk@local-scheme" in found.differs


def test_without_the_ruleset_nothing_can_be_told(sealed: Store, tmp_path: Path) -> None:
    kept = _ask(sealed, _scheme(tmp_path), rulesets=["local-scheme@2026.1.0"])
    missing = ("ruleset: local-scheme@2026.1.0 is not in the library; name its folder with --rulesets",)
    assert _again(sealed, Engine.default(), kept) == Replay(kept.id, "cannot tell", missing)


def test_a_longer_version_of_the_same_beginning_is_another_ruleset(sealed: Store, tmp_path: Path) -> None:
    kept = _ask(sealed, _scheme(tmp_path), rulesets=["local-scheme"])
    question = msgspec.structs.replace(
        kept.question, rulesets=(msgspec.structs.replace(kept.question.rulesets[0], version="2026"),)
    )
    other = msgspec.structs.replace(kept, id="another", question=question)
    sealed.record_decision(other, patient="Patient/1")
    assert _again(sealed, _scheme(tmp_path), other).outcome == "cannot tell"


def _kept_with(store: Store, engine: Engine, **changes: object) -> StoredDecision:
    """Keep a decision of which the codelists of then are said to have been others."""
    kept = _ask(store, engine, rulesets=["best-practice-ccr"])
    asked = msgspec.structs.replace(kept.question.rulesets[0], **changes)
    other = msgspec.structs.replace(
        kept, id="another", question=msgspec.structs.replace(kept.question, rulesets=(asked,))
    )
    store.record_decision(other, patient="Patient/1")
    return other


def test_a_codelist_whose_release_is_gone_or_was_changed_is_said(sealed: Store) -> None:
    engine = Engine.default()
    real = engine.evaluate(RECORD, DAY, rulesets=["best-practice-ccr"]).results[0]
    gone = _kept_with(
        sealed,
        engine,
        releases=real.releases | {"cancer-care-review": "1999-01-01"},
        codelists={
            **real.codelist_digests,
            "cancer-care-review": "sha256:other",
            "cancer-diagnosis": "sha256:other",
        },
    )
    changed = _again(sealed, engine, gone).changed
    review, diagnosis = real.releases["cancer-care-review"], real.releases["cancer-diagnosis"]
    assert f"codelist: cancer-care-review of 1999-01-01 then, of {review} now" in changed
    assert f"codelist: cancer-diagnosis is not what it was in release {diagnosis}" in changed


def test_where_no_ruleset_was_in_force_that_is_said(sealed: Store) -> None:
    engine = Engine.default()
    kept = _ask(sealed, engine)
    none = msgspec.structs.replace(
        kept, id="another", question=msgspec.structs.replace(kept.question, rulesets=())
    )
    sealed.record_decision(none, patient="Patient/1")
    assert (
        "rulesets: none was in force then; those of the day are asked now"
        in _again(sealed, engine, none).changed
    )

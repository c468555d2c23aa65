"""Nothing is made, written, sent or logged unless somebody asks for it; and it costs next to nothing."""

import logging
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from messages_support import (
    FIRST,
    PATIENT,
    SETTINGS,
    SUPPORTED,
    Json,
    changed,
    delivered,
    invited,
    plugins,
    record,
)

from ccr_rules import Engine, UsageError


def test_an_evaluation_makes_no_file_and_no_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ccr_messages.fake import FakeService

    with FakeService().running() as service:
        settings = changed(SETTINGS, channel="http", http={"url": service.url}, outbox=str(tmp_path))
        host = plugins(settings)
        engine = Engine.hosting(host)
        opened: list[tuple[Any, ...]] = []
        sys.addaudithook(
            lambda event, arguments: (
                opened.append(arguments)
                if watching and (event == "socket.connect" or (event == "open" and "w" in str(arguments[1])))
                else None
            )
        )
        watching = True
        evaluation = engine.evaluate(record(SUPPORTED), "2026-11-21")
        assert evaluation.card is not None
        assert evaluation.to_json()
        assert host.links(evaluation) == ((), ())
        assert evaluation.answer.plugin_faults == []
        watching = False
        assert opened == []
        assert service.calls == []
        assert list(tmp_path.iterdir()) == []
        assert host.deliver(evaluation, "invitation-sms-1", PATIENT) is not None
        assert len(service.calls) == 1
        host.close()


@pytest.mark.parametrize("form", ["invitation-letter-1", "invitation-sms-1", "pre-review-questionnaire"])
def test_nothing_of_the_person_is_logged(form: str, caplog: pytest.LogCaptureFixture) -> None:
    from ccr_messages.fake import FakeService

    with caplog.at_level(logging.DEBUG), FakeService().running() as service:
        settings = changed(SETTINGS, channel="http", http={"url": service.url})
        assert delivered(form, settings=settings).sent
        with pytest.raises(UsageError):
            delivered("invitation-letter-2", settings=settings)
    logged = "\n".join(each.getMessage() for each in caplog.records)
    for secret in (
        "Testpatient",
        "Ŵendy",
        "900123",
        "Example Street",
        "ZZ99 3CZ",
        "9990000042",
        "999 000 0042",
    ):
        assert secret not in logged


def test_refusals_say_nothing_of_the_person() -> None:
    told = []
    asked: list[tuple[str, Json, Json]] = [
        ("invitation-letter-2", PATIENT, {}),
        ("invitation-letter-1", changed(PATIENT, id="p2"), {}),
        ("invitation-letter-1", changed(PATIENT, address=[]), {}),
        ("invitation-sms-1", PATIENT, {"mobile": "01632 960123"}),
        ("invitation-letter-1", changed(PATIENT, birthDate="1967-01-06"), {}),
    ]
    for form, patient, options in asked:
        with pytest.raises(UsageError) as caught:
            delivered(form, patient=patient, **options)
        told.append(caught.value.message)
    assert not any(
        secret in each for each in told for secret in ("Testpatient", "960123", "1967", "p2", "Example")
    )


def test_an_invitation_in_the_record_ends_the_prompt_for_it() -> None:
    engine = Engine.hosting(plugins())
    before = engine.evaluate(record(SUPPORTED), "2026-11-21")
    after = engine.evaluate(record(SUPPORTED, *invited("2026-11-21", code=FIRST)), "2026-11-21")
    assert "invite-to-cancer-care-review" in [each.id for each in before.prompts]
    assert "invite-to-cancer-care-review" not in [each.id for each in after.prompts]


def test_starting_it_imports_nothing_heavy() -> None:
    code = (
        "import sys, ccr_rules.hosting.plugins, ccr_rules.engine; before = set(sys.modules);"
        "import ccr_messages.plugin;"
        "new = {each.partition('.')[0] for each in set(sys.modules) - before};"
        "print(sorted(new - {'ccr_rules'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['ccr_messages']"


def test_an_evaluation_costs_no_more_than_without_it() -> None:
    content = record(SUPPORTED)
    engines = {"without": Engine.default(), "with": Engine.hosting(plugins())}
    least = dict.fromkeys(engines, 1.0)
    for _ in range(60):  # in turns, and the least of each: the machine may be doing other things
        for name, engine in engines.items():
            start = time.process_time()
            engine.evaluate(content, "2026-11-21")
            least[name] = min(least[name], time.process_time() - start)
    assert least["with"] - least["without"] < 0.0002

"""Nothing leaves unless a channel is set up, and nothing is called sent unless a service has confirmed it."""

import json
import socket
import stat
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from ccr_messages.fake import FakeService, Mood
from messages_support import PATIENT, SETTINGS, Json, changed, delivered, evaluated, invited

from ccr_rules import UsageError
from ccr_rules.errors import MissingExtraError, PluginFailed
from ccr_rules.hosting import Delivery

SMS = "invitation-sms-1"
LETTER = "invitation-letter-1"


def refusal(form: str, settings: Json, **options: Any) -> str:
    with pytest.raises(UsageError) as caught:
        delivered(form, settings=settings, **options)
    return caught.value.message.removeprefix("nothing was made or sent: ")


# --- print -----------------------------------------------------------------------------------------


def test_by_default_everything_is_to_be_printed() -> None:
    for form in (SMS, LETTER):
        made = delivered(form)
        assert not made.sent
        assert made.notes[0] == "Not sent: print it, or send it from the practice's own system"
        assert made.documents


def test_a_channel_that_is_not_set_up_is_refused() -> None:
    assert refusal(SMS, SETTINGS, channel="outbox") == "option channel: outbox is not set up; set outbox"
    assert refusal(SMS, SETTINGS, channel="http") == "option channel: http is not set up; set http.url"
    assert refusal(SMS, SETTINGS, channel="fax").endswith("there are print, outbox and http")


def test_a_channel_that_is_set_up_can_be_passed_by(tmp_path: Path) -> None:
    settings = changed(SETTINGS, channel="outbox", outbox=str(tmp_path))
    assert "Not sent" in delivered(SMS, settings=settings, channel="print").notes[0]
    assert list(tmp_path.iterdir()) == []


def test_a_text_message_can_be_printed_without_a_number_but_not_sent(tmp_path: Path) -> None:
    nobody = changed(PATIENT, telecom=None)
    assert delivered(SMS, patient=nobody).documents
    settings = changed(SETTINGS, outbox=str(tmp_path))
    with pytest.raises(UsageError, match="has no mobile number of today"):
        delivered(SMS, patient=nobody, settings=settings, channel="outbox")
    delivered(SMS, patient=nobody, settings=settings, channel="outbox", mobile="07700 900999")
    assert _message(tmp_path)["to"] == {"mobile": "+447700900999"}


# --- outbox ----------------------------------------------------------------------------------------


def _message(folder: Path) -> Any:
    (there,) = folder.iterdir()
    return json.loads((there / "message.json").read_bytes())


def boxed(folder: Path, form: str = SMS, **options: Any) -> Delivery:
    settings = changed(SETTINGS, channel="outbox", outbox=str(folder))
    return delivered(form, settings=settings, **options)


def test_the_outbox_gets_the_message_and_its_documents(tmp_path: Path) -> None:
    made = boxed(tmp_path, LETTER)
    (there,) = tmp_path.iterdir()
    assert sorted(each.name for each in there.iterdir()) == [
        "invitation-letter-1.pdf",
        "invitation-letter-1.txt",
        "message.json",
    ]
    for document in made.documents:
        assert (there / document.name).read_bytes() == document.content
    message = _message(tmp_path)
    assert message["key"] == there.name
    assert message["kind"] == "letter"
    assert message["to"]["postal"][0] == "Mrs Ŵendy Łucja Testpatient-Żółć"
    assert [sorted(each) for each in message["documents"]] == [["media_type", "name"]] * 2
    assert not made.sent
    assert made.notes[0] == f"In the outbox as {there.name}; whether it has left, the outbox does not tell"
    assert made.record


def test_only_its_owner_can_read_what_lies_there(tmp_path: Path) -> None:
    boxed(tmp_path)
    (there,) = tmp_path.iterdir()
    assert stat.S_IMODE(there.stat().st_mode) == 0o700


def test_nothing_is_overwritten_and_nothing_put_there_twice(tmp_path: Path) -> None:
    boxed(tmp_path)
    (there,) = tmp_path.iterdir()
    (there / "message.json").write_text("taken")
    with pytest.raises(UsageError, match="this very message lies in the outbox already"):
        boxed(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == [there.name]
    assert (there / "message.json").read_text() == "taken"


def test_another_day_another_person_or_another_text_is_another_message(tmp_path: Path) -> None:
    boxed(tmp_path)
    boxed(tmp_path, evaluation=evaluated(as_of="2026-11-22"))
    boxed(tmp_path, mobile="07700 900999")
    boxed(tmp_path, "invitation-sms-2", evaluation=evaluated(*invited("2026-10-01")))
    boxed(tmp_path, "pre-review-questionnaire")
    assert len(list(tmp_path.iterdir())) == 5


def test_an_outbox_that_is_gone_or_full_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "outbox"
    folder.mkdir()
    settings = changed(SETTINGS, channel="outbox", outbox=str(folder))
    from ccr_messages import channels

    def full(file: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(channels, "_write", full)
        assert refusal(SMS, settings) == "the outbox cannot be written to (OSError)"
    assert list(folder.iterdir()) == []
    box = channels.Outbox(tmp_path / "gone")
    with pytest.raises(UsageError, match=r"the outbox cannot be written to \(FileNotFoundError\)"):
        box.send(_any_message())


def _any_message() -> Any:
    from ccr_messages.message import Message

    return Message("key", "sms", SMS, "en", "text", mobile="+447700900123")


# --- a service -------------------------------------------------------------------------------------


def served(url: str, form: str = SMS, **more: Any) -> Delivery:
    options = more.pop("options", {})
    http = {"url": url, "timeout": 2.0, **more}
    return delivered(form, settings=changed(SETTINGS, channel="http", http=http), **options)


def test_a_service_that_confirms_has_sent_it() -> None:
    with FakeService().running() as service:
        made = served(service.url)
    assert made.sent
    ((key, message),) = service.taken.items()
    assert made.notes[0] == f"Taken by the service as {key}"
    assert message == {
        "schema": "ccr-rules-message/1",
        "key": key,
        "kind": "sms",
        "form": SMS,
        "language": "en",
        "to": {"mobile": "+447700900123"},
        "text": (
            "Testtown Surgery: we would like to offer you a review appointment with our team. To book, see "
            "https://testtown.example/book or ring 01632 960123. Thank you."
        ),
    }
    (headers,) = service.calls
    assert headers["idempotency-key"] == key
    assert "authorization" not in headers
    assert made.record[0].day == date(2026, 11, 21)


def test_a_text_message_tells_the_service_nothing_but_number_and_text() -> None:
    with FakeService().running() as service:
        served(service.url)
    told = json.dumps(service.taken)
    assert not any(
        each in told for each in ("Testpatient", "999000", "999 000", "1967", "ancer", "Example Street")
    )


def test_a_letter_goes_with_its_documents() -> None:
    with FakeService().running() as service:
        made = served(service.url, LETTER)
    (message,) = service.taken.values()
    import base64

    contents = [base64.b64decode(each["content"]) for each in message["documents"]]
    assert contents == [each.content for each in made.documents]


def test_a_questionnaire_goes_with_its_questions() -> None:
    with FakeService().running() as service:
        made = served(service.url, "pre-review-questionnaire")
    (message,) = service.taken.values()
    assert [each["id"] for each in message["questions"]][-1] == "anything-else"
    assert {each["type"] for each in message["questions"]} == {"score-0-10", "text"}
    payload = json.loads(made.documents[1].content)
    assert {name: message[name] for name in payload} == payload


def test_the_same_request_is_taken_once() -> None:
    with FakeService().running() as service:
        assert served(service.url).sent
        assert served(service.url).sent
    assert len(service.calls) == 2
    assert len(service.taken) == 1


@pytest.mark.parametrize(
    ("moods", "calls"),
    [
        (["busy"], 2),
        (["breaks"], 2),
        (["hangs up", "breaks"], 3),
        (["mumbles"], 2),
        (["takes, then hangs up"], 2),
    ],
)
def test_what_may_pass_is_tried_again_under_the_same_key(moods: Sequence[Mood], calls: int) -> None:
    with FakeService(moods=moods).running() as service:
        assert served(service.url).sent
    assert len(service.calls) == calls
    assert len(service.taken) == 1
    assert len({each["idempotency-key"] for each in service.calls}) == 1


def test_what_a_service_refuses_is_surely_not_sent() -> None:
    with FakeService(moods=["refuses"]).running() as service, pytest.raises(UsageError) as caught:
        served(service.url)
    assert caught.value.message == "nothing was made or sent: the service does not take it (HTTP status 422)"
    assert len(service.calls) == 1


def test_a_service_that_stays_busy_has_surely_not_sent_it() -> None:
    with FakeService(moods=["busy"] * 3).running() as service, pytest.raises(UsageError) as caught:
        served(service.url)
    assert caught.value.message.endswith("the service cannot be reached (HTTP status 429)")


@pytest.mark.parametrize(
    ("moods", "last"),
    [
        (["breaks"] * 3, "HTTP status 500"),
        (["mumbles"] * 3, "HTTP status 200"),
        (["confuses"] * 3, "HTTP status 200"),
        (["wavers"] * 3, "HTTP status 200"),
        (["hangs up"] * 3, "RemoteProtocolError"),
        (["takes, then hangs up"] * 3, "RemoteProtocolError"),
        (["hangs up", "refuses"], "HTTP status 422"),
        (["breaks", "busy", "busy"], "HTTP status 429"),
    ],
)
def test_where_nobody_knows_it_is_said_with_the_key(moods: Sequence[Mood], last: str) -> None:
    with FakeService(moods=moods).running() as service, pytest.raises(PluginFailed) as caught:
        served(service.url)
    key = service.calls[0]["idempotency-key"]
    assert caught.value.message == (
        f"nobody knows whether the message was sent ({last}): ask the service about {key} before anything is "
        "sent again"
    )


def test_a_service_that_says_nothing_in_time_leaves_it_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(PluginFailed, match=r"nobody knows .* \(ReadTimeout\)"):
            served(url, timeout=0.1, retries=1)


def test_a_service_that_is_not_there_has_surely_not_sent_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(UsageError, match=r"the service cannot be reached \(ConnectError\)"):
        served(url, retries=1)


def test_a_token_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CCR_TEST_TOKEN", raising=False)
    with FakeService().running() as service:
        with pytest.raises(UsageError, match=r"CCR_TEST_TOKEN \(setting http.token_env\) holds no token"):
            served(service.url, token_env="CCR_TEST_TOKEN")
        assert service.calls == []
        monkeypatch.setenv("CCR_TEST_TOKEN", "for-tests-only")
        assert served(service.url, token_env="CCR_TEST_TOKEN").sent
    assert service.calls[0]["authorization"] == "Bearer for-tests-only"


def test_without_httpx_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'ccr-rules-messages\[http\]'"):
        served("http://127.0.0.1:9")


# --- the fake itself -------------------------------------------------------------------------------


def test_the_fake_takes_only_messages_with_a_key() -> None:
    with FakeService().running() as service:
        assert httpx.post(f"{service.url}/messages", json={}).status_code == 404
        assert (
            httpx.post(f"{service.url}/other", json={}, headers={"Idempotency-Key": "k"}).status_code == 404
        )
        first = httpx.post(f"{service.url}/messages", json={}, headers={"Idempotency-Key": "k"})
        again = httpx.post(f"{service.url}/messages", json={}, headers={"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert service.taken == {"k": {}}


def test_the_fake_ends_with_ctrl_c(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from ccr_messages import fake

    def interrupted(_: FakeService) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(FakeService, "serve_forever", interrupted)
    fake.main(["0"])
    assert capsys.readouterr().out.startswith("takes messages at http://127.0.0.1:")


def test_the_fake_can_be_started_by_itself() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "ccr_messages.fake", "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.removeprefix("takes messages at ").partition(",")[0]
        answer = httpx.post(url, json={}, headers={"Idempotency-Key": "k"})
        process.terminate()
    assert answer.json() == {"key": "k", "accepted": True}

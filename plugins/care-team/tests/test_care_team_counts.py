"""Counting: by many threads, over restarts, into files that processes share and that may be damaged."""

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ccr_care_team import counts as counting
from ccr_care_team import files
from ccr_care_team.counts import SEEN, Counts, Key, heard
from ccr_care_team.ledger import Ledger
from ccr_care_team.plugin import CareTeam

from ccr_rules import Engine, UsageError
from ccr_rules.hosting import Feedback
from ccr_rules.hosting.plugins import Plugins
from ccr_rules.record.entry import Coding

LONDON = ZoneInfo("Europe/London")
RECORD = Path("fhir_examples/support-overdue/record.json").read_bytes()
RULE = "support-conversation-due@best-practice-ccr@2026.1.0"
FIRED = Key("fired", RULE)
DAY = date(2026, 11, 20)
EVER = (date.min, date.max)


def hosted(**settings: Any) -> tuple[Engine, CareTeam]:
    plugin = CareTeam()
    return Engine.hosting(Plugins.of({"care-team": plugin}, {"care-team": settings})), plugin


def all_of(ledger: Ledger) -> dict[Key, int]:
    return dict(ledger.read(*EVER).counts.between(*EVER))


# --- what is counted ------------------------------------------------------------------------------


def test_an_evaluation_counts_what_fires_in_it_and_keeps_nothing_of_the_patient(tmp_path: Path) -> None:
    engine, plugin = hosted(folder=str(tmp_path), write_every=1)
    for _ in range(2):
        assert engine.evaluate(RECORD, DAY).hosted.faults == ()
    engine.evaluate(Path("fhir_examples/all-done-in-time/record.json").read_bytes(), DAY)
    assert all_of(plugin.ledger) == {SEEN: 3, FIRED: 2}
    text = (tmp_path / "care-team-2026-11.ndjson").read_text(encoding="utf-8")
    assert set(text.splitlines()[1:]) == {
        '{"day":"2026-11-20","counts":[[["seen","",""],1]]}',
        f'{{"day":"2026-11-20","counts":[[["fired","{RULE}",""],1],[["seen","",""],1]]}}',
    }


def test_what_is_withheld_counts_as_fired_too() -> None:
    settings = {
        "roles": {"Reception": "receptionist", "GP": "GP"},
        "does_not_act_on": {"receptionist": ["support-conversation-due"]},
        "overdue_days": 365,
    }
    engine, plugin = hosted(**settings)
    engine.evaluate(RECORD, DAY, host={"userRole": "Reception"})
    assert all_of(plugin.ledger) == {SEEN: 1, FIRED: 1, Key("withheld", RULE, "receptionist"): 1}


def feedback(at: datetime, outcome: Any = "accepted", **fields: Any) -> Feedback:
    return Feedback(outcome, at, **fields)


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "keys"),
    [
        (feedback(NOON, prompts=(RULE,)), [Key("accepted", RULE)]),
        (feedback(NOON, prompts=(RULE, RULE)), [Key("accepted", RULE)]),
        (
            feedback(NOON, "declined", prompts=(RULE, "a@b@1.0.0"), reason="not-now"),
            [Key("declined", RULE, "not-now"), Key("declined", "a@b@1.0.0", "not-now")],
        ),
        (feedback(NOON, "overridden"), [Key("overridden")]),
        (
            feedback(NOON, prompts=(RULE,), codes=(Coding("http://snomed.info/sct", "1239431000000104"),)),
            [Key("accepted", RULE), Key("code", "", "1239431000000104")],
        ),
        # Free text, in which somebody might stand, is not kept.
        (feedback(NOON, "declined", reason="Mrs Example is on holiday"), [Key("declined", "", "other")]),
        (feedback(NOON, prompts=("Mrs Example",)), [Key("accepted", "other")]),
        (feedback(NOON, codes=(Coding("", "EMISNQ12"),)), [Key("accepted"), Key("code", "", "other")]),
        (feedback(NOON, "declined", reason="x" * 61), [Key("declined", "", "other")]),
    ],
)
def test_what_feedback_counts_as(given: Feedback, keys: list[Key]) -> None:
    assert heard(given, LONDON) == (DAY, keys)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        # The clocks go forward on 29 March 2026, and back on 25 October.
        (datetime(2026, 3, 28, 23, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 29, 22, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 22, 59, tzinfo=UTC), date(2026, 10, 24)),
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC), date(2026, 11, 30)),
        (datetime(2026, 12, 1, 1, 30, tzinfo=timezone(timedelta(hours=2))), date(2026, 11, 30)),
        (datetime(2028, 2, 29, 23, 59), date(2028, 2, 29)),
    ],
)
def test_the_day_is_that_of_the_practice(at: datetime, day: date) -> None:
    assert heard(feedback(at), LONDON)[0] == day


def test_a_host_that_names_ever_new_things_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_NAMES", 3)
    monkeypatch.setattr(counting, "MOST_DAYS", 2)
    found = Counts()
    for number in range(10):
        found.add(DAY, [(Key("accepted", f"p{number}@r@1"), 1)])
    assert dict(found.between(*EVER)) == {
        **{Key("accepted", f"p{number}@r@1"): 1 for number in range(3)},
        Key("accepted", "other"): 7,
    }
    for number in range(1, 4):
        found.add(DAY + timedelta(days=number), [(SEEN, 1)])
    assert [day for day, _ in found] == [DAY + timedelta(days=2), DAY + timedelta(days=3)]


# --- threads, processes, restarts -----------------------------------------------------------------


@pytest.mark.parametrize("is_kept", [True, False])
def test_many_threads_lose_nothing_and_count_nothing_twice(is_kept: bool, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path if is_kept else None, write_every=7)

    def work(_: int) -> None:
        for number in range(200):
            day = DAY + timedelta(days=number % 40)
            ledger.count_evaluation(day)
            ledger.count(day, [FIRED])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert all_of(ledger) == {SEEN: 1600, FIRED: 1600}
    assert ledger.read(*EVER).unreadable == ()


def test_the_report_may_be_read_while_others_count(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, write_every=3)
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            ledger.count_evaluation(DAY)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for each in threads:
        each.start()
    seen = [all_of(ledger).get(SEEN, 0) for _ in range(20)]
    stop.set()
    for each in threads:
        each.join()
    assert all_of(ledger)[SEEN] >= max(seen)


def test_two_processes_share_a_folder_and_a_third_goes_on_after_them(tmp_path: Path) -> None:
    one, two = Ledger(tmp_path), Ledger(tmp_path)
    for ledger in (one, two, one):
        ledger.count_evaluation(DAY)
        ledger.write()
    three = Ledger(tmp_path)
    three.count_evaluation(DAY)
    assert [all_of(each)[SEEN] for each in (one, two, three)] == [3, 3, 4]


def test_what_is_not_written_is_written_at_the_end(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, write_every=100)
    ledger.count_evaluation(DAY)
    assert list(tmp_path.iterdir()) == []
    ledger.try_to_write("they are lost")
    ledger.try_to_write("they are lost")
    assert all_of(Ledger(tmp_path)) == {SEEN: 1}


def test_each_month_has_a_file_and_only_those_asked_for_are_read(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, write_every=1)
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)]
    for day in days:
        ledger.count_evaluation(day)
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        f"care-team-2026-0{month}.ndjson" for month in (1, 2, 3)
    ]
    (tmp_path / "care-team-2026-03.ndjson").write_bytes(b"not asked for")
    found = ledger.read(date(2026, 1, 31), date(2026, 2, 27))
    assert (dict(found.counts), found.unreadable) == ({days[0]: {SEEN: 1}, days[1]: {SEEN: 1}}, ())


# --- what goes wrong ------------------------------------------------------------------------------


def broken(good: bytes) -> Iterator[tuple[str, bytes]]:
    yield "cut off", good[: len(good) // 2]
    yield "no JSON", b"\x00\xff\xfe"
    yield "another shape", b'{"day":"2026-11-20"}'
    yield "a key too many", good.replace(b'{"day"', b'{"patient":"p1","day"')
    yield "a day that is none", good.replace(b"2026-11-20", b"2026-11-31")
    yield "fewer than none", good.replace(b",1]", b",-1]")
    yield "unheard of", good.replace(b"seen", b"shown")
    yield "deep", b"[" * 100_000


GOOD = b'{"day":"2026-11-20","counts":[[["seen","",""],1]]}'


@pytest.mark.parametrize("line", [text for _, text in broken(GOOD)], ids=[name for name, _ in broken(GOOD)])
def test_a_damaged_line_is_told_and_the_others_count(line: bytes, tmp_path: Path) -> None:
    path = tmp_path / "care-team-2026-11.ndjson"
    path.write_bytes(b"\n" + GOOD + b"\n" + line)
    ledger = Ledger(tmp_path, write_every=1)
    ledger.count_evaluation(DAY)
    assert all_of(ledger) == {SEEN: 2}
    assert ledger.read(*EVER).unreadable == ("care-team-2026-11.ndjson:3",)
    assert path.read_bytes() == b"\n" + GOOD + b"\n" + line + b"\n" + GOOD


@pytest.mark.parametrize("length", range(1, len(GOOD) + 1))
def test_a_line_that_was_cut_off_anywhere_is_never_counted_in_part(length: int, tmp_path: Path) -> None:
    (tmp_path / "care-team-2026-11.ndjson").write_bytes((b"\n" + GOOD)[:length])
    files.append(tmp_path, DAY, [(SEEN, 1)])
    assert files.read(tmp_path, *EVER).counts.between(*EVER)[SEEN] == 1


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "care-team-2026-11.ndjson").mkdir()
    assert files.read(tmp_path, *EVER).unreadable == ("care-team-2026-11.ndjson: Is a directory",)


def test_what_cannot_be_written_is_kept_and_written_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """In an evaluation it is only logged; for feedback the host hears of it."""
    engine, plugin = hosted(folder=str(tmp_path), write_every=1)
    in_the_way = tmp_path / "care-team-2026-11.ndjson"
    in_the_way.mkdir()
    with caplog.at_level(logging.WARNING):
        assert engine.evaluate(RECORD, DAY).hosted.faults == ()
    assert caplog.messages == [
        "counts of prompts cannot be written (Is a directory); they are kept in memory meanwhile"
    ]
    faults = engine.plugins.feedback(feedback(NOON, prompts=(RULE,)))
    assert [each.fault.split(" at ")[0] for each in faults] == ["raised IsADirectoryError"]
    assert plugin.ledger.fault == "Is a directory"
    in_the_way.rmdir()
    assert engine.plugins.feedback(feedback(NOON, prompts=(RULE,))) == ()
    assert (plugin.ledger.fault, all_of(Ledger(tmp_path))) == (
        "",
        {SEEN: 1, FIRED: 1, Key("accepted", RULE): 2},
    )


def test_of_several_days_those_that_were_written_are_not_written_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    in_the_way = tmp_path / "care-team-2026-12.ndjson"
    in_the_way.mkdir()
    for day in (DAY, date(2026, 12, 1)):
        ledger.count_evaluation(day)
    with pytest.raises(OSError, match="Is a directory"):
        ledger.write()
    in_the_way.rmdir()
    ledger.write()
    assert all_of(Ledger(tmp_path)) == {SEEN: 2}


class FullDisk:
    """A file on a disk that takes so many bytes more."""

    def __init__(self, path: Path, room: int) -> None:
        self.path, self.room = path, room

    def __enter__(self) -> "FullDisk":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is to be closed."""

    def write(self, content: bytes) -> int:
        with open(self.path, "ab") as file:  # noqa: PTH123 - Path.open is what is replaced
            return file.write(content[: self.room])


@pytest.mark.parametrize("room", range(len(GOOD) + 1))
def test_a_full_disk_counts_nothing_twice(room: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(tmp_path)
    ledger.count_evaluation(DAY)
    with monkeypatch.context() as full:
        full.setattr(Path, "open", lambda path, *_, **__: FullDisk(path, room))
        with pytest.raises(OSError, match="only part of a line could be written"):
            ledger.write()
    assert ledger.fault == "only part of a line could be written; is the disk full?"
    ledger.write()
    assert all_of(Ledger(tmp_path)) == {SEEN: 1}


def test_a_folder_that_cannot_be_made_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match=r"folder: .*/file/counts cannot be made: Not a directory; name a"):
        hosted(folder=str(tmp_path / "file" / "counts"))


PROGRAM = """
import sys
from pathlib import Path
from ccr_care_team.plugin import CareTeam
from ccr_rules import Engine
from ccr_rules.hosting.plugins import Plugins
engine = Engine.hosting(Plugins.of({"care-team": CareTeam()}, {"care-team": {"folder": sys.argv[1]}}))
engine.evaluate(Path("fhir_examples/support-overdue/record.json").read_bytes(), "2026-11-20")
"""


def test_what_is_left_is_written_when_the_process_ends(tmp_path: Path) -> None:
    for _ in range(2):
        subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path)], check=True)
    assert all_of(Ledger(tmp_path)) == {SEEN: 2, FIRED: 2}

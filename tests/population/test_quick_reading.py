"""Most lines of an export are read quickly: the data set is the one that reading all in full gives."""

import hashlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccr_rules.population import one_patient
from ccr_rules.population.ingest import ingest
from tests.population.samples import condition, ndjson, observation, patient, take, write
from tests.record.test_plain import resources

Files = dict[str, bytes]


def digests(folder: Path) -> dict[str, str]:
    """Return what every file of a data set holds."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def ingested_in_full(export: Path, out: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ccr_rules.record.plain.PlainReader.read", lambda *_: None)
        patch.setattr("ccr_rules.record.reading.known_before", lambda *_: None)
        ingest([str(export)], out, jobs=1)


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """Draw lines of two patients, some of them damaged."""
    several: list[bytes] = []
    for who in ("p1", "p2"):
        for one in draw(resources()):
            line = json.dumps(one).replace('"p1"', f'"{who}"').replace("Patient/p1", f"Patient/{who}")
            several.append(draw(damaged(line.encode())))
    return b"\n".join(draw(st.permutations(several))) + draw(st.sampled_from((b"", b"\n", b"\r\n", b"\n\n")))


def damaged(line: bytes) -> st.SearchStrategy[bytes]:
    """Mostly the line; else one with a key twice, an escape, a space, a wrong letter, or half of it."""
    others = (
        line.replace(b"{", b'{"id": "first", ', 1),
        line.replace(b'"code"', b'"\\u0063ode"'),
        line.replace(b": ", b"\t:\t"),
        line.replace(b"Patient", b"Pati\xffnt"),
        line[: len(line) // 2],
        line + b"\r",
    )
    return st.sampled_from((line,) * 20 + others)


@settings(max_examples=40, deadline=None)
@given(st.lists(lines(), min_size=1, max_size=2))
def test_a_drawn_export_is_the_data_set_that_reading_in_full_gives(files: list[bytes]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        export = write(folder / "export", {f"{number}.ndjson": each for number, each in enumerate(files)})
        ingest([str(export)], folder / "quick", jobs=1)
        ingested_in_full(export, folder / "full")
        assert digests(folder / "quick") == digests(folder / "full")


def test_everybody_in_whom_there_is_nothing_to_find_is_read_quickly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(one_patient, "read_contents", never)
    people = [patient(f"p{number}") for number in range(5)]
    about = [
        make(each["id"], f"{make.__name__}-{each['id']}")
        for each in people
        for make in (condition, observation)
    ]
    export = write(tmp_path / "export", {"people.ndjson": ndjson(*people), "about.ndjson": ndjson(*about)})
    assert take(export).dataset.entries == len(about)

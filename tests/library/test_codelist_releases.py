"""Releases of codelists: of several folders, imported ones checked by their digest, and chosen by name."""

from pathlib import Path

import pytest

from ccr_rules.codelists.release import ReleaseRecord
from ccr_rules.errors import RulesetError, UsageError
from ccr_rules.language.report import Report
from ccr_rules.library.codelist_files import load_metadata
from ccr_rules.library.codelist_releases import read_releases, releases_text, text_digest
from ccr_rules.library.library import Library
from tests.library.codelist_sources import LIST, code, library_of, write_text

A, B = code(1), code(2)
ROW = f"{A},Cancer,primary,verified,\n"
TEXT = f"code,term,class,status,note\n{ROW}"
RECORD = ReleaseRecord(
    "A source",
    "Free",
    "csv",
    ("list.csv",),
    1,
    text_digest(TEXT),
    refset="999013651000230103",
    imported_on="2026-11-21",
)


def releases_of(tmp_path: Path, records: str, name: str = "growths") -> Path:
    library_of(tmp_path, d2026_01_01=ROW)
    write_text(tmp_path / "codelists" / name / "releases.yaml", records)
    return tmp_path / "codelists" / name


def refused(tmp_path: Path, release: str | None = None) -> str:
    with pytest.raises(RulesetError) as raised:
        Library(tmp_path).codelist("growths", release)
    return str(raised.value)


class TestRecords:
    def test_they_are_read_as_they_were_written(self, tmp_path: Path) -> None:
        odd = ReleaseRecord(
            'Ours: "é"', "#1", "tsv", ("a", "b"), 5, "sha256:0", complete=True, imported_by="A: B"
        )
        folder = releases_of(tmp_path, releases_text({"2026-01-01": RECORD, "2025-01-01": odd}))
        text, report = (folder / "releases.yaml").read_bytes(), Report()
        read = read_releases("growths", text, ("2025-01-01", "2026-01-01"), report)
        assert read == {"2026-01-01": RECORD, "2025-01-01": odd}
        assert report.problems() == ()

    def test_a_release_with_one_says_so(self, tmp_path: Path) -> None:
        releases_of(tmp_path, releases_text({"2026-01-01": RECORD}))
        read = Library(tmp_path).codelist("growths")
        assert (read.imported, read.complete) == (RECORD, False)
        assert read.membership_note == (
            "1 entries imported from A source, of a list that nobody has said to be whole; import it with "
            "--complete if it is."
        )

    def test_the_digest_of_the_list_covers_it(self, tmp_path: Path) -> None:
        library_of(tmp_path, d2026_01_01=ROW)
        without = Library(tmp_path).codelist("growths").digest
        releases_of(tmp_path, releases_text({"2026-01-01": RECORD}))
        assert Library(tmp_path).codelist("growths").digest != without

    def test_line_ends_do_not_count_as_a_change(self, tmp_path: Path) -> None:
        folder = releases_of(tmp_path, releases_text({"2026-01-01": RECORD}))
        (folder / "2026-01-01.csv").write_bytes(TEXT.replace("\n", "\r\n").encode())
        assert Library(tmp_path).codelist("growths").codes.keys() == {A}

    def test_a_release_that_was_changed_is_refused(self, tmp_path: Path) -> None:
        folder = releases_of(tmp_path, releases_text({"2026-01-01": RECORD}))
        write_text(folder / "2026-01-01.csv", TEXT.replace("Cancer", "Cancer too"))
        assert "growths/2026-01-01.csv:1:1: error: the file was changed after it was imported" in refused(
            tmp_path
        )

    def test_an_entry_by_term_alone_is_read_too(self, tmp_path: Path) -> None:
        text = TEXT + ",Cancer by its term,primary,verified,\n"
        record = ReleaseRecord("A source", "Free", "csv", ("list.csv",), 2, text_digest(text))
        folder = releases_of(tmp_path, releases_text({"2026-01-01": record}))
        write_text(folder / "2026-01-01.csv", text)
        assert list(Library(tmp_path).codelist("growths").terms) == ["cancer by its term"]

    @pytest.mark.parametrize(
        ("yaml", "says"),
        [
            (
                LIST.replace("[primary, ", "[first, ").replace("class: primary", "class: first"),
                "`primary` is not a word for `class` of an entry",
            ),
            (LIST, "`verifeid` is not a word for `status` of an entry"),
        ],
    )
    def test_words_that_the_list_has_not_are_told_with_their_line(
        self, tmp_path: Path, yaml: str, says: str
    ) -> None:
        text = TEXT if "primary" in says else TEXT.replace("verified", "verifeid")
        record = ReleaseRecord("A source", "Free", "csv", ("list.csv",), 1, text_digest(text))
        library_of(tmp_path, yaml)
        folder = tmp_path / "codelists" / "growths"
        write_text(folder / "2026-01-01.csv", text)
        write_text(folder / "releases.yaml", releases_text({"2026-01-01": record}))
        assert f"growths/2026-01-01.csv:2:1: error: {says}" in refused(tmp_path)

    @pytest.mark.parametrize(
        ("records", "says"),
        [
            ("releases: x\n", "releases.yaml:1:11: error: `releases` is a map, not a text"),
            ("release: {}\n", "releases.yaml:1:1: error: `releases.yaml` has no key `release`"),
            (
                "releases: {2026-01-01: x}\n",
                "releases.yaml:1:24: error: the release 2026-01-01 is a map, not a text",
            ),
            (
                "releases: {2025-01-01: {source: x}}\n",
                "releases.yaml:1:12: error: there is no 2025-01-01.csv",
            ),
            ("releases: {2026-01-01: {source: x}}\n", "the release 2026-01-01 needs `digest`"),
            (
                releases_text({"2026-01-01": RECORD}).replace("entries: 1", "entries: many"),
                "`many` cannot be `entries` of the release 2026-01-01: it is a number of entries",
            ),
            (
                releases_text({"2026-01-01": RECORD}) + "    complete: perhaps\n",
                "`perhaps` is not a word for `complete`",
            ),
        ],
    )
    def test_each_fault_is_named_with_its_line(self, tmp_path: Path, records: str, says: str) -> None:
        releases_of(tmp_path, records)
        assert says in refused(tmp_path)


class TestFolders:
    def test_a_later_folder_adds_releases_and_its_newest_is_used(self, tmp_path: Path) -> None:
        shipped = library_of(tmp_path / "shipped", d2026_01_01=ROW)
        write_text(tmp_path / "local" / "codelists" / "growths" / "2025-06-01.csv", TEXT.replace(A, B))
        write_text(tmp_path / "local" / "codelists" / "growths" / "2025-01-01.csv", TEXT.replace(A, B))
        library = Library(shipped, tmp_path / "local")
        assert library.codelist_releases("growths") == ("2025-01-01", "2025-06-01", "2026-01-01")
        assert library.codelist("growths").release == "2025-06-01"
        assert library.codelist("growths", "2026-01-01").codes.keys() == {A}
        assert library.codelist("growths", "2025-06-01").title == "Growths"

    def test_the_same_day_in_a_later_folder_goes_before_the_earlier(self, tmp_path: Path) -> None:
        shipped = library_of(tmp_path / "shipped", d2026_01_01=ROW)
        write_text(tmp_path / "local" / "codelists" / "growths" / "2026-01-01.csv", TEXT.replace(A, B))
        assert Library(shipped, tmp_path / "local").codelist("growths", "2026-01-01").codes.keys() == {B}

    def test_a_later_folder_may_say_what_the_list_is(self, tmp_path: Path) -> None:
        shipped = library_of(tmp_path / "shipped", d2026_01_01=ROW)
        local = library_of(tmp_path / "local", LIST.replace("title: Growths", "title: Ours"))
        read = Library(shipped, local).codelist("growths")
        assert (read.title, read.release) == ("Ours", "2026-01-01")

    def test_what_a_list_is_must_be_readable(self, tmp_path: Path) -> None:
        folder = library_of(tmp_path, LIST.replace("title: Growths\n", "")) / "codelists" / "growths"
        with pytest.raises(RulesetError, match="a codelist needs `title`"):
            load_metadata([folder])
        (folder / "codelist.yaml").unlink()
        with pytest.raises(RulesetError, match=r"there is no codelist\.yaml"):
            load_metadata([folder])

    @pytest.mark.parametrize(
        ("hazard", "says"),
        [
            ("{name: x}", "a hazard needs `pattern`"),
            ("{name: x, pattern: '('}", "not a regular expression"),
        ],
    )
    def test_a_hazard_has_a_name_and_a_pattern(self, tmp_path: Path, hazard: str, says: str) -> None:
        yaml = LIST.replace("{name: in situ, pattern: 'in situ'}", hazard)
        folder = library_of(tmp_path, yaml) / "codelists" / "growths"
        with pytest.raises(RulesetError, match=says):
            load_metadata([folder])


class TestChoice:
    def test_a_release_is_chosen_by_name_whatever_a_ruleset_pins(self, tmp_path: Path) -> None:
        library = Library(library_of(tmp_path, d2025_01_01=ROW, d2026_01_01=ROW))
        chosen = library.finder(library.check_releases({"growths": "2025-01-01"}))
        newest = library.finder(library.check_releases({"growths": "newest"}))
        for pinned in (None, "2026-01-01"):
            assert chosen("growths", pinned).release == "2025-01-01"
        assert newest("growths", "2025-01-01").release == "2026-01-01"
        assert library.finder({})("growths", "2025-01-01").release == "2025-01-01"

    def test_what_there_is_not_is_refused_with_what_there_is(self, tmp_path: Path) -> None:
        library = Library(library_of(tmp_path, d2025_01_01=ROW))
        with pytest.raises(
            UsageError, match="there is no release 2020-01-01 of codelist growths; there are newest, 2025"
        ):
            library.check_releases({"growths": "2020-01-01"})
        with pytest.raises(UsageError, match="there is no codelist growth; did you mean `growths`"):
            library.check_releases({"growth": "newest"})
        with pytest.raises(UsageError, match="there is no codelist zzz; one of: growths"):
            library.codelist_folders("zzz")

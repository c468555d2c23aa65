"""A release made of what was read: classes, statuses, order, and what it leaves out; then written, whole."""

from pathlib import Path

import pytest

from ccr_rules.codelists.codelist import Codelist, CodelistEntry
from ccr_rules.errors import RulesetError, UsageError
from ccr_rules.library.importing.formats import Source
from ccr_rules.library.importing.run import (
    Order,
    Prepared,
    keep_import,
    lists_folder,
    open_list,
    prepare_import,
    wanted_refset,
)
from ccr_rules.library.importing.writing import release_text
from ccr_rules.library.library import Library
from tests.library.codelist_sources import LIST, REFSET, Release, code, library_of, value_set, write_text

A, B, C, D, E, F = (code(number) for number in range(1, 7))
BEFORE = f"""\
{B},Secondary of bone,metastasis,verified,seen
{A},Cancer of colon,primary,verified,seen
{E},Cancer of the scheme,primary,verified-old-scheme,seen
,Cancer by its term,primary,verified,seen
,Another cancer by its term,primary,verified,seen
"""


def prepared(
    tmp_path: Path,
    rows: str,
    header: str = "code,term",
    yaml: str = LIST,
    before: str = BEFORE,
    **order: object,
) -> Prepared:
    library = Library(library_of(tmp_path / "library", yaml, d2026_01_01=before))
    source = Source(write_text(tmp_path / "20260301.csv", f"{header}\n{rows}"))
    return prepare_import(Order("growths", source, **order), open_list(library, "growths"))  # type: ignore[arg-type]


def entries(of: Prepared) -> dict[str, CodelistEntry]:
    return {entry.code or entry.term: entry for entry in of.draft.entries}


class TestClasses:
    def test_the_class_is_read_from_the_term(self, tmp_path: Path) -> None:
        rows = f"{C},Cancer of lung\n{D},Secondary cancer of lung\n{F},History of cancer\n"
        found = entries(prepared(tmp_path, rows))
        assert [found[each].class_ for each in (C, D, F)] == ["primary", "metastasis", "history-of"]
        assert {found[each].note for each in (C, D, F)} == {""}

    def test_what_no_term_tells_is_taken_as_the_first_class_which_nobody_overlooks(
        self, tmp_path: Path
    ) -> None:
        made = prepared(tmp_path, f"{C},Gorlin syndrome\n")
        assert made.draft.assumed == (
            CodelistEntry(
                C, "Gorlin syndrome", "primary", "unverified", "class assumed: nothing in the term says which"
            ),
        )

    def test_the_word_of_the_source_goes_first(self, tmp_path: Path) -> None:
        made = prepared(
            tmp_path, f"{C},Cancer of lung,metastasis\n{D},Cancer of bone,primary\n", "code,term,class"
        )
        assert (entries(made)[C].class_, entries(made)[C].note) == (
            "metastasis",
            "class kept: given by the source",
        )
        assert (entries(made)[D].class_, entries(made)[D].note) == ("primary", "")

    def test_a_word_that_is_no_class_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(
            RulesetError, match=r"20260301.csv:2:1: error: `spread` is not a word for `class`"
        ):
            prepared(tmp_path, f"{C},Cancer of lung,spread\n", "code,term,class")

    def test_what_somebody_said_in_the_release_before_is_kept(self, tmp_path: Path) -> None:
        before = f"{C},Cancer,metastasis,verified,seen\n"
        made = prepared(tmp_path, f"{C},Cancer of lung\n", before=before)
        assert entries(made)[C].note == "class kept: of release 2026-01-01"
        keep_import(made, tmp_path / "library", replace=False)
        again = prepared(
            tmp_path, f"{C},Cancer of lung\n{D},Cancer of bone\n", before=before, release="2026-03-02"
        )
        assert again.into.before is not None
        assert again.into.before.release == "2026-03-01"
        assert (entries(again)[C].class_, entries(again)[C].note) == (
            "metastasis",
            "class kept: of release 2026-01-01",
        )

    def test_what_a_pattern_said_in_an_import_before_is_read_anew(self, tmp_path: Path) -> None:
        keep_import(prepared(tmp_path, f"{C},Cancer of lung\n"), tmp_path / "library", replace=False)
        again = prepared(tmp_path, f"{C},Secondary of lung\n", release="2026-03-02")
        assert (entries(again)[C].class_, entries(again)[C].note) == ("metastasis", "")

    def test_a_class_that_the_list_has_no_more_is_not_kept(self, tmp_path: Path) -> None:
        library_of(tmp_path / "library", d2026_01_01=BEFORE)
        into = open_list(Library(tmp_path / "library"), "growths")
        assert into.before is not None
        fewer = LIST.replace("[primary, metastasis, history-of]", "[primary, history-of]").replace(
            "  - {pattern: 'secondary', class: metastasis}\n", ""
        )
        before = BEFORE.replace("metastasis", "primary")
        assert (
            entries(prepared(tmp_path, f"{B},Secondary\n", yaml=fewer, before=before))[B].class_ == "primary"
        )

    def test_a_list_without_classes_needs_none(self, tmp_path: Path) -> None:
        yaml = LIST[: LIST.index("classes:")]
        made = prepared(tmp_path, f"{C},Anything\n", yaml=yaml, before=f"{A},Before,,verified,\n")
        assert entries(made)[C] == CodelistEntry(C, "Anything", None, "unverified")
        assert made.draft.classes == {}

    def test_hazards_are_found_in_the_terms(self, tmp_path: Path) -> None:
        found = prepared(tmp_path, f"{C},Cancer in situ\n{D},Cancer\n").draft.hazards
        assert {name: [each.code for each in some] for name, some in found.items()} == {"in situ": [C]}


class TestStatus:
    def test_a_table_of_nobody_s_is_matched_and_never_offered(self, tmp_path: Path) -> None:
        assert entries(prepared(tmp_path, f"{C},Cancer\n"))[C].status == "unverified"
        said = prepared(tmp_path, f"{C},Cancer\n", said_source=" Our ICB,\nMarch ")
        assert (entries(said)[C].status, said.record.source) == ("verified", "Our ICB, March")

    def test_what_is_no_longer_in_use_is_matched_and_never_offered(self, tmp_path: Path) -> None:
        library = Library(library_of(tmp_path / "library", d2026_01_01=BEFORE))
        folder = (
            Release()
            .member(C)
            .concept(C, "Cancer", "0")
            .member(A)
            .concept(A, "Cancer of colon")
            .write(tmp_path / "rf2")
        )
        into = open_list(library, "growths")
        made = prepare_import(Order("growths", Source(folder, refset=wanted_refset(into, ""))), into)
        assert [entries(made)[each].status for each in (A, C)] == ["verified", "verified-inactive"]
        assert (made.day, made.record.refset) == ("2025-12-11", REFSET)

    def test_a_code_of_an_ended_scheme_stays_one(self, tmp_path: Path) -> None:
        assert entries(prepared(tmp_path, f"{E},Cancer\n"))[E].status == "verified-old-scheme"

    def test_a_retired_code_stays_so_until_a_source_says_otherwise(self, tmp_path: Path) -> None:
        before = f"{A},Cancer,primary,verified-inactive,seen\n"
        assert entries(prepared(tmp_path, f"{A},Cancer\n", before=before))[A].status == "verified-inactive"
        folder = Release().member(A).concept(A, "Cancer").write(tmp_path / "rf2")
        into = open_list(Library(tmp_path / "library"), "growths")
        made = prepare_import(Order("growths", Source(folder, refset=wanted_refset(into, REFSET))), into)
        assert entries(made)[A].status == "verified"

    def test_replacements_are_told_apart_from_members(self, tmp_path: Path) -> None:
        folder = (
            Release()
            .member(C)
            .concept(C, "Cancer", "0")
            .concept(D, "Cancer now")
            .replaced(C, D)
            .write(tmp_path / "rf2")
        )
        into = open_list(Library(library_of(tmp_path / "library", d2026_01_01=BEFORE)), "growths")
        made = prepare_import(Order("growths", Source(folder, refset=wanted_refset(into, ""))), into)
        assert [each.code for each in made.draft.replacements] == [D]
        assert (entries(made)[C].note, entries(made)[D].note) == (f"SAME AS {D}", f"SAME AS for {C}")


class TestAgainstTheReleaseBefore:
    def test_what_it_preferred_stays_first_and_the_rest_goes_by_term(self, tmp_path: Path) -> None:
        made = prepared(
            tmp_path,
            f"{D},Cancer of toe\n{A},Cancer of colon\n{C},Cancer of ear\n{B},Secondary\n",
            complete=True,
        )
        assert [entry.code for entry in made.draft.entries] == [B, A, C, D]
        assert made.draft.new == 2

    def test_what_is_left_out_is_told(self, tmp_path: Path) -> None:
        assert [entry.code for entry in prepared(tmp_path, f"{A},Cancer\n").draft.left_out] == [B, E]

    def test_a_term_without_a_code_stays_until_a_code_with_it_is_imported(self, tmp_path: Path) -> None:
        made = prepared(tmp_path, f"{C},Cancer by its term (disorder)\n")
        assert [entry.term for entry in made.draft.kept_terms] == ["Another cancer by its term"]
        assert "Another cancer by its term" in entries(made)

    def test_or_until_the_list_is_whole(self, tmp_path: Path) -> None:
        assert prepared(tmp_path, f"{C},Cancer\n", complete=True).draft.kept_terms == ()

    def test_a_missing_term_is_taken_from_it(self, tmp_path: Path) -> None:
        assert entries(prepared(tmp_path, f"{A},\n"))[A].term == "Cancer of colon"

    def test_or_the_code_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(
            RulesetError, match=r"20260301.csv:2:1: error: a code without a term .*--descriptions"
        ):
            prepared(tmp_path, f"{C},\n")

    def test_a_list_may_have_none(self, tmp_path: Path) -> None:
        library = Library(library_of(tmp_path / "library"))
        source = Source(write_text(tmp_path / "20260301.csv", f"code,term\n{C},Cancer\n"))
        made = prepare_import(Order("growths", source), open_list(library, "growths"))
        assert (made.draft.new, made.draft.left_out) == (1, ())


class TestTheDay:
    @pytest.mark.parametrize("name", ["x_20260301.csv", "x-2026-03-01.csv"])
    def test_it_is_read_from_the_name_of_the_file(self, tmp_path: Path, name: str) -> None:
        library = Library(library_of(tmp_path / "library"))
        source = Source(write_text(tmp_path / name, f"code,term\n{C},Cancer\n"))
        assert prepare_import(Order("growths", source), open_list(library, "growths")).day == "2026-03-01"

    def test_or_from_that_of_its_folder(self, tmp_path: Path) -> None:
        library = Library(library_of(tmp_path / "library"))
        write_text(
            tmp_path / "export 20260301" / "20269999.json", value_set({"code": C, "display": "Cancer"})
        )
        made = prepare_import(
            Order("growths", Source(tmp_path / "export 20260301")), open_list(library, "growths")
        )
        assert made.day == "2026-03-01"

    def test_where_there_is_none_it_must_be_said(self, tmp_path: Path) -> None:
        library = Library(library_of(tmp_path / "library"))
        source = Source(write_text(tmp_path / "x.csv", f"code,term\n{C},Cancer\n"))
        into = open_list(library, "growths")
        with pytest.raises(UsageError, match="--release YYYY-MM-DD"):
            prepare_import(Order("growths", source), into)
        with pytest.raises(UsageError, match="--release 1 March is not a day"):
            prepare_import(Order("growths", source, "1 March"), into)


def test_a_reference_set_can_be_named_that_the_list_does_not_name(tmp_path: Path) -> None:
    into = open_list(Library(library_of(tmp_path / "library")), "growths")
    named = wanted_refset(into, "999013371000230104")
    assert named is not None
    assert (named.id, named.cluster) == ("999013371000230104", "999013371000230104")
    without = open_list(
        Library(library_of(tmp_path / "other", LIST.replace("refset:", "note: x\n#"))), "growths"
    )
    assert wanted_refset(without, "") is None


class TestWriting:
    def test_a_release_is_kept_beside_the_others_and_read_again(self, tmp_path: Path) -> None:
        made = prepared(
            tmp_path,
            f'{C},"Cancer, of lung"\n',
            complete=True,
            licence="Ours",
            imported_on="2026-03-05",
            imported_by="A. Person",
        )
        assert keep_import(made, tmp_path / "library", replace=False)
        read: Codelist = Library(tmp_path / "library").codelist("growths")
        assert (read.release, read.complete, read.imported) == ("2026-03-01", True, made.record)
        assert read.membership_note == "1 entries imported from 20260301.csv, the whole list."
        assert Library(tmp_path / "library").codelist_releases("growths") == ("2026-01-01", "2026-03-01")

    def test_the_same_again_changes_nothing(self, tmp_path: Path) -> None:
        made = prepared(tmp_path, f"{C},Cancer\n")
        assert keep_import(made, tmp_path / "library", replace=False)
        assert not keep_import(made, tmp_path / "library", replace=False)

    def test_another_content_must_be_meant(self, tmp_path: Path) -> None:
        out = tmp_path / "library"
        keep_import(prepared(tmp_path, f"{C},Cancer\n"), out, replace=False)
        other = prepared(tmp_path, f"{D},Cancer\n")
        with pytest.raises(UsageError, match="--replace"):
            keep_import(other, out, replace=False)
        assert keep_import(other, out, replace=True)
        assert set(Library(out).codelist("growths").codes) == {D}

    def test_nothing_is_left_behind_where_writing_fails(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = prepared(tmp_path, f"{C},Cancer\n")
        before = sorted(tmp_path.rglob("*"))

        def full(_handle: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(UsageError, match="No space left on device; name another with --out"):
            keep_import(made, tmp_path / "library", replace=False)
        assert sorted(tmp_path.rglob("*")) == before

    def test_a_folder_whose_releases_cannot_be_read_is_not_written_to(self, tmp_path: Path) -> None:
        made = prepared(tmp_path, f"{C},Cancer\n")
        write_text(tmp_path / "library" / "codelists" / "growths" / "releases.yaml", "releases: x\n")
        with pytest.raises(RulesetError, match=r"releases\.yaml cannot be used"):
            keep_import(made, tmp_path / "library", replace=False)

    def test_what_could_not_be_read_again_is_not_written(self) -> None:
        entry = CodelistEntry("123", "Cancer", None, "verified")
        with pytest.raises(RulesetError, match=r"x\.csv would not be usable, and was not written"):
            release_text([entry], (), "x.csv")

    def test_a_release_that_was_changed_can_be_imported_again(self, tmp_path: Path) -> None:
        made, out = prepared(tmp_path, f"{C},Cancer\n"), tmp_path / "library"
        keep_import(made, out, replace=False)
        file = out / "codelists" / "growths" / "2026-03-01.csv"
        file.write_text(file.read_text(encoding="utf-8").replace("Cancer", "Canker"), encoding="utf-8")
        with pytest.raises(RulesetError, match="the file was changed after it was imported"):
            Library(out).codelist("growths")
        again = prepared(tmp_path, f"{C},Cancer\n")
        assert (again.into.before, again.into.broken) == (None, True)
        assert keep_import(again, out, replace=True)
        assert Library(out).codelist("growths").codes[C].term == "Cancer"

    def test_the_folder_of_codelists_may_be_named_itself(self, tmp_path: Path) -> None:
        assert lists_folder(tmp_path) == tmp_path / "codelists"
        assert lists_folder(tmp_path / "codelists") == tmp_path / "codelists"

"""RF2: the members of a reference set, named, with their states and what replaced them."""

import tracemalloc
import zipfile
from pathlib import Path

import pytest

from ccr_rules.codelists.codelist import Refset
from ccr_rules.errors import RulesetError, UsageError
from ccr_rules.library.importing.formats import Source, read_source
from ccr_rules.library.importing.reading import Reading
from tests.library.codelist_sources import (
    POSSIBLY,
    REFSET,
    REPLACED_BY,
    SYNONYM,
    Release,
    code,
    description_id,
)

WANTED = Refset(REFSET, "CAN_COD")
A, B, C, D = (code(number) for number in range(1, 5))


def read(path: Path, **more: object) -> Reading:
    return read_source(Source(path, refset=WANTED, **more))  # type: ignore[arg-type]


def refused(path: Path, **more: object) -> str:
    with pytest.raises(RulesetError) as raised:
        read(path, **more)
    return str(raised.value)


def release() -> Release:
    made = Release().member(A).member(B).member(C, active="0").member(D, refset="999013371000230104")
    return made.concept(A, "Cancer A (disorder)").concept(B, "Cancer B (disorder)")


class TestMembers:
    def test_the_active_members_of_the_reference_set_are_read_and_named(self, tmp_path: Path) -> None:
        found = read(release().write(tmp_path))
        assert [(each.code, each.term, each.active) for each in found.entries] == [
            (A, "Cancer A (disorder)", True),
            (B, "Cancer B (disorder)", True),
        ]
        assert (found.format, found.refset) == ("rf2", REFSET)
        assert found.files == ["der2_Refset_SimpleSnapshot_20251211.txt"]

    def test_the_same_from_a_zip_file_which_is_not_unpacked(self, tmp_path: Path) -> None:
        folder = release().write(tmp_path / "release" / "Snapshot")
        archive = tmp_path / "release.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for file in folder.iterdir():
                packed.write(file, f"uk/Snapshot/{file.name}")
            packed.writestr("uk/Readme.pdf", b"%PDF")
        before = set(tmp_path.rglob("*"))
        assert [each.code for each in read(archive).entries] == [A, B]
        assert set(tmp_path.rglob("*")) == before

    def test_the_descriptions_can_be_elsewhere(self, tmp_path: Path) -> None:
        folder = release().write(tmp_path)
        refset = folder / "der2_Refset_SimpleSnapshot_20251211.txt"
        assert [each.term for each in read(refset).entries] == ["", ""]
        (folder / "Readme.txt").write_text("What this is\n", encoding="utf-8")
        found = read(refset, descriptions=(folder,))
        assert [each.term for each in found.entries] == ["Cancer A (disorder)", "Cancer B (disorder)"]

    def test_a_member_that_stands_there_twice_is_one(self, tmp_path: Path) -> None:
        assert [each.code for each in read(release().member(A).write(tmp_path)).entries] == [A, B]

    def test_only_the_newest_active_fully_specified_name_in_english_counts(self, tmp_path: Path) -> None:
        made = Release().member(A).concept(A, "Old name (disorder)")
        made.name(A, "Newest name (disorder)", day="20260101").name(A, "Older (disorder)", day="20010101")
        made.name(A, "Synonym", type_=SYNONYM, day="20270101").name(A, "Krebs", language="de", day="20270101")
        made.name(A, "Withdrawn (disorder)", active="0", day="20270101").name(
            B, "Somebody else", day="20270101"
        )
        assert read(made.write(tmp_path)).entries[0].term == "Newest name (disorder)"

    def test_full_and_delta_files_are_left_alone(self, tmp_path: Path) -> None:
        folder = release().write(tmp_path)
        Release().member(C).write(folder, type_="Full")
        Release().member(D).write(folder, type_="Delta")
        assert [each.code for each in read(folder).entries] == [A, B]

    def test_files_of_other_kinds_are_left_alone(self, tmp_path: Path) -> None:
        folder = release().write(tmp_path)
        (folder / "Readme.txt").write_text("What this is\n", encoding="utf-8")
        (folder / "package.json").write_text("{}", encoding="utf-8")
        assert [each.code for each in read(folder).entries] == [A, B]


class TestHistory:
    def test_what_replaced_an_inactive_member_is_added_and_both_say_so(self, tmp_path: Path) -> None:
        made = Release().member(A).member(B).concept(A, "Old", "0").concept(B, "Older", "0")
        made.concept(C, "New").concept(D, "Newer").replaced(A, C).replaced(B, D, REPLACED_BY)
        found = {each.code: each for each in read(made.write(tmp_path)).entries}
        assert [(each.active, each.member) for each in found.values()] == [
            (False, True),
            (False, True),
            (True, False),
            (True, False),
        ]
        assert found[A].replaced_by == [f"SAME AS {C}"]
        assert found[D].replaces == [f"REPLACED BY for {B}"]
        assert found[C].term == "New"

    def test_history_is_followed_to_its_end_even_in_a_circle(self, tmp_path: Path) -> None:
        made = Release().member(A).replaced(A, B).replaced(B, C).replaced(C, A)
        found = read(made.write(tmp_path)).entries
        assert [each.code for each in found] == [A, B, C]
        assert [each.active for each in found] == [False, False, False]

    def test_a_replacement_that_is_a_member_is_not_added_again(self, tmp_path: Path) -> None:
        made = Release().member(A).member(B).replaced(A, B)
        assert [each.code for each in read(made.write(tmp_path)).entries] == [A, B]

    def test_what_is_only_similar_or_withdrawn_replaces_nothing(self, tmp_path: Path) -> None:
        made = Release().member(A).replaced(A, B, POSSIBLY).replaced(A, C, active="0").replaced(D, B)
        assert [each.code for each in read(made.write(tmp_path)).entries] == [A]

    def test_a_replacement_that_is_no_concept_is_refused(self, tmp_path: Path) -> None:
        made = Release().member(A).replaced(A, "12345")
        assert "der2_cRefset_AssociationSnapshot_20251211.txt:2" in refused(made.write(tmp_path))

    def test_an_inactive_member_without_a_replacement_stays(self, tmp_path: Path) -> None:
        made = Release().member(A).concept(A, "Old", "0")
        assert [(each.code, each.active) for each in read(made.write(tmp_path)).entries] == [(A, False)]

    def test_history_can_go_with_a_source_of_another_format(self, tmp_path: Path) -> None:
        folder = Release().concept(B, "New").replaced(A, B).write(tmp_path / "rf2")
        table = tmp_path / "list.csv"
        table.write_text(f"code,term\n{A},Old\n", encoding="utf-8")
        found = read(table, associations=(folder,), descriptions=(folder,)).entries
        assert [(each.code, each.term, each.active) for each in found] == [
            (A, "Old", False),
            (B, "New", True),
        ]


class TestRefused:
    def test_another_reference_set(self, tmp_path: Path) -> None:
        folder = Release().member(A, refset="999013371000230104").write(tmp_path)
        assert f"the reference set {REFSET} is not among the 1 of these files" in refused(folder)

    def test_a_list_without_a_reference_set(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="--refset"):
            read_source(Source(release().write(tmp_path)))

    def test_a_release_that_is_no_snapshot(self, tmp_path: Path) -> None:
        folder = release().write(tmp_path, type_="Full")
        assert "der2_Refset_SimpleFull_20251211.txt" in refused(folder)
        assert "no Simple reference set" in refused(folder)

    def test_a_full_release_under_another_name(self, tmp_path: Path) -> None:
        made = release()
        made.members.append(made.members[0])
        assert ".txt:6:1: error: a member stands here twice (the first is in line 2;" in refused(
            made.write(tmp_path)
        )

    def test_files_without_a_reference_set(self, tmp_path: Path) -> None:
        folder = release().write(tmp_path)
        (folder / "der2_Refset_SimpleSnapshot_20251211.txt").unlink()
        assert "no Simple reference set in it (name the Snapshot" in refused(folder)

    def test_a_member_that_is_a_description(self, tmp_path: Path) -> None:
        folder = Release().member(description_id(1)).write(tmp_path)
        assert ".txt:2:1: error: this is the identifier of a description" in refused(folder)

    @pytest.mark.parametrize("cut", [1, 2, 20], ids=["line end", "line ends", "in a cell"])
    def test_a_file_that_is_cut_off(self, tmp_path: Path, cut: int) -> None:
        file = release().write(tmp_path) / "der2_Refset_SimpleSnapshot_20251211.txt"
        file.write_bytes(file.read_bytes()[:-cut])
        assert ".txt:5:1: error: " in refused(tmp_path)
        assert "cut off" in refused(tmp_path)

    def test_a_name_that_is_not_utf8(self, tmp_path: Path) -> None:
        file = release().write(tmp_path) / "sct2_Description_Snapshot-en_20251211.txt"
        file.write_bytes(file.read_bytes().replace(b"Cancer B", b"Canc\xe9r B"))
        assert "en_20251211.txt:3:1: error: the file is not utf-8" in refused(tmp_path)

    def test_only_members_that_are_active_are_members(self, tmp_path: Path) -> None:
        assert "nothing in it belongs to this list" in refused(
            Release().member(A, active="0").write(tmp_path)
        )


def test_memory_stays_flat_however_large_the_release(tmp_path: Path) -> None:
    """300,000 members, of which three belong to the list: 20 MB are read in less than half of one."""
    small, large = (_peak(tmp_path / name, rows) for name, rows in (("small", 10), ("large", 300_000)))
    assert small < 400_000
    assert large < small + 50_000


def _peak(folder: Path, rows: int) -> int:
    """Return the most memory, in bytes, that reading a release of so many rows took."""
    made = Release()
    for number in range(3):
        made.member(code(number)).concept(code(number), "Cancer (disorder)")
    with (made.write(folder) / "der2_Refset_SimpleSnapshot_20251211.txt").open("ab") as stream:
        for number in range(rows):
            stream.write(b"x%09d\t20251211\t1\t1\t999013371000230104\t%018d\r\n" % (number, number))
    tracemalloc.start()
    try:
        assert len(read(folder).entries) == 3
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

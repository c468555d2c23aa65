"""Codelists on disk: what is read, and what is refused, with its place."""

from pathlib import Path

import pytest

from ccr_rules.codelists.codelist import Codelist, CodelistEntry, CodelistSource, Match, Refset
from ccr_rules.errors import Problem, RulesetError
from ccr_rules.library.codelist_files import read_codelist
from ccr_rules.library.codelist_text import gather, releases_of

YAML = """\
name: bone
title: Bone
category: diagnosis
note: A note.
found_in: [Condition, Observation]
found_in_because: It stands there.
refset: {id: "999013651000230103", cluster: CAN_COD, name: malignancies}
sources:
  - {id: gm, title: A source, url: "https://example.org", note: read there}
licence: Free.
membership: {complete: false, note: Import the rest.}
classes: [primary, metastasis]
words:
  tumour: ['tumou?r', growth]
looks_like:
  - {pattern: 'secondary <tumour>', class: metastasis}
  - {pattern: '<tumour> of bone', class: primary}
unless: ['no <tumour>']
"""
CSV = """\
code,term,class,status,note
94222008,Secondary malignant neoplasm of bone,metastasis,verified,gm
,"Bone growth, unspecified (disorder)",primary,unverified,
"""


def folder(tmp_path: Path, yaml: str = YAML, csv: str = CSV, name: str = "bone") -> Path:
    path = tmp_path / name
    path.mkdir(exist_ok=True)
    (path / "codelist.yaml").write_text(yaml, encoding="utf-8")
    (path / "2026-11-21.csv").write_text(csv, encoding="utf-8")
    return path


def load_codelist(path: Path, release: str | None = None) -> Codelist:
    return read_codelist(gather([path], release))


def problems_of(path: Path, release: str | None = None) -> tuple[Problem, ...]:
    with pytest.raises(RulesetError) as raised:
        load_codelist(path, release)
    return raised.value.problems


class TestReading:
    def test_a_codelist_is_read_whole(self, tmp_path: Path) -> None:
        bone = load_codelist(folder(tmp_path))
        assert (bone.name, bone.title, bone.category, bone.release) == (
            "bone",
            "Bone",
            "diagnosis",
            "2026-11-21",
        )
        assert bone.found_in == {"Condition", "Observation"}
        assert bone.found_in_because == "It stands there."
        assert bone.refset == Refset("999013651000230103", "CAN_COD", "malignancies")
        assert bone.sources == (CodelistSource("gm", "A source", "https://example.org", "read there"),)
        assert (bone.licence, bone.note, bone.classes) == ("Free.", "A note.", ("primary", "metastasis"))
        assert (bone.complete, bone.membership_note) == (False, "Import the rest.")

    def test_entries_with_a_code_are_kept_by_code_and_the_others_by_folded_term(self, tmp_path: Path) -> None:
        bone = load_codelist(folder(tmp_path))
        assert bone.codes["94222008"] == CodelistEntry(
            "94222008", "Secondary malignant neoplasm of bone", "metastasis", "verified", "gm"
        )
        assert list(bone.terms) == ["bone growth, unspecified"]

    def test_words_stand_in_the_patterns_that_name_them(self, tmp_path: Path) -> None:
        bone = load_codelist(folder(tmp_path))
        assert bone.guess("Secondary growth of bone") == Match(
            "looks-like", "metastasis", "Secondary growth of bone"
        )
        assert bone.guess("Tumor of bone") == Match("looks-like", "primary", "Tumor of bone")
        assert bone.guess("No tumour of bone") is None

    def test_what_may_be_left_out_may_be_left_out(self, tmp_path: Path) -> None:
        yaml = (
            "name: bone\ntitle: Bone\ncategory: activity\nfound_in: [Condition]\nfound_in_because: "
            "So.\nsources: [{id: gm, title: A source}]\nlicence: Free.\nmembership: {complete: true}\n"
        )
        bone = load_codelist(folder(tmp_path, yaml, "code,term,class,status,note\n720006006,A,,verified,\n"))
        assert bone.complete
        assert (bone.refset, bone.looks_like, bone.codes["720006006"].class_) == (None, (), None)

    def test_a_list_can_consist_of_patterns_alone(self, tmp_path: Path) -> None:
        bone = load_codelist(folder(tmp_path, csv="code,term,class,status,note\n"))
        assert (bone.codes, bone.terms) == ({}, {})


class TestReleases:
    def test_the_newest_is_used_unless_another_is_named(self, tmp_path: Path) -> None:
        path = folder(tmp_path)
        (path / "2025-01-01.csv").write_text("code,term,class,status,note\n", encoding="utf-8")
        assert releases_of([path]) == ("2025-01-01", "2026-11-21")
        assert load_codelist(path).release == "2026-11-21"
        assert load_codelist(path, "2025-01-01").codes == {}

    def test_a_release_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        (problem,) = problems_of(folder(tmp_path), "2026-11-12")
        assert problem.message == "there is no release 2026-11-12"
        assert problem.hint == "did you mean `2026-11-21`?"

    def test_a_folder_without_a_release_is_refused(self, tmp_path: Path) -> None:
        path = folder(tmp_path)
        (path / "2026-11-21.csv").unlink()
        assert [problem.message for problem in problems_of(path)] == ["there is no release"]

    @pytest.mark.parametrize("name", ["newest", "20261121", "2026-11-31"])
    def test_a_release_is_named_by_its_day(self, tmp_path: Path, name: str) -> None:
        path = folder(tmp_path)
        (path / f"{name}.csv").write_text(CSV, encoding="utf-8")
        assert "bad-date" in [problem.code for problem in problems_of(path)]


class TestDigest:
    def test_it_stays_when_only_the_form_of_the_files_changes(self, tmp_path: Path) -> None:
        before = load_codelist(folder(tmp_path)).digest
        lines = YAML.splitlines(keepends=True)
        other_form = "# a comment\n" + "".join([*lines[1:], lines[0]])
        after = load_codelist(folder(tmp_path, other_form, "\ufeff" + CSV.replace("\n", "\r\n"))).digest
        assert before == after
        assert before.startswith("sha256:")

    @pytest.mark.parametrize(
        ("yaml", "csv"),
        [
            (YAML.replace("growth", "lump"), CSV),
            (YAML, CSV.replace("gm", "gm-sde")),
            (YAML, CSV.replace("unverified", "verified")),
        ],
    )
    def test_it_changes_with_whatever_the_list_says(self, tmp_path: Path, yaml: str, csv: str) -> None:
        before = load_codelist(folder(tmp_path)).digest
        assert load_codelist(folder(tmp_path, yaml, csv)).digest != before


REFUSED_METADATA = [
    ("title: Bone", "titel: Bone", "unknown-key", 2, "did you mean `title`?"),
    ("licence: Free.\n", "", "missing-key", 1, "add `licence: …`"),
    ("name: bone", "name: bones", "bad-name", 1, "bone"),
    ("category: diagnosis", "category: diagnoses", "unknown-word", 3, "did you mean `diagnosis`?"),
    (
        "[Condition, Observation]",
        "[Condition, Observations]",
        "unknown-word",
        5,
        "did you mean `Observation`?",
    ),
    ("[Condition, Observation]", "[Patient, Observation]", "unknown-word", 5, ""),
    ("[Condition, Observation]", "{a: b}", "wrong-shape", 5, ""),
    ("[Condition, Observation]", "Condtion", "unknown-word", 5, "did you mean `Condition`?"),
    ("[Condition, Observation]", "[[Condition]]", "wrong-shape", 5, ""),
    ("[Condition, Observation]", "[]", "empty", 5, ""),
    ('"999013651000230103"', '"999013651000230104"', "bad-value", 7, "look it up in its source"),
    ("refset: {id:", "refset: {identifier:", "missing-key", 7, "add `id: …`"),
    ("{id: gm, title: A source", "{id: gm, name: A source", "unknown-key", 9, ""),
    ("  - {id: gm, title: A source", "  - gm\n  - {id: gm, title: A source", "wrong-shape", 9, ""),
    (", note: Import the rest.", "", "missing-key", 11, "say which import makes it complete"),
    ("complete: false", "complete: partly", "unknown-word", 11, "one of: true, false"),
    ("membership: {complete: false, note: Import the rest.}", "membership: short", "wrong-shape", 11, ""),
    ("['tumou?r', growth]", "growth", "wrong-shape", 14, ""),
    ("['tumou?r', growth]", "['tumou?r', {a: b}]", "wrong-shape", 14, ""),
    ("'secondary <tumour>'", "'secondary <tumor>'", "unknown-name", 16, "did you mean `tumour`?"),
    ("'no <tumour>'", "'no (tumour'", "bad-value", 18, ""),
    ("'no <tumour>'", "'(no) tumour'", "bad-value", 18, "write (?:…)"),
    ("'no <tumour>'", "'No tumour'", "bad-value", 18, "write it small"),
    ("'no <tumour>'", "'(?:no)?'", "bad-value", 18, "name at least one word that must be there"),
    ("'no <tumour>'", "'(?i)no tumour'", "bad-value", 18, "delete (?…) at its start"),
    ("class: metastasis}", "class: metastases}", "unknown-word", 16, "did you mean `metastasis`?"),
    (", class: metastasis}", "}", "missing-key", 16, "add `class: …`"),
    ("pattern: 'secondary <tumour>', ", "", "missing-key", 16, "add `pattern: …`"),
    ("title: Bone", "title: {a: b}", "wrong-shape", 2, ""),
    ("title: Bone", "title: Bone\ntitle: Bone", "duplicate-key", 3, "the first is in line 2"),
]


class TestRefusedMetadata:
    @pytest.mark.parametrize(("there", "instead", "code", "line", "hint"), REFUSED_METADATA)
    def test_each_fault_is_named_with_its_line(
        self, tmp_path: Path, there: str, instead: str, code: str, line: int, hint: str
    ) -> None:
        assert there in YAML
        found = problems_of(folder(tmp_path, YAML.replace(there, instead, 1)))
        at_line = [problem for problem in found if (problem.code, problem.line) == (code, line)]
        assert at_line, found
        assert at_line[0].file == "bone/codelist.yaml"
        assert hint in at_line[0].hint

    def test_a_pattern_s_unknown_word_is_shown_where_it_stands(self, tmp_path: Path) -> None:
        (problem,) = problems_of(folder(tmp_path, YAML.replace("'no <tumour>'", "'no <lump>'")))
        assert (problem.line, problem.column, problem.found) == (18, 14, "<lump>")

    @pytest.mark.parametrize(
        ("there", "instead", "line"),
        [
            ("membership: {complete: false, note: Import the rest.}", "membership:", 11),
            ("classes: [primary, metastasis]", "classes: []", 12),
            ("['tumou?r', growth]", "", 14),
            ("unless: ['no <tumour>']", "unless:", 18),
        ],
    )
    def test_an_empty_value_is_told_once(self, tmp_path: Path, there: str, instead: str, line: int) -> None:
        found = problems_of(folder(tmp_path, YAML.replace(there, instead)))
        assert [problem.code for problem in found if problem.line == line] == ["empty"]

    def test_a_folder_without_metadata_is_refused(self, tmp_path: Path) -> None:
        path = folder(tmp_path)
        (path / "codelist.yaml").unlink()
        assert [problem.message for problem in problems_of(path)] == ["there is no codelist.yaml"]


REFUSED_ROWS = [
    ("code,term,class", "code,term,group", "wrong-shape", 1),
    ("note\n", "note,extra\n", "wrong-shape", 1),
    ("94222008,", "94222009,", "bad-value", 2),
    ("94222008,", "94222 008,", "bad-value", 2),
    ("94222008,", " 94222008,", "bad-value", 2),
    ("Secondary malignant neoplasm of bone", "", "empty", 2),
    ("metastasis", "metastases", "unknown-word", 2),
    ("metastasis", "", "unknown-word", 2),
    (",verified", ",checked", "unknown-word", 2),
    (",gm\n", "\n", "wrong-shape", 2),
    (",gm\n", ",gm\n94222008,Again,primary,verified,\n", "duplicate-id", 3),
    (",gm\n", ",gm\n,BONE growth,primary,verified,\n,Bone growth,primary,verified,\n", "duplicate-id", 4),
    (",gm\n", ',"two\nlines"\n94222008,Again,primary,verified,\n', "duplicate-id", 4),
    (",gm\n", ',"gm"s\n', "bad-value", 2),
]


class TestRefusedRows:
    @pytest.mark.parametrize(("there", "instead", "code", "line"), REFUSED_ROWS)
    def test_each_fault_is_named_with_its_line(
        self, tmp_path: Path, there: str, instead: str, code: str, line: int
    ) -> None:
        assert there in CSV
        found = problems_of(folder(tmp_path, csv=CSV.replace(there, instead, 1)))
        assert [(each.code, each.line, each.file) for each in found] == [(code, line, "bone/2026-11-21.csv")]

    def test_a_class_in_a_list_without_classes_is_refused(self, tmp_path: Path) -> None:
        yaml = YAML[: YAML.index("classes:")]
        csv = "code,term,class,status,note\n720006006,A,primary,verified,\n"
        assert [problem.message for problem in problems_of(folder(tmp_path, yaml, csv))] == [
            "this list has no classes"
        ]

    def test_a_file_that_is_not_utf8_is_refused(self, tmp_path: Path) -> None:
        path = folder(tmp_path)
        (path / "2026-11-21.csv").write_bytes(CSV.encode() + b"\xff")
        assert ("not-utf8", 4) in [(problem.code, problem.line) for problem in problems_of(path)]

    def test_an_empty_file_is_refused(self, tmp_path: Path) -> None:
        assert [problem.code for problem in problems_of(folder(tmp_path, csv=""))] == ["wrong-shape"]

    def test_a_list_of_nothing_is_refused(self, tmp_path: Path) -> None:
        path = folder(tmp_path, YAML[: YAML.index("words:")], "code,term,class,status,note\n")
        assert [problem.code for problem in problems_of(path)] == ["empty"]

    def test_all_faults_are_told_together(self, tmp_path: Path) -> None:
        bad_csv = CSV.replace("94222008", "94222009").replace("unverified", "perhaps")
        found = problems_of(folder(tmp_path, YAML.replace("name: bone", "name: bones"), bad_csv))
        assert [(problem.file, problem.line) for problem in found] == [
            ("bone/2026-11-21.csv", 2),
            ("bone/2026-11-21.csv", 3),
            ("bone/codelist.yaml", 1),
        ]

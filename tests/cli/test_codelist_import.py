"""`ccr codelist import` and `ccr codelist diff`, and what they change for an evaluation."""

import json
import re
from pathlib import Path

import pytest

from ccr_rules import Engine, UsageError, load_library
from tests.cli.support import (
    CASES,
    DAY,
    OVERDUE,
    SCHEME,
    bundle,
    ccr,
    diagnosis,
    patient,
    write_record,
    write_ruleset,
)
from tests.library.codelist_sources import Release, code, library_of, value_set, write_pcd, write_text

A, B, C = (code(number) for number in range(1, 4))
SUPPORT = "Provision of information about cancer support services available in primary care (procedure)"


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = (
        "254837009,Malignant neoplasm of breast (disorder)",
        "94222008,Secondary malignant neoplasm of bone (disorder)",
        f"{A},Malignant growth of toe (disorder)",
        f"{B},Carcinoma in situ of toe (disorder)",
        f"{C},Gorlin syndrome (disorder)",
    )
    return write_text(tmp_path / "cancer-20260301.csv", "code,term\n" + "\n".join(rows) + "\n")


def imported(table: Path, out: Path, *more: str) -> str:
    result = ccr("codelist", "import", "cancer-diagnosis", table, "--out", out, "--source", "A source", *more)
    assert result.exit_code == 0, result.stderr
    return flat(result.stdout)


class TestImport:
    def test_it_says_what_it_found_assumed_and_left_out(self, table: Path, tmp_path: Path) -> None:
        page = imported(table, tmp_path / "own")
        assert "cancer-diagnosis: release 2026-03-01 5 entries" in page
        assert "From cancer-20260301.csv (csv); source: A source" in page
        assert "Classes primary 4, metastasis 1" in page
        assert (
            f"Assumed 1 are taken as primary: no term says which, and taken for anything else they would "
            f"go unseen – {C}"
        ) in page
        assert f"Hazard 1 in situ: is this meant? – {B} Carcinoma in situ of toe" in page
        assert "Status verified 5" in page
        assert "Against release 2026-11-21: 3 new codes, 160 left out" in page
        assert "and 155 more" in page
        assert "The list counts as incomplete; import it with --complete if it is whole." in page
        assert f"It is used with --rulesets {(tmp_path / 'own').as_posix()}." in page

    def test_the_installed_library_is_never_written_to(
        self, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert ccr("codelist", "import", "cancer-diagnosis", table).exit_code == 0
        kept = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")} - {table.name}
        folder = "ccr-library/codelists/cancer-diagnosis"
        assert kept == {f"{folder}/2026-03-01.csv", f"{folder}/releases.yaml"}

    def test_a_dry_run_writes_nothing(self, table: Path, tmp_path: Path) -> None:
        page = imported(table, tmp_path / "own", "--dry-run")
        assert "Nothing was written: without --dry-run this becomes" in page
        assert not (tmp_path / "own").exists()

    def test_the_same_again_says_so(self, table: Path, tmp_path: Path) -> None:
        imported(table, tmp_path / "own")
        assert "2026-03-01.csv has it already." in imported(table, tmp_path / "own")

    def test_a_newer_release_beside_it_is_told(self, table: Path, tmp_path: Path) -> None:
        imported(table, tmp_path / "own" / "codelists", "--release", "2026-05-01")
        page = imported(table, tmp_path / "own" / "codelists", "--complete", "--by", "A. Person")
        assert (
            "The newer release 2026-05-01 beside it is used, unless you say --codelist-release "
            "cancer-diagnosis=2026-03-01."
        ) in page
        assert "counts as incomplete" not in page

    def test_codes_of_nobody_s_are_not_offered(self, table: Path, tmp_path: Path) -> None:
        result = ccr("codelist", "import", "cancer-diagnosis", table, "--out", tmp_path / "own")
        assert "never offered for recording: say with --source" in flat(result.stdout)

    def test_terms_that_stay_and_columns_not_read_are_told(self, tmp_path: Path) -> None:
        file = write_text(tmp_path / "x.csv", f"code,term,comment\n{A},Something else,x\n")
        page = flat(ccr(
            "codelist", "import", "support-information-given", file, "--release", "2026-03-01",
            "--format", "opencodelists", "--dry-run",
        ).stdout)  # fmt: skip
        assert "Kept known by the term alone, which no imported code has – Provision of information" in page
        assert "Not read columns of x.csv that were not read: comment" in page

    def test_replacements_of_retired_members_are_told(self, tmp_path: Path) -> None:
        folder = (
            Release()
            .member(A)
            .concept(A, "Cancer of toe", "0")
            .concept(B, "Cancer of big toe")
            .replaced(A, B)
            .write(tmp_path / "rf2")
        )
        page = flat(ccr("codelist", "import", "cancer-diagnosis", folder, "--dry-run").stdout)
        assert (
            f"Mapped 1 that the source does not list took the place of members no longer in use – {B}" in page
        )
        assert "Status verified 1, verified-inactive 1" in page

    def test_a_list_of_one_s_own_needs_no_release_yet(self, tmp_path: Path) -> None:
        file = write_text(tmp_path / "x.json", value_set({"code": A, "display": "Cancer of toe"}))
        own = library_of(tmp_path / "own")
        result = ccr("codelist", "import", "growths", file, "--out", own, "--release", "2026-03-01")
        assert "Against" not in result.stdout
        assert ccr("codelist", "show", "growths", "--rulesets", own).exit_code == 0

    def test_a_release_before_that_cannot_be_read_is_told(self, table: Path, tmp_path: Path) -> None:
        imported(table, tmp_path / "own")
        write_text(tmp_path / "own" / "codelists" / "cancer-diagnosis" / "2026-03-01.csv", "spoilt\n")
        assert "the release before cannot be read, so nothing is taken from it" in imported(
            table, tmp_path / "own", "--replace"
        )

    def test_what_is_wrong_is_told_with_its_line_and_nothing_is_written(self, tmp_path: Path) -> None:
        file = write_text(tmp_path / "x.csv", f"code,term\n{A},One\n{A[:-1]},Two\n")
        result = ccr(
            "codelist",
            "import",
            "cancer-diagnosis",
            file,
            "--release",
            "2026-03-01",
            "--out",
            tmp_path / "own",
        )
        assert result.exit_code == 10
        assert "x.csv:3:1: error: the check digit does not fit" in result.stderr
        assert not (tmp_path / "own").exists()


class TestAfterAnImport:
    def test_a_list_that_was_matched_by_term_is_matched_by_code(self, tmp_path: Path) -> None:
        coded = {
            "coding": [{"system": "http://snomed.info/sct", "code": A, "display": "Cancer support given"}]
        }
        given = {
            "resourceType": "Observation",
            "id": "o1",
            "status": "final",
            "subject": {"reference": "Patient/p1"},
            "code": coded,
            "effectiveDateTime": "2026-08-10",
            "issued": "2026-08-10T10:00:00Z",
        }
        record = write_record(tmp_path, patient(), diagnosis(), given)
        rows = [("CANPCSUPP_COD", "999026491000230108", A, SUPPORT)]
        source = write_pcd(tmp_path / "20260301_PCD_Refset_Content.txt", rows)
        own = tmp_path / "own"
        assert self.support(record) == "open"
        assert (
            ccr(
                "codelist", "import", "support-information-given", source, "--out", own, "--complete"
            ).exit_code
            == 0
        )
        assert self.support(record, "--rulesets", own) == "done"
        doctor = flat(ccr("doctor", "--rulesets", own).stdout)
        assert "support-information-given: the imported release 2026-03-01 is used, 1 codes" in doctor
        assert "Import the refset 999026491000230108" not in doctor
        assert "Import the refset 999013371000230104" in doctor
        shown = flat(ccr("codelist", "show", "support-information-given", "--rulesets", own).stdout)
        assert (
            "Membership complete. 1 entries imported from 20260301_PCD_Refset_Content.txt, the whole list."
            in shown
        )
        assert "20260301_PCD_Refset_Content.txt (pcd), refset 999026491000230108" in shown

    @staticmethod
    def support(record: Path, *more: str | Path) -> str:
        """Return the status of the support conversation a month after the diagnosis."""
        told = ccr("evaluate", record, "--as-of", "2026-08-20", "-f", "json", *more).stdout
        reviews = {each["id"]: each["status"] for each in json.loads(told)["reviews"]}
        return str(reviews["support-conversation"])

    def test_the_doctor_says_how_many_classes_were_assumed(self, table: Path, tmp_path: Path) -> None:
        imported(table, tmp_path / "own", "--by", "A. Person")
        page = flat(ccr("doctor", "--rulesets", tmp_path / "own").stdout)
        assert "the imported release 2026-03-01 is used, 5 codes, 1 of them with an assumed class" in page
        assert (
            "cancer-diagnosis: 5 entries imported from A source, of a list that nobody has said to be whole"
            in page
        )
        assert (
            "by A. Person from A source"
            in ccr("codelist", "show", "cancer-diagnosis", "--rulesets", tmp_path / "own").stdout
        )


class TestChoiceOfRelease:
    def test_the_answer_records_the_release_that_was_used(self, table: Path, tmp_path: Path) -> None:
        imported(table, tmp_path / "own")
        for choice, used in (
            ((), "2026-03-01"),
            (("cancer-diagnosis=2026-11-21",), "2026-11-21"),
            (("cancer-diagnosis=newest",), "2026-03-01"),
        ):
            options = [word for each in choice for word in ("--codelist-release", each)]
            told = ccr(
                "evaluate", OVERDUE, "--as-of", DAY, "-f", "json", "--rulesets", tmp_path / "own", *options
            ).stdout
            assert {each["codelists"]["cancer-diagnosis"] for each in json.loads(told)["rulesets"]} == {used}

    def test_it_goes_before_what_a_ruleset_pins(self, table: Path, tmp_path: Path) -> None:
        imported(table, tmp_path / "own")
        pinned = SCHEME.replace("DX: cancer-diagnosis", 'DX: {list: cancer-diagnosis, release: "2026-11-21"}')
        write_ruleset(tmp_path / "own", pinned, CASES)
        engine, record = Engine(load_library(tmp_path / "own")), bundle(patient(), diagnosis())

        def used(**more: dict[str, str]) -> str:
            told = engine.evaluate(record, DAY, rulesets=["local-scheme"], **more)  # type: ignore[arg-type]
            return str(told.to_dict()["rulesets"][0]["codelists"]["cancer-diagnosis"])

        assert used() == "2026-11-21"
        assert used(releases={"cancer-diagnosis": "newest"}) == "2026-03-01"
        assert used(releases={"cancer-diagnosis": "2026-03-01"}) == "2026-03-01"
        with pytest.raises(UsageError, match="there is no release 2001-01-01 of codelist cancer-diagnosis"):
            used(releases={"cancer-diagnosis": "2001-01-01"})
        assert ccr("ruleset", "test", "local-scheme", "--rulesets", tmp_path / "own").exit_code == 0

    def test_explain_takes_it_too(self) -> None:
        choice = "cancer-diagnosis=2026-11-21"
        assert (
            ccr(
                "explain", OVERDUE, "support-conversation", "--as-of", DAY, "--codelist-release", choice
            ).exit_code
            == 0
        )

    @pytest.mark.parametrize("choice", ["cancer-diagnosis", "cancer-diagnosis=", "=2026-11-21"])
    def test_a_choice_is_a_name_and_a_day(self, choice: str) -> None:
        result = ccr("evaluate", OVERDUE, "--as-of", DAY, "--codelist-release", choice)
        assert result.exit_code == 2
        assert "write NAME=YYYY-MM-DD, or NAME=newest" in result.stderr


class TestDiff:
    def test_two_releases_are_compared(self, table: Path, tmp_path: Path) -> None:
        imported(table, tmp_path / "own")
        result = ccr(
            "codelist", "diff", "cancer-diagnosis", "2026-11-21", "newest", "--rulesets", tmp_path / "own"
        )
        page = flat(result.stdout)
        assert "cancer-diagnosis: from 2026-11-21 to 2026-03-01" in page
        assert "Added 3, of which 1 in situ" in page
        assert "Removed 160, of which" in page
        assert f"{B} Carcinoma in situ of toe in situ" in page

    def test_or_a_release_and_a_file_before_it_is_imported(self, table: Path, tmp_path: Path) -> None:
        imported(table, tmp_path / "own")
        rows = (
            f"{A},Malignant growth of big toe,metastasis",
            f"{B},Growth,primary",
            "94222008,Secondary malignant neoplasm of bone,metastasis",
        )
        later = write_text(tmp_path / "later.csv", "code,term,class\n" + "\n".join(rows) + "\n")
        library = ("--rulesets", tmp_path / "own")
        arguments = ("codelist", "diff", "cancer-diagnosis", "2026-03-01", later, *library)
        page = flat(ccr(*arguments).stdout)
        assert "Moved 2 between hazards" in page
        assert re.search(f"{A},? Malignant growth of big toe,? no hazard → metastasis", page)
        assert re.search(f"{B},? Growth,? in situ → no hazard", page)
        assert re.search(f"Renamed .*{A},? Malignant growth of toe,? → Malignant growth of big toe", page)
        told = json.loads(ccr(*arguments, "--json").stdout)
        moved = {"code": A, "term": "Malignant growth of big toe", "before": "", "after": "metastasis"}
        assert moved in told["moved"]
        assert {each["code"] for each in told["removed"]} == {"254837009", C}
        assert told["added"] == []

    def test_files_of_terms_alone_can_be_compared_too(self) -> None:
        arguments = ("codelist", "diff", "support-information-given", "2026-11-21", "2026-11-21")
        assert "Added 0" in flat(ccr(*arguments).stdout)

    def test_what_is_neither_a_release_nor_a_file_is_said(self) -> None:
        result = ccr("codelist", "diff", "cancer-diagnosis", "2026-11-21", "nothing.csv")
        assert result.exit_code == 2
        assert "there is no release nothing.csv of codelist cancer-diagnosis" in result.stderr

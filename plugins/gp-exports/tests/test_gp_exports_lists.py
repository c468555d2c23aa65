"""The lists: who stands on them, in which order, and how they are written."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any

import pytest
from ccr_gp_exports.csv_file import csv_file
from ccr_gp_exports.page import page
from ccr_gp_exports.plugin import GpExports
from ccr_gp_exports.worklist import lines_of

from ccr_rules import Engine, Evaluation, PatientRecord, Plugins
from ccr_rules.errors import UsageError
from ccr_rules.hosting import Document, Source

AS_OF = "2026-01-20"
HEAD = "NHS Number,EMIS Number,SNOMED CT Concept ID,Code Term,Date,Deducted Date,Registration Date"


class Lists:
    def __init__(self, **settings: Any) -> None:
        self.plugins = Plugins.of({"gp-exports": GpExports()}, {"gp-exports": settings})
        self.engine = Engine.hosting(self.plugins)

    def records(self, *rows: str) -> list[PatientRecord]:
        split, _ = self.plugins.split(Source("\n".join([HEAD, *rows])))
        return [self.plugins.record(each)[0] for each in split.sources]

    def evaluated(self, *rows: str, as_of: str = AS_OF) -> list[Evaluation]:
        return [self.engine.evaluate(each, as_of) for each in self.records(*rows)]

    def written(self, evaluations: Sequence[Evaluation], form: str, **options: Any) -> Document:
        document = self.plugins.render(evaluations, form, options)
        assert document is not None
        return document

    def rows(self, evaluations: Sequence[Evaluation], form: str, **options: Any) -> list[dict[str, str]]:
        text = self.written(evaluations, form, **options).content.decode("utf-8-sig")
        return list(csv.DictReader(StringIO(text, newline="")))


@pytest.fixture(scope="module")
def lists() -> Iterator[Lists]:
    made = Lists(holds=["everything"])
    yield made
    made.plugins.close()


def breast(number: str, day: str, more: str = ",") -> str:
    return f"{number},,254837009,Malignant neoplasm of breast,{day},{more}"


A, B, C, D, E = "9990000026", "9990000034", "9990000042", "9990000050", "9990000069"


# --- who stands on them ---------------------------------------------------------------------------


def test_each_patient_has_one_line_with_the_most_urgent_review(lists: Lists) -> None:
    evaluations = lists.evaluated(breast(A, "12/01/2026"), breast(B, "01/10/2025"), breast(C, "25/10/2025"))
    rows = lists.rows(evaluations, "worklist-csv")
    assert [(each["rank"], each["NHS number"], each["status"], each["days_left"]) for each in rows] == [
        ("1", "999 000 0034", "overdue", "-19"),
        ("2", "999 000 0042", "due soon", "5"),
        ("3", "999 000 0026", "open", "82"),
    ]
    assert rows[0]["also"] == "Cancer care review: open 2026-10-01"


def test_each_review_has_a_line_with_what_to_record(lists: Lists) -> None:
    rows = lists.rows(lists.evaluated(breast(A, "01/10/2025")), "due-reviews-csv")
    assert [(each["review"], each["due"]) for each in rows] == [
        ("Cancer support conversation", "2026-01-01"),
        ("Cancer care review", "2026-10-01"),
    ]
    assert rows[1]["record"] == "720006006 |Cancer care review|"
    assert "its code is not verified" in rows[0]["record"]
    assert all("draft, not clinically approved" in each["ruleset"] for each in rows)


def test_what_nobody_can_tell_is_listed_with_what_would_settle_it() -> None:
    lists = Lists(holds=["diagnoses"])
    rows = lists.rows(lists.evaluated(breast(A, "01/10/2025")), "due-reviews-csv")
    assert [each["list"] for each in rows] == ["cannot tell", "cannot tell"]
    assert "overdue" in rows[0]["status"]
    assert "support-information-given" in rows[0]["cannot tell because"]
    assert "state in the setting `holds`" in rows[0]["cannot tell because"]


def test_a_row_that_could_not_be_read_is_named_to_whoever_looks_it_up(lists: Lists) -> None:
    evaluations = lists.evaluated(breast(A, "01/10/2025"), breast(A, "01/12/25"))
    (row,) = lists.rows(evaluations, "worklist-csv")
    assert row["list"] == "cannot tell"
    assert row["cannot tell because"].endswith(
        "1 row could not be read; line 3: `date`: its year has two digits, so the century cannot be told; "
        "export dates with four"
    )


def test_what_is_done_or_does_not_apply_is_on_no_list(lists: Lists) -> None:
    review = f"{A},,720006006,Cancer care review,05/12/2025,,"
    evaluations = lists.evaluated(breast(A, "01/10/2025"), review, f"{B},,,Cough,2020,,")
    assert lists.plugins.render(evaluations, "worklist-csv") is None


def test_who_has_left_and_whose_review_lapsed_stand_apart_at_the_end(lists: Lists) -> None:
    evaluations = lists.evaluated(
        breast(A, "01/10/2025", "19/01/2026,01/01/2001"),
        breast(B, "01/10/2025", "20/01/2026,01/01/2001"),
        breast(C, "01/10/2025", "01/01/2010,01/01/2012"),
        breast(D, "01/10/2025", "21/01/2026,"),
        breast(E, "01/02/2015"),
    )
    rows = lists.rows(evaluations, "worklist-csv")
    assert [(each["list"], each["NHS number"][-4:]) for each in rows] == [
        ("to do", "0042"),
        ("to do", "0050"),
        ("too late", "0069"),
        ("not registered", "0026"),
        ("not registered", "0034"),
    ]


def test_whose_reminders_are_paused_is_not_called_and_not_lost(lists: Lists) -> None:
    palliative = f"{A},,103735009,Palliative care,01-Dec-2025,,"
    rows = lists.rows(
        lists.evaluated(breast(A, "01-Oct-2025"), palliative, breast(B, "01-Nov-2025")), "worklist-csv"
    )
    assert [(row["list"], row["NHS number"][-4:]) for row in rows] == [("to do", "0034"), ("paused", "0026")]
    assert rows[1]["status"] == "overdue"
    assert rows[1]["paused"].startswith("palliative care since the diagnosis")


def test_a_departure_that_may_be_still_to_come_is_none(lists: Lists) -> None:
    (record,) = lists.records(breast(A, "01/10/2025", "2026,"))
    (line, *_) = lines_of([lists.engine.evaluate(record, AS_OF)])
    assert line.on_list == "to do"


def test_what_is_outstanding_whatever_it_is_is_to_do(lists: Lists) -> None:
    (first, *_) = lists.rows(lists.evaluated(breast(A, "Oct 2025")), "worklist-csv")
    assert (first["list"], first["status"]) == ("to do", "cannot tell: due soon or overdue")
    assert first["due"] == "2026-01-01 to 2026-01-31"


def test_what_may_be_overdue_leads_over_what_is_not_due_yet() -> None:
    """The care review is open; whether the support conversation took place cannot be told."""
    lists = Lists(holds=["cancer-diagnosis", "cancer-care-review"])
    evaluations = lists.evaluated(breast(A, "01/10/2025"))
    (row,) = lists.rows(evaluations, "worklist-csv")
    assert (row["list"], row["review"]) == ("to do", "Cancer support conversation")
    assert row["status"].startswith("cannot tell: overdue or done")
    assert row["also"] == "Cancer care review: open 2026-10-01"
    assert [each["list"] for each in lists.rows(evaluations, "due-reviews-csv")] == ["to do", "cannot tell"]


# --- how they are written -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("system", "number", "due"),
    [
        ("emis", "EMIS Number", "01-Jan-2026"),
        ("systmone", "Patient ID", "01 Jan 2026"),
        ("vision", "PID", "01/01/2026"),
        ("auto", "Patient number", "2026-01-01"),
    ],
)
def test_headings_and_dates_are_those_of_the_system(lists: Lists, system: str, number: str, due: str) -> None:
    evaluations = lists.evaluated(breast(A, "01/10/2025").replace(f"{A},", ",7"))
    (row, *_) = lists.rows(evaluations, "worklist-csv", system=system)
    assert (row[number], row["due"]) == ("7", due)


def test_the_system_of_the_settings_is_that_of_the_lists() -> None:
    lists = Lists(holds=["everything"], system="emis")
    (row, *_) = lists.rows(lists.evaluated(breast(A, "01/10/2025")), "worklist-csv")
    assert (row["NHS Number"], row["due"]) == ("999 000 0026", "01-Jan-2026")


def test_a_file_opens_in_a_spreadsheet(lists: Lists) -> None:
    document = lists.written(lists.evaluated(breast(A, "01/10/2025")), "worklist-csv")
    assert (document.name, document.media_type) == ("worklist.csv", "text/csv")
    assert document.content.startswith(b"\xef\xbb\xbflist,rank,")
    assert document.content.count(b"\r\n") == document.content.count(b"\n") == 2


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff20"])
def test_no_text_is_taken_for_a_formula(start: str) -> None:
    text = csv_file([f"{start}h"], [[f"{start}1+1", -19, None]]).decode("utf-8-sig")
    heading, cells = csv.reader(StringIO(text, newline=""))
    assert heading == [f"'{start}h"]
    assert cells == [f"'{start}1+1", "-19", ""]


def test_a_number_of_the_system_that_looks_like_a_formula(lists: Lists) -> None:
    people = {f"Patient/{A}": {"number": "=cmd()"}}
    (row, *_) = lists.rows(lists.evaluated(breast(A, "01/10/2025")), "worklist-csv", people=people)
    assert (row["Patient number"], row["NHS number"]) == ("'=cmd()", "")


def test_a_page_to_print_shows_text_as_text() -> None:
    html = page(["a<b"], [["<script>", None, 3]], ["20/01/2026"]).decode()
    assert '<th scope="col">a&lt;b</th>' in html
    assert "<td>&lt;script&gt;</td><td></td><td>3</td>" in html
    assert "<script" not in html


def test_the_page_says_of_which_day_it_is(lists: Lists) -> None:
    document = lists.written(lists.evaluated(breast(A, "01/10/2025")), "worklist-page", system="vision")
    assert (document.name, document.media_type) == ("worklist.html", "text/html")
    assert "(20/01/2026)" in document.content.decode()


@pytest.mark.parametrize(
    "options",
    [
        {"sytem": "emis"},
        {"system": "emiss"},
        {"system": 3},
        {"people": 3},
        {"people": {"Patient/x": {"nr": "1"}}},
    ],
)
def test_options_are_strict(lists: Lists, options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        lists.plugins.render(lists.evaluated(breast(A, "01/10/2025")), "worklist-csv", options)


def test_nobody_makes_no_document(lists: Lists) -> None:
    assert lists.plugins.render([], "due-reviews-csv") is None

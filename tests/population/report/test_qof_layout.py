"""The layout of NHS England's QOF publication: a row for each field of each indicator of each practice."""

from datetime import date
from pathlib import Path

from tests.population.report.samples import (
    BEST,
    QOF,
    included,
    on_register,
    outcome,
    somebody,
    undetermined,
    write_answers,
    write_data,
)
from tests.population.report.support import Wanted, made, reported

PEOPLE = [*(somebody(str(number), "A10001") for number in range(4)), somebody("x")]
ROWS = [
    included(0, "CAN004"),
    included(1, "CAN004", "not met"),
    outcome(2, "CAN004", "excluded", "DIAGCRV12M"),
    outcome(3, "CAN004", "excepted", "CANINVITE"),
    *(on_register(person) for person in range(4)),
]


def test_a_practice_can_compare_field_by_field(tmp_path: Path) -> None:
    text = reported(tmp_path, PEOPLE, {"indicators": ROWS}, (QOF, BEST)).text("qof_layout.csv")
    begins = "QOF2324,A10001,20240331,"
    assert text.splitlines()[:16] == [
        "QUALITY_SERVICE,ORG_CODE,ACH_DATE,IND_CODE,FIELD_NAME,VALUE,CCR_LEAST,CCR_MOST",
        f"{begins}CAN001,Cancer Register,4,4,4",
        f"{begins}CAN004,Cancer Register,4,4,4",
        f"{begins}CAN004,Denominator,2,2,2",
        f"{begins}CAN004,Numerator,1,1,1",
        f"{begins}CAN004,CAN_DAT24M,0,0,0",
        f"{begins}CAN004,MDRV_DAT,0,0,0",
        f"{begins}CAN004,DIAGCRV12M,1,1,1",
        f"{begins}CAN004,CANPCAPU,0,0,0",
        f"{begins}CAN004,CANPCADEC,0,0,0",
        f"{begins}CAN004,CANINVITE,1,1,1",
        f"{begins}CAN004,DIAG1_DAT,0,0,0",
        f"{begins}CAN004,REG1_DAT3,0,0,0",
        f"{begins}CAN005,Cancer Register,0,0,0",
        f"{begins}CAN005,Denominator,0,0,0",
        f"{begins}CAN005,Numerator,0,0,0",
    ]
    assert "not stated" not in text
    assert BEST not in text


def test_the_fields_are_those_of_the_publication_of_2023_24(tmp_path: Path) -> None:
    rows = reported(tmp_path, PEOPLE, {"indicators": ROWS}).rows("qof_layout.csv")
    fields = {row["FIELD_NAME"] for row in rows if row["IND_CODE"] == "CAN005"}
    assert fields == {
        *("CANDAT15M", "CANINVITE", "CANPCADEC", "CANPCAPU", "CANSUP12M", "Cancer Register"),
        *("DIAG1_DAT", "DIAGCSUP3M", "Denominator", "Numerator", "REG1_DAT3"),
    }


def test_a_value_that_is_not_settled_is_left_empty(tmp_path: Path) -> None:
    rows = [undetermined(0, "CAN004", "included", "excepted: CANINVITE")]
    told = reported(tmp_path, PEOPLE, {"indicators": rows}).rows("qof_layout.csv")
    values = {each["FIELD_NAME"]: each["VALUE"] for each in told if each["IND_CODE"] == "CAN004"}
    assert (values["Cancer Register"], values["CANPCAPU"]) == ("1", "0")
    assert (values["Denominator"], values["Numerator"], values["CANINVITE"]) == ("", "", "")
    (row,) = [each for each in told if (each["IND_CODE"], each["FIELD_NAME"]) == ("CAN004", "Denominator")]
    assert (row["CCR_LEAST"], row["CCR_MOST"]) == ("0", "1")


def test_the_day_is_that_of_the_question_until_the_year_ends(tmp_path: Path) -> None:
    days = {}
    for as_of in (date(2023, 10, 31), date(2025, 1, 1)):
        folder = tmp_path / str(as_of)
        write_data(folder / "data", PEOPLE)
        answers = write_answers(folder / "answers", folder / "data", as_of=as_of)
        days[as_of] = made(Wanted(answers)).rows("qof_layout.csv")[0]["ACH_DATE"]
    assert list(days.values()) == ["20231031", "20240331"]

"""Whose letter it is: the same living person, by the name and at the address of the day."""

from datetime import date
from typing import Any

import pytest
from ccr_messages.addresses import place_of
from ccr_messages.contact import Speech, mobile_of, number_from, speech_of
from ccr_messages.names import called
from ccr_messages.person import check_person, holds_on
from ccr_messages.words import broken_freely, in_full, nhs_number, one_line
from messages_support import PATIENT, Json, changed, delivered, evaluated, pdf_of, record, text_of

from ccr_rules import UsageError

TODAY = date(2026, 11, 21)
LETTER = "invitation-letter-1"


def refusal(given: Json, **of: Any) -> str:
    with pytest.raises(UsageError) as caught:
        check_person(evaluated(**of), given)
    return caught.value.message.removeprefix("nothing was made or sent: ")


# --- the same person -------------------------------------------------------------------------------


def test_a_letter_needs_a_patient() -> None:
    assert refusal({}).startswith("no Patient resource came with the request")
    assert refusal({"resourceType": "Person"}).startswith("no Patient resource came with the request")


def test_it_must_be_the_person_whose_record_it_was() -> None:
    assert "the ids differ" in refusal(changed(PATIENT, id="p2"))
    assert "the birth dates differ" in refusal(changed(PATIENT, birthDate="1967-01-06"))
    check_person(evaluated(), changed(PATIENT, birthDate="1967-01"))
    check_person(evaluated(), changed(PATIENT, birthDate=None))
    check_person(evaluated(), changed(PATIENT, birthDate="yesterday"))


def test_without_an_id_the_birth_date_shows_it() -> None:
    check_person(evaluated(), changed(PATIENT, id=None))
    assert "cannot be shown" in refusal(changed(PATIENT, id=None, birthDate=None))
    unborn = changed(PATIENT, birthDate=None)
    assert "cannot be shown" in refusal(changed(PATIENT, id=None), patient=unborn)


def test_a_record_that_names_its_patient_by_a_uuid_is_shown_by_the_birth_date() -> None:
    uuid = "urn:uuid:03503cc3-3fdf-5945-a3f7-9d316ea35197"
    bundle = record(patient=changed(PATIENT, id=None))
    bundle["entry"][0]["fullUrl"] = uuid
    bundle["entry"][1]["resource"]["subject"] = {"reference": uuid}
    from messages_support import ENGINE

    evaluation = ENGINE.evaluate(bundle, "2026-11-21")
    assert not evaluation.record.reference.endswith("/p1")
    check_person(evaluation, changed(PATIENT, id=None))


# --- alive, here, and grown up ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "died",
    [{"deceasedBoolean": True}, {"deceasedDateTime": "2026-11-20"}, {"deceasedDateTime": "2027-01-01"}],
)
def test_nobody_writes_to_somebody_who_has_died(died: Json) -> None:
    assert refusal(changed(PATIENT, **died)) == "the person has died"
    assert refusal(PATIENT, patient=changed(PATIENT, **died)) == "the person has died"


def test_whoever_is_alive_may_say_so() -> None:
    check_person(evaluated(), changed(PATIENT, deceasedBoolean=False))


def test_a_patient_resource_that_is_not_active_gets_nothing() -> None:
    assert "not active" in refusal(changed(PATIENT, active=False))
    check_person(evaluated(), changed(PATIENT, active=None))


@pytest.mark.parametrize(("end", "gone"), [("2026-11-20", True), ("2026-11-21", True), ("2026-11-22", False)])
def test_whoever_has_left_the_practice_gets_nothing(end: str, gone: bool) -> None:
    episode = {
        "resourceType": "EpisodeOfCare",
        "id": "registration",
        "status": "finished",
        "type": [{"text": "GP registration (regular)"}],
        "patient": {"reference": "Patient/p1"},
        "period": {"start": "2009-06-15", "end": end},
    }
    evaluation = evaluated(episode)
    if gone:
        with pytest.raises(UsageError, match="no longer registered"):
            check_person(evaluation, PATIENT)
    else:
        check_person(evaluation, PATIENT)


@pytest.mark.parametrize(
    ("born", "grown"), [("2008-11-21", True), ("2008-11-22", False), ("2008-11", False), ("2008-02-29", True)]
)
def test_the_texts_are_for_adults(born: str, grown: bool) -> None:
    young = changed(PATIENT, birthDate=born)
    if grown:
        check_person(evaluated(patient=young), young)
    else:
        assert "under 18" in refusal(young, patient=young)
        assert "under 18" in refusal(young, patient=changed(PATIENT, birthDate=None))


# --- names -----------------------------------------------------------------------------------------


def named(*names: Json) -> Json:
    return changed(PATIENT, name=list(names))


OFFICIAL = {
    "use": "official",
    "prefix": ["Mrs"],
    "given": ["Ann", "Mair"],
    "family": "Example",
    "suffix": ["MBE"],
}


@pytest.mark.parametrize(
    ("names", "full", "formal", "preferred"),
    [
        ([OFFICIAL], "Mrs Ann Mair Example MBE", "Mrs Example", "Ann"),
        ([OFFICIAL, {"use": "nickname", "given": ["Nan"]}], "Mrs Ann Mair Example MBE", "Mrs Example", "Nan"),
        (
            [OFFICIAL, {"use": "nickname", "text": "Nan Bach"}],
            "Mrs Ann Mair Example MBE",
            "Mrs Example",
            "Nan Bach",
        ),
        ([{"use": "usual", "given": ["Ann"], "family": "Example"}], "Ann Example", "Ann Example", "Ann"),
        ([{"given": ["Ann"], "family": "Example"}], "Ann Example", "Ann Example", "Ann"),
        ([{"text": "Ann Example"}], "Ann Example", "Ann Example", "Ann Example"),
        ([{"family": "Example"}], "Example", "Example", "Example"),
        ([{"use": "usual", "given": ["Nan"]}, OFFICIAL], "Mrs Ann Mair Example MBE", "Mrs Example", "Nan"),
        ([{"use": "temp", "family": "Short"}, OFFICIAL], "Mrs Ann Mair Example MBE", "Mrs Example", "Ann"),
        ([{"use": "old", "family": "Former"}, {"text": "Ann Now"}], "Ann Now", "Ann Now", "Ann Now"),
        (
            [{**OFFICIAL, "period": {"end": "2026-11-20"}}, {"use": "usual", "text": "Ann Now"}],
            "Ann Now",
            "Ann Now",
            "Ann Now",
        ),
        (
            [
                {**OFFICIAL, "period": {"start": "2001"}},
                {"use": "official", "text": "Ann New", "period": {"start": "2020"}},
            ],
            "Ann New",
            "Ann New",
            "Ann New",
        ),
        ([{"given": "Ann", "prefix": [3, "Dr"], "family": "Example"}], "Dr Ann Example", "Dr Example", "Ann"),
    ],
)
def test_names(names: list[Json], full: str, formal: str, preferred: str) -> None:
    assert called(named(*names), TODAY, "formal") == (full, formal)
    assert called(named(*names), TODAY, "preferred") == (full, preferred)


@pytest.mark.parametrize(
    "names",
    [
        [],
        [{"use": "old", "text": "A"}],
        [{"use": "maiden", "text": "A"}],
        [{"use": "anonymous", "text": "A"}],
        [{}],
        ["A"],
    ],
)
def test_without_a_name_of_today_there_is_no_letter(names: list[Any]) -> None:
    with pytest.raises(UsageError, match="has no name of today"):
        called(changed(PATIENT, name=names), TODAY, "formal")
    with pytest.raises(UsageError, match="has no name of today"):
        delivered(LETTER, patient=changed(PATIENT, name=names))


def test_the_greeting_can_be_the_preferred_name() -> None:
    patient = named(OFFICIAL, {"use": "nickname", "given": ["Nan"]})
    assert "Dear Nan,\n" in text_of(delivered(LETTER, patient=patient, greeting="preferred"))
    assert "Dear Mrs Example,\n" in text_of(delivered(LETTER, patient=patient))


# --- addresses -------------------------------------------------------------------------------------

HOME = {"use": "home", "line": ["1 Example Street"], "city": "Testtown", "postalCode": "ZZ99 3CZ"}
STAY = {"use": "temp", "line": ["9 Other Road"], "city": "Elsewhere", "postalCode": "ZZ99 3VZ"}


def living(*addresses: Any) -> Json:
    return changed(PATIENT, address=list(addresses))


@pytest.mark.parametrize(
    ("addresses", "first"),
    [
        ([HOME], "1 Example Street"),
        ([{**HOME, "use": None}], "1 Example Street"),
        ([HOME, {**STAY, "period": {"start": "2026-11-01"}}], "9 Other Road"),
        ([HOME, {**STAY, "period": {"start": "2026-11-22"}}], "1 Example Street"),
        ([HOME, {**STAY, "period": {"end": "2026-11-20"}}], "1 Example Street"),
        ([HOME, {**STAY, "period": {"end": "2026-11-21"}}], "9 Other Road"),
        ([HOME, STAY], "1 Example Street"),
        ([{**STAY, "use": "old"}, HOME], "1 Example Street"),
        ([{**STAY, "use": "work"}, HOME], "1 Example Street"),
        ([{**STAY, "use": "billing"}, HOME], "1 Example Street"),
        ([HOME, {**STAY, "use": "home", "type": "postal"}], "9 Other Road"),
        ([{**STAY, "use": "home", "type": "physical"}, HOME], "1 Example Street"),
    ],
)
def test_which_address(addresses: list[Json], first: str) -> None:
    cleaned = [{name: value for name, value in each.items() if value is not None} for each in addresses]
    assert place_of(living(*cleaned), TODAY).lines[0] == first


@pytest.mark.parametrize(
    "addresses",
    [
        [],
        [{**HOME, "use": "old"}],
        [{**HOME, "use": "work"}],
        [{**HOME, "type": "physical"}],
        [STAY],
        [{**HOME, "period": {"start": "2026-11-22"}}],
        [{**HOME, "period": {"start": "soon"}}],
        [{**HOME, "period": {"end": "soon"}}],
        [{**HOME, "period": "2026"}],
        ["1 Example Street"],
    ],
)
def test_without_an_address_of_today_there_is_no_letter(addresses: list[Any]) -> None:
    with pytest.raises(UsageError, match="has no address of today"):
        delivered(LETTER, patient=living(*addresses))


def test_an_address_must_be_one_that_the_post_finds() -> None:
    with pytest.raises(UsageError, match="no postcode"):
        place_of(living({**HOME, "postalCode": " "}), TODAY)
    with pytest.raises(UsageError, match="no lines"):
        place_of(living({"postalCode": "ZZ99 3CZ", "line": "1 Example Street"}), TODAY)


def test_the_lines_are_as_the_post_wants_them() -> None:
    full = {
        "use": "home",
        "line": ["Flat 2", "", "The Old Mill", "1 Example Street", "Testtown"],
        "district": "Testtown",
        "city": "Testtown",
        "state": "Testshire",
        "postalCode": "zz99 3cz",
        "country": "England",
    }
    assert place_of(living(full), TODAY).lines == (
        "Flat 2",
        "The Old Mill",
        "1 Example Street",
        "Testtown",
        "Testshire",
        "ZZ99 3CZ",
    )
    longer = {**full, "line": ["Flat 2", "Floor 1", "The Old Mill", "1 Example Street"]}
    assert place_of(living(longer), TODAY).lines[0] == "Flat 2, Floor 1"
    abroad = place_of(living({**longer, "country": "France"}), TODAY).lines
    assert len(abroad) == 6
    assert abroad[-2:] == ("ZZ99 3CZ", "FRANCE")


def test_an_address_for_a_time_is_said_to_be_one() -> None:
    made = delivered(LETTER, patient=living(HOME, {**STAY, "period": {"start": "2026-11-01"}}))
    assert "The address is one for a time" in made.notes
    assert pdf_of(made)


# --- telephone and language ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("07700 900123", "+447700900123"),
        ("+44 7700 900123", "+447700900123"),
        ("0044 7700-900.123", "+447700900123"),
        ("(07700) 900123", "+447700900123"),
        ("+353 85 012 3456", "+353850123456"),
        ("01632 960123", None),
        ("+44 1632 960123", None),
        ("07700 90012", None),
        ("07700 9001234", None),
        ("٠٧٧٠٠٩٠٠١٢٣", None),
        ("", None),
        ("ask the daughter", None),
    ],
)
def test_mobile_numbers(text: str, number: str | None) -> None:
    assert number_from(text) == number


def reached(*telecoms: Any) -> str | None:
    return mobile_of(changed(PATIENT, telecom=list(telecoms)), TODAY)


MOBILE = {"system": "phone", "use": "mobile", "value": "07700 900123"}
OTHER = {"system": "sms", "value": "07700 900456"}


def test_which_number() -> None:
    assert reached(MOBILE) == "+447700900123"
    assert reached({**MOBILE, "use": "home"}) == "+447700900123"
    assert reached(OTHER) == "+447700900456"
    assert reached(MOBILE, MOBILE) == "+447700900123"
    assert reached({**MOBILE, "rank": 2}, {**OTHER, "rank": 1}) == "+447700900456"
    assert reached(MOBILE, {**OTHER, "rank": 5}) == "+447700900456"
    for other in (
        {"use": "old"},
        {"use": "work"},
        {"system": "email"},
        {"period": {"end": "2020"}},
        {"value": 7},
    ):
        assert reached({**MOBILE, **other}) is None
    assert reached() is None
    with pytest.raises(UsageError, match="several mobile numbers"):
        reached(MOBILE, OTHER)


def test_what_the_record_says_of_language() -> None:
    polish = {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "pl"}]}}
    assert speech_of(PATIENT) == Speech("", False)
    assert speech_of(changed(PATIENT, communication=[polish])) == Speech("", False)
    assert speech_of(changed(PATIENT, communication=[{**polish, "preferred": True}])) == Speech("pl", False)
    assert speech_of(changed(PATIENT, communication=[{"preferred": True, "language": "pl"}])) == Speech(
        "", False
    )


def test_what_the_record_says_of_an_interpreter() -> None:
    plain = {
        "url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired",
        "valueBoolean": True,
    }
    inside = {
        "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSCommunication",
        "extension": [{"url": "interpreterRequired", "valueBoolean": True}],
    }
    for extension in (plain, inside):
        patient = changed(PATIENT, extension=[extension])
        assert speech_of(patient).needs_interpreter
        assert "The record says that an interpreter is needed" in delivered(LETTER, patient=patient).notes
    assert not speech_of(changed(PATIENT, extension=[{**plain, "valueBoolean": False}])).needs_interpreter


# --- words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("9990000042", "999 000 0042"),
        ("999 000 0042", "999 000 0042"),
        ("999-000-0042", "999 000 0042"),
        ("9990000043", None),
        ("999000004", None),
        ("٩٩٩٠٠٠٠٠٤٢", None),
        ("999000000X", None),
    ],
)
def test_nhs_numbers_are_shown_if_their_check_digit_fits(given: str, shown: str | None) -> None:
    assert nhs_number(given) == shown


def test_a_number_that_does_not_fit_is_left_out() -> None:
    wrong = changed(
        PATIENT, identifier=[{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000043"}]
    )
    assert "NHS number" not in text_of(delivered(LETTER, patient=wrong))


def test_text_on_one_line() -> None:
    assert one_line(" a\n b\t\u200bc\u202e d\x00e ") == "a b c d e".replace("b c", "b c")
    assert one_line("y\u0302") == "ŷ"
    assert one_line("\ue000\ud800x") == "x"


def test_days_in_full() -> None:
    assert broken_freely(in_full(date(2028, 2, 29))) == "29 February 2028"


def test_a_period_without_ends_is_always() -> None:
    assert holds_on({"period": {}}, TODAY)
    assert holds_on({}, TODAY)
    assert holds_on({"period": {"start": "2026-11-21", "end": "2026-11-21"}}, TODAY)

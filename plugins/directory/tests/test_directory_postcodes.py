"""Postcodes: what is one, where it lies, and which listings hold it."""

import string

import pytest
from ccr_directory.postcodes import NATIONAL, Place, read_part, read_postcode
from ccr_directory.regions import AREAS, LETTERED, NATION_OF, NATIONS
from hypothesis import given
from hypothesis import strategies as st

# --- what is a postcode ---------------------------------------------------------------------------

FORMS = [
    # written                 area   district  sector
    ("M1 1AE", "M", "M1", "M1 1"),  # A9
    ("B33 8TH", "B", "B33", "B33 8"),  # A99
    ("CR2 6XH", "CR", "CR2", "CR2 6"),  # AA9
    ("DN55 1PT", "DN", "DN55", "DN55 1"),  # AA99
    ("W1A 1HQ", "W", "W1A", "W1A 1"),  # A9A
    ("EC1A 1BB", "EC", "EC1A", "EC1A 1"),  # AA9A
    ("nr1 3ab", "NR", "NR1", "NR1 3"),
    ("NR13AB", "NR", "NR1", "NR1 3"),
    ("  Nr1 \t 3aB\n", "NR", "NR1", "NR1 3"),
    ("NR1\u00a03AB", "NR", "NR1", "NR1 3"),  # a space that does not break
    ("NR101AA", "NR", "NR10", "NR10 1"),
    ("NR1", "NR", "NR1", ""),
    ("NR13", "NR", "NR13", ""),  # without a space it is a district
    ("NR1 3", "NR", "NR1", "NR1 3"),
    ("JE2 4UE", "JE", "JE2", "JE2 4"),
    ("GY1 1AA", "GY", "GY1", "GY1 1"),
    ("IM1 1AA", "IM", "IM1", "IM1 1"),
    ("BT1 5GS", "BT", "BT1", "BT1 5"),
    ("N1C 4AG", "N", "N1C", "N1C 4"),
]


@pytest.mark.parametrize(("written", "area", "district", "sector"), FORMS)
def test_every_form_of_a_postcode_is_read(written: str, area: str, district: str, sector: str) -> None:
    assert read_postcode(written) == Place(area, district, sector)


NOWHERE = [
    "",
    " ",
    "NR",  # an area is no place of somebody
    "NRI 3AB",
    "NR1 3A",
    "NR1 3CB",  # C does not stand in the second half, nor I, K, M, O, V
    "NR1 3AV",
    "NR1 33AB",
    "NR123 3AB",
    "ZZ1 1AA",  # no such area
    "GIR 0AA",  # a bank; it lies in no district
    "BFPO 12",  # forces
    "BFPO12",
    "BF1 3AA",
    "BX1 1LT",  # mail only
    "ASCN 1ZZ",  # Ascension Island
    "NR1 3AB, Norwich",
    "90210",
    "N" * 1000,
    "NR1 3ÅB",
    "\uff2e\uff32\uff11 \uff13\uff21\uff22",
    None,
    13,
    ["NR1 3AB"],
    b"NR1 3AB",
]


@pytest.mark.parametrize("given_", NOWHERE)
def test_what_is_no_postcode_or_lies_in_no_district_is_none_and_never_an_error(given_: object) -> None:
    assert read_postcode(given_) is None


INWARD = "ABDEFGHJLNPQRSTUWXYZ"
digits = st.sampled_from(string.digits)
districts = st.builds(
    lambda area, number, letter: f"{area}{number}{letter}",
    st.sampled_from(AREAS),
    digits,
    st.sampled_from(["", *string.digits, *string.ascii_uppercase]),
)
inwards = st.builds(lambda digit, a, b: f"{digit}{a}{b}", digits, *[st.sampled_from(INWARD)] * 2)


@given(districts, inwards, st.sampled_from(["", " ", "  ", "\t"]), st.booleans())
def test_a_postcode_comes_back_whole_however_it_is_written(
    district: str, inward: str, space: str, small: bool
) -> None:
    written = f"{district}{space}{inward}"
    place = read_postcode(written.lower() if small else written)
    assert place is not None
    assert (place.district, place.sector) == (district, f"{district} {inward[0]}")
    assert district.startswith(place.area)
    assert not district.removeprefix(place.area)[0].isalpha()


@given(districts, digits)
def test_a_part_is_its_own_usual_form(district: str, digit: str) -> None:
    for part in (district, f"{district} {digit}"):
        assert read_part(part) == part
        assert read_part(f" {part.lower()} ") == part


@given(st.one_of(st.text(max_size=60), st.none(), st.integers(), st.binary()))
def test_nothing_that_a_host_hands_in_raises(anything: object) -> None:
    place = read_postcode(anything)
    assert place is None or place.area in NATION_OF


# --- which listings hold it -----------------------------------------------------------------------

HELD = [
    # postcode    listed as  held
    ("NR1 3AB", "NR1 3", True),
    ("NR1 3AB", "NR1", True),
    ("NR1 3AB", "NR", True),
    ("NR1 3AB", "GB-ENG", True),
    ("NR1 3AB", "national", True),
    ("NR1 3AB", "NR1 4", False),
    ("NR1 3AB", "NR13", False),
    ("NR1 3AB", "N", False),  # the area is NR, not N
    ("NR1 3AB", "GB-SCT", False),
    ("NR10 3AB", "NR1", False),  # NR1 is not the beginning of NR10
    ("NR10 3AB", "NR10", True),
    ("NR1 0AA", "NR10", False),
    ("NR1", "NR1 3", False),  # it may be another sector
    ("NR1", "NR1", True),
    ("N1 1AA", "NR1", False),
    ("E1 6AN", "E1", True),
    ("E1W 1AA", "E1", False),  # E1 is a district of its own
    ("E1W 1AA", "E1W", True),
    ("EC1A 1BB", "EC1", True),  # and EC1 is not: it means EC1A to EC1Y
    ("EC1A 1BB", "EC1A", True),
    ("EC1A 1BB", "EC1V", False),
    ("SW1A 2AA", "SW1", True),
    ("SW19 5AE", "SW1", False),
    ("W1A 1HQ", "W1", True),
    ("W10 5AA", "W1", False),
    ("N1C 4AG", "N1", False),
    ("EH1 1YZ", "GB-SCT", True),
    ("EH1 1YZ", "GB-ENG", False),
    ("CF10 1EP", "GB-WLS", True),
    ("BT1 5GS", "GB-NIR", True),
    ("BT1 5GS", "national", True),
    ("CH5 1AA", "GB-ENG", True),  # across a border: the practice's, which is English here
    ("TD15 1AA", "GB-SCT", False),
    ("JE2 4UE", "JE", True),
    ("JE2 4UE", "GB-ENG", False),
    ("GY1 1AA", "GB-ENG", False),
    ("IM1 1AA", "national", True),
]


@pytest.mark.parametrize(("postcode", "listed", "held"), HELD)
def test_a_listing_holds_a_postcode_if_it_names_a_part_of_the_map_around_it(
    postcode: str, listed: str, held: bool
) -> None:
    place = read_postcode(postcode)
    assert place is not None
    assert (listed in place.ladder("GB-ENG")) is held


def test_the_smallest_part_comes_first() -> None:
    assert Place("EC", "EC1A", "EC1A 1").ladder("GB-ENG") == (
        "EC1A 1",
        "EC1A",
        "EC1",
        "EC",
        "GB-ENG",
        NATIONAL,
    )
    assert Place("CH", "CH5").ladder("") == ("CH5", "CH", NATIONAL)


@given(districts, districts, digits)
def test_a_district_never_holds_another_one(one: str, other: str, digit: str) -> None:
    place = read_postcode(f"{one} {digit}AA")
    assert place is not None
    group = other in LETTERED and one[:-1] == other and one[-1].isalpha()
    assert (other in place.ladder("")) is (one == other or group)


PARTS = [
    ("NR", "NR"),
    ("nr", "NR"),
    ("NR1 3", "NR1 3"),
    ("NR1", "NR1"),
    ("EC1", "EC1"),
    ("NR1 3AB", None),  # nobody lists a service for one street
    ("NR13AB", None),
    ("ZZ", None),
    ("ZZ1", None),
    ("NR 1", None),
    ("", None),
]


@pytest.mark.parametrize(("written", "part"), PARTS)
def test_a_service_is_listed_for_an_area_a_district_or_a_sector(written: str, part: str | None) -> None:
    assert read_part(written) == part


def test_every_area_lies_in_one_nation_or_its_nation_is_left_to_the_practice() -> None:
    assert len(AREAS) == 124
    assert set(NATION_OF.values()) == {*NATIONS, ""}
    assert {area for area, nation in NATION_OF.items() if not nation} >= {"TD", "SY", "JE", "GY", "IM"}

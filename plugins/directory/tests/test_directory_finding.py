"""The order in which services are found, and those that come with the plugin."""

from datetime import date

from ccr_directory.directory import Directory
from ccr_directory.domains import CONCERNS, DOMAINS, TITLES
from ccr_directory.plugin import national_list
from ccr_directory.postcodes import NATIONAL
from ccr_directory.regions import NATIONS
from ccr_directory.service import Service
from directory_files import GOOD, read

from ccr_rules import Library
from ccr_rules.hosting import junk

# --- the order in which they are found ------------------------------------------------------------


def service(name: str, *areas: str, checked: date | None = None) -> Service:
    return Service(name, "w", ("physical",), areas, f"https://{name}.example.org", last_checked=checked)


LADDER = ("NR1 3", "NR1", "NR", "GB-ENG", NATIONAL)


def found(services: list[Service], since: date | None = None) -> list[str]:
    return [each.name for each in Directory(services).find(LADDER, "physical", since)]


def test_the_nearest_comes_first_and_in_an_area_the_order_is_that_of_the_file() -> None:
    listed = [
        service("nation", "GB-ENG"),
        service("all", NATIONAL),
        service("area", "NR"),
        service("district-b", "NR1"),
        service("district-a", "NR1"),
        service("sector", "NR1 3"),
        service("elsewhere", "NR10", "IP"),
        service("twice", "NR", "NR1 3"),
    ]
    assert found(listed) == ["sector", "twice", "district-b", "district-a", "area", "nation", "all"]
    assert list(Directory(listed).find(LADDER, "emotional")) == []


def test_what_was_not_checked_since_a_day_comes_last_also_where_it_is_near() -> None:
    day = date(2026, 1, 1)
    listed = [
        service("before", "NR1", checked=date(2025, 12, 31)),
        service("never", "NR1 3"),
        service("on", NATIONAL, checked=day),
        service("after", "GB-ENG", checked=date(2026, 1, 2)),
    ]
    assert found(listed, day) == ["after", "on", "never", "before"]
    assert found(listed) == ["never", "before", "after", "on"]
    assert listed[0].link(day).label == "before (last checked 31-Dec-2025)"
    assert listed[1].link(day).label == "never (not known when checked)"
    assert listed[2].link(day).label == "on"
    assert listed[1].link(None).label == "never"


# --- what comes with the plugin -------------------------------------------------------------------


def test_every_row_that_comes_with_the_plugin_can_be_used_and_says_where_it_was_checked() -> None:
    rows = national_list()
    assert rows.problems == ()
    assert len(rows.services) == 12
    for each in rows.services:
        assert set(each.areas) <= {NATIONAL, *NATIONS}
        assert each.checked_in
        assert (each.address == "") == each.checked_in.startswith("unverified:")
        if each.address:
            assert junk.links([each.link(date.max)])


def test_every_domain_has_a_service_that_comes_with_the_plugin() -> None:
    assert {domain for each in national_list().services for domain in each.domains} == set(DOMAINS)


def test_the_longest_row_makes_a_link_that_a_card_takes() -> None:
    row = GOOD | {"name": "x" * 70, "url": "https://a.example.org/" + "x" * 478}
    (longest,) = read(row).services
    assert junk.links([longest.link(date.max)])


def test_the_domains_are_what_the_rulesets_ask_about() -> None:
    rulesets = Library.shipped().rulesets
    asked = {item.id for each in rulesets for review in each.reviews.values() for item in review.concerns}
    assert asked == set(CONCERNS)
    assert {"has-carer", "is-carer", "social-prescribing-referral", "palliative-care"} <= set(
        Library.shipped().codelist_names
    )
    assert tuple(TITLES) == DOMAINS

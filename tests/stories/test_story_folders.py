"""Every story is whole, valid FHIR, synthetic, and holds no code that nobody has verified."""

import importlib
import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.stories.folders import (
    BROKEN,
    EXAMPLES,
    SNOMED,
    STORIES,
    VERSIONS,
    Story,
    expected_of,
    listed_codes,
    objects_in,
    record_of,
    resources_of,
)

MODULES = {"R4": "fhir.resources.R4B", "STU3": "fhir.resources.STU3", "R5": "fhir.resources"}
NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
READ = "http://read.info/readv2"
STANDARDS = {
    "fhir.hl7.org.uk",
    "fhir.nhs.uk",
    "hl7.org",
    "read.info",
    "snomed.info",
    "terminology.hl7.org",
    "unitsofmeasure.org",
}

every_story = pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)


def validate(version: str, resource: dict[str, Any]) -> None:
    kind = resource["resourceType"]
    model = getattr(importlib.import_module(f"{MODULES[version]}.{kind.lower()}"), kind)
    model.model_validate(resource)


def test_the_stories_that_the_project_promises_are_there() -> None:
    assert {
        "all-done-in-time",
        "support-overdue",
        "last-28-days",
        "reviewed-one-day-late",
        "diagnosis-known-by-month",
        "condition-encounter-with-profile",
        "condition-encounter-without-profile",
        "palliative",
        "diagnosed-in-2004",
        "unlisted-cancer-code",
        "metastasis-coded-as-new",
        "two-primaries",
        "history-of-code",
        "in-situ-and-skin",
        "diagnosed-elsewhere-newly-registered",
        "gp-connect-stu3",
        "broken-resources",
        "child",
        "died",
    } <= STORIES.keys()


def test_every_folder_is_a_story() -> None:
    assert {path.name for path in EXAMPLES.iterdir() if path.is_dir()} == STORIES.keys()


@every_story
def test_a_story_folder_holds_a_record_a_story_an_expectation_and_nothing_else(story: Story) -> None:
    files = {path.name for path in (EXAMPLES / story.name).iterdir()}
    assert files == {story.record_path.name, "story.md", "expected.json"}


@every_story
def test_a_record_has_the_size_of_a_real_extract(story: Story) -> None:
    assert 15 <= len(resources_of(story)) <= 40


@every_story
def test_each_resource_is_valid_except_those_that_are_broken_on_purpose(story: Story) -> None:
    version, broken = VERSIONS.get(story.name, "R4"), BROKEN.get(story.name, set())
    for resource in resources_of(story):
        if resource["id"] in broken:
            # An unknown kind is a KeyError, everything else a ValidationError, which is a ValueError.
            with pytest.raises((ValueError, KeyError)):
                validate(version, resource)
        else:
            validate(version, resource)


@every_story
def test_each_bundle_is_valid(story: Story) -> None:
    record = record_of(story)
    if isinstance(record, dict) and story.name not in BROKEN:
        validate(VERSIONS.get(story.name, "R4"), record)


@every_story
def test_each_resource_is_there_once(story: Story) -> None:
    names = [(resource.get("resourceType"), resource["id"]) for resource in resources_of(story)]
    assert len(names) == len(set(names))


@every_story
def test_each_code_is_listed_or_its_source_is_named_in_the_story(story: Story) -> None:
    listed = listed_codes()
    for coding in objects_in(record_of(story)):
        if coding.get("system") == SNOMED:
            assert coding["code"] in listed or coding["code"] in story.text, coding
        if coding.get("system") == READ:
            assert coding["code"] == "8BAV.", coding


def nhs_numbers(story: Story) -> list[str]:
    return [item["value"] for item in objects_in(record_of(story)) if item.get("system") == NHS_NUMBER]


def check_digit(number: str) -> int:
    """The eleventh's complement of the weighted sum of the first nine digits; 10 is never given out."""
    weighted = sum(int(digit) * weight for digit, weight in zip(number[:9], range(10, 1, -1), strict=True))
    return (11 - weighted % 11) % 11


@every_story
def test_an_nhs_number_is_of_the_test_range_and_has_its_check_digit(story: Story) -> None:
    for number in nhs_numbers(story):
        assert re.fullmatch(r"999\d{7}", number)
        assert check_digit(number) == int(number[9])


def test_no_two_stories_share_an_nhs_number() -> None:
    numbers = [number for story in STORIES.values() for number in nhs_numbers(story)]
    assert len(numbers) == len(set(numbers))


@every_story
def test_everybody_and_every_place_has_a_name_that_says_test(story: Story) -> None:
    """Names are names; a `display` without a system is the name of a person, a place or a service."""
    for item in objects_in(resources_of(story)):
        for name in item.get("name", []) if isinstance(item.get("name"), list) else []:
            assert "test" in str(name.get("family", name.get("text"))).lower(), name
        if item.get("resourceType") == "Organization":
            assert "Test" in item["name"]
        if "display" in item and "system" not in item and "not supported" not in item["display"]:
            assert "Test" in item["display"], item


@every_story
def test_nobody_can_be_reached(story: Story) -> None:
    for item in objects_in(record_of(story)):
        assert "telecom" not in item
        assert item.get("postalCode", "ZZ99 3CZ").startswith("ZZ99")
        for value in item.values():
            if isinstance(value, str) and value.startswith("http"):
                host = urlsplit(value).hostname or ""
                assert host in STANDARDS or host.endswith(".example"), value


def in_words(day: str) -> str:
    """Return a day as the stories write it: `2 March 2026`."""
    value = date.fromisoformat(day)
    return f"{value.day} {value:%B} {value.year}"


@every_story
def test_the_words_of_a_story_hold_the_dates_and_days_that_are_expected(story: Story) -> None:
    """story.md is worked out by hand, and expected.json may not say anything else."""
    words = " ".join(story.text.split())
    for review in expected_of(story)["reviews"]:
        if review["status"] == "not applicable":
            continue
        assert review["status"] in words, review
        if review["status"] != "cannot tell":
            assert in_words(review["due"].split("/")[-1]) in words, review
        if isinstance(review["days_left"], int):
            assert f"{abs(review['days_left'])} days" in words, review

"""The plugin's settings, as they stand in the configuration."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, get_args

from ccr_directory.postcodes import Place, read_postcode
from ccr_directory.regions import NATIONS
from ccr_rules.errors import UsageError
from ccr_rules.hosting.junk import MOST_LINKS
from ccr_rules.language.report import nearest

Stale = Literal["last", "leave-out"]


class Settings(NamedTuple):
    """What can be set; README.md says what each means."""

    directory: tuple[Path, ...] = ()
    practice: Place | None = None
    nation: str = ""
    national: bool = True
    most: int = 3
    most_each: int = 5
    stale_after: int | None = None
    stale: Stale = "last"
    language: str = "en"


NAMES: Final = (
    "directory",
    "practice_district",
    "nation",
    "national",
    "most",
    "most_each",
    "stale_after",
    "stale",
    "language",
)


def read_settings(given: Mapping[str, Any], folder: Path) -> Settings:
    """Return the settings. Raises UsageError for one that is not known or does not fit."""
    for name in given:
        if name not in NAMES:
            raise UsageError(f"there is no setting `{name}`; {nearest(name, NAMES)}")
    usual = Settings()
    national = given.get("national", usual.national)
    if not isinstance(national, bool):
        raise UsageError(f"`national` is {national!r}; write true or false")
    files = _files(given.get("directory", ()), folder)
    if not files and not national:
        raise UsageError("there is no directory and `national` is false; name a file in `directory`")
    return Settings(
        files,
        _practice(given.get("practice_district", "")),
        _one_of(given.get("nation", ""), "nation", ("", *NATIONS)),
        national,
        _number(given.get("most", usual.most), "most", MOST_LINKS),
        _number(given.get("most_each", usual.most_each), "most_each", 50),
        _number(given["stale_after"], "stale_after", 3660) if "stale_after" in given else None,
        "last"
        if _one_of(given.get("stale", usual.stale), "stale", get_args(Stale)) == "last"
        else "leave-out",
        _language(given.get("language", usual.language)),
    )


def _files(given: object, folder: Path) -> tuple[Path, ...]:
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, (list, tuple)) or not all(isinstance(each, str) and each for each in names):
        raise UsageError(f"`directory` is {given!r}; name a CSV file, or a list of them")
    return tuple(folder / each for each in names)


def _practice(given: object) -> Place | None:
    if given == "":
        return None
    place = read_postcode(given)
    if place is None:
        raise UsageError(f"`practice_district` is {given!r}; write the first half of a postcode, such as NR1")
    return place


def _one_of(given: object, name: str, valid: tuple[str, ...]) -> str:
    if not isinstance(given, str) or given not in valid:
        raise UsageError(f"`{name}` is {given!r}; write one of: {', '.join(filter(None, valid))}")
    return given


def _number(given: object, name: str, most: int) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= most:
        raise UsageError(f"`{name}` is {given!r}; write a whole number from 1 to {most}")
    return given


def _language(given: object) -> str:
    if not isinstance(given, str) or not (2 <= len(given) <= 3 and given.isascii() and given.islower()):
        raise UsageError(f"`language` is {given!r}; write a code of two or three letters, such as en or cy")
    return given

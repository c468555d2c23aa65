"""The settings: what a practice says once, in the configuration. README.md has them in a table."""

from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from ccr_rules import UsageError
from ccr_rules.dates import Duration
from ccr_rules.hosting.outputs import Line
from ccr_rules.language.scalars import read_duration

LONGEST_CALL: Final = 25.0
"""Seconds that all attempts to hand a message to a service may take: the hook itself may take 30."""

Text = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Millimetres = Annotated[float, Meta(ge=0, le=297)]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of the settings; what it does not know is refused."""


class Practice(_Part, frozen=True):
    """The practice, as it stands in letters."""

    name: Text = ""
    address: tuple[Line, ...] = ()
    phone: Text = ""
    website: Text = ""
    booking: Text = ""


class Leaflet(_Part, frozen=True):
    """A leaflet that is named, and never copied."""

    title: Line
    link: Text = ""


class Window(_Part, frozen=True):
    """Where the window of the envelope is on the folded page, in millimetres from its left and top."""

    left: Millimetres = 22.0
    top: Millimetres = 48.0
    width: Annotated[float, Meta(ge=40, le=120)] = 84.0
    height: Annotated[float, Meta(ge=20, le=60)] = 33.0


class Font(_Part, frozen=True):
    """Font files of one's own (TrueType or OpenType), from the settings' folder on."""

    regular: str
    bold: str


class Http(_Part, frozen=True):
    """A service that takes messages as `payload.py` writes them."""

    url: Annotated[
        str, Meta(pattern=r"^(https://[^\s/]+|http://(127\.0\.0\.1|localhost)(:[0-9]+)?(/|$))\S*$")
    ]
    token_env: Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9_]*$")] | None = None
    timeout: Annotated[float, Meta(gt=0, le=20)] = 5.0
    retries: Annotated[int, Meta(ge=0, le=5)] = 2


ChannelName = Literal["print", "outbox", "http"]


class Settings(_Part, frozen=True):
    """All settings. An empty text is one that is not set."""

    practice: Practice = Practice()
    sender: Text = ""
    sender_role: Text = ""
    templates: str = ""
    language: Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")] = "en"
    large_print: bool = False
    review: str = ""
    review_names: dict[str, Line] = {}
    second_after: str = ""
    third_after: str = ""
    max_parts: Annotated[int, Meta(ge=1, le=10)] = 1
    sms_may_name_illness: bool = False
    questionnaire_link: Text = ""
    leaflets: tuple[Leaflet, ...] = ()
    channel: ChannelName = "print"
    outbox: str = ""
    http: Http | None = None
    window: Window = Window()
    folding_marks: bool = False
    font: Font | None = None


def read_settings(given: Any, folder: Path) -> Settings:
    """Return the settings, with paths that start from `folder`. Raises UsageError for what does not fit."""
    try:
        settings = msgspec.convert(given, Settings)
    except msgspec.ValidationError as fault:
        raise UsageError(f"settings: {fault}; the README of ccr-rules-messages lists them all") from None
    for name in ("second_after", "third_after"):
        time_set(settings, name)
    _check_channels(settings)
    font = settings.font
    return msgspec.structs.replace(
        settings,
        templates=_folder(settings.templates, folder, "templates"),
        outbox=_folder(settings.outbox, folder, "outbox"),
        font=font and Font(regular=_file(font.regular, folder), bold=_file(font.bold, folder)),
    )


def time_set(settings: Settings, name: str) -> Duration | None:
    """Return `second_after` or `third_after`, None where it is not set. Raises UsageError."""
    text: str = getattr(settings, name)
    wait = read_duration(text) if text else None
    if text and (wait is None or wait.amount == 0):
        raise UsageError(f"settings: {name}: {text!r} is not a time such as 21 days, 3 weeks or 1 month")
    return wait


def _check_channels(settings: Settings) -> None:
    if settings.channel == "outbox" and not settings.outbox:
        raise UsageError("settings: channel is outbox, and no folder is named; set outbox")
    if settings.channel == "http" and settings.http is None:
        raise UsageError("settings: channel is http, and no service is named; set http.url")
    if settings.http and settings.http.timeout * (settings.http.retries + 1) > LONGEST_CALL:
        raise UsageError(
            f"settings: http: {settings.http.retries + 1} attempts of {settings.http.timeout:g} s may take "
            f"longer than {LONGEST_CALL:g} s; shorten timeout, or lower retries"
        )


def _folder(given: str, start: Path, name: str) -> str:
    if not given:
        return ""
    folder = start / given
    if not folder.is_dir():
        raise UsageError(f"settings: {name}: there is no folder {folder}; make it, or name another")
    return str(folder)


def _file(given: str, start: Path) -> str:
    file = start / given
    if not file.is_file():
        raise UsageError(f"settings: font: there is no file {file}; name a TrueType or OpenType file")
    return str(file)

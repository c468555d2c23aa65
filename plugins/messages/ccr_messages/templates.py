"""Jinja templates, shipped or a practice's own, with merge fields: text out, or a clear refusal.

Templates run in a sandbox: they see the merge fields and nothing of Python. What a field holds is data: it is
never read as a template, and never as markup of a letter.
"""

import re
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2 import (
    ChoiceLoader,
    FileSystemLoader,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    Undefined,
    UndefinedError,
)
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedEnvironment

from ccr_messages.fields import HOW_TO_GIVE
from ccr_messages.refusal import refused
from ccr_rules import UsageError

VALUE: Final = "\ue000"
"""A sign for private use on both sides of each printed value, so that a value is never taken for markup."""

BLANK: Final = "____________________"
DEFAULT_LANGUAGE: Final = "en"


class Rendered(NamedTuple):
    """The text of a template, values marked with `VALUE`, and the language that it is in."""

    text: str
    language: str


class Templates:
    """The templates of a practice, and behind them those that are shipped."""

    def __init__(self, own: str = "") -> None:
        self._environment = _environment(own)
        if own:
            self._check_all(Path(own))

    def _check_all(self, own: Path) -> None:
        """Read every template of one's own, so that a slip shows when the host starts. Raises UsageError."""
        for each in sorted(own.rglob("*.txt")):
            name = each.relative_to(own).as_posix()
            try:
                self._environment.get_template(name)
            except (TemplateError, UnicodeDecodeError) as fault:
                line = getattr(fault, "lineno", None)
                raise UsageError(f"template {name}{f' line {line}' if line else ''}: {fault}") from None

    def render(self, form: str, fields: dict[str, Any], wanted: str, fallback: str) -> Rendered:
        """Return a form in the first of these languages that has it.

        Raises UsageError for a field that is missing, and for a template that fails or wants more.
        """
        languages = dict.fromkeys((wanted, wanted.partition("-")[0], fallback, DEFAULT_LANGUAGE))
        for language in filter(_is_language, languages):
            try:
                template = self._environment.get_template(f"{language}/{form}.txt")
            except TemplateNotFound:
                continue
            try:
                return Rendered(template.render(fields), language)
            except UndefinedError as fault:
                raise refused(f"template {language}/{form}.txt: {_missing(fault)}") from None
            except SecurityError:
                raise refused(
                    f"template {language}/{form}.txt: it reaches for what no template may use"
                ) from None
            except TemplateError as fault:
                raise refused(f"template {language}/{form}.txt: {type(fault).__name__}") from None
            except Exception as fault:  # noqa: BLE001 - a template computes with what it likes
                raise refused(f"template {language}/{form}.txt: it fails ({type(fault).__name__})") from None
        raise refused(f"there is no template {form}.txt in {wanted}, {fallback} or {DEFAULT_LANGUAGE}")


def _is_language(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", text) is not None


def _missing(fault: Exception) -> str:
    name = re.match(r"'(\w+)' is undefined", str(fault))
    if name is None:
        return "it prints something that is not there; the README lists the fields"
    what = HOW_TO_GIVE.get(name[1], "the README lists the fields")
    return f"the field {name[1]} is missing ({what})"


def _environment(own: str) -> SandboxedEnvironment:
    """Return the environment: templates of one's own lead, those that are shipped follow."""

    def marked(value: Any) -> Any:
        return value if isinstance(value, Undefined) else f"{VALUE}{value}{VALUE}"

    def optional(value: Any) -> Any:
        return BLANK if isinstance(value, Undefined) else value

    loaders = [FileSystemLoader(own)] if own else []
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*loaders, FunctionLoader(_shipped)]),
        undefined=StrictUndefined,
        # Letters are plain text, in which nothing is escaped; a template of one's own that is HTML would be.
        autoescape=lambda name: bool(name and name.endswith((".html", ".htm", ".xml"))),
        trim_blocks=True,
        keep_trailing_newline=True,
        lstrip_blocks=True,
        finalize=marked,
    )
    environment.globals.clear()
    environment.filters["optional"] = optional
    return environment


def _shipped(name: str) -> str | None:
    file = files("ccr_messages").joinpath("wording", *name.split("/"))
    return file.read_text("utf-8") if ".." not in name and file.is_file() else None

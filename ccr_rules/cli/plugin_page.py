"""Plugins as a page: those that are installed, and what was found of one."""

import os
from collections.abc import Sequence

import msgspec

from ccr_rules.cli.hosted import plugins_on
from ccr_rules.cli.layout import Page
from ccr_rules.hosting.choice import VARIABLE, from_environment
from ccr_rules.hosting.installed import installed
from ccr_rules.hosting.outputs import Form
from ccr_rules.plugin_kit.finding import Finding


class Listed(msgspec.Struct, frozen=True):
    """An installed plugin. `hooks` and `forms` are known of those that are on."""

    name: str
    version: str
    distribution: str
    digest: str
    on: bool
    hooks: tuple[str, ...] = ()
    forms: tuple[Form, ...] = ()


def listed() -> list[Listed]:
    """Return the installed plugins. Raises UsageError for one that is on and not as it is listed."""
    on = {each.name for each in from_environment(os.environ)}
    plugins = plugins_on()
    return [
        Listed(
            each.name,
            each.version,
            each.distribution,
            each.digest,
            each.name in on,
            plugins.hooks(each.name),
            plugins.forms_of(each.name),
        )
        for each in installed().values()
    ]


def plugins_json(found: Sequence[Listed]) -> str:
    """Return plugins as a JSON list."""
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"


def plugins_page(found: Sequence[Listed], width: int) -> Page:
    """Return the page that lists plugins."""
    page = Page(width)
    if not found:
        page.say("No plugin is installed.")
    for each in found:
        page.title(f"{each.name} {each.version}", "on" if each.on else "off")
        page.section("Digest", [each.digest])
        page.section("Hooks", [", ".join(each.hooks)] if each.hooks else [])
        page.rows("Forms", [(form.name, form.of, form.title) for form in each.forms])
        page.gap()
    page.say(f"{VARIABLE} lists those that are on: NAME, NAME==VERSION@DIGEST, or a .toml file.", "dim")
    return page


def findings_json(findings: Sequence[Finding]) -> str:
    """Return what was found as a JSON list."""
    return msgspec.json.format(msgspec.json.encode(findings), indent=2).decode() + "\n"


_MARKS = {"passed": "ok", "failed": "FAILED", "warning": "look"}
_STYLES = {"passed": "", "failed": "bold red", "warning": "yellow"}


def check_page(name: str, findings: Sequence[Finding], width: int) -> Page:
    """Return the page that says what was found of a plugin."""
    page = Page(width)
    failures = sum(each.outcome == "failed" for each in findings)
    page.title(f"Plugin {name}", f"{failures} of {len(findings)} checks failed" if failures else "it is fit")
    for each in findings:
        detail = f": {each.detail}" if each.detail else ""
        page.section(_MARKS[each.outcome], [f"{each.check}{detail}"], _STYLES[each.outcome])
    return page

"""The page of `ccr doctor`."""

import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from ccr_rules.cli.layout import Page
from ccr_rules.cli.listing import period
from ccr_rules.cli.version import DISTRIBUTION, version
from ccr_rules.codelists.codelist import Codelist, suggestible
from ccr_rules.codelists.hazards import is_assumed
from ccr_rules.errors import EvaluatorUnavailable
from ccr_rules.hosting.durable.availability import FIRST_WITHOUT, MODULE
from ccr_rules.hosting.durable.process import DurableProcess
from ccr_rules.library.library import Library

PACKAGES = ("fhir.resources", "lark", "msgspec", "pluggy", "pydantic", "rich", "ruamel.yaml", "typer")


@dataclass(frozen=True, slots=True)
class Extra:
    """An optional part: the module that shows whether it is there, what it is for, and whether it works."""

    name: str
    module: str
    purpose: str
    python_below: tuple[int, int] = (4, 0)
    check: Callable[[], str] = lambda: "installed"


def _second_evaluator() -> str:
    process = DurableProcess()
    try:
        process.check()
    except EvaluatorUnavailable as error:
        return f"installed, but {error.message}"
    finally:
        process.close()
    return "installed, and it decides"


EXTRAS = (
    Extra(
        "durable", MODULE, "a second evaluator, as an independent opinion", FIRST_WITHOUT, _second_evaluator
    ),
    Extra("population", "duckdb", "whole populations, and reports about them"),
    Extra("spark", "pyspark", "populations that one machine cannot hold"),
    Extra("agree", "hypothesis", "drawing questions on which evaluators might differ"),
    Extra("service", "fastapi", "answering over HTTP"),
    Extra("postgres", "psycopg", "what a service keeps in PostgreSQL"),
)


def doctor_page(library: Library, width: int) -> Page:
    """Return the page. Raises RulesetError if a ruleset or codelist cannot be used."""
    page = Page(width)
    _versions(page)
    _rulesets(page, library)
    _codelists(page, library)
    _not_computable(page, library)
    _kept(page, library)
    _extras(page)
    return page


def _heading(page: Page, text: str) -> None:
    page.gap()
    page.say(text, "bold")


def _versions(page: Page) -> None:
    page.title(f"{DISTRIBUTION} {version()}", f"Python {platform.python_version()}, {platform.system()}")
    page.say(", ".join(f"{name} {version(name)}" for name in PACKAGES), "dim")


def _rulesets(page: Page, library: Library) -> None:
    _heading(page, "Rulesets")
    page.rows("", [(each.reference, each.status, period(each)) for each in library.rulesets])
    drafts = [each.reference for each in library.rulesets if each.status == "draft"]
    if drafts:
        page.say(f"Not clinically approved: {', '.join(drafts)}. Every card says so.")
    parameters = [parameter for each in library.rulesets for parameter in each.parameters.values()]
    unverified = sum(bool(parameter.grounds.unverified) for parameter in parameters)
    if unverified:
        page.say(f"{unverified} of {len(parameters)} parameters are unverified; ccr ruleset show says why.")


def _codelists(page: Page, library: Library) -> None:
    codelists = [library.codelist(name) for name in library.codelist_names]
    incomplete = [each for each in codelists if not each.complete]
    _heading(page, f"Codelists: {len(codelists)}, of which {len(incomplete)} incomplete")
    for each in incomplete:
        page.say(f"{each.name}: {each.membership_note or 'what is missing is not stated'}", hang=2)
    for each in codelists:
        if each.imported:
            page.say(f"{each.name}: {_imported(each)}", hang=2)
    without = [each.name for each in codelists if each.terms and not suggestible(each)]
    if without:
        page.say(f"No verified code, so the card names the term to record: {', '.join(without)}", hang=2)


def _imported(codelist: Codelist) -> str:
    """Say what is used of an imported list, and for how many entries a class was assumed."""
    assumed = sum(map(is_assumed, codelist.codes.values()))
    doubt = f", {assumed:,} of them with an assumed class" if assumed else ""
    return f"the imported release {codelist.release} is used, {len(codelist.codes):,} codes{doubt}"


def _not_computable(page: Page, library: Library) -> None:
    for ruleset in library.rulesets:
        if ruleset.not_computable:
            _heading(page, f"Not computable in {ruleset.reference}")
            for rule in ruleset.not_computable.values():
                page.say(f"{rule.title}: needs {rule.needs}", hang=2)


def _kept(page: Page, library: Library) -> None:
    cache = library.cache
    _heading(page, "What was read is kept for the next run")
    page.say(f"not at all: {cache.fault}" if cache.fault else f"in {cache.folder}", hang=2)


def _extras(page: Page) -> None:
    _heading(page, "Optional parts")
    for extra in EXTRAS:
        page.say(f"{extra.name}, {extra.purpose}: {_state(extra)}", hang=2)


def _state(extra: Extra) -> str:
    if find_spec(extra.module):
        return extra.check()
    if sys.version_info[:2] >= extra.python_below:
        below = ".".join(map(str, extra.python_below))
        return f"not available on Python {platform.python_version()}, only below {below}"
    return f'not installed; pip install "{DISTRIBUTION}[{extra.name}]"'

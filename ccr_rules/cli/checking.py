"""Checking rulesets, the codelists they use and the casebooks beside them."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from ccr_rules.cli.targets import casebook_of, targets
from ccr_rules.errors import Problem, RulesetError
from ccr_rules.governance.casebook import read_casebook
from ccr_rules.library.library import Library, Located


def check_rulesets(library: Library, names: list[str]) -> list[Problem]:
    """Return all problems of the rulesets named, or of the whole library, each once."""
    codelists = set() if names else set(library.codelist_names)
    problems: dict[Problem, None] = {}
    for located in targets(library, names):
        ruleset, found = library.check(located)
        problems.update(dict.fromkeys(found))
        problems.update(dict.fromkeys(_casebook_problems(located)))
        codelists |= {use.codelist for use in ruleset.codelists.values()} if ruleset else set()
    for name in sorted(codelists):
        problems.update(dict.fromkeys(_codelist_problems(library, name)))
    return list(problems)


def problems_json(problems: list[Problem]) -> str:
    """Return problems as a JSON list."""
    return json.dumps([asdict(problem) for problem in problems], indent=2, ensure_ascii=False) + "\n"


def _casebook_problems(located: Located) -> Iterator[Problem]:
    casebook = casebook_of(located)
    if casebook:
        try:
            read_casebook(*casebook)
        except RulesetError as error:
            yield from error.problems


def _codelist_problems(library: Library, name: str) -> Iterator[Problem]:
    try:
        library.codelist(name)
    except RulesetError as error:
        yield from error.problems

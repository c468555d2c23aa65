"""Rulesets that use a codelist in different releases are matched apart, all others together."""

from dataclasses import replace

from msgspec import structs

from ccr_rules.agreement.codelists import tiny_library
from ccr_rules.codelists.codelist import Codelist
from ccr_rules.evaluation.groups import prepare
from ccr_rules.evaluation.program import Program
from ccr_rules.language.ruleset import CodelistUse
from tests.semantics.specification import ready


def find(name: str, release: str | None) -> Codelist:
    """Return a codelist as of a release; one that excludes another has it beside it."""
    codelist = tiny_library().codelist(name)
    excludes = ("support",) if name == "review" else ()
    return replace(codelist, release=release or codelist.release, excludes=excludes)


def program(**releases: str | None) -> Program:
    """Return a ruleset that uses some codelists, each in a release."""
    ruleset = ready("dates: {DX: {earliest: diagnosis}}")[0].programs[0].ruleset
    uses = {name: CodelistUse(name, name, release) for name, release in releases.items()}
    return Program(structs.replace(ruleset, dates={}, codelists=uses))


def test_rulesets_that_agree_are_one_group() -> None:
    one, two = program(diagnosis=None), program(diagnosis=None, review=None)
    groups = prepare([one, two], find)
    assert [group.programs for group in groups] == [(one, two)]
    assert set(groups[0].codelists) == {"diagnosis", "review"}
    assert set(groups[0].used_by(one)) == {"diagnosis"}


def test_a_ruleset_that_pins_another_release_gets_a_group_of_its_own() -> None:
    newest, pinned, later = (
        program(diagnosis=None),
        program(diagnosis="2020-01-01"),
        program(diagnosis="2020-01-01"),
    )
    groups = prepare([newest, pinned, later], find)
    assert [group.programs for group in groups] == [(newest,), (pinned, later)]
    assert [group.codelists["diagnosis"].release for group in groups] == ["2026-01-01", "2020-01-01"]


def test_the_index_knows_excluded_lists_that_no_ruleset_uses() -> None:
    groups = prepare([program(review=None)], find)
    assert groups[0].index.names == ("review",)
    assert prepare([], find) == ()

"""Every statement that the project ships says where it is from."""

import pytest

from ccr_rules.codelists.codelist import CodelistEntry
from ccr_rules.governance.statements import Statement, own_statements, statements
from ccr_rules.language.ruleset import Grounds, Ruleset
from ccr_rules.library.library import Library

LIBRARY = Library.shipped()


@pytest.mark.parametrize("ruleset", LIBRARY.rulesets, ids=lambda ruleset: ruleset.reference)
class TestEveryRuleset:
    def test_says_of_each_statement_where_it_is_from(self, ruleset: Ruleset) -> None:
        nameless = [each.name for each in statements(ruleset) if not each.names_its_origin]
        assert nameless == []

    def test_names_only_sources_that_it_lists(self, ruleset: Ruleset) -> None:
        named = {each.grounds.source for each in statements(ruleset)} - {None}
        assert named <= set(ruleset.sources)

    def test_uses_each_source_or_says_what_it_is_for(self, ruleset: Ruleset) -> None:
        named = {each.grounds.source for each in statements(ruleset)}
        idle = [
            source.id for source in ruleset.sources.values() if source.id not in named and not source.note
        ]
        assert idle == []

    def test_says_what_is_open_in_more_than_a_word(self, ruleset: Ruleset) -> None:
        for each in statements(ruleset):
            for text in (each.grounds.unverified, each.grounds.choice):
                assert text is None or len(text.split()) > 1, each.name


@pytest.mark.parametrize("name", LIBRARY.codelist_names)
def test_every_entry_of_a_codelist_says_where_it_was_read(name: str) -> None:
    codelist = LIBRARY.codelist(name)
    entries: list[CodelistEntry] = [*codelist.codes.values(), *codelist.terms.values()]
    silent = [entry.term for entry in entries if not entry.note]
    assert silent == [] or len(codelist.sources) == 1, "several sources: the note says which"


def test_a_statement_is_as_sure_as_its_least_sure_part() -> None:
    standings = [
        Statement("prompts", "p", "", grounds).standing
        for grounds in (
            Grounds(source="pack"),
            Grounds(source="pack", choice="ours"),
            Grounds(choice="ours"),
            Grounds(source="pack", unverified="why"),
        )
    ]
    assert standings == ["sourced", "choice", "choice", "unverified"]


def test_rows_that_only_repeat_the_grounds_of_their_indicator_count_once() -> None:
    ruleset = LIBRARY.find("qof-cancer@2023")
    rows = [each.name for each in own_statements(ruleset) if each.section == "rows"]
    assert "CAN004, row 4" in rows
    assert len(rows) < sum(len(indicator.rows) for indicator in ruleset.indicators.values())

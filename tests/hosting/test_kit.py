"""What the kit finds of a plugin, and what it leaves out."""

import logging
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from ccr_rules import Evaluation, Plugins, RecordError, UsageError
from ccr_rules.hosting import Document, Form, hookimpl
from ccr_rules.hosting.installed import Installed
from ccr_rules.plugin_kit.distribution import check_distribution
from ccr_rules.plugin_kit.evaluating import check_evaluations
from ccr_rules.plugin_kit.finding import Finding
from ccr_rules.plugin_kit.forms import check_forms
from ccr_rules.plugin_kit.samples import Sample
from tests.hosting.samples import AS_OF, STORY, Enriches

SAMPLES = [Sample("no record", b"{}", AS_OF), Sample("a story", STORY, AS_OF)]


class Sheet:
    """Writes a ruleset, or raises."""

    def __init__(self, raises: Exception | None = None, of: Any = "ruleset") -> None:
        self.raises = raises
        self.of = of

    @hookimpl
    def ccr_forms(self) -> list[Form]:
        return [Form("sheet", self.of, "A sheet")]

    @hookimpl
    def ccr_export(self, ruleset: Any) -> list[Document]:
        if self.raises:
            raise self.raises
        return [Document("sheet.txt", "text/plain", ruleset.title.encode())]

    @hookimpl
    def ccr_render(self) -> Document:
        return Document("sheet.txt", "text/plain", b"")


def of_forms(plugin: Any) -> Finding:
    *_, written = check_forms(Plugins.of({"p": plugin}), "p", SAMPLES)
    return written


@pytest.mark.parametrize("plugin", [Sheet(), Sheet(UsageError("which review?")), Sheet(of="evaluations")])
def test_a_form_that_can_be_written_passes(plugin: Sheet) -> None:
    assert of_forms(plugin) == Finding("The form sheet can be written, twice the same", "passed")


def test_a_form_that_cannot_be_written_fails_with_the_first_ruleset() -> None:
    found = of_forms(Sheet(RecordError("x")))
    assert found.outcome == "failed"
    assert "ccr_export raised RecordError" in found.detail


class Counts(Enriches):
    """Says how many entries there are."""

    @hookimpl
    def ccr_links(self, evaluation: Evaluation) -> None:
        logging.getLogger("counts").info("%d entries", len(evaluation.record.entries))


def test_what_is_no_record_is_not_evaluated_and_counts_may_be_said() -> None:
    found = list(check_evaluations(Plugins.of({"p": Counts()}), SAMPLES))
    assert [each.outcome for each in found[:-1]] == ["passed"] * 4


def test_an_entry_point_of_no_distribution_is_told_so() -> None:
    plugin = Installed(EntryPoint("stray", "stray:plugin", "ccr_rules"))
    found = list(check_distribution(plugin, []))
    assert found[-1].detail == "its entry point belongs to none: pip install it"

"""The hooks of the plugin, and nothing else."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ccr_gp_exports.lists import FORMS
from ccr_gp_exports.recipe import SYSTEMS, Recipe
from ccr_gp_exports.settings import Settings, read_settings
from ccr_gp_exports.sniffing import may_be_export
from ccr_gp_exports.split import lost_in, people, split
from ccr_gp_exports.table import Table, table_of
from ccr_rules.errors import RecordError
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting import Document, Form, Source, Split, hookimpl
from ccr_rules.record.patient import PatientRecord


class GpExports:
    """Exports in, lists out."""

    def __init__(self) -> None:
        self._settings = Settings()
        self._recipes: dict[str, Recipe] = {}

    @hookimpl
    def ccr_configure(self, settings: Mapping[str, Any], folder: Path) -> None:
        """Take the settings. Raises UsageError."""
        self._settings = read_settings(settings, folder)
        self._recipes = {}

    @hookimpl
    def ccr_split_source(self, source: Source) -> Split | None:
        """Take an export apart; what cannot be used as one is left to `ccr_read_record`, which says why."""
        try:
            table = self._opened(source)
        except RecordError:
            return None
        if table is None or lost_in(table.headings) is not None:
            return None
        return split(
            source,
            lambda: self._table(source),
            fills_down=self._settings.fills_down,
            doubts_everybody=self._settings.doubts_everybody,
        )

    @hookimpl
    def ccr_read_record(self, source: Source) -> PatientRecord | None:
        """Read the export of one patient. Raises RecordError."""
        if self._opened(source) is None:
            return None
        from ccr_gp_exports.reading import read  # noqa: PLC0415 (a host starts sooner without it)

        return read(
            source,
            lambda: self._table(source),
            fills_down=self._settings.fills_down,
            holds=self._settings.holds,
        )

    @hookimpl
    def ccr_forms(self) -> Sequence[Form]:
        """The lists."""
        return FORMS

    @hookimpl
    def ccr_render(
        self, evaluations: Sequence[Evaluation], form: str, options: Mapping[str, Any]
    ) -> Document | None:
        """Write a list. Raises UsageError."""
        from ccr_gp_exports import forms  # noqa: PLC0415 (a host starts sooner without it)

        return forms.render(evaluations, form, options, self._by_system(), self._settings.system)

    def people(self, source: Source) -> dict[str, dict[str, str]]:
        """Return whom the references of an export stand for, as the option `people` of the lists takes it.

        A record names its patient by one number only; an export may have two. Empty if it is no export.
        """
        table = self._opened(source)
        return people(table, lambda: self._table(source)) if table else {}

    def _by_system(self) -> dict[str, Recipe]:
        """Return the recipes, read when first needed; one's own takes the place of its system's.

        This is no property, since pluggy looks at those of a plugin when it starts.
        """
        if not self._recipes:
            from ccr_gp_exports.recipe_text import shipped  # noqa: PLC0415 (a host starts sooner without it)

            mapping = self._settings.mapping
            recipes = {system: shipped(system) for system in SYSTEMS}
            self._recipes = recipes if mapping is None else recipes | {mapping.system: mapping}
        return self._recipes

    def _opened(self, source: Source) -> Table | None:
        """Return a source as a table, or None if it is no export. Raises RecordError."""
        if not may_be_export(source.content):
            return None
        return table_of(source.raw, self._by_system(), self._settings.system)

    def _table(self, source: Source) -> Table:
        """Return a source that is known to be an export as a table, from its begin."""
        table = self._opened(source)
        if table is None:  # pragma: no cover - it was one a moment ago
            raise RecordError("the export changed while it was read; try again")
        return table


plugin = GpExports()

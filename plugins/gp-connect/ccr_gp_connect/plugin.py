"""The hooks of the plugin."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ccr_gp_connect.settings import Settings, settings_of
from ccr_gp_connect.sniffing import may_be
from ccr_rules import Evaluation, PatientRecord
from ccr_rules.hosting import Document, Form, Source, hookimpl

DIARY: Final = "gp-connect-diary"


class GpConnect:
    """GP Connect Access Record: Structured, in and out."""

    def __init__(self) -> None:
        self._settings = Settings()

    @hookimpl
    def ccr_configure(self, settings: Mapping[str, Any]) -> None:
        """Take the settings."""
        self._settings = settings_of(settings)

    @hookimpl
    def ccr_forms(self) -> Sequence[Form]:
        """Name the form."""
        return [
            Form(DIARY, "evaluations", "Due and upcoming reviews as GP Connect diary entries (FHIR STU3)")
        ]

    @hookimpl
    def ccr_read_record(self, source: Source) -> PatientRecord | None:
        """Read an answer of GP Connect."""
        if not may_be(source):
            return None
        from ccr_gp_connect.reading import read_answer  # noqa: PLC0415 (a host starts sooner without it)

        return read_answer(source, self._settings)

    @hookimpl
    def ccr_render(
        self, evaluations: Sequence[Evaluation], form: str, options: Mapping[str, Any]
    ) -> Document | None:
        """Write due reviews as diary entries; `options` are settings that hold for this time only."""
        from ccr_gp_connect.diary import diary  # noqa: PLC0415 (writing is rare)

        return diary(evaluations, settings_of(options, self._settings))


plugin: Final = GpConnect()
"""What the entry point names."""

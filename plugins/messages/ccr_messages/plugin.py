"""The plugin: its settings, its forms, and a delivery when somebody asks for one. It does nothing else."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccr_messages.catalogue import forms
from ccr_messages.settings import Settings, read_settings
from ccr_rules import Evaluation
from ccr_rules.hosting import Delivery, Form, hookimpl

if TYPE_CHECKING:
    from ccr_messages.making import Maker


class Messages:
    """Letters, text messages and requests. None is made, and none is sent, unless it is asked for."""

    def __init__(self) -> None:
        self.settings = Settings()
        self._maker: Maker | None = None

    @hookimpl
    def ccr_configure(self, settings: Mapping[str, Any], folder: Path) -> None:
        """Take the settings; templates of one's own are read at once, so that a slip shows now."""
        self.settings = read_settings(settings, folder)
        self._maker = None
        if self.settings.templates:
            self._maker = self._made()

    @hookimpl
    def ccr_forms(self) -> Sequence[Form]:
        """Name the forms."""
        return forms()

    @hookimpl
    def ccr_deliver(
        self, evaluation: Evaluation, form: str, patient: Mapping[str, Any], options: Mapping[str, Any]
    ) -> Delivery:
        """Make what was asked for, and hand it to the channel that was asked for or set up."""
        maker = self._maker = self._maker or self._made()
        return maker.make(evaluation, form, patient, options)

    def _made(self) -> "Maker":
        """Return the maker. Jinja and what else it takes are imported when the first message is asked for."""
        from ccr_messages.making import Maker  # noqa: PLC0415
        from ccr_messages.templates import Templates  # noqa: PLC0415

        return Maker(self.settings, Templates(self.settings.templates))


plugin = Messages()

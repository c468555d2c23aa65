"""The hooks: links on the card, and the sheet to take home."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ccr_directory.directory import Directory
from ccr_directory.reading import Rows, read_file
from ccr_directory.settings import Settings, read_settings
from ccr_directory.wishes import KEYS
from ccr_rules import Evaluation, UsageError
from ccr_rules.hosting import Context, Document, Form, Link, hookimpl

if TYPE_CHECKING:
    from ccr_directory.choosing import Search

SHEET: Final = "signposting-sheet"


class DirectoryPlugin:
    """Signposting to services. It is configured once, before its first use."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.directory = Directory(())

    @hookimpl
    def ccr_configure(self, settings: Mapping[str, Any], folder: Path) -> None:
        """Read the directory."""
        self.settings = read_settings(settings, folder)
        rows = [read_file(path) for path in self.settings.directory]
        if self.settings.national:
            rows.append(national_list())
        self.directory = Directory(
            [service for each in rows for service in each.services],
            [problem for each in rows for problem in each.problems],
        )

    @hookimpl
    def ccr_forms(self) -> Sequence[Form]:
        """The sheet."""
        return [Form(SHEET, "evaluations", "Services that may help one person, to print and take home")]

    @hookimpl
    def ccr_links(self, evaluation: Evaluation, context: Context) -> Sequence[Link] | None:
        """Offer a few services beside the card, if there is one."""
        from ccr_directory.choosing import links  # noqa: PLC0415 (a host starts sooner without it)

        search = self._search(evaluation, context.host)
        if search is None or evaluation.card is None:
            return None
        return links(search, self.settings.most) or None

    @hookimpl
    def ccr_render(
        self, evaluations: Sequence[Evaluation], form: str, options: Mapping[str, Any]
    ) -> Document | None:
        """Write the sheet of one person; `options` are those of a host in `ccr_links`, and `format`."""
        if len(evaluations) != 1:
            raise UsageError(f"{form} is for one person: give one evaluation, not {len(evaluations)}")
        for name in options:
            if name not in (*KEYS, "format"):
                raise UsageError(f"{form}: there is no such option; write one of: {', '.join(KEYS)}, format")
        from ccr_directory.sheet import make_sheet  # noqa: PLC0415 (a host starts sooner without it)
        from ccr_directory.writing import WRITERS  # noqa: PLC0415

        write = WRITERS.get(options.get("format", "html"))
        if write is None:
            raise UsageError(f"{form}: `format` is one of: {', '.join(WRITERS)}")
        evaluation = evaluations[0]
        search = self._search(evaluation, options)
        sheet = search and make_sheet(search, evaluation.moment.as_of, self.settings.most_each)
        return write(sheet) if sheet else None

    def _search(self, evaluation: Evaluation, host: Mapping[str, Any]) -> "Search | None":
        from ccr_directory.choosing import ask  # noqa: PLC0415 (a host starts sooner without it)

        return ask(self.directory, self.settings, evaluation, host)


def national_list() -> Rows:
    """Return the services that come with the plugin."""
    return read_file(files("ccr_directory") / "data" / "national.csv")


plugin = DirectoryPlugin()

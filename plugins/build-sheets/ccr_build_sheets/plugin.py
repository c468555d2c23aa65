"""The hooks of the plugin: which forms there are, and how a ruleset is written in one of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from ccr_build_sheets.systems import FORMS
from ccr_rules.errors import UsageError
from ccr_rules.hosting import Document, Form, check_options, hookimpl
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import Library

OPTIONS: Final = ("test_day",)


class BuildSheets:
    """The plugin; it keeps nothing."""

    @hookimpl
    def ccr_forms(self) -> Sequence[Form]:
        """A form of rulesets for each system."""
        return [
            Form(form, "ruleset", f"Sheets from which a person builds the ruleset in {system.name}")
            for form, system in FORMS.items()
        ]

    @hookimpl
    def ccr_export(
        self, ruleset: Ruleset, library: Library, form: str, options: Mapping[str, Any]
    ) -> Sequence[Document] | None:
        """The page to print, the same as JSON, and the codes as CSV; None for a form of somebody else."""
        from ccr_build_sheets.book import book  # noqa: PLC0415 - only where sheets are written
        from ccr_build_sheets.documents import documents  # noqa: PLC0415

        if form not in FORMS:
            return None
        return documents(book(ruleset, library, FORMS[form], form, test_day(options, ruleset)))


def test_day(options: Mapping[str, Any], ruleset: Ruleset) -> date | None:
    """Return the day of the test, if one is asked for. Raises UsageError."""
    check_options(options, OPTIONS)
    value = options.get("test_day")
    if value is None or isinstance(value, date):
        found = value
    else:
        try:
            found = date.fromisoformat(str(value))
        except ValueError:
            raise UsageError(f"test_day: {value!r} is not a day; write it as YYYY-MM-DD") from None
    if found is not None and not ruleset.in_force(found):
        raise UsageError(
            f"test_day: {ruleset.reference} is not in force on {found}; name a day on which it is"
        )
    return found


plugin = BuildSheets()

"""Options of a form: names that whoever asks may have misspelt."""

from collections.abc import Collection, Mapping
from typing import Any

from ccr_rules.errors import UsageError
from ccr_rules.language.report import nearest


def check_options(options: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse an option that a form does not have. Raises UsageError with the nearest name that there is.

    The message names the option: it is not for forms whose options say something of a patient.
    """
    for name in options:
        if name not in known:
            hint = nearest(name, known) if known else "this form has none"
            raise UsageError(f"there is no option `{name}`; {hint}")

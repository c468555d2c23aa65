"""Where a store is, unless it is named: in the folder that the system has for what a user's programs keep."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ccr_rules.errors import UsageError
from ccr_rules.library.cache_folder import fault_of, folder_named

URL_VARIABLE: Final = "CCR_DATABASE_URL"
KEY_VARIABLE: Final = "CCR_STORE_KEY"
_NAME: Final = "ccr-rules"
_FILE: Final = "store.sqlite3"


def chosen_url(named: str | None = None, environment: Mapping[str, str] = os.environ) -> str:
    """Return the URL that was named, or that of CCR_DATABASE_URL, or that of the user's own file.

    Raises UsageError if the folder of that file cannot be made, or is not the user's own.
    """
    if chosen := named or environment.get(URL_VARIABLE):
        return chosen
    folder = _folder(sys.platform)
    if fault := fault_of(folder):
        raise UsageError(f"{fault}; name the store with --store or {URL_VARIABLE}")
    return f"sqlite:///{folder / _FILE}"


def _folder(platform: str) -> Path:
    try:
        if platform == "win32":
            return folder_named("LOCALAPPDATA", Path("AppData", "Local")) / _NAME / "State"
        if platform == "darwin":
            return Path.home() / "Library" / "Application Support" / _NAME
        return folder_named("XDG_STATE_HOME", Path(".local", "state")) / _NAME
    except RuntimeError:
        raise UsageError(f"nobody's home folder: name the store with --store or {URL_VARIABLE}") from None

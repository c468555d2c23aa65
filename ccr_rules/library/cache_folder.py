"""Where a user's cache is: the place that the system has for it, or the folder that CCR_CACHE names."""

import os
import stat
import sys
from pathlib import Path

VARIABLE = "CCR_CACHE"
OFF = "off"
_NAME = "ccr-rules"


def user_folder() -> Path | None:
    """Return the folder in which the user's programs keep what they can make again.

    None if CCR_CACHE is `off`, or if the system knows of no such place.
    """
    chosen = os.environ.get(VARIABLE, "")
    if chosen:
        return None if chosen == OFF else Path(chosen)
    try:
        return _system_folder(sys.platform)
    except RuntimeError:  # nobody's home
        return None


def _system_folder(platform: str) -> Path:
    if platform == "win32":
        return folder_named("LOCALAPPDATA", Path("AppData", "Local")) / _NAME / "Cache"
    if platform == "darwin":
        return Path.home() / "Library" / "Caches" / _NAME
    return folder_named("XDG_CACHE_HOME", Path(".cache")) / _NAME


def folder_named(variable: str, in_home: Path) -> Path:
    """Return the folder that a variable names, if that is a whole path, or else one in the home folder."""
    named = Path(os.environ.get(variable, ""))
    return named if named.is_absolute() else Path.home() / in_home


def fault_of(folder: Path) -> str:
    """Make a folder of the user's own, if need be. Return why it cannot be trusted, or nothing."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError as error:
        return f"{folder}: {error.strerror}"
    return "" if _is_private(status) else f"{folder}: it is somebody else's, or others can write to it"


def _is_private(status: os.stat_result) -> bool:
    """Say whether only this user, and the system's own, can write: what is kept there is believed."""
    user = getattr(os, "getuid", None)
    if user is None:
        return True  # on Windows a profile's folders are its user's alone
    return status.st_uid in (0, user()) and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)

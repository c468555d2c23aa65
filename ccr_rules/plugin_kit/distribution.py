"""What a plugin's distribution says of it: its name, what it needs, and a README that tells of its hooks."""

import re
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageMetadata

from ccr_rules.hosting.installed import Installed
from ccr_rules.plugin_kit.finding import Finding, failed, judged, passed

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NEEDS = re.compile(r"ccr[-_.]rules\b", re.IGNORECASE)


def check_distribution(plugin: Installed, hooks: Sequence[str]) -> Iterator[Finding]:
    """Yield what is found of the distribution of a plugin that uses some hooks."""
    named = "It has a name of small letters, digits and hyphens"
    yield passed(named) if _NAME.fullmatch(plugin.name) else failed(named, f"it is called {plugin.name}")
    metadata = plugin.entry.dist.metadata if plugin.entry.dist else None
    if metadata is None:
        yield failed("It is installed as a distribution", "its entry point belongs to none: pip install it")
        return
    yield from _needs(metadata)
    yield _readme(_description(metadata), hooks)


def _description(metadata: PackageMetadata) -> str:
    """Return the long description, which is the README."""
    return str(metadata.json.get("description", ""))


def _needs(metadata: PackageMetadata) -> Iterator[Finding]:
    check = "It says which versions of ccr-rules it works with"
    needed = [each for each in metadata.get_all("Requires-Dist") or () if _NEEDS.match(each)]
    bounded = any("<" in each or "==" in each or "~=" in each for each in needed)
    yield passed(check) if bounded else failed(check, 'write dependencies = ["ccr-rules>=0.1,<0.2"]')
    check = "It says which versions of Python it works with"
    yield passed(check) if "Requires-Python" in metadata else failed(check, "write requires-python")


def _readme(text: str, hooks: Sequence[str]) -> Finding:
    missing = [
        f"it does not name {hook}: say what the plugin does there" for hook in hooks if hook not in text
    ]
    return judged("Its README names every hook that it uses", missing if text.strip() else ["there is none"])

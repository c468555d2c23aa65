"""Write `docs/plugins.md` from the hooks: `python -m tests.documents.plugins_page`."""

import inspect
import re
import tomllib
from pathlib import Path

from ccr_rules.hosting import specs
from ccr_rules.hosting.calls import SECONDS
from ccr_rules.hosting.loading import HOOKS
from tests.cli.support import ROOT
from tests.documents.filling import filled_in
from tests.documents.tables import code, table

PAGE = ROOT / "docs" / "plugins.md"
TEMPLATE = ROOT / "tests" / "documents" / "plugins_template.md"
PLUGINS = ROOT / "plugins"


def page() -> str:
    """Return the template with each part in its place."""
    parts = {"limits": _limits(), "hooks": "\n".join(map(_hook, HOOKS)), "plugins": _plugins()}
    return filled_in(TEMPLATE.read_text(encoding="utf-8"), parts)


def folders() -> list[Path]:
    """Return the folders of the plugins that come with ccr-rules."""
    return sorted(path.parent for path in PLUGINS.glob("*/pyproject.toml"))


def used(folder: Path) -> list[str]:
    """Return the hooks that a plugin implements, in the order of their lives."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("ccr_*/*.py"))
    marked = set(re.findall(r"@hookimpl(?:\([^)]*\))?\s+def (ccr_\w+)", text))
    return [hook for hook in HOOKS if hook in marked]


def signature(hook: str) -> str:
    """Return the signature of a hook as it stands in a program."""
    found = inspect.signature(getattr(specs, hook))
    arguments = ", ".join(f"{each.name}: {_type(each.annotation)}" for each in found.parameters.values())
    return f"{hook}({arguments}) -> {_type(found.return_annotation)}"


def _type(annotation: object) -> str:
    text = inspect.formatannotation(annotation)
    return re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Z])", "", text).replace("PosixPath", "Path")


def _hook(name: str) -> str:
    text = inspect.getdoc(getattr(specs, name)) or ""
    text = re.sub(r"^(When|None|Fails): ", r"- *\1*: ", text, flags=re.MULTILINE)
    text = re.sub(r"\n {4}(\S)", r"\n  \1", text)
    users = [f"[{each.name}](../plugins/{each.name}/README.md)" for each in folders() if name in used(each)]
    told = ", ".join(users) or "none of those that come with ccr-rules"
    return f"### `{name}`\n\n```python\n{signature(name)}\n```\n\n{text}\n- *Used by*: {told}\n"


def _limits() -> str:
    return table(("hook", "seconds"), ((code(hook), f"{seconds:g}") for hook, seconds in SECONDS.items()))


def _plugins() -> str:
    return table(("plugin", "what it does", "hooks"), map(_plugin, folders()))


def _plugin(folder: Path) -> tuple[str, str, str]:
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    hooks = ", ".join(map(code, used(folder)))
    return f"[{folder.name}](../plugins/{folder.name}/README.md)", project["description"], hooks


def write() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":  # pragma: no cover
    write()

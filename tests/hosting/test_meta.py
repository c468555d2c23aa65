"""Every hook is documented with its exact signature, tested, and used by at least one real plugin."""

import ast
import inspect
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccr_rules.hosting import specs
from ccr_rules.hosting.calls import SECONDS
from ccr_rules.hosting.loading import HOOKS
from tests.cli.support import ROOT
from tests.documents.plugins_page import PAGE, folders, signature, used

TESTS = sorted(Path(__file__).parent.glob("test_hooks_*.py"))
ONCE = ("ccr_configure", "ccr_forms")
"""They are called before anything starts, where there is nobody to wait."""

MODULES = {"ccr-rules": "ccr_rules", "fpdf2": "fpdf", "fontpkg-lato": "fontpkg_lato"}
"""The modules of distributions that are called otherwise."""


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_stands_in_the_documentation_with_its_signature(hook: str) -> None:
    assert f"```python\n{signature(hook)}\n```" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_says_when_it_is_called_what_none_means_and_what_a_failure_does(hook: str) -> None:
    text = inspect.getdoc(getattr(specs, hook)) or ""
    assert re.search(r"^When: .*^None: .*^Fails: ", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_types_and_a_time_limit(hook: str) -> None:
    found = inspect.signature(getattr(specs, hook))
    assert inspect.Signature.empty not in (
        found.return_annotation,
        *(each.annotation for each in found.parameters.values()),
    )
    assert (hook in SECONDS) != (hook in ONCE)


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_a_test_of_its_name(hook: str) -> None:
    assert f"def test_{hook}_" in "".join(file.read_text(encoding="utf-8") for file in TESTS)


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_used_by_a_real_plugin(hook: str) -> None:
    assert [folder.name for folder in folders() if hook in used(folder)]


# --- the plugins that come with ccr-rules ---------------------------------------------------------


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_every_plugin_is_a_distribution_with_a_readme_tests_and_examples(folder: Path) -> None:
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == f"ccr-rules-{folder.name}"
    assert list(project["entry-points"]["ccr_rules"]) == [folder.name]
    assert list((folder / "tests").glob(f"test_{folder.name.replace('-', '_')}*.py"))
    assert list((folder / "examples").iterdir())
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert not [hook for hook in used(folder) if f"`{hook}`" not in readme]


def test_the_page_of_plugins_lists_each() -> None:
    text = (ROOT / "plugins" / "README.md").read_text(encoding="utf-8")
    assert not [folder.name for folder in folders() if f"]({folder.name}/README.md)" not in text]


def test_what_plugins_need_is_locked_with_the_rest() -> None:
    """The lock is made of the group `plugins`, and nothing else is installed beside it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed: set[str] = set()
    for folder in folders():
        own = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        for each in (own["dependencies"], *own.get("optional-dependencies", {}).values()):
            needed |= set(each)
    assert {each for each in needed if not each.startswith("ccr-rules")} == set(
        project["dependency-groups"]["plugins"]
    )


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_every_plugin_names_what_it_imports(folder: Path) -> None:
    """What happens to come with something else is not there for ever."""
    own = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    given = (own["dependencies"], *own.get("optional-dependencies", {}).values())
    named = {re.split(r"[<>=~;\[ ]", each)[0] for several in given for each in several}
    package = f"ccr_{folder.name.replace('-', '_')}"
    assert set(imported_by(folder / package)) - {*sys.stdlib_module_names, package} <= {
        MODULES.get(each, each) for each in named
    }


def imported_by(package: Path) -> Iterator[str]:
    """Yield the first parts of the names of all modules that a package imports."""
    for file in package.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (each.name.partition(".")[0] for each in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]

"""The examples are what goes in and comes out now, and the page about the plugin shows them."""

import json
import re
from pathlib import Path

import pytest
from templates_support import EXAMPLES, examples

NOW = examples()
README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
FOLDED = " ".join(README.split())


@pytest.mark.parametrize("name", NOW)
def test_an_example_is_what_comes_out_now(name: str) -> None:
    anew = "write it anew: python plugins/templates/tests/templates_support.py"
    assert (EXAMPLES / name).read_text(encoding="utf-8") == NOW[name], anew


def test_there_is_no_other_example() -> None:
    assert {path.name for path in EXAMPLES.iterdir()} == NOW.keys()


def test_the_readme_shows_what_a_response_changes() -> None:
    told = json.loads(NOW["before-and-after.json"])
    for each in told.values():
        assert each["headline"] in FOLDED
        for reason in each["quarantined"]:
            assert reason in FOLDED


def test_the_code_in_the_readme_does_what_it_says(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (printed,) = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(Path(__file__).parents[3])
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out == printed

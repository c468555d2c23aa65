"""What docs/questionnaire.md says is what is exported."""

import re

from ccr_rules.exports.form import Link, links
from ccr_rules.language.loading import load_ruleset
from tests.docs.questionnaire import PAGE, example, fresh

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_example_is_what_the_command_prints() -> None:
    assert fresh() == TEXT, "write it anew: make docs"


def test_the_table_names_every_form_of_linkid() -> None:
    forms = {_form(link) for link in links(load_ruleset(example(TEXT))).values()}
    assert forms == set(re.findall(r"`(R(?:\.\w+)*)`", TEXT))


def _form(link: Link) -> str:
    parts = ("R", link.phase, link.kind, "I" if link.item else None, link.question)
    return ".".join(part for part in parts if part)


def test_the_lines_of_python_run() -> None:
    code = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert code is not None
    exec(code[1], {})

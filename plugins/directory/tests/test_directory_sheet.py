"""The sheet to take home, for people of the examples, and the plugin as a whole."""

import time
from pathlib import Path
from typing import Any

import pytest
from ccr_directory.directory import Directory
from ccr_directory.domains import DOMAINS, TITLES
from ccr_directory.plugin import SHEET, DirectoryPlugin, plugin
from ccr_directory.reading import HEADINGS
from ccr_directory.service import Service
from directory_support import EXAMPLES, MACMILLAN, Host, evaluated, groups, usual

from ccr_rules import Evaluation, Plugins, UsageError
from ccr_rules.hosting import Context

# --- the sheet ------------------------------------------------------------------------------------


def test_the_sheet_is_grouped_by_concern_and_says_each_service_once() -> None:
    sheet = usual().sheet(evaluated(), postcode="NR1 3AB", concerns="practical=7")
    found = groups(sheet)
    assert list(found) == [
        TITLES["practical"],
        *(TITLES[each] for each in DOMAINS if each not in ("practical", "palliative")),
    ]
    assert found[TITLES["practical"]][0] == "Example Lifts to Hospital"
    assert sheet.count(f"- {MACMILLAN}:") == 1
    assert sheet.count(MACMILLAN) > 4
    assert "As of 20-Nov-2026" in sheet


def test_what_does_not_fit_is_said() -> None:
    host = Host(most_each=1)
    sheet = host.sheet(host.evaluate("support-overdue"))
    assert all(len(names) == 1 for names in groups(sheet).values())
    assert "There are more services than fit here" in sheet


def test_the_page_is_whole_in_itself_and_everything_in_it_is_escaped(tmp_path: Path) -> None:
    directory = tmp_path / "services.csv"
    directory.write_text(
        f"{','.join(HEADINGS)}\n"
        '<script>alert(1)</script>,"a ""b"" & <i>c</i>",emotional,NR1,https://a.example.org/?a=1&b=\'2,,,,,,\n'
        "row,without,a,place,,,,,,,\n"
    )
    host = Host(directory=str(directory))
    document = host.plugins.render([host.evaluate("support-overdue")], SHEET)
    assert document is not None
    assert (document.name, document.media_type) == ("signposting-sheet.html", "text/html")
    page = document.content.decode()
    assert page.startswith("<!DOCTYPE html>")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "a &quot;b&quot; &amp; &lt;i&gt;c&lt;/i&gt;" in page
    assert 'href="https://a.example.org/?a=1&amp;b=&#x27;2"' in page
    assert '<a href="tel:08088080000">0808 808 00 00</a>' in page
    assert "For the practice: 1 row of the directory could not be read." in page
    assert "src=" not in page
    assert "See also: " in page


def test_several_rows_that_could_not_be_read_are_counted(tmp_path: Path) -> None:
    directory = tmp_path / "services.csv"
    directory.write_text("name,what,domains,area,url\nA,b,physical,NR,https://a.example.org\nB,,,,\nC,,,,\n")
    host = Host(directory=str(directory))
    assert len(host.plugin.directory.problems) == 2
    assert "For the practice: 2 rows of the directory could not be read." in host.sheet(
        host.evaluate("support-overdue")
    )


def test_where_nothing_suits_there_is_no_sheet_and_no_link(tmp_path: Path) -> None:
    directory = tmp_path / "services.csv"
    directory.write_text("name,what,domains,area,phone\nA,b,physical,ZE,01632 960001\n")
    host = Host(directory=str(directory), national=False)
    evaluation = host.evaluate("support-overdue")
    assert host.plugins.render([evaluation], SHEET) is None
    assert host.links(evaluation) == ()


@pytest.mark.parametrize("options", [{"postcod": "NR1"}, {"format": "pdf"}, {"format": 3}])
def test_a_wrong_option_is_an_error(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        usual().plugins.render([evaluated()], SHEET, options)
    with pytest.raises(UsageError):
        usual().plugin.ccr_render([evaluated()], SHEET, options)


def test_a_sheet_is_for_one_person() -> None:
    for evaluations in ([], [evaluated(), evaluated()]):
        with pytest.raises(UsageError, match="for one person"):
            usual().plugin.ccr_render(evaluations, SHEET, {})


def test_the_examples_sheet_is_what_comes_out() -> None:
    sheet = usual().sheet(evaluated(), postcode="NR1 3AB", concerns="emotional=8,practical=3")
    assert sheet == (EXAMPLES / "signposting-sheet.txt").read_text(encoding="utf-8")


# --- the plugin -----------------------------------------------------------------------------------


def test_a_directory_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"plugin directory: directory .* cannot be read"):
        Host(directory=str(tmp_path / "none.csv"))


def test_the_plugin_is_the_object_of_its_entry_point() -> None:
    assert isinstance(plugin, DirectoryPlugin)
    assert Plugins.of({"directory": DirectoryPlugin()}).hooks("directory") == (
        "ccr_configure",
        "ccr_forms",
        "ccr_links",
        "ccr_render",
    )


def test_the_same_question_has_the_same_links() -> None:
    evaluation = evaluated()
    host = {"postcode": "NR1 3AB", "concerns": {"emotional": 5, "physical": 5}}
    assert len({Host().links(evaluation, host) for _ in range(3)}) == 1


def test_five_thousand_services_cost_no_more_than_a_few() -> None:
    """Of processor time, in one run: with a large directory, with a small one, and without the plugin."""
    areas = [f"NR{number}" for number in range(1, 30)]
    many = [
        Service(
            f"Service {number}",
            "w",
            (DOMAINS[number % 9], DOMAINS[number % 7]),
            (areas[number % 29], areas[number % 23]),
            f"https://s{number}.example.org",
        )
        for number in range(5000)
    ]
    host = Host(stale_after=365)
    evaluation = host.evaluate("support-overdue")
    assert evaluation.card is not None
    small = seconds(host.plugin, evaluation)
    host.plugin.directory = Directory(many)
    large = seconds(host.plugin, evaluation)
    none = seconds(None, evaluation)
    assert large - none < 0.0002
    assert large < 3 * small


def seconds(plugin_: DirectoryPlugin | None, evaluation: Evaluation) -> float:
    """The processor time of one call, in seconds: the best of several rounds."""
    context = Context(evaluation.moment.as_of, evaluation.moment.known_on, {"postcode": "NR1 3AB"})
    rounds = []
    for _ in range(5):
        began = time.process_time()
        for _ in range(100):
            if plugin_ is not None:
                plugin_.ccr_links(evaluation, context)
        rounds.append((time.process_time() - began) / 100)
    return min(rounds)

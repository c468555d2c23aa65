"""The host in docs/in-process.md works, and is as short as it says."""

from datetime import date

from ccr_rules import Plugins
from tests.docs.in_process import PAGE, code, fresh, run
from tests.hosting.samples import Links


def test_the_page_shows_what_its_host_prints() -> None:
    assert fresh() == PAGE.read_text(encoding="utf-8"), "write it anew: make docs"


def test_the_host_has_thirty_lines_or_fewer() -> None:
    lines = [line for line in code()[0].splitlines() if line.strip()]
    assert len(lines) <= 30


def test_a_code_that_is_accepted_is_in_the_record_and_not_suggested_again() -> None:
    names, _ = run()
    host = names["host"]
    taken = [each["resource"]["code"]["coding"][0]["code"] for each in host.record["entry"][-1:]]
    assert taken == ["720006006"]
    assert "720006006" not in [each.code for each in host.evaluation.suggested_codes]
    statuses = {each.status for each in host.evaluation.reviews if "review" in each.id}
    assert statuses & {"done", "done late"}


def test_a_host_with_plugins_is_the_same_host() -> None:
    names, _ = run()
    host = names["Host"]()
    host.engine = type(host.engine).hosting(Plugins.of({"links": Links()}))
    assert host.open(names["record"], date(2026, 11, 20))
    assert host.engine.plugins.links(host.evaluation)[0]

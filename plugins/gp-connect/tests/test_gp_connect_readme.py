"""The README says what the code does."""

import tomllib
from pathlib import Path

from ccr_gp_connect.areas import AREAS
from ccr_gp_connect.findings import MESSAGES
from ccr_gp_connect.plugin import GpConnect
from ccr_gp_connect.settings import Settings, settings_of
from ccr_gp_connect.warnings import AWAITING_FILING, CONFIDENTIAL, IN_TRANSIT

from ccr_rules import Plugins

FOLDER = Path(__file__).parents[1]
README = (FOLDER / "README.md").read_text(encoding="utf-8")


def rows() -> list[list[str]]:
    """Return the cells of all tables."""
    lines = (line for line in README.splitlines() if line.startswith("| "))
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def test_each_area_stands_in_the_table_with_its_list_and_kind() -> None:
    found = {cells[0]: cells for cells in rows()}
    for name, area in AREAS.items():
        assert found[name][1] == area.list_code
        assert found[name][3].split(",")[0] == area.kinds[0]


def test_each_setting_stands_in_the_table_with_its_default() -> None:
    found = {cells[0]: cells[2] for cells in rows() if len(cells) == 4}
    for name, default in Settings._field_defaults.items():
        assert found[name] == ("{}" if default == {} else '""')


def test_the_settings_that_are_shown_are_taken() -> None:
    shown = README.split("```toml\n")[1].split("```")[0]
    (plugin,) = tomllib.loads(shown)["plugins"]
    assert settings_of(plugin["settings"]).asked["consultations"] == "part"


def test_each_hook_and_finding_and_warning_is_explained() -> None:
    for hook in Plugins.of({"gp-connect": GpConnect()}).hooks("gp-connect"):
        assert f"`{hook}`" in README
    for word in (*MESSAGES, CONFIDENTIAL, IN_TRANSIT, AWAITING_FILING):
        assert f"`{word}`" in README

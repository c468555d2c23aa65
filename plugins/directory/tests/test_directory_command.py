"""What whoever sets it up meets: the settings, the command and the readme."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from ccr_directory.__main__ import main
from ccr_directory.domains import DOMAINS
from ccr_directory.reading import HEADINGS
from ccr_directory.settings import NAMES, read_settings
from directory_files import GOOD, table

from ccr_rules import UsageError

EXAMPLE = Path(__file__).parents[1] / "examples" / "norwich.csv"


# --- settings -------------------------------------------------------------------------------------

SETTINGS = [
    ({"directry": "a.csv"}, "there is no setting `directry`; did you mean `directory`?"),
    ({"national": "yes"}, "`national`"),
    ({"national": False}, "there is no directory"),
    ({"directory": 3}, "`directory`"),
    ({"directory": [""]}, "`directory`"),
    ({"practice_district": "ZZ9"}, "`practice_district`"),
    ({"practice_district": "BFPO 1"}, "`practice_district`"),
    ({"practice_district": 1}, "`practice_district`"),
    ({"nation": "England"}, "write one of: GB-ENG, GB-SCT, GB-WLS, GB-NIR"),
    ({"nation": 1}, "`nation`"),
    ({"most": 0}, "from 1 to 10"),
    ({"most": 11}, "from 1 to 10"),
    ({"most": True}, "from 1 to 10"),
    ({"most_each": "3"}, "`most_each`"),
    ({"stale_after": 0}, "`stale_after`"),
    ({"stale_after": "12 months"}, "`stale_after`"),
    ({"stale": "never"}, "write one of: last, leave-out"),
    ({"language": "English"}, "`language`"),
    ({"language": "EN"}, "`language`"),
    ({"language": 1}, "`language`"),
]


@pytest.mark.parametrize(("settings", "says"), SETTINGS)
def test_a_setting_that_does_not_fit_is_refused_by_its_name(settings: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_settings(settings, Path())
    assert says in caught.value.message


def test_settings_are_read() -> None:
    read_ = read_settings(
        {
            "directory": ["a.csv", "/b/c.csv"],
            "practice_district": "nr1",
            "nation": "GB-WLS",
            "national": False,
            "most": 2,
            "most_each": 4,
            "stale_after": 365,
            "stale": "leave-out",
            "language": "cy",
        },
        Path("/here"),
    )
    assert read_.directory == (Path("/here/a.csv"), Path("/b/c.csv"))
    assert read_.practice is not None
    assert read_.practice.district == "NR1"
    assert read_[2:] == ("GB-WLS", False, 2, 4, 365, "leave-out", "cy")
    assert read_settings({"directory": "a.csv"}, Path("/here")).directory == (Path("/here/a.csv"),)


# --- the command ----------------------------------------------------------------------------------


def test_a_directory_is_checked_before_it_is_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(EXAMPLE)]) == 0
    assert capsys.readouterr().out == "services: 8; rows left out: 0\n"
    bad = tmp_path / "services.csv"
    bad.write_bytes(table(GOOD, GOOD | {"name": "B", "area": "Norwich"}))
    assert main(["check", str(EXAMPLE), str(bad)]) == 1
    out = capsys.readouterr().out
    assert out.startswith("services.csv:3: `area` has Norwich")
    assert out.endswith("services: 9; rows left out: 1\n")
    bad.write_text("nme\n")
    assert main(["check", str(bad)]) == 2
    assert "did you mean `name`?" in capsys.readouterr().err


def test_the_services_of_a_place_are_listed_by_what_they_help_with(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["find", "NR1", str(EXAMPLE)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("physical\n  Example Walking Group (NR1; NR2)\nemotional\n")
    assert "practical" not in out  # the lifts are for NR1 3, and NR1 may be another sector
    assert main(["find", "nowhere", str(EXAMPLE)]) == 2
    assert "no district" in capsys.readouterr().err


def test_the_command_runs_as_the_readme_has_it() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "ccr_directory", "check", str(EXAMPLE)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "services: 8; rows left out: 0\n"


def test_the_readme_shows_the_example_and_what_comes_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    readme = (EXAMPLE.parents[1] / "README.md").read_text(encoding="utf-8")
    assert EXAMPLE.read_text(encoding="utf-8") in readme
    assert (EXAMPLE.parent / "plugins.toml").read_text(encoding="utf-8") in readme
    main(["check", str(EXAMPLE)])
    main(["find", "NR3", str(EXAMPLE)])
    for shown in capsys.readouterr().out.splitlines():
        assert shown in readme
    for heading in HEADINGS:
        assert f"| `{heading}` |" in readme
    for domain in DOMAINS:
        assert f"`{domain}`" in readme
    for setting in NAMES:
        assert f"| `{setting}` |" in readme


def test_the_list_that_comes_with_the_plugin_is_in_the_package() -> None:
    assert (files("ccr_directory") / "data" / "national.csv").is_file()

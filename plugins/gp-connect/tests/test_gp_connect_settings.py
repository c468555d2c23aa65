"""Settings: what is wrong with one is said when the host starts."""

from typing import Any

import pytest
from ccr_gp_connect.plugin import GpConnect, plugin

from ccr_rules import Plugins, UsageError


def start(settings: dict[str, Any]) -> Plugins:
    return Plugins.of({"gp-connect": GpConnect()}, {"gp-connect": settings})


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"asked": {}},
        {"asked": {"problems": "whole", "diary-entries": "part"}},
        {"identifier_system": "urn:oid:2.16.840.1.113883.2.1", "requester": "Device/ccr-rules"},
        {"requester": ""},
    ],
)
def test_settings_that_fit(settings: dict[str, Any]) -> None:
    assert start(settings).hooks("gp-connect") == (
        "ccr_configure",
        "ccr_forms",
        "ccr_read_record",
        "ccr_render",
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"aksed": {}}, "setting aksed: there is none of this name; did you mean `asked`?"),
        ({"colour": "red"}, "one of: asked, identifier_system, requester"),
        ({"asked": ["problems"]}, 'setting asked: expected areas with "whole" or "part", found list'),
        ({"asked": {"problem": "whole"}}, "there is no area 'problem'; did you mean `problems`?"),
        (
            {"asked": {"problems": "yes"}},
            'setting asked: problems: expected "whole" or "part", found \'yes\'',
        ),
        ({"requester": "Dr Test"}, "setting requester: expected as in Organization/ID, found 'Dr Test'"),
        ({"requester": 7}, "setting requester"),
        ({"identifier_system": "gp.example"}, "setting identifier_system: expected an address or urn"),
    ],
)
def test_settings_that_do_not_fit(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match="plugin gp-connect: ") as refused:
        start(settings)
    assert message in refused.value.message


def test_two_engines_of_one_process_have_settings_of_their_own() -> None:
    one, other = GpConnect(), GpConnect()
    one.ccr_configure({"requester": "Device/one"})
    assert other._settings.requester == ""


def test_the_entry_point_names_an_object() -> None:
    assert isinstance(plugin, GpConnect)

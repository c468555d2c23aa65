"""Settings and options that do not fit are refused, with what was found and what to write."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ccr_messages.catalogue import FORMS
from ccr_messages.options import Options, read_options
from ccr_messages.plugin import Messages, plugin
from ccr_messages.settings import Settings, read_settings
from messages_support import SETTINGS, changed, delivered, plugins, text_of

from ccr_rules import Plugins, UsageError


def setting_refused(**settings: Any) -> str:
    with pytest.raises(UsageError) as caught:
        plugins(settings)
    return caught.value.message


def test_it_starts_without_settings_and_then_says_what_is_missing() -> None:
    assert Plugins.of({"messages": Messages()}).forms
    with pytest.raises(UsageError, match=r"the field practice_phone is missing \(set practice.phone\)"):
        delivered("invitation-letter-1", settings={})
    with pytest.raises(UsageError, match=r"the field practice_name is missing \(set practice.name\)"):
        delivered("invitation-sms-1", settings={})
    with pytest.raises(UsageError, match=r"the field sender is missing \(set sender\)"):
        delivered("invitation-letter-1", settings=changed(SETTINGS, sender=None))
    with pytest.raises(UsageError, match=r"the field leaflets is missing \(set leaflets\)"):
        delivered("leaflet-cover", settings=changed(SETTINGS, leaflets=None))


def test_the_forms_are_all_deliveries() -> None:
    host = plugins()
    ours = [form for form in host.forms if form.of == "delivery"]
    assert [form.name for form in ours] == list(FORMS)
    assert host.hooks("messages") == ("ccr_configure", "ccr_forms", "ccr_deliver")
    assert isinstance(plugin, Messages)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"practise": {}}, "Object contains unknown field `practise`"),
        ({"practice": {"fax": "1"}}, "Object contains unknown field `fax` - at `$.practice`"),
        ({"max_parts": 0}, "Expected `int` >= 1 - at `$.max_parts`"),
        ({"channel": "fax"}, "Invalid enum value 'fax' - at `$.channel`"),
        ({"language": "English"}, "at `$.language`"),
        ({"http": {"url": "http://messages.example"}}, "at `$.http.url`"),
        ({"http": {"url": "https://messages.example", "token_env": "a b"}}, "at `$.http.token_env`"),
        ({"sender": "Dr\nSample"}, "at `$.sender`"),
    ],
)
def test_settings_that_do_not_fit(settings: dict[str, Any], told: str) -> None:
    message = setting_refused(**settings)
    assert message.startswith("plugin messages: settings: ")
    assert told in message
    assert message.endswith("the README of ccr-rules-messages lists them all")


@pytest.mark.parametrize("text", ["soon", "0 days", "7", "-3 days", "1.5 weeks"])
def test_a_time_that_is_none(text: str) -> None:
    for name in ("second_after", "third_after"):
        assert setting_refused(**{name: text}) == (
            f"plugin messages: settings: {name}: {text!r} is not a time such as 21 days, 3 weeks or 1 month"
        )


def test_channels_must_be_whole() -> None:
    assert setting_refused(channel="outbox").endswith("no folder is named; set outbox")
    assert setting_refused(channel="http").endswith("no service is named; set http.url")
    slow = {"url": "https://messages.example", "timeout": 9.0, "retries": 2}
    assert "3 attempts of 9 s may take longer than 25 s" in setting_refused(http=slow)


def test_paths_start_from_the_folder_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    for name in ("a.ttf", "b.ttf"):
        (tmp_path / name).touch()
    read = read_settings(
        {"templates": "mine", "outbox": "mine", "font": {"regular": "a.ttf", "bold": "b.ttf"}}, tmp_path
    )
    assert (read.templates, read.outbox) == (str(tmp_path / "mine"), str(tmp_path / "mine"))
    assert read.font is not None
    assert read.font.bold == str(tmp_path / "b.ttf")
    for name in ("templates", "outbox"):
        with pytest.raises(UsageError, match=f"{name}: there is no folder"):
            read_settings({name: "theirs"}, tmp_path)
    with pytest.raises(UsageError, match="font: there is no file"):
        read_settings({"font": {"regular": "a.ttf", "bold": "c.ttf"}}, tmp_path)
    assert read_settings({}, tmp_path) == Settings()


# --- options ---------------------------------------------------------------------------------------


def test_options_come_as_text_or_as_values() -> None:
    said = {
        "review": "r",
        "large_print": "Yes",
        "since": "2026-10-01",
        "invited": "2026-10-01, 2026-11-02",
        "greeting": "preferred",
        "field.room": " 2 \n b ",
    }
    assert read_options(said) == Options(
        review="r",
        large_print=True,
        since=date(2026, 10, 1),
        invited=(date(2026, 10, 1), date(2026, 11, 2)),
        greeting="preferred",
        fields={"room": "2 b"},
    )
    assert read_options({"large_print": False, "invited": ["2026-10-01"]}) == Options(
        large_print=False, invited=(date(2026, 10, 1),)
    )
    assert read_options({"invited": "none"}).invited == ()
    assert read_options({}).invited is None


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"reviews": "r"}, "option reviews: there is no such option; did you mean review?"),
        ({"x": "r"}, "option x: there is no such option; there are review, ruleset, channel, language"),
        ({"review": 3}, "option review: it is no text"),
        ({"field.room": 3}, "option field.room: it is no text"),
        ({"large_print": "perhaps"}, "option large_print: write yes or no"),
        ({"large_print": 1}, "option large_print: write yes or no"),
        ({"since": "01/10/2026"}, "option since: write a day as 2026-11-21"),
        ({"since": None}, "option since: write a day as 2026-11-21"),
        ({"invited": "yes"}, "option invited: write a day as 2026-11-21"),
        ({"invited": [7]}, "option invited: write a day as 2026-11-21"),
        ({"invited": 7}, "option invited: write days as 2026-10-01,2026-11-02, or none"),
        ({"greeting": "warm"}, "option greeting: write formal or preferred"),
    ],
)
def test_options_that_do_not_fit(options: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        delivered("invitation-letter-1", **options)
    assert caught.value.message.startswith(f"nothing was made or sent: {told}")


def test_a_clinician_can_be_named() -> None:
    text = text_of(delivered("invitation-letter-1", clinician="Nurse Pat Sample"))
    assert "You can ask to see Nurse Pat Sample." in text
    assert "You can ask to see" not in text_of(delivered("invitation-letter-1"))


def test_reviews_can_have_names_of_one_s_own() -> None:
    settings = changed(SETTINGS, review_names={"cancer-care-review": "well-being talk"})
    assert "We would like to offer you a well-being talk." in text_of(
        delivered("invitation-letter-1", settings=settings)
    )

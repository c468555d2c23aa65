"""Templates of one's own: what they may print, in which language, and what they can never reach."""

from pathlib import Path
from typing import Any

import pytest
from ccr_messages.markup import Block, blocks_of, plain_of
from ccr_messages.templates import BLANK, VALUE, Templates
from messages_support import PATIENT, SETTINGS, changed, delivered, plugins, text_of

from ccr_rules import UsageError

SMS = "invitation-sms-1"


def own(folder: Path, text: str, form: str = SMS, language: str = "en") -> dict[str, Any]:
    place = folder / language
    place.mkdir(exist_ok=True)
    (place / f"{form}.txt").write_text(text, "utf-8")
    return changed(SETTINGS, templates=str(folder))


def refusal(folder: Path, text: str, **options: Any) -> str:
    settings = own(folder, text)
    with pytest.raises(UsageError) as caught:
        delivered(SMS, settings=settings, **options)
    return caught.value.message.removeprefix("nothing was made or sent: ")


def test_a_template_of_one_s_own_leads_and_the_others_stay(tmp_path: Path) -> None:
    settings = own(
        tmp_path, "Ring {{ practice_phone }}\n about {{ review }} no {{ number }}, {{ fields.room }}."
    )
    settings["review_names"] = {"cancer-care-review": "your talk"}
    options: dict[str, Any] = {"field.room": "room 2"}
    assert (
        text_of(delivered(SMS, settings=settings, **options))
        == "Ring 01632 960123 about your talk no 1, room 2.\n"
    )
    assert text_of(delivered("invitation-letter-1", settings=settings)).startswith("Testtown Surgery")


# --- missing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ clinician }}", "the field clinician is missing (give the option clinician)"),
        ("{{ last_invited }}", "the field last_invited is missing (no earlier invitation is known)"),
        ("{{ shoe_size }}", "the field shoe_size is missing (the README lists the fields)"),
        ("{{ fields.room }}", "it prints something that is not there; the README lists the fields"),
        ("{{ name.first }}", "it prints something that is not there; the README lists the fields"),
        ("{% if clinician %}x{% endif %}", "the field clinician is missing (give the option clinician)"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, text: str, told: str) -> None:
    assert refusal(tmp_path, text) == f"template en/{SMS}.txt: {told}"


def test_what_is_optional_leaves_a_blank_to_fill_in(tmp_path: Path) -> None:
    settings = own(tmp_path, "With {{ clinician | optional }} on {{ due | optional }}")
    assert text_of(delivered(SMS, settings=settings)) == f"With {BLANK} on 11-Dec-2026\n"


def test_an_empty_text_is_no_message(tmp_path: Path) -> None:
    assert refusal(tmp_path, "{# nothing #}\n") == "the template gives an empty text"


# --- the sandbox -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "{{ name.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ fields.update({'a': 1}) }}",
        "{{ '{0.__class__}'.format(name) }}",
        "{{ ('%s' % name).__class__.__base__.__subclasses__() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler }}",
        "{{ lipsum() }}",
        "{{ range(99) }}",
        "{% include '../../settings.txt' %}",
        "{% include 'en/../../../etc/passwd' %}",
        "{% import 'os' as os %}",
        "{{ 1 + name }}",
        "{{ 1 / 0 }}",
        "{{ name | nosuchfilter }}",
    ],
)
def test_a_template_reaches_nothing_but_its_fields(tmp_path: Path, text: str) -> None:
    settings = own(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        delivered(SMS, settings=settings)
    assert "Testpatient" not in caught.value.message


def test_a_slip_in_a_template_shows_when_the_host_starts(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"plugin messages: template en/invitation-sms-1.txt line 2: "):
        plugins(own(tmp_path, "a\n{% if %}"))
    (tmp_path / "en" / f"{SMS}.txt").write_bytes(b"\xff")
    with pytest.raises(UsageError, match=r"template en/invitation-sms-1.txt: "):
        plugins(changed(SETTINGS, templates=str(tmp_path)))


def test_a_template_in_html_is_escaped(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "part.html").write_text("<b>{{ name }}</b>")
    settings = own(tmp_path, "{% include 'en/part.html' %}")
    sly = changed(PATIENT, name=[{"text": "<i>Ann</i>"}])
    assert text_of(delivered(SMS, patient=sly, settings=settings)) == "<b>&lt;i&gt;Ann&lt;/i&gt;</b>\n"


# --- languages -------------------------------------------------------------------------------------

WELSH = [{"language": {"coding": [{"code": "cy"}]}, "preferred": True}]
FELL_BACK = "There is no template in the language that is wanted, so it is in en"


def test_the_language_is_the_one_asked_for_or_preferred_or_set(tmp_path: Path) -> None:
    settings = own(tmp_path, "Ffoniwch {{ practice_phone }}", language="cy")
    welsh = changed(PATIENT, communication=WELSH)
    for made in (
        delivered(SMS, settings=settings, language="cy"),
        delivered(SMS, settings=settings, language="cy-GB"),
        delivered(SMS, settings=settings, patient=welsh),
        delivered(SMS, settings=changed(settings, language="cy")),
    ):
        assert text_of(made) == "Ffoniwch 01632 960123\n"
        assert FELL_BACK not in made.notes


def test_where_there_is_no_template_in_a_language_it_is_in_english_and_that_is_said() -> None:
    for made in (
        delivered(SMS, language="pl"),
        delivered(SMS, language="../en"),
        delivered(SMS, patient=changed(PATIENT, communication=WELSH)),
    ):
        assert "ring 01632 960123" in text_of(made)
        assert FELL_BACK in made.notes
    assert FELL_BACK not in delivered(SMS).notes


def test_a_form_that_no_language_has_is_refused() -> None:
    with pytest.raises(UsageError, match=r"there is no template other.txt in cy, en or en"):
        Templates().render("other", {}, "cy", "en")


# --- markup ----------------------------------------------------------------------------------------


def test_markup() -> None:
    text = "one\ntwo\n\n# Head\nline\n\n- a\n  b\n- c\nd\n\nx\\\ny\r\n \t \nz"
    assert blocks_of(text) == [
        Block("paragraph", ("one two",)),
        Block("heading", ("Head line",)),
        Block("item", ("a b",)),
        Block("item", ("c d",)),
        Block("paragraph", ("x", "y")),
        Block("paragraph", ("z",)),
    ]
    assert blocks_of("\n\n") == []


def test_a_value_is_never_markup() -> None:
    marked = "".join(f"{VALUE}{each}{VALUE}\n\n" for each in ("# a", "- b", "c\\"))
    assert blocks_of(marked + "d") == [Block("paragraph", (each,)) for each in ("# a", "- b", "c\\", "d")]
    assert plain_of(f" {VALUE}a{VALUE} \n b ") == "a b"

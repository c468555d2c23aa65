"""The forms: what each is, and to which invitation it belongs."""

from typing import Final, Literal, NamedTuple

from ccr_rules.hosting import Form

Kind = Literal["letter", "sms", "questionnaire"]


class Made(NamedTuple):
    """A form of this plugin; `number` counts invitations, 0 where the form is none."""

    name: str
    kind: Kind
    number: int
    title: str


_WHICH: Final = {1: "First", 2: "Second", 3: "Third"}

FORMS: Final = {
    each.name: each
    for each in (
        *(
            Made(f"invitation-letter-{n}", "letter", n, f"{w} invitation, as a letter")
            for n, w in _WHICH.items()
        ),
        *(
            Made(f"invitation-sms-{n}", "sms", n, f"{w} invitation, as a text message")
            for n, w in _WHICH.items()
        ),
        Made("pre-review-questionnaire", "questionnaire", 0, "Request for answers before the review"),
        Made("leaflet-cover", "letter", 0, "Letter that goes with a leaflet"),
        Made("checklist-cover", "letter", 0, "Letter that goes with a concerns checklist"),
    )
}


def forms() -> list[Form]:
    """Return them as a host is told of them."""
    return [Form(each.name, "delivery", each.title) for each in FORMS.values()]

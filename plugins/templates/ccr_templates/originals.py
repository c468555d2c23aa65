"""What charities, alliances and the NHS offer themselves: named, linked if an address is known, never copied.

An address stands here only if it was read in a document that the project rests on; `seen_in` names that. The
sources of a ruleset are added from the ruleset. Titles are our own words for what the document names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ccr_rules.language.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Original:
    """A checklist, leaflet, template or page of somebody else; `url` is empty where none was read."""

    id: str
    title: str
    publisher: str
    seen_in: str
    url: str = ""

    @property
    def text(self) -> str:
        """Return what a form says of it."""
        return f"{self.title} ({self.publisher})"


_EAST = "East of England Cancer Alliance, resource pack for cancer care reviews"
_HUMBER = "Humber and North Yorkshire Cancer Alliance, cancer care review pack"

ORIGINALS: Final = (
    Original(
        "macmillan-checklist", "Concerns checklist for cancer care reviews", "Macmillan Cancer Support", _EAST
    ),
    Original(
        "macmillan-template",
        "Cancer care review template, in the GP systems themselves",
        "Macmillan Cancer Support",
        _EAST,
    ),
    Original(
        "macmillan-top-tips",
        "Ten tips for an effective cancer care review, for primary care",
        "Macmillan Cancer Support",
        _EAST,
    ),
    Original(
        "macmillan-social-prescribing",
        "Social prescribing for people with cancer, for primary care networks",
        "Macmillan Cancer Support",
        _EAST,
    ),
    Original(
        "east-of-england-leaflet",
        "Leaflet for patients about the cancer care review",
        "East of England Cancer Alliance, Patient Partnership Group",
        _EAST,
    ),
    Original(
        "quality-of-life-survey",
        "National cancer quality-of-life survey",
        "NHS England",
        _HUMBER,
        "https://www.cancerqol.england.nhs.uk/",
    ),
)


def originals_of(ruleset: Ruleset) -> Iterator[Original]:
    """Yield the originals, and then the sources of a ruleset, linked where the ruleset gives an address."""
    yield from ORIGINALS
    for source in ruleset.sources.values():
        yield Original(
            f"source-{source.id}",
            source.title,
            source.publisher or "no publisher named",
            ruleset.reference,
            source.url,
        )

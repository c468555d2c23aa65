"""What a service helps with: the concerns that reviews ask about, and what the process around them names.

The ids of the concerns are those of the rulesets' reviews (`concerns:`); `carers` are the needs of those who
care for the person, `social-prescribing` and `palliative` what rulesets record and pause for.
"""

from typing import Final

CONCERNS: Final = ("physical", "emotional", "practical", "relationships", "money-and-work", "information")
"""In the order in which reviews ask about them."""

CARERS: Final = "carers"
SOCIAL: Final = "social-prescribing"
PALLIATIVE: Final = "palliative"

TITLES: Final = {
    "physical": "Your body",
    "emotional": "Feelings, mood and worry",
    "practical": "Daily life",
    "relationships": "Partner, family and friends",
    "money-and-work": "Money and work",
    "information": "Questions and information",
    CARERS: "For those who care for you, or if you care for somebody",
    SOCIAL: "Somebody who helps you find what is there for you",
    PALLIATIVE: "Palliative and hospice care",
}
"""The headings of the sheet, in its order."""

DOMAINS: Final = tuple(TITLES)
GENTLE: Final = frozenset({CARERS, PALLIATIVE})
"""A service for one of these suits somebody in palliative care."""

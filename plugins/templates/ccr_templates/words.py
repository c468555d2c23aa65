"""What the forms say beside the words of the ruleset. All of it is our own wording.

A form for staff speaks of the person, a form for the person speaks to them.
"""

from dataclasses import dataclass
from typing import Final

from ccr_rules.exports.form import LEAST, MOST


@dataclass(frozen=True, slots=True)
class Words:
    """What is asked about each concern, and besides."""

    concerns: str
    raised: str
    score: str
    own_words: str
    most: str
    anything_else: str


FOR_STAFF: Final = Words(
    concerns="What concerns the person",
    raised="Does this concern the person?",
    score=f"How much, from {LEAST} (not at all) to {MOST} (as much as can be)?",
    own_words="In the person's own words",
    most="What the person would most like to talk about",
    anything_else="Anything else that the person said beforehand",
)
FOR_THE_PERSON: Final = Words(
    concerns="What concerns you",
    raised="Does this concern you?",
    score=f"How much, from {LEAST} (not at all) to {MOST} (as much as can be)?",
    own_words="In your own words, if you like",
    most="What would you most like to talk about?",
    anything_else="Is there anything else that you would like to say?",
)

TO_BE_RECORDED: Final = "To be recorded as “{}”"
TABS: Final = "Reviews"
RECORD: Final = "What the record holds"
DIAGNOSIS: Final = "The diagnosis from which the reviews are counted, as the record has it"
COUNTED_FROM: Final = "Counted from"
DUE: Final = "Suggested or due by"
HELD: Final = "Recorded as held on"
ITEMS: Final = "Latest entry of each"
EVIDENCE: Final = "Where that stands"
TAKEN: Final = "Taken over from this answer given beforehand"
SOURCES: Final = "Originals and sources"
ORIGINALS_FIRST: Final = (
    "These forms use our own words. The checklists, leaflets and templates of charities and cancer alliances "
    "are theirs, and are named here and not copied."
)

INVITATION: Final = (
    "You can fill in all of this, some of it, or none. It helps us to talk about what matters to you. You "
    "can also wait, and go through it together with us."
)
NOT_FOR_URGENT_HELP: Final = (
    "Nobody reads this at once. If something cannot wait until your appointment, get in touch with us or "
    "with your hospital team in the way that you usually do."
)

OURS: Final = "choice: ours: this question, and its words"

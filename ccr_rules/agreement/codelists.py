"""Five small codelists for drawn records and for specifications, and how they name an entry of them.

| word | codelist | how the entry is coded |
|---|---|---|
| `diagnosis`, `diagnosis:metastasis`, … | diagnosis | by code, with a class |
| `review` | review | by code |
| `support` | support | by its exact term; no code is known |
| `invitation`, `palliative` | the same | by code |
| `diagnosis?`, `review?` | the same | it only looks like one |
| anything else | none | a code that no list holds |
"""

from functools import cache
from pathlib import Path

from ccr_rules import Coding, Library
from ccr_rules.record.entry import SNOMED

CODES = {
    "diagnosis": ("254837009", "Malignant neoplasm of breast"),
    "diagnosis:primary": ("254837009", "Malignant neoplasm of breast"),
    "diagnosis:metastasis": ("94222008", "Secondary malignant neoplasm of bone"),
    "diagnosis:history-of": ("429014004", "History of malignant lymphoma"),
    "review": ("720006006", "Cancer care review"),
    "invitation": ("413738001", "Cancer monitoring first letter"),
    "palliative": ("103735009", "Palliative care"),
}
TERMS = {
    "support": "Support information given",
    "diagnosis?": "Suspicious growth of lung",
    "review?": "Care review, other",
}
KIND_OF = {
    "diagnosis": "Condition",
    "review": "Encounter",
    "support": "Observation",
    "invitation": "Communication",
    "palliative": "Condition",
}
"""Where a host usually keeps each list; the lists allow more (`found_in`)."""


@cache
def tiny_library() -> Library:
    """Return the library; it holds codelists and no ruleset."""
    return Library(Path(__file__).parent / "library")


def coded(word: str) -> tuple[tuple[Coding, ...], str]:
    """Return the codings and the text of an entry that a test names by a word."""
    if word in TERMS:
        return (), TERMS[word]
    code, term = CODES.get(word, ("38341003", word))
    return (Coding(SNOMED, code, term),), ""


def kind_of(word: str) -> str:
    """Return the kind of resource in which such an entry usually stands."""
    return KIND_OF.get(word.partition(":")[0].rstrip("?"), "Condition")

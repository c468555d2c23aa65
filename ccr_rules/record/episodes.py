"""The episode of a diagnosis: first, new, review, end (SEMANTICS 14)."""

from ccr_rules.record.entry import Episode
from ccr_rules.record.findings import Findings
from ccr_rules.record.shapes import Extension

WORDS: dict[str, Episode] = {
    # UK Core (CodeSystem UKCore-ConditionEpisodicity)
    "first": "first",
    "new": "new",
    "review": "review",
    "end": "end",
    # EMIS
    "ended": "end",
    "none": "unstated",
    # SNOMED CT, as UK Core maps them
    "255217005": "first",
    "288527008": "new",
    "303350001": "review",
    "272131007": "end",
}


def episode_of(extensions: list[Extension], reference: str, findings: Findings) -> Episode:
    """Return the episode that a resource states; a word that is not known is `other`, with a finding."""
    for extension in extensions:
        if "ConditionEpisode" in extension.url:
            words = _words(extension)
            for word in words:
                episode = WORDS.get(word) or WORDS.get(word.strip().lower())
                if episode is not None:
                    return episode
            findings.note("episode-not-recognised", reference, words[0] if words else "none")
            return "other"
    return "unstated"


def _words(extension: Extension) -> list[str]:
    words = [extension.value_code, extension.value_string]
    concept = extension.value_codeable_concept
    if concept is not None:
        words += [coding.code for coding in concept.coding or ()]
        words += [coding.display for coding in concept.coding or ()]
        words.append(concept.text)
    return [word for word in words if word]

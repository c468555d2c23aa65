"""What is known of a release that somebody imported."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """One release in `releases.yaml`. `digest` is that of the CSV; `complete` is its importer's word.

    `files` are the names of the files that were read, `refset` the reference set that was taken from them.
    """

    source: str
    licence: str
    format: str
    files: tuple[str, ...]
    entries: int
    digest: str
    complete: bool = False
    refset: str = ""
    imported_on: str = ""
    imported_by: str = ""

    @property
    def membership_note(self) -> str:
        """Return what stands for the list's own note, which is about the release that was shipped."""
        said = "the whole list" if self.complete else "of a list that nobody has said to be whole"
        mends = "" if self.complete else "; import it with --complete if it is"
        return f"{self.entries:,} entries imported from {self.source}, {said}{mends}."

"""Documents that were made: to stdout, into a file, or into a folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ccr_rules.cli.output import note, write_content
from ccr_rules.errors import UsageError
from ccr_rules.hosting import Document


def write_documents(documents: Sequence[Document], out: Path | None) -> None:
    """Write documents: the first to stdout, or all into a file or folder. Raises UsageError."""
    if not documents:
        note("ccr: there is nothing to write")
    elif out is None:
        write_content(documents[0].content, documents[0].media_type)
    elif len(documents) == 1 and not out.is_dir():
        write_files({out: documents[0].content})
        note(f"{out}: written")
    else:
        write_files({out / each.name: each.content for each in documents})
        note(f"{out}: {len(documents)} files written")


def make_folder(folder: Path) -> None:
    """Make a folder, if it is not there. Raises UsageError if that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: no folder can be made: {error.strerror}") from error


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write files, and the folder of several if need be. Raises UsageError if that cannot be done."""
    try:
        for path, content in files.items():
            if len(files) > 1:
                path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{error.filename}: cannot be written: {error.strerror}") from error

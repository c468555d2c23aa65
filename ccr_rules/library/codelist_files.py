"""Codelists on disk: `<name>/codelist.yaml` and one `<release>.csv` for each release.

All of what is wrong is collected and raised together, each problem with file and line.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources.abc import Traversable

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.errors import RulesetError
from ccr_rules.language.ast import Place
from ccr_rules.language.nodes import MapNode
from ccr_rules.language.report import Report, nearest
from ccr_rules.language.yaml_text import read_yaml
from ccr_rules.library.codelist_assembly import assemble
from ccr_rules.library.codelist_metadata import Metadata, read_metadata
from ccr_rules.library.codelist_releases import check_digest, read_releases
from ccr_rules.library.codelist_rows import read_rows, trusted_rows

Folders = Sequence[Traversable]
"""The folders of one list, one in each library that has it; a later one goes before the earlier."""


def load_codelist(folders: Traversable | Folders, release: str | None = None) -> Codelist:
    """Read a codelist of one release; RulesetError holds all that is wrong.

    By default it is the newest release of the last folder that has any. What the list is, its `codelist.yaml`
    says, of the last folder that has one: a folder may add releases to a list, or change what it is.
    """
    report = Report()
    parts = _folders(folders)
    codelist = _load(parts, release, report)
    if codelist is None:
        raise RulesetError(f"codelist {parts[-1].name} cannot be used", report.problems())
    return codelist


def load_metadata(folders: Folders) -> Metadata:
    """Read what a list is, without a release of it; RulesetError holds all that is wrong."""
    report = Report()
    read = _metadata(folders, report)
    if read is None or report.has_errors:
        raise RulesetError(f"codelist {folders[-1].name} cannot be used", report.problems())
    return read[1]


def load_codelists(root: Traversable, releases: Mapping[str, str] | None = None) -> dict[str, Codelist]:
    """Read every codelist of a folder, by name. `releases` names those that are not to be the newest."""
    report = Report()
    wanted = dict(releases or {})
    folders = sorted((item for item in root.iterdir() if item.is_dir()), key=lambda item: item.name)
    loaded = {item.name: _load([item], wanted.pop(item.name, None), report) for item in folders}
    codelists = {name: codelist for name, codelist in loaded.items() if codelist}
    for codelist in codelists.values():
        _check_names(codelist.excludes, loaded, f"{codelist.name}/codelist.yaml", report)
    _check_names(tuple(wanted), loaded, root.name, report)
    if report.has_errors:
        raise RulesetError("the codelists cannot be used", report.problems())
    return codelists


def releases_of(folders: Traversable | Folders) -> tuple[str, ...]:
    """Return the releases of a codelist, the newest last."""
    names = {item.name for folder in _folders(folders) for item in folder.iterdir()}
    return tuple(name.removesuffix(".csv") for name in sorted(names) if name.endswith(".csv"))


def _folders(folders: Traversable | Folders) -> Folders:
    return folders if isinstance(folders, Sequence) else [folders]


def _load(folders: Folders, release: str | None, report: Report) -> Codelist | None:
    before = len(report.problems())
    read = _metadata(folders, report)
    chosen = _choose(folders, release, report)
    if read is None or chosen is None:
        return None
    root, metadata = read
    directory, day = chosen
    csv_file = f"{directory.name}/{day}.csv"
    text = _text(directory, f"{day}.csv", csv_file, report)
    record = read_releases(directory, report).get(day)
    if record:
        check_digest(record, text, Place(csv_file, 1, 1), report)
    rows = trusted_rows(text, metadata.classes) if record and not report.has_errors else None
    rows = rows or read_rows(text, csv_file, metadata.classes, report)
    if len(report.problems()) > before:
        return None
    if not (rows.codes or rows.terms or metadata.looks_like):
        report.add("empty", "a list with neither entries nor patterns", Place(csv_file, 1, 1))
        return None
    return assemble(directory.name, day, root, metadata, rows, record)


def _metadata(folders: Folders, report: Report) -> tuple[MapNode, Metadata] | None:
    with_metadata = [folder for folder in folders if (folder / "codelist.yaml").is_file()]
    directory = (with_metadata or folders)[-1]
    root = _yaml(directory, f"{directory.name}/codelist.yaml", report)
    return (root, read_metadata(root, directory.name, report)) if root else None


def _yaml(directory: Traversable, file: str, report: Report) -> MapNode | None:
    source = directory / "codelist.yaml"
    if not source.is_file():
        report.add(
            "missing-key",
            "there is no codelist.yaml",
            Place(file, 1, 1),
            hint="a codelist needs its metadata",
        )
        return None
    return read_yaml(source.read_bytes(), file, report)


def _choose(folders: Folders, release: str | None, report: Report) -> tuple[Traversable, str] | None:
    """Return the release to read, and the folder in which it stands."""
    at = Place(folders[-1].name, 1, 1)
    releases = releases_of(folders)
    for name in releases:
        if not is_day(name):
            report.add(
                "bad-date", "a release is named by its day", at, found=f"{name}.csv", hint="as 2026-11-21.csv"
            )
    for folder in reversed(folders):
        here = releases_of(folder)
        if here and release is None:
            return folder, here[-1]
        if release in here:
            return folder, release
    message = f"there is no release {release}" if release else "there is no release"
    report.add("unknown-codelist", message, at, found=release or "", hint=nearest(release or "", releases))
    return None


def is_day(name: str) -> bool:
    """Say whether a text is a day as releases are named by."""
    try:
        return date.fromisoformat(name).isoformat() == name
    except ValueError:
        return False


def _text(directory: Traversable, name: str, file: str, report: Report) -> str:
    data = (directory / name).read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        report.add("not-utf8", "the file is not UTF-8", Place(file, line, 1), hint="save it as UTF-8")
        return ""


def _check_names(names: tuple[str, ...], known: Mapping[str, object], file: str, report: Report) -> None:
    for name in names:
        if name not in known:
            report.add(
                "unknown-codelist",
                f"there is no codelist `{name}`",
                Place(file, 1, 1),
                found=name,
                hint=nearest(name, known),
            )

"""Codelists on disk: `<name>/codelist.yaml` and one `<release>.csv` for each release.

All of what is wrong is collected and raised together, each problem with file and line.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from importlib.resources.abc import Traversable

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.errors import RulesetError
from ccr_rules.language.ast import Place
from ccr_rules.language.nodes import ListNode, MapNode, Node
from ccr_rules.language.report import Report, nearest
from ccr_rules.language.yaml_text import read_yaml
from ccr_rules.library.codelist_metadata import Metadata, read_metadata
from ccr_rules.library.codelist_rows import Rows, read_rows


def load_codelist(directory: Traversable, release: str | None = None) -> Codelist:
    """Read a codelist of one release, by default the newest; RulesetError holds all that is wrong."""
    report = Report()
    codelist = _load(directory, release, report)
    if codelist is None:
        raise RulesetError(f"codelist {directory.name} cannot be used", report.problems())
    return codelist


def load_codelists(root: Traversable, releases: Mapping[str, str] | None = None) -> dict[str, Codelist]:
    """Read every codelist of a folder, by name. `releases` names those that are not to be the newest."""
    report = Report()
    wanted = dict(releases or {})
    folders = sorted((item for item in root.iterdir() if item.is_dir()), key=lambda item: item.name)
    loaded = {item.name: _load(item, wanted.pop(item.name, None), report) for item in folders}
    codelists = {name: codelist for name, codelist in loaded.items() if codelist}
    for codelist in codelists.values():
        _check_names(codelist.excludes, loaded, f"{codelist.name}/codelist.yaml", report)
    _check_names(tuple(wanted), loaded, root.name, report)
    if report.has_errors:
        raise RulesetError("the codelists cannot be used", report.problems())
    return codelists


def releases_of(directory: Traversable) -> tuple[str, ...]:
    """Return the releases of a codelist, the newest last."""
    names = sorted(item.name for item in directory.iterdir())
    return tuple(name.removesuffix(".csv") for name in names if name.endswith(".csv"))


def _load(directory: Traversable, release: str | None, report: Report) -> Codelist | None:
    before = len(report.problems())
    file = f"{directory.name}/codelist.yaml"
    root = _yaml(directory, file, report)
    metadata = read_metadata(root, directory.name, report) if root else None
    chosen = _choose(directory, release, report)
    if metadata is None or root is None or chosen is None:
        return None
    csv_file = f"{directory.name}/{chosen}.csv"
    rows = read_rows(_text(directory, f"{chosen}.csv", csv_file, report), csv_file, metadata.classes, report)
    if len(report.problems()) > before:
        return None
    if not (rows.codes or rows.terms or metadata.looks_like):
        report.add("empty", "a list with neither entries nor patterns", Place(csv_file, 1, 1))
        return None
    return _codelist(directory.name, chosen, _digest(root, rows), metadata, rows)


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


def _choose(directory: Traversable, release: str | None, report: Report) -> str | None:
    releases = releases_of(directory)
    at = Place(directory.name, 1, 1)
    for name in releases:
        if not _is_day(name):
            report.add(
                "bad-date", "a release is named by its day", at, found=f"{name}.csv", hint="as 2026-11-21.csv"
            )
    if release is None and releases:
        return releases[-1]
    if release in releases:
        return release
    message = f"there is no release {release}" if release else "there is no release"
    report.add("unknown-codelist", message, at, found=release or "", hint=nearest(release or "", releases))
    return None


def _is_day(name: str) -> bool:
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


def _codelist(name: str, release: str, digest: str, metadata: Metadata, rows: Rows) -> Codelist:
    return Codelist(
        name=name,
        release=release,
        digest=digest,
        title=metadata.title,
        category=metadata.category,
        found_in=metadata.found_in,
        found_in_because=metadata.found_in_because,
        also_in=metadata.also_in,
        codes=rows.codes,
        terms=rows.terms,
        complete=metadata.complete,
        membership_note=metadata.membership_note,
        refset=metadata.refset,
        sources=metadata.sources,
        licence=metadata.licence,
        note=metadata.note,
        classes=metadata.classes,
        looks_like=metadata.looks_like,
        unless=metadata.unless,
        excludes=metadata.excludes,
    )


def _digest(root: MapNode, rows: Rows) -> str:
    """Return the digest of all that a list says, whatever its line ends, quotes and order of keys."""
    entries = [
        [entry.code, entry.term, entry.class_, entry.status, entry.note]
        for entry in (*rows.codes.values(), *rows.terms.values())
    ]
    content = json.dumps([_plain(root), entries], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(content.encode()).hexdigest()


def _plain(node: Node) -> object:
    if isinstance(node, MapNode):
        return {key: _plain(pair.value) for key, pair in node.pairs.items()}
    return [_plain(item) for item in node.items] if isinstance(node, ListNode) else node.text

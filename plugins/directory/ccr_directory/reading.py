"""From a CSV file to services. Rows that cannot be used are left out and told; such a file is refused."""

import csv
import io
from collections.abc import Iterator, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, NamedTuple

from ccr_directory import cells
from ccr_directory.domains import DOMAINS
from ccr_directory.service import UNVERIFIED, RowProblem, Service
from ccr_rules.errors import UsageError
from ccr_rules.language.report import nearest

NEEDED: Final = ("name", "what", "domains", "area")
HEADINGS: Final = (
    *NEEDED,
    "url",
    "phone",
    "cancer_types",
    "languages",
    "from_age",
    "last_checked",
    "checked_in",
)
_MOST_TOLD: Final = 5


class Rows(NamedTuple):
    """What came of a file: services in its order, and the rows that were left out."""

    services: tuple[Service, ...]
    problems: tuple[RowProblem, ...]


def read_file(path: Path | Traversable) -> Rows:
    """Return the services of a file. Raises UsageError if it cannot be used."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"directory {path}: it cannot be read ({error.strerror}); name a CSV file that is there"
        ) from None
    return read_directory(content, path.name)


def read_directory(content: bytes, file: str) -> Rows:
    """Return the services of a file's content. Raises UsageError if it cannot be used."""
    try:
        lines = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"directory {file}: it is not UTF-8; save it as CSV UTF-8") from None
    services: list[Service] = []
    problems: list[RowProblem] = []
    headings: list[str] = []
    seen: dict[tuple[object, ...], int] = {}
    for line, row in _rows(lines, file, problems):
        if not headings:
            headings = _headings(row, file)
            continue
        try:
            service = _service(row, headings)
            _once(service, line, seen)
        except cells.Refused as refused:
            problems.append(RowProblem(file, line, str(refused)))
        else:
            services.append(service)
    if not services:
        raise UsageError(_unusable(file, problems))
    return Rows(tuple(services), tuple(problems))


def _rows(lines: str, file: str, problems: list[RowProblem]) -> Iterator[tuple[int, list[str]]]:
    """Yield rows that hold something, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(lines, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            problems.append(RowProblem(file, line, f"it is not CSV ({error}); look at its quotation marks"))
            continue
        if any(row):
            yield line, row


def _headings(row: Sequence[str], file: str) -> list[str]:
    for each in row:
        if each not in HEADINGS:
            raise UsageError(f"directory {file}: there is no heading `{each}`; {nearest(each, HEADINGS)}")
        if row.count(each) > 1:
            raise UsageError(f"directory {file}: the heading `{each}` stands there twice; leave one out")
    missing = [each for each in NEEDED if each not in row]
    if missing:
        raise UsageError(f"directory {file}: the heading `{missing[0]}` is missing; add it")
    return list(row)


def _service(row: Sequence[str], headings: Sequence[str]) -> Service:
    if len(row) != len(headings):
        raise cells.Refused(
            f"it has {len(row)} cells and the first row has {len(headings)}; put a text with commas in "
            "quotation marks"
        )
    cell = dict.fromkeys(HEADINGS, "") | dict(zip(headings, row, strict=True))
    service = Service(
        name=cells.text(cell["name"], "name", cells.LONGEST_NAME),
        what=cells.text(cell["what"], "what", cells.LONGEST_WHAT),
        domains=cells.domains(cell["domains"], DOMAINS),
        areas=cells.areas(cell["area"]),
        url=cells.url(cell["url"]),
        phone=cells.phone(cell["phone"]),
        cancer_types=cells.names(cell["cancer_types"]),
        languages=cells.languages(cell["languages"]),
        from_age=cells.age(cell["from_age"]),
        last_checked=cells.day(cell["last_checked"]),
        checked_in=cell["checked_in"],
    )
    unverified = service.checked_in.startswith(UNVERIFIED)
    if unverified and service.address:
        raise cells.Refused(
            "it is unverified, so leave `url` and `phone` empty until somebody has checked them"
        )
    if not unverified and not service.address:
        raise cells.Refused(
            "it has neither `url` nor `phone`; write one, or `unverified: why` in `checked_in`"
        )
    return service


def _once(service: Service, line: int, seen: dict[tuple[object, ...], int]) -> None:
    key = (service.name.casefold(), service.address, frozenset(service.areas))
    if key in seen:
        raise cells.Refused(f"it is the same as line {seen[key]}; leave one of them out")
    seen[key] = line


def _unusable(file: str, problems: Sequence[RowProblem]) -> str:
    told = [f"\n  {each}" for each in problems[:_MOST_TOLD]]
    more = len(problems) - _MOST_TOLD
    if more > 0:
        told.append(f"\n  and {more} more")
    return f"directory {file}: it has no row that can be used{''.join(told) or '; add services to it'}"

"""Files of a directory, made of rows."""

import csv
import io

from ccr_directory.reading import HEADINGS, Rows, read_directory

GOOD = {
    "name": "Walks",
    "what": "A slow walk",
    "domains": "physical",
    "area": "NR1",
    "url": "https://walks.example.org",
}


def table(*rows: dict[str, str], headings: tuple[str, ...] = HEADINGS) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, headings, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def read(*rows: dict[str, str]) -> Rows:
    return read_directory(table(*rows), "services.csv")

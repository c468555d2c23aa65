"""What a plugin is tried with: records, and sources that are not its own."""

from typing import Final, NamedTuple


class Sample(NamedTuple):
    """A FHIR record, and the day of the question."""

    name: str
    content: bytes
    as_of: str


STRANGE: Final[dict[str, bytes]] = {
    "nothing": b"",
    "spaces": b"   \n",
    "bytes that are no text": b"\xff\xfe\x00\x01\x80",
    "text": b"Dear Sir or Madam,\nyours\n",
    "a table": b"x,y\n1,2\n",
    "JSON that is no record": b'{"hello": ["world", 1, null]}',
    "JSON that is cut off": b'{"resourceType": "Bundle", "entry": [{"resource": {',
    "a number": b"7",
    "nested deeply": b"[" * 5000 + b"]" * 5000,
    "a large file": b"0123456789abcdef\n" * 200_000,
}
"""Sources that belong to no plugin."""

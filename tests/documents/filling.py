"""Templates of generated pages."""

from collections.abc import Mapping


def filled_in(template: str, parts: Mapping[str, str]) -> str:
    """Return a template with each part in the place of its mark."""
    for name, written in parts.items():
        mark = f"<!-- {name} -->\n"
        assert template.count(mark) == 1, mark
        template = template.replace(mark, written)
    return template

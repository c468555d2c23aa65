"""Charts as SVG, drawn by Vega in this process: no script and no network, in the page that holds them.

Labels are data: Vega writes them as text, never as markup.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import altair as alt
import vl_convert

from ccr_rules.population.report.bounds import Rate

INK: Final = "#212b32"
MARK: Final = "#005eb8"
WIDTH: Final = 460
ROW: Final = 24


class Span(NamedTuple):
    """A row of a chart of rates."""

    label: str
    rate: Rate


def rates_chart(spans: Sequence[Span]) -> str:
    """Return a chart of rates: a bar from the least to the greatest percentage, and a dot at either end."""
    rows = [_row(number, span) for number, span in enumerate(spans)]
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=_labels(rows))
    axis = alt.Axis(values=[0, 25, 50, 75, 100], title="percent")
    low = alt.X("low:Q", scale=alt.Scale(domain=[0, 100]), axis=axis)
    bars = base.mark_rule(strokeWidth=8, color=MARK, opacity=0.45).encode(x=low, x2="high:Q")
    dots = [base.mark_point(filled=True, size=60, color=INK).encode(x=alt.X(f"{end}:Q")) for end in _ENDS]
    return _drawn(alt.layer(bars, *dots), len(rows))


_ENDS: Final = ("low", "high")


def _row(number: int, span: Span) -> dict[str, Any]:
    return {"row": number, "label": span.label, "low": float(span.rate.low), "high": float(span.rate.high)}


def counts_chart(counts: Sequence[tuple[str, int]], title: str) -> str:
    """Return a chart of counts: a bar for each label, in the order given, with its number."""
    rows = [{"row": place, "label": label, "people": count} for place, (label, count) in enumerate(counts)]
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=_labels(rows))
    bars = base.mark_bar(color=MARK).encode(x=alt.X("people:Q", axis=alt.Axis(title=title, tickMinStep=1)))
    words = base.mark_text(align="left", dx=4, color=INK, fontSize=12).encode(x="people:Q", text="people:Q")
    return _drawn(alt.layer(bars, words), len(rows))


def _labels(rows: Sequence[dict[str, Any]]) -> alt.Y:
    """Return the axis of labels: two rows may have the same one, so each is placed by its number."""
    names = {str(row["row"]): row["label"] for row in rows}
    shown = alt.Axis(
        title=None, labelExpr=f"({_literal(names)})[datum.label]", labelLimit=260, labelPadding=8, ticks=False
    )
    return alt.Y("row:O", sort=None, axis=shown)


def _literal(names: dict[str, str]) -> str:
    """Return a Vega expression of texts by key; whatever is in them, they stay texts."""
    pairs = (f"{key}: '{''.join(map(_escaped, text))}'" for key, text in names.items())
    return "{" + ", ".join(pairs) + "}"


def _escaped(character: str) -> str:
    return character if character.isalnum() or character in " -.,:()@%" else f"\\u{ord(character):04x}"


def _drawn(chart: alt.LayerChart | alt.FacetChart, rows: int) -> str:
    sized = chart.properties(width=WIDTH, height=max(1, rows) * ROW).configure_view(stroke=None)
    plain = sized.configure_axis(labelFontSize=12, titleFontSize=12, labelColor=INK, titleColor=INK)
    return str(vl_convert.vegalite_to_svg(plain.to_dict()))

"""What changed in the decision rows of an indicator: which came, went or moved, and what is in them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ccr_rules.governance.alignment import align, moved
from ccr_rules.governance.changes import ANSWERS, Change, ChangeKind, Effect, Side
from ccr_rules.governance.differences import differences
from ccr_rules.governance.facets import Facet, Facets, figure, grounds, words
from ccr_rules.language.ruleset import Indicator, Row

_OTHERWISE = Facet("test", ANSWERS, "otherwise", "otherwise", "otherwise")


class Rows:
    """The rows of one side of an indicator, each with the parts that are compared."""

    def __init__(self, indicator: Indicator, facets: Facets) -> None:
        self.rows = indicator.rows
        self.parts = [self._parts(row, indicator, facets) for row in indicator.rows]

    def _parts(self, row: Row, indicator: Indicator, facets: Facets) -> dict[str, Facet]:
        own = grounds(row.grounds) if row.grounds != indicator.grounds else ()
        test = [_OTHERWISE] if row.test is None else facets.test("test", row.test)
        reason, unreachable = figure("reason", row.reason), words("unreachable", row.unreachable or "")
        listed = [
            *test,
            *figure("outcome", row.outcome),
            *reason,
            *words("text", row.text),
            *unreachable,
            *own,
        ]
        return {facet.part: facet for facet in listed}

    def meanings(self) -> list[object]:
        """Return what each row decides, and when."""
        return [_meant(row) for row in self.parts]

    def whole(self, index: int) -> Side:
        """Return all of a row."""
        row, test = self.rows[index], self.parts[index]["test"]
        reason = f", reason: {row.reason}" if row.reason else ""
        outcome = f"{row.outcome} ({row.reason})" if row.reason else row.outcome
        if row.test is None:
            return Side(f"{{otherwise: {row.outcome}{reason}}}", f"otherwise: {outcome}")
        return Side(f"{{if: {test.cql}, then: {row.outcome}{reason}}}", f"if {test.english}: {outcome}")


def row_changes(before: Indicator, after: Indicator, old: Facets, new: Facets) -> Iterator[Change]:
    """Yield what changed in the rows, in the order of the rows as they now are, removed ones last."""
    one, other = Rows(before, old), Rows(after, new)
    pairs = align(one.parts, other.parts, _SAME)
    shifted = moved(pairs)
    matched = {j: i for i, j in pairs}
    for j in range(len(other.rows)):
        i = matched.get(j)
        if i is None:
            yield _change(after.id, j, "added", after=other.whole(j))
            continue
        if (i, j) in shifted:
            says = f"moved from row {i + 1} to row {j + 1}"
            yield _change(after.id, j, "moved", one.whole(i), other.whole(j), says)
        yield from _inside(after.id, j, one.parts[i], other.parts[j])
    kept = {i for i, _ in pairs}
    for i in range(len(one.rows)):
        if i not in kept:
            gone = _change(after.id, i, "removed", before=one.whole(i))
            yield replace(gone, part=f"former {gone.part}")


def _change(
    id_: str,
    index: int,
    kind: ChangeKind,
    before: Side | None = None,
    after: Side | None = None,
    says: str = "",
    effect: Effect = ANSWERS,
) -> Change:
    return Change("indicators", id_, f"row {index + 1}", kind, effect, before, after, says or f"row {kind}")


def _inside(id_: str, index: int, old: dict[str, Facet], new: dict[str, Facet]) -> Iterator[Change]:
    for difference in differences(old, new):
        before, after, effect = difference.before, difference.after, difference.effect
        yield _change(id_, index, difference.kind, before, after, difference.says, effect)


# --- which rows are the same row -----------------------------------------------------------------

_Key = Callable[[dict[str, Facet]], object]


def _written(row: dict[str, Facet]) -> object:
    return tuple(row[part].cql if part in row else "" for part in _DECIDES)


def _meant(row: dict[str, Facet]) -> object:
    return tuple(row[part].meaning if part in row else "" for part in _DECIDES)


def _reason(row: dict[str, Facet]) -> object:
    return row["reason"].meaning if "reason" in row else None


def _test(row: dict[str, Facet]) -> object:
    return row["test"].meaning


def _outcome(row: dict[str, Facet]) -> object:
    return None if "reason" in row or row["test"] is _OTHERWISE else row["outcome"].meaning


_DECIDES = ("test", "outcome", "reason")
_SAME: Sequence[_Key] = (_written, _meant, _reason, _test, _outcome)
"""The surest sign first: what is written, what is meant, the reason, the test, the bare outcome."""

"""How long it takes to take an export apart, and how much memory: `python measure/split.py [ROWS]`."""

import sys
import time
import tracemalloc

from ccr_gp_exports.numbers import is_nhs_number
from ccr_gp_exports.plugin import GpExports

from ccr_rules.hosting import Source

HEAD = "NHS Number,EMIS Number,Date of Birth,SNOMED CT Concept ID,Code Term,Date,Episode"
ROW = '{},{},02-Mar-1951,254837009,"Malignant neoplasm, of breast",{:02}-Oct-2025,FIRST'
EACH = 20


def export(rows: int) -> bytes:
    """Return an export of so many rows, 20 of each patient, mixed."""
    numbers = filter(is_nhs_number, map(str, range(9990000000, 10_000_000_000)))
    people = [next(numbers) for _ in range(max(1, rows // EACH))]
    order = (place * 7919 % len(people) for place in range(rows))
    lines = [ROW.format(people[who], who, 1 + place % 28) for place, who in enumerate(order)]
    return "\r\n".join([HEAD, *lines]).encode()


def main(rows: int) -> None:
    """Measure once without and once with tracing, and say what was found."""
    source, plugin = Source(export(rows)), GpExports()
    started = time.process_time()
    split = plugin.ccr_split_source(source)
    took = time.process_time() - started
    parts = len(split.sources) if split else 0
    del split
    tracemalloc.start()
    plugin.ccr_split_source(source)
    peak = tracemalloc.get_traced_memory()[1]
    size = len(source.raw)
    sys.stdout.write(
        f"{rows} rows, {size / 1e6:.1f} MB: {parts} parts in {took:.1f} s of processor time, "
        f"at most {peak / 1e6:.1f} MB ({peak / size:.1f} times the export)\n"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)

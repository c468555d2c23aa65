"""Of any export: the order of rows says nothing, no row is lost, and a broken one takes no other with it."""

from collections.abc import Sequence
from functools import cache

from ccr_gp_exports.plugin import GpExports
from hypothesis import given, settings
from hypothesis import strategies as st

from ccr_rules import Engine, Evaluation, PatientRecord, Plugins
from ccr_rules.hosting import Source, Split

AS_OF = "2026-01-20"
HEAD = "NHS Number,EMIS Number,Date of Birth,SNOMED CT Concept ID,Code Term,Date,Episode,Row Type"
NUMBERS = ("9990000026,1", "9990000034,2", ",2", ",3", "9990000042,", ",", "9.99E+09,")
CODES = (
    *("254837009,Malignant neoplasm of breast", "720006006,Cancer care review", ",Essential hypertension"),
    *(',"Note, with ""marks""\nand lines"', "254837009,", "2.5E+08,Breast", ",", "399068003,Prostate"),
)
DAYS = ("01-Oct-2025", "05/12/2025", "Feb 2025", "2024", "", "01-Oct-25", "13/13/2025")
BROKEN = ('9990000026,1,,"254837009,Breast', "9990000026,1", 'x"y"z', "a,b,c,d,e,f,g,h,i,j")

rows_ = st.tuples(
    st.sampled_from(NUMBERS),
    st.sampled_from(("", "01/02/1950", "02/02/1950")),
    st.sampled_from(CODES),
    st.sampled_from(DAYS),
    st.sampled_from(("FIRST", "NEW", "NONE", "", "Flare")),
    st.sampled_from(("", "Consultation", "?")),
).map(",".join)
rows = st.one_of(rows_, st.sampled_from(BROKEN))
whole = st.tuples(
    st.sampled_from(NUMBERS[:2]), st.just(""), st.sampled_from(CODES[:3]), st.sampled_from(DAYS[:4])
).map(lambda parts: ",".join([*parts, "NONE", ""]))


@cache
def engine() -> Engine:
    plugins = Plugins.of({"gp-exports": GpExports()}, {"gp-exports": {"holds": ["everything", "patients"]}})
    return Engine.hosting(plugins)


def split(lines: Sequence[str]) -> Split:
    found, faults = engine().plugins.split(Source("\n".join([HEAD, *lines])))
    assert faults == ()
    return found


def records(lines: Sequence[str]) -> dict[str, PatientRecord]:
    read = (engine().plugins.record(each)[0] for each in split(lines).sources)
    return {each.reference: each for each in read}


def evaluated(lines: Sequence[str]) -> dict[str, Evaluation]:
    return {name: engine().evaluate(record, AS_OF) for name, record in records(lines).items()}


def told(record: PatientRecord) -> object:
    """All that a record says but for the lines on which refused rows stood."""
    refused = sorted((each.kind, each.reason) for each in record.quarantined)
    return record.entries, record.consultations, record.born, record.supplied, record.findings, refused


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_rows_in_any_order_give_the_same_records(data: st.DataObject) -> None:
    lines = data.draw(st.lists(rows_, max_size=8))
    shuffled = data.draw(st.permutations(lines))
    before, after = records(lines), records(shuffled)
    assert before.keys() == after.keys()
    for name, record in before.items():
        assert told(record) == told(after[name])


@settings(max_examples=100, deadline=None)
@given(st.lists(rows, max_size=10))
def test_no_row_is_lost(lines: list[str]) -> None:
    parts = split(lines)
    read = [engine().plugins.record(each)[0] for each in parts.sources]
    kept = len(parts.faults)
    for record in read:
        said = {each.reference for each in record.entries} | {each.reference for each in record.consultations}
        kept += len(said) + len(record.quarantined)
    assert kept == len(lines)


@settings(max_examples=60, deadline=None)
@given(st.lists(whole, min_size=1, max_size=6), st.sampled_from(BROKEN), st.data())
def test_a_broken_row_loses_only_itself_and_leaves_nothing_settled_that_it_might_change(
    lines: list[str], broken: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(lines)))
    before, after = evaluated(lines), evaluated([*lines[:place], broken, *lines[place:]])
    assert before.keys() <= after.keys()
    for name, evaluation in before.items():
        assert after[name].record.entries == evaluation.record.entries
    of_somebody = {name for name in after if after[name].record.quarantined}
    touched = of_somebody or after.keys()
    for name in touched & before.keys():
        assert after[name].completeness != "complete"
        for review in after[name].reviews:
            if review.status in ("not applicable", "open", "due soon", "overdue", "upcoming"):
                raise AssertionError(f"{review.id} is settled: {review.status}")

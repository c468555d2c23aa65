"""Tables of coded entries to a data set: `ccr population ingest --flat`."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from ccr_rules.errors import UsageError
from ccr_rules.language.ast import Place
from ccr_rules.language.report import nearest
from ccr_rules.population.dataset import made_by
from ccr_rules.population.flat.entries import EntryRows
from ccr_rules.population.flat.mapping import Mapping
from ccr_rules.population.flat.mapping_text import Read, read_mapping
from ccr_rules.population.flat.patients import ATTRIBUTES_ONLY, PatientRows
from ccr_rules.population.flat.plan import FlatPlan
from ccr_rules.population.flat.resources import WITHOUT_RECORDED
from ccr_rules.population.flat.row import RowCells
from ccr_rules.population.flat.scatter import format_of, scatter
from ccr_rules.population.gather import gather
from ccr_rules.population.ingest import silent, survey_all
from ccr_rules.population.packing import plain_name
from ccr_rules.population.plan import plan_of
from ccr_rules.population.pool import jobs_here
from ccr_rules.population.running import Outcome, Progress, Steps, run_ingest
from ccr_rules.population.sources import SourceFile, check_outside, described
from ccr_rules.population.tables import columns_of
from ccr_rules.population.work import check_out
from ccr_rules.record.profiles import check_kinds

SUFFIXES: Final = (".csv", ".tsv", ".txt", ".parquet")


def ingest_flat(  # noqa: PLR0913 - one argument for each option
    sources: Sequence[str],
    out: Path,
    mapping: Path,
    *,
    patients: Path | None = None,
    attributes: Path | None = None,
    supplied: Iterable[str] | None = None,
    strict: bool = False,
    jobs: int | None = None,
    replace: bool = False,
    progress: Progress = silent,
) -> Outcome:
    """Make a data set of tables with a row for each coded entry.

    Args:
        sources: tables, or folders with tables: CSV (.gz and .zst too) or Parquet.
        out: the folder of the data set.
        mapping: the file that says which column is what.
        patients: a table of the patients, by the same mapping.
        attributes: as in `ingest`.
        supplied: the kinds that the tables hold completely, in place of those that the mapping states.
        strict: what cannot be attributed to a patient makes its kind incomplete for everybody.
        jobs: how many processes (default: as many as can run at once).
        replace: put it in the place of another data set.
        progress: told how far it is.

    Raises:
        UsageError: if an argument or the mapping does not fit, a table is missing or lacks a column, or the
            folder cannot be written.
        RecordError: if a table is damaged.
    """
    read = read_mapping(mapping)
    stated = None if supplied is None else tuple(supplied)
    check_kinds(stated or ())
    check_out(out)
    _check_patients(read.mapping, mapping, patients, attributes)
    files = _sources(sources, out, patients, attributes)
    _check_columns(files, read)
    options = {
        "profile": read.mapping.host(stated, WITHOUT_RECORDED),
        "strict": strict,
        "mapping": read.mapping,
    }
    plan = plan_of(made_by(), files, options, FlatPlan)
    return run_ingest(out, plan, FLAT, jobs or jobs_here(), replace, progress)


FLAT: Steps[FlatPlan] = Steps(scatter, survey_all, gather)


def _check_patients(mapping: Mapping, file: Path, patients: Path | None, attributes: Path | None) -> None:
    if patients is not None and not mapping.patients:
        raise UsageError(f"{file}: has no `patients`, so it cannot say how to read {patients}; add it")
    if patients is None and mapping.patients:
        raise UsageError(
            f"{file}: says how to read a table of patients, and there is none; name it with --patients, or "
            f"delete `patients` from the mapping"
        )
    apart = [name for name in ATTRIBUTES_ONLY if name in mapping.patients]
    if attributes is not None and apart:
        raise UsageError(
            f"{attributes}: attributes are in the table of patients too (`{apart[0]}` in {file}); put all "
            f"of them into one of the two"
        )


def _sources(
    names: Iterable[str], out: Path, patients: Path | None, attributes: Path | None
) -> tuple[SourceFile, ...]:
    """Return the files to be read: the people first, for what is wrong there ends it."""
    found: dict[Path, SourceFile] = {}
    if patients is not None:
        found[patients.resolve()] = described(patients, "patients")
    for name in names:
        for file in _tables(Path(name), out):
            found.setdefault(file.resolve(), described(file, "entries"))
    if attributes is not None:
        found[attributes.resolve()] = described(attributes, "attributes", -1)
    return tuple(found.values())


def _tables(path: Path, out: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    check_outside(out, path)
    files = [
        file for file in sorted(path.rglob("*")) if plain_name(file).endswith(SUFFIXES) and file.is_file()
    ]
    if not files:
        raise UsageError(
            f"{path}: no {', '.join(SUFFIXES)} file in this folder (.gz and .zst too); name another"
        )
    return files


def _check_columns(files: Iterable[SourceFile], read: Read) -> None:
    """Check that each table has, once, each column that the mapping names."""
    written = format_of(read.mapping)
    of_entries, of_patients = EntryRows(read.mapping, ""), PatientRows(read.mapping, "")
    for source in files:
        if source.form != "attributes":
            wanted = of_patients if source.form == "patients" else of_entries
            _check_table(source, columns_of(Path(source.path), written), wanted, read.places)


def _check_table(source: SourceFile, columns: list[str], wanted: RowCells, places: dict[str, Place]) -> None:
    for column in wanted.columns:
        if columns.count(column) != 1:
            at = places[column]
            says = "several columns" if column in columns else "no column"
            hint = f"; {nearest(column, columns)}" if column not in columns else ""
            raise UsageError(
                f"{source.name}: {says} `{column}`, which {at.file}:{at.line}:{at.column} names{hint}"
            )

"""Running casebooks for the command line."""

from ccr_rules.cli.output import note, write
from ccr_rules.cli.targets import casebook_of, read_ruleset, targets
from ccr_rules.engine import Engine, EvaluatorName
from ccr_rules.governance.casebook import read_casebook, run_casebook
from ccr_rules.library.library import Library, Located


def run_casebooks(library: Library, names: list[str], evaluator: EvaluatorName = "reference") -> bool:
    """Run the casebooks of the rulesets named, or of all; return whether every case went as expected.

    A ruleset without a casebook has not been tested, and so has not passed.
    """
    engine = Engine(library)
    passed = [_run(engine, located, evaluator) for located in targets(library, names)]
    return all(passed)


def _run(engine: Engine, located: Located, evaluator: EvaluatorName) -> bool:
    ruleset = read_ruleset(engine.library, located)
    casebook = casebook_of(located)
    if casebook is None:
        note(f"{ruleset.reference}: no casebook.yaml beside {located.file}, so nothing was tested")
        return False
    result = run_casebook(read_casebook(*casebook), engine, ruleset, evaluator)
    write("".join(f"{failure}\n\n" for failure in result.failures))
    if result.gaps:
        write(f"{ruleset.reference}: no case covers\n" + "".join(f"  {gap}\n" for gap in result.gaps))
    gaps = f", not covered: {len(result.gaps)}" if result.gaps else ""
    note(f"{ruleset.reference}: {len(result.passed)} passed, {len(result.failed)} failed{gaps}")
    return result.is_passed

"""What an exported library is asked with, and what it makes of the question before it looks at the record."""

from collections.abc import Iterator

from ccr_rules.exports.cql import names
from ccr_rules.exports.cql.layout import call, define
from ccr_rules.exports.cql.names import calculus, record
from ccr_rules.exports.cql.text import day
from ccr_rules.language.ruleset import Ruleset

PARAMETERS = """\
// Every parameter has a default: some engines take one that is not given for something else than null.

// The day the question is asked for; by default the day on which the engine runs.
parameter "As of" Date default Today()

// The last day of recording that counts; by default the day of the question.
parameter "Known on" Date default null

// The kinds of resource that the data source holds completely. What is not named here is not known to be
// absent: without it the answer is "cannot tell", never "nothing due".
parameter "Supplied kinds" List<String> default null

// The consultation for which the question is asked, if it is asked in one.
parameter "Consultation mode" String default null
parameter "Consultation first day" Date default null
parameter "Consultation last day" Date default null

// Entries that no resource holds: from another source, or attested by a clinician.
parameter "Further entries" List<Tuple {
  reference String, kind String, codes List<System.Code>, texts List<String>,
  clinical Tuple { presence Integer, first Date, last Date },
  recorded Tuple { presence Integer, first Date, last Date },
  episode String, state String, certain Boolean }> default null
"""

_DAYS = """\
define "Recorded by":
  Coalesce("Known on", "As of")

define "Complete kinds":
  Coalesce("Supplied kinds", List<String> { }) except Record."Kinds that cannot be read"

define "Consultation mode or none":
  Coalesce("Consultation mode", '')

define "Consultation date":
  if "Consultation first day" is null then Calculus."Absent"
  else Calculus.BetweenDays(
    "Consultation first day", Coalesce("Consultation last day", "Consultation first day"))
"""


def question(ruleset: Ruleset) -> Iterator[str]:
    """Yield the definitions of the question: its days, what was supplied, the consultation, who lives."""
    yield _DAYS
    yield f"// Nothing is prompted outside this time.\n{_in_force(ruleset)}"
    yield define("Has died", call(record("Dead on"), names.AS_OF, names.RECORDED_BY))


def _in_force(ruleset: Ruleset) -> str:
    test = f"{names.AS_OF} >= {day(ruleset.in_force_from)}"
    if ruleset.in_force_to:
        test += f" and {names.AS_OF} <= {day(ruleset.in_force_to)}"
    return define("In force", call(calculus("Always"), "false" if ruleset.status == "retired" else test))

"""What an ingest of tables is going to do."""

from ccr_rules.population.flat.mapping import Mapping
from ccr_rules.population.plan import Plan


class FlatPlan(Plan, frozen=True, kw_only=True):
    """The whole of an ingest of tables: its second half is that of FHIR."""

    mapping: Mapping

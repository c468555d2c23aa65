"""The kinds of resource that are read, and the STU3 types that became one of them."""

from ccr_rules.record.patient import KINDS

STU3_NAMES = {"ReferralRequest": "ServiceRequest", "ProcedureRequest": "ServiceRequest"}
"""STU3 types and the kind that they are since R4."""

KIND_OF = {kind: kind for kind in KINDS} | STU3_NAMES
"""The kind of each resource type that is read."""

SUPPLY_NAMES = frozenset(KIND_OF)
"""The names under which a host may state what it supplies."""

"""Rules engine and clinical decision support for Cancer Care Reviews in UK general practice.

from ccr_rules import Engine
evaluation = Engine.default().evaluate(bundle, as_of="2026-11-21")
print(evaluation.headline)
"""

from ccr_rules.engine import Engine
from ccr_rules.errors import CcrError, PluginFailed, RecordError, RulesetError, UsageError
from ccr_rules.evaluation.explanation import Explanation, explain
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting.plugins import Plugins
from ccr_rules.library.library import Library, load_library
from ccr_rules.record.entry import Coding, Days, Entry
from ccr_rules.record.patient import Consultation, PatientRecord
from ccr_rules.record.reading import read_record
from ccr_rules.record.responses import Response

__all__ = [
    "CcrError",
    "Coding",
    "Consultation",
    "Days",
    "Engine",
    "Entry",
    "Evaluation",
    "Explanation",
    "Library",
    "PatientRecord",
    "PluginFailed",
    "Plugins",
    "RecordError",
    "Response",
    "RulesetError",
    "UsageError",
    "explain",
    "load_library",
    "read_record",
]

"""How a host extends ccr-rules. What a plugin needs to import is here: docs/plugins.md.

from ccr_rules.hosting import hookimpl
"""

from ccr_rules.hosting.context import Context
from ccr_rules.hosting.markers import hookimpl
from ccr_rules.hosting.options import check_options
from ccr_rules.hosting.outputs import (
    Delivery,
    Document,
    Feedback,
    Form,
    Link,
    ToRecord,
    Withheld,
)
from ccr_rules.hosting.source import Source, Split

__all__ = [
    "Context",
    "Delivery",
    "Document",
    "Feedback",
    "Form",
    "Link",
    "Source",
    "Split",
    "ToRecord",
    "Withheld",
    "check_options",
    "hookimpl",
]

"""A record of which a plugin might have known more: what is missing must not look as if there were none."""

from collections.abc import Collection

import msgspec

from ccr_rules.record.patient import PatientRecord


def doubted(record: PatientRecord, kinds: Collection[str], plugin: str) -> PatientRecord:
    """Return a record in which some kinds do not count as completely supplied, since a plugin failed."""
    reason = f"the plugin {plugin} failed, and may have known more"
    incomplete = {**dict.fromkeys(kinds, reason), **record.incomplete}
    return msgspec.structs.replace(record, supplied=record.supplied.difference(kinds), incomplete=incomplete)

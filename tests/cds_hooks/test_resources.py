"""What suggestions would create: valid, and found by the rules once it is on file."""

from datetime import date

import pytest
from fhir.resources.R4B import get_fhir_model_class

from ccr_rules.cds_hooks.resources import About, recording
from ccr_rules.codelists.codelist import suggestible
from ccr_rules.evaluation.answers import Code
from ccr_rules.record.entry import SNOMED
from ccr_rules.record.reading import read_record
from tests.cds_hooks.samples import engine

ABOUT = About("p1", "e1", date(2026, 11, 20))
NAMES = sorted(engine().library.codelist_names)
OFFERED = [name for name in NAMES if suggestible(engine().library.codelist(name, None))]


@pytest.mark.parametrize("name", OFFERED)
def test_what_is_recorded_is_a_valid_resource_that_its_codelist_finds(name: str) -> None:
    codelist = engine().library.codelist(name, None)
    entry = suggestible(codelist)[0]
    made = recording(Code(SNOMED, entry.code, entry.display), codelist, ABOUT)
    get_fhir_model_class(made["resourceType"]).model_validate(made)
    assert made["resourceType"] in codelist.found_in | codelist.also_in
    patient = {"resourceType": "Patient", "id": "p1"}
    (read,) = read_record([patient, made | {"id": "x1"}]).entries
    assert (read.state, read.clinical.first if read.clinical else None) in (
        ("done", ABOUT.day),
        ("planned", ABOUT.day),
    )
    assert read.codings[0].code == entry.code


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("cancer-care-review", "Procedure"),
        ("cancer-invitation", "Communication"),
        ("social-prescribing-referral", "ServiceRequest"),
        ("is-carer", "Observation"),
    ],
)
def test_each_list_has_the_kind_in_which_systems_keep_such_things(name: str, kind: str) -> None:
    codelist = engine().library.codelist(name, None)
    assert recording(Code(SNOMED, "1", "x"), codelist, ABOUT)["resourceType"] == kind

"""Items of a Questionnaire (R4), and their extensions.

Facts, as the standards were read:

- `questionnaire-itemControl` takes a CodeableConcept of `http://hl7.org/fhir/questionnaire-item-control`; its
  binding is extensible (hl7.org/fhir/R4/codesystem-questionnaire-item-control.html).
- `slider` is one of the 25 codes that R4 itself has; `questionnaire-sliderStepValue` is an extension of R4
  for items of type integer (hl7.org/fhir/R4/extension-questionnaire-sliderstepvalue.html).
- `tab-container` is not among the 25: the code system got it later, in the FHIR Extensions Pack
  (hl7.org/fhir/extensions/CodeSystem-questionnaire-item-control.html), and forms in R4 use it:
  smartforms.csiro.au/docs/sdc/advanced/group. The groups in such a group are the tabs. A system that does not
  know the code shows groups.
- `questionnaire-supportLink` is an extension of R4 with a uri that leads to more about an item.
"""

from typing import Any, Final

Item = dict[str, Any]

CORE: Final = "http://hl7.org/fhir/StructureDefinition/"
CONTROLS: Final = "http://hl7.org/fhir/questionnaire-item-control"


def item(link_id: str, type_: str, text: str, inside: list[Item] | None = None, **more: Any) -> Item:
    """Return an item; what is empty is left out."""
    made = {"extension": more.pop("extension", []), "linkId": link_id, "text": text, "type": type_, **more}
    return {key: value for key, value in {**made, "item": inside or []}.items() if value}


def control(code: str) -> Item:
    """Return the extension that says how an item is shown."""
    concept = {"coding": [{"system": CONTROLS, "code": code}]}
    return {"url": f"{CORE}questionnaire-itemControl", "valueCodeableConcept": concept}


def step(width: int) -> Item:
    """Return the extension that says how far a slider moves."""
    return {"url": f"{CORE}questionnaire-sliderStepValue", "valueInteger": width}


def note(text: str) -> Item:
    """Return the extension that tells who keeps the form where something is from."""
    return {"url": f"{CORE}designNote", "valueMarkdown": text}


def support(url: str) -> Item:
    """Return the extension that leads to more."""
    return {"url": f"{CORE}questionnaire-supportLink", "valueUri": url}

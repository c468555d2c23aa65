"""Strict reading: each resource is also validated by fhir.resources, in the version of the record.

fhir.resources has no R4: R4 resources are validated as R4B, which accepts them. It is loaded only
when strict reading is asked for, because loading it takes longer than evaluating a thousand patients.
"""

from typing import Any


def _models(version: str) -> Any:
    """Return the function of fhir.resources that finds the model of a resource type."""
    if version == "STU3":
        from fhir.resources.STU3 import get_fhir_model_class as stu3  # noqa: PLC0415 (loaded only here)

        return stu3
    if version == "R5":
        from fhir.resources import get_fhir_model_class as r5  # noqa: PLC0415

        return r5
    from fhir.resources.R4B import get_fhir_model_class as r4b  # noqa: PLC0415

    return r4b


def fault_of(content: dict[str, Any], resource_type: str, version: str) -> str:
    """Return why a resource is not valid FHIR of a version, without showing its values, or nothing."""
    try:
        model = _models(version)(resource_type)
    except (LookupError, ValueError):
        return f"not a resource type of FHIR {version}"
    try:
        model.model_validate(content)
    except Exception as fault:  # noqa: BLE001 (besides ValidationError it raises bare KeyErrors and others)
        return f"not valid FHIR {version}: {_shown(fault)}"
    return ""


def _shown(fault: Exception) -> str:
    errors = getattr(fault, "errors", None)
    if errors is None:
        return type(fault).__name__
    told = errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, one['loc']))} ({one['type']})" for one in told[:3])

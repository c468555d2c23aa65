"""The plugin `templates`: forms out, answers in, and the form as the record fills it in."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ccr_rules.errors import UsageError
from ccr_rules.hosting import Context, Document, Form, hookimpl

if TYPE_CHECKING:
    from ccr_rules import Evaluation, Library, PatientRecord
    from ccr_rules.language.ruleset import Ruleset
    from ccr_templates.library import Forms

KEY: Final = "questionnaireResponses"
TEMPLATE, BEFOREHAND, PAGE, PREFILL = (
    "review-template",
    "pre-review-questionnaire",
    "review-template-html",
    "review-prefill",
)
FORMS: Final = (
    Form(TEMPLATE, "ruleset", "The review template as a FHIR R4 Questionnaire, a tab for each review"),
    Form(BEFOREHAND, "ruleset", "What a person can fill in before a review, as FHIR R4 Questionnaires"),
    Form(PAGE, "ruleset", "The review template as a page to fill in and print"),
    Form(
        PREFILL,
        "evaluations",
        "The review template as far as one record fills it in, as a QuestionnaireResponse",
    ),
)


class Templates:
    """The plugin. One object serves many threads: what it keeps is made once and not changed."""

    ccr_kinds = (
        "CarePlan",
        "Condition",
        "DocumentReference",
        "Encounter",
        "Observation",
        "Procedure",
        "ServiceRequest",
    )
    """If it fails, what it would have added is missing: reviews, plans, referrals.

    Its entries are Procedures; but a host profile may keep activities elsewhere and not wait for Procedures.
    So these are all kinds in which the lists that a form records under can stand. Medicines, flags and the
    Patient are not among them: no answer is ever about these.
    """

    def __init__(self) -> None:
        self._canonical = ""
        self._known: Forms | None = None

    @hookimpl
    def ccr_configure(self, settings: Mapping[str, Any], folder: Path) -> None:
        """Take `canonical`, where the forms say that they belong."""
        from ccr_rules.exports.canonical import CANONICAL, checked  # noqa: PLC0415 - starts quickly

        unknown = sorted(set(settings) - {"canonical"})
        if unknown:
            raise UsageError(f"there is no setting {unknown[0]}; there is canonical")
        given = settings.get("canonical", CANONICAL)
        if not isinstance(given, str):
            raise UsageError(f"canonical is a URL such as {CANONICAL}, and not {type(given).__name__}")
        self._canonical = checked(given)

    @hookimpl
    def ccr_forms(self) -> Sequence[Form]:
        """Name the forms."""
        return FORMS

    @hookimpl
    def ccr_enrich_record(self, record: "PatientRecord", context: Context) -> "PatientRecord | None":
        """Add what the responses say that the host hands over."""
        given = context.host.get(KEY)
        if given is None or given == []:
            return None
        from ccr_templates.enriching import enriched  # noqa: PLC0415 - only where there are responses
        from ccr_templates.responses import read_responses  # noqa: PLC0415

        find = self._forms(context.library).find
        return enriched(record, read_responses(given, record.reference, find, self._canonical))

    @hookimpl
    def ccr_export(
        self, ruleset: "Ruleset", library: "Library", form: str, options: Mapping[str, Any]
    ) -> Sequence[Document] | None:
        """Write a form of a ruleset; nothing if its reviews say nothing of their content."""
        from ccr_templates.writing import written  # noqa: PLC0415 - only where it is asked for

        return written(ruleset, library, form, options, self._canonical)

    @hookimpl
    def ccr_render(
        self, evaluations: "Sequence[Evaluation]", form: str, options: Mapping[str, Any]
    ) -> Document | None:
        """Write the template as one record fills it in."""
        from ccr_templates.prefill import prefilled  # noqa: PLC0415 - only where it is asked for

        return prefilled(evaluations, options, self._canonical)

    def _forms(self, library: "Library | None") -> "Forms":
        """Return the forms of the library that the engine uses; they are kept while it uses that one."""
        from ccr_rules.library.library import Library  # noqa: PLC0415 - only where there are responses
        from ccr_templates.library import Forms  # noqa: PLC0415

        known = self._known
        if known is None or (library is not None and known.library is not library):
            known = self._known = Forms(library or Library.shipped(), self._canonical)
        return known


plugin = Templates()
"""The plugin, as its entry point names it."""

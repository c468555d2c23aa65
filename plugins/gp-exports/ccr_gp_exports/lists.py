"""The names of the lists, which a host asks for before any is written."""

from typing import Final

from ccr_rules.hosting import Form

WORKLIST: Final = "worklist-csv"
DUE_REVIEWS: Final = "due-reviews-csv"
PAGE: Final = "worklist-page"
FORMS: Final = (
    Form(WORKLIST, "evaluations", "Whom to call, one line for each patient, as CSV for a spreadsheet"),
    Form(DUE_REVIEWS, "evaluations", "Reviews that are due, one line for each, as CSV for a spreadsheet"),
    Form(PAGE, "evaluations", "Whom to call, one line for each patient, as a page to print"),
)

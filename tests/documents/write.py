"""Write every generated page anew: `make docs`."""

from collections.abc import Callable
from typing import Final

from tests.cli import codelists_page, errors_page, readme
from tests.docs import in_process, questionnaire, tutorial
from tests.documents import cds_hooks_page, conformance_page, fhir_page, plugins_page, ruleset_pages
from tests.stories import readme as stories

WRITERS: Final[tuple[Callable[[], None], ...]] = (
    readme.write,
    errors_page.write,
    codelists_page.write,
    stories.write,
    ruleset_pages.write,
    fhir_page.write,
    cds_hooks_page.write,
    conformance_page.write,
    tutorial.write,
    questionnaire.write,
    in_process.write,
    plugins_page.write,
)


if __name__ == "__main__":  # pragma: no cover
    for write in WRITERS:
        write()

"""Options of forms that plugins give."""

import pytest

from ccr_rules import UsageError
from ccr_rules.hosting import check_options


def test_an_option_that_there_is_is_taken() -> None:
    check_options({"test_day": "2026-03-20"}, ("test_day", "as"))
    check_options({}, ())


@pytest.mark.parametrize(
    ("known", "hint"),
    [
        (("test_day", "as"), "did you mean `test_day`?"),
        (("as", "review"), "one of: as, review"),
        ((), "this form has none"),
    ],
)
def test_one_that_there_is_not_is_refused_with_the_nearest(known: tuple[str, ...], hint: str) -> None:
    with pytest.raises(UsageError) as refusal:
        check_options({"test-day": "2026-03-20"}, known)
    assert refusal.value.message == f"there is no option `test-day`; {hint}"

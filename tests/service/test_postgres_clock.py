"""What was declined, and tokens that were used, hold in PostgreSQL whatever the clock does."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from ccr_rules.service.clock import Clock
from tests.service.hooks import cards, due, overridden, say, view
from tests.service.on_postgres import is_acknowledged
from tests.service.support import DEV, NOW, Here
from tests.service.test_callers import ask, refusal, settings
from tests.service.tokens import bearer, token


class Jumping:
    """A clock that is put wrong, and right again; `by` is how wrong it is."""

    def __init__(self) -> None:
        self.by = timedelta()
        self.clock = Clock(lambda: NOW + self.by)


@pytest.mark.parametrize(
    ("hours", "shown_again"),
    [(11, 0), (13, 0), (24 * 14, 0), (24 * 14 + 11, 0), (24 * 14 + 12, 1), (-12, 0), (-13, 1)],
)
def test_what_was_declined_holds_by_days_whatever_the_clock_does(
    url: str, hours: int, shown_again: int
) -> None:
    """Declined at noon for 14 days. On the day before, it is not yet declined: shown again, never lost."""
    wrong = Jumping()
    with Here(replace(DEV, database_url=url), wrong.clock) as service:
        (card,) = cards(view(service, due()))
        assert is_acknowledged(say(service, overridden(card["uuid"])))
        wrong.by = timedelta(hours=hours)
        assert len(cards(view(service, due()))) == shown_again
        wrong.by = timedelta()
        assert cards(view(service, due())) == []


@pytest.mark.parametrize("hours", [-13, -1, 1, 13])
def test_what_was_declined_while_the_clock_was_wrong_holds_when_it_is_right(url: str, hours: int) -> None:
    wrong = Jumping()
    with Here(replace(DEV, database_url=url), wrong.clock) as service:
        (card,) = cards(view(service, due()))
        wrong.by = timedelta(hours=hours)
        assert is_acknowledged(say(service, overridden(card["uuid"])))
        wrong.by = timedelta()
        assert cards(view(service, due())) == []


@pytest.mark.parametrize("hours", [-23, -1, 1, 23])
def test_a_token_counts_once_whatever_the_clock_does(
    tmp_path: Path, url: str, hours: int, caplog: pytest.LogCaptureFixture
) -> None:
    wrong, sent = Jumping(), bearer(token())
    lasting = settings(tmp_path, database_url=url)
    with Here(lasting, wrong.clock) as service:
        assert ask(service, sent).status_code == 200
    with Here(lasting, wrong.clock) as restarted:
        wrong.by = timedelta(hours=hours)
        assert ask(restarted, sent).status_code == 401
        restarted.run(restarted.service.books.do(lambda store: store.sweep(wrong.clock.now())))
        wrong.by = timedelta()
        assert refusal(restarted, sent, caplog) == "used-before"

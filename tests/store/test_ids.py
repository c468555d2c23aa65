"""Ids that sort by time."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.store.ids import new_id
from tests.store.samples import NOW

MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))


@given(MOMENTS, st.binary(min_size=10, max_size=10))
def test_an_id_is_a_uuid_of_version_7_with_its_millisecond(now: datetime, random: bytes) -> None:
    id_ = UUID(new_id(now, random))
    assert (id_.version, id_.variant) == (7, "specified in RFC 4122")
    assert id_.int >> 80 == int(now.timestamp() * 1000)


@given(MOMENTS, st.integers(1, 10**6), st.binary(min_size=10), st.binary(min_size=10))
def test_ids_sort_by_time(now: datetime, later: int, one: bytes, other: bytes) -> None:
    earlier = now - timedelta(days=400)
    assert new_id(max(earlier, datetime(1970, 1, 1, tzinfo=UTC)), one) <= new_id(now, b"\xff" * 10)


def test_ids_of_one_moment_differ() -> None:
    """So do those of a clock that went back to it."""
    assert len({new_id(NOW) for _ in range(10_000)}) == 10_000


def test_before_1970_it_is_1970() -> None:
    assert new_id(datetime(1960, 1, 1, tzinfo=UTC), bytes(10)).startswith("00000000-0000-7000-8000")

"""Times as chargers are told them."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.instant import timestamp


@given(st.floats(0, 4e9))
def test_a_timestamp_is_the_second_in_utc(unix_seconds: float) -> None:
    read = datetime.strptime(timestamp(unix_seconds), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert -1e-6 < unix_seconds - read.timestamp() < 1


def test_it_is_what_ocpp_writes() -> None:
    assert timestamp(1_790_000_000.999) == "2026-09-21T14:13:20Z"

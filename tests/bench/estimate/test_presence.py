"""How much time a log covers."""

import pytest

from laconic_bench.estimate.presence import Presence, longest_silence_seconds


def presence(*seconds: float) -> Presence:
    found = Presence()
    for second in seconds:
        found.add(second)
    return found


@pytest.mark.parametrize(
    ("heartbeat", "silence"), [(None, 86_400), (30, 900), (300, 900), (600, 1_800)]
)
def test_three_heartbeats_may_be_missing(heartbeat: float | None, silence: float) -> None:
    assert longest_silence_seconds(heartbeat) == silence


def test_silence_counts_up_to_a_limit() -> None:
    found = presence(10, 70, 970, 3_970, 4_000)
    assert found.covered_seconds(900) == 60 + 900 + 30
    assert found.covered_seconds(3_000) == 3_990
    assert found.first_seconds == 10


def test_nothing_and_a_moment_cover_nothing() -> None:
    assert presence().covered_seconds(900) == presence(5).covered_seconds(900) == 0

"""The time that chargers are told (D10)."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.instant import Instant
from laconic_gateway.core.site.clock import FLOOR_STEP_SECONDS, TOLERANCE_SECONDS, Clock
from laconic_gateway.core.site.offline.facts import Facts, KeepFact

GOOD = 1_790_000_000.0


def clock(floor: float = 0.0) -> tuple[Clock, list[KeepFact]]:
    written: list[KeepFact] = []
    found = {"clock/floor": str(round(floor))} if floor else {}
    return Clock(Facts(found, written.append)), written


def test_the_expander_corrects_the_machine() -> None:
    one, _ = clock()
    assert one.unix(Instant(0.0, 5_000.0)) == 5_000.0
    one.told(GOOD, Instant(1.0, 5_001.0))
    assert one.unix(Instant(11.0, 5_011.0)) == GOOD + 10.0
    one.told(GOOD + 20.4, Instant(20.0, GOOD + 20.0))  # the network's delay is no error
    assert one.unix(Instant(30.0, GOOD + 30.0)) == GOOD + 30.0


def test_a_machine_that_lost_its_clock_goes_on_from_the_last_good_time() -> None:
    """Not one charger's clock is pushed back."""
    one, _ = clock(floor=GOOD)
    assert one.unix(Instant(100.0, 12.0)) == GOOD
    assert one.unix(Instant(160.0, 72.0)) == GOOD + 60.0
    one.told(GOOD + 9_000.0, Instant(161.0, 73.0))
    assert one.unix(Instant(162.0, 74.0)) == GOOD + 9_001.0


@given(st.floats(-2_000_000_000, 2_000_000_000))
def test_a_jump_of_the_machine_is_not_passed_on(jump: float) -> None:
    """It may lose its clock, or learn the time after the expander has told it."""
    one, _ = clock()
    one.told(GOOD, Instant(1.0, 5_000.0))
    assert one.unix(Instant(2.0, 5_001.0)) == GOOD + 1.0
    assert abs(one.unix(Instant(3.0, 5_002.0 + jump)) - GOOD - 2.0) <= TOLERANCE_SECONDS + 0.001
    assert abs(one.unix(Instant(9.0, 5_008.0 + jump)) - GOOD - 8.0) <= TOLERANCE_SECONDS + 0.001


def test_an_answer_that_took_long_does_not_set_a_good_clock_wrong() -> None:
    """It may have been lost and repeated: what it says is as old as the question at most."""
    one, _ = clock()
    one.told(GOOD, Instant(45.0, GOOD + 40.0), took_seconds=45.0)
    assert one.unix(Instant(46.0, GOOD + 41.0)) == GOOD + 41.0
    slow, _ = clock()
    slow.told(GOOD, Instant(45.0, 70.0), took_seconds=45.0)
    assert slow.unix(Instant(46.0, 71.0)) == GOOD + 1.0


def test_the_floor_is_written_in_steps_and_only_when_the_time_is_known() -> None:
    one, written = clock()
    one.unix(Instant(0.0, GOOD))
    assert written == []
    for second in range(0, 3 * int(FLOOR_STEP_SECONDS), 60):
        one.told(GOOD + second, Instant(second, GOOD + second))
        one.unix(Instant(second, GOOD + second))
    assert len(written) == 3


@given(
    st.floats(1_000_000_000, 2_000_000_000),
    st.lists(st.tuples(st.floats(0, 1_000), st.floats(0, 2_000_000_000)), max_size=20),
)
def test_before_the_expander_speaks_no_time_is_before_the_floor(
    floor: float, steps: list[tuple[float, float]]
) -> None:
    one, _ = clock(floor)
    monotonic = 0.0
    for seconds, unix in steps:
        monotonic += seconds
        assert one.unix(Instant(monotonic, unix)) >= round(floor) - 0.5

"""The congestion window."""

from math import inf

from laconic_bench.model.tcp.window import FIRST_SEGMENTS, Phase, Window


def busy() -> Window:
    """Return a window that was filled."""
    window = Window()
    window.sent(FIRST_SEGMENTS, 0.0)
    return window


def test_it_begins_with_ten_segments_and_doubles() -> None:
    window = busy()
    window.acknowledge(10, 100, 0.0)
    assert window.segments == 20 and window.threshold == inf


def test_what_is_not_used_does_not_grow() -> None:
    window = Window()
    window.sent(1, 0.0)
    window.acknowledge(1, 100, 0.0)
    assert window.segments == FIRST_SEGMENTS


def test_a_timeout_leaves_one_segment_and_what_arrived_late_gives_all_back() -> None:
    window = busy()
    window.time_out(100, 5.0)
    assert (window.segments, window.phase) == (1, Phase.LOSS)
    window.acknowledge(1, 50, 5.1)
    assert window.phase is Phase.LOSS
    window.acknowledge(1, 100, 4.0)
    assert (window.segments, window.threshold, window.phase) == (10, inf, Phase.OPEN)


def test_a_real_timeout_begins_slowly_up_to_the_threshold() -> None:
    window = busy()
    window.time_out(100, 5.0)
    window.time_out(100, 7.0)
    window.acknowledge(1, 100, 7.0)
    assert (window.segments, window.threshold, window.phase) == (2, 7, Phase.OPEN)


def test_a_loss_that_was_seen_costs_three_tenths() -> None:
    window = busy()
    window.recover(100, 5.0)
    assert (window.segments, window.phase) == (7, Phase.RECOVERY)
    window.acknowledge(3, 50, 5.1)
    assert window.segments == 7
    window.acknowledge(1, 100, 5.5)
    assert window.phase is Phase.OPEN


def test_above_the_threshold_it_grows_by_one_in_a_round_trip() -> None:
    window = busy()
    window.recover(100, 5.0)
    window.acknowledge(1, 100, 5.5)
    window.sent(7, 6.0)
    window.acknowledge(7, 200, 6.0)
    assert window.segments == 8


def test_a_pause_forgets_a_large_window() -> None:
    window = busy()
    window.acknowledge(10, 100, 0.0)
    window.restart(0.5, 1.0)
    assert window.segments == 20
    window.restart(2.0, 1.0)
    assert window.segments == FIRST_SEGMENTS

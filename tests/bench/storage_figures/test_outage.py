"""What was said without a link arrives when it is back, once and in order."""

from laconic_bench.storage_figures.outage import Drain, Outage, measure

HOURS = 1.0
CHARGERS = 10


def test_nothing_of_an_outage_is_lost() -> None:
    found = measure(HOURS, CHARGERS)
    assert found.messages == 60 * HOURS * CHARGERS
    assert (found.lost, found.doubled, found.misplaced, found.unanswered) == (0, 0, 0, 0)
    assert 0 < found.drain.up_bytes < 10 * found.messages
    assert 0 < found.drain.noticed_seconds <= found.drain.seconds


def test_a_card_that_the_csms_never_answers_is_the_slowest() -> None:
    drain = Drain(1.0, 1.0, 1, 1, 1, 1.0)
    found = Outage(1, 1.0, 0, 0, 0, 0, 1, drain, (3.0, 1.0, 2.0), (0.1,), 0)
    assert found.quantile(50) == 2.0
    assert found.quantile(75) == 3.0
    assert found.quantile(95) is None

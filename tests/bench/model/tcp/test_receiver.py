"""When the kernel acknowledges, and what it reports."""

import pytest

from laconic_bench.model.tcp.receiver import Receiver

TIMEOUT = 0.8


def take(receiver: Receiver, start: int, end: int, now: float = 0.0) -> bool:
    """Let a segment arrive that ends a write; tell whether it is acknowledged at once."""
    receiver.take(start, end, True, now, TIMEOUT)
    return receiver.must_acknowledge()


def talking() -> Receiver:
    """Return one that has answered a question at once."""
    receiver = Receiver()
    take(receiver, 1, 101)
    receiver.sent_data(0.01)
    receiver.acknowledge()
    return receiver


def test_at_first_everything_is_acknowledged_at_once() -> None:
    receiver = Receiver()
    assert take(receiver, 1, 101)
    receiver.acknowledge()
    assert not receiver.is_owing


def test_who_answers_soon_waits_for_the_answer() -> None:
    receiver = talking()
    assert not take(receiver, 101, 201, 5.0) and receiver.is_owing
    assert receiver.delay(0.6) == pytest.approx(0.040)


def test_a_delay_in_vain_ends_the_waiting() -> None:
    receiver = talking()
    take(receiver, 101, 201, 5.0)
    receiver.waited_in_vain(TIMEOUT)
    receiver.acknowledge()
    assert take(receiver, 201, 301, 10.0)


def test_an_answer_after_the_delay_is_no_talk() -> None:
    receiver = Receiver()
    take(receiver, 1, 101)
    receiver.acknowledge()
    receiver.sent_data(0.05)
    assert take(receiver, 101, 201, 5.0)


def test_every_second_segment_is_acknowledged_even_in_a_talk() -> None:
    receiver = talking()
    receiver.take(101, 1_549, False, 5.0, TIMEOUT)
    assert not receiver.must_acknowledge()
    receiver.take(1_549, 2_997, False, 5.0, TIMEOUT)
    assert receiver.must_acknowledge()


def test_what_comes_before_its_turn_is_reported_most_recent_first() -> None:
    receiver = talking()
    assert take(receiver, 201, 301) and receiver.blocks() == ((201, 301),)
    take(receiver, 401, 501)
    take(receiver, 601, 701)
    take(receiver, 801, 901)
    assert receiver.blocks() == ((801, 901), (601, 701), (401, 501))
    take(receiver, 301, 401)
    assert receiver.blocks() == ((201, 501), (801, 901), (601, 701))


def test_a_filled_gap_is_acknowledged_at_once() -> None:
    receiver = talking()
    take(receiver, 201, 301)
    receiver.acknowledge()
    assert take(receiver, 101, 201) and receiver.next == 301 and receiver.blocks() == ()


def test_a_duplicate_is_reported_once_and_acknowledged_at_once() -> None:
    receiver = talking()
    take(receiver, 101, 201, 5.0)
    receiver.acknowledge()
    assert take(receiver, 101, 201, 6.0) and receiver.blocks() == ((101, 201),)
    receiver.acknowledge()
    assert receiver.blocks() == () and receiver.next == 201

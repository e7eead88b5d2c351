"""What is under way: SACK, RACK, and pieces that are sent again together."""

from math import inf

import pytest

from laconic_bench.model.tcp.flight import Flight, sent_at
from laconic_bench.model.tcp.stream import Piece


def flight(*sizes: int) -> Flight:
    """Return pieces that were sent a tenth of a second after each other, from 0."""
    made, start = Flight(), 1
    for number, size in enumerate(sizes):
        piece = Piece(start, start + size, (("payload", size),), "message", ())
        piece.sent_at = 0.1 * number
        made.pieces.append(piece)
        start += size
    return made


def test_acknowledged_pieces_are_taken_out_when_they_are_whole() -> None:
    one = flight(100, 100, 100)
    assert len(one.remove(250)) == 2 and len(one) == 1 and one.out == 1


def test_a_block_is_news_once() -> None:
    one = flight(100, 100, 100)
    assert [piece.start for piece in one.sack(((101, 301),))] == [101, 201]
    assert one.sack(((101, 301),)) == [] and (one.sacked, one.out) == (2, 1)


def test_a_piece_is_lost_when_a_later_one_has_arrived_and_the_tolerance_is_over() -> None:
    one = flight(100, 100, 100)
    one.note_arrival(one.sack(((101, 201),)), 0.7, 0.6)
    assert one.detect(0.7, 0.15) == pytest.approx(0.05)
    assert one.first_lost() is None
    assert one.detect(0.76, 0.15) == inf
    lost = one.first_lost()
    assert lost is not None and lost.start == 1
    assert not one.pieces[2].is_lost, "it was sent later than what has arrived"


def test_what_answers_too_soon_was_the_time_before() -> None:
    one = flight(100, 100)
    one.pieces[1].is_repeated, one.pieces[1].sent_at = True, 5.0
    one.note_arrival(one.sack(((101, 201),)), 5.1, 0.6)
    assert one.detect(50.0, 0.0) == inf and one.first_lost() is None


def test_pieces_that_fit_are_sent_again_as_one() -> None:
    one = flight(1_000, 400, 100, 100)
    one.join(one.pieces[0])
    assert [(piece.start, piece.end) for piece in one.pieces] == [
        *((1, 1_401), (1_401, 1_501), (1_501, 1_601)),
    ]


def test_what_has_arrived_is_not_sent_again_with_the_others() -> None:
    one = flight(100, 100, 100)
    one.sack(((101, 201),))
    one.lose_all()
    one.join(one.pieces[0])
    assert [piece.is_lost for piece in one.pieces] == [True, False, True]


def test_only_what_was_sent_once_is_measured_without_time_stamps() -> None:
    first, second = flight(100, 100).pieces
    assert sent_at([first, second], [first, second], 9.0) == 0.0
    first.is_repeated = True
    assert sent_at([first, second], [first, second], 9.0) == 9.0  # the echo is certain
    assert sent_at([], [first, second], 9.0) == 0.1
    second.is_repeated = True
    assert sent_at([], [first, second], 9.0) is None

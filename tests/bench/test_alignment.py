"""Alignment of what was sent with what arrived: nothing is forgotten, each defect is named."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.alignment import Alignment, align

Item = tuple[str, int]
"""Kin and content; equal items are the same message."""

ITEMS = st.tuples(st.sampled_from("abc"), st.integers(0, 4))
SEQUENCES = st.lists(ITEMS, max_size=25)
DISTINCT = st.lists(ITEMS, min_size=1, unique=True)


def _align(sent: list[Item], heard: list[Item]) -> Alignment[Item]:
    return align(sent, heard, key=lambda item: item, kin=lambda item: item[0])


def _defects(found: Alignment[Item]) -> tuple[int, ...]:
    return found.reordered, found.changed, found.lost, found.duplicated, found.invented


@given(SEQUENCES)
def test_what_arrives_as_it_was_sent_has_no_defect(sent: list[Item]) -> None:
    found = _align(sent, list(sent))
    assert found.pairs == [(item, item) for item in sent]
    assert _defects(found) == (0, 0, 0, 0, 0)


@given(SEQUENCES, SEQUENCES)
def test_every_item_of_both_sides_is_accounted_for_once(
    sent: list[Item], heard: list[Item]
) -> None:
    found = _align(sent, heard)
    assert len(found.pairs) + found.changed + found.lost == len(sent)
    assert len(found.pairs) + found.changed + found.duplicated + found.invented == len(heard)


@given(SEQUENCES, SEQUENCES)
def test_as_many_items_are_paired_as_can_be(sent: list[Item], heard: list[Item]) -> None:
    found = _align(sent, heard)
    assert all(here == there for here, there in found.pairs)
    common = Counter(sent) & Counter(heard)
    assert Counter(here for here, _ in found.pairs) == common
    assert found.reordered <= len(found.pairs)


@given(SEQUENCES, st.randoms(use_true_random=False))
def test_another_order_is_only_another_order(sent: list[Item], rng: Random) -> None:
    heard = list(sent)
    rng.shuffle(heard)
    found = _align(sent, heard)
    assert _defects(found)[1:] == (0, 0, 0, 0)
    assert (found.reordered == 0) == (heard == sent)


@given(DISTINCT, st.data())
def test_a_lost_item_is_lost(sent: list[Item], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(sent) - 1))
    assert _defects(_align(sent, sent[:place] + sent[place + 1 :])) == (0, 0, 1, 0, 0)


@given(DISTINCT, st.data())
def test_a_second_copy_is_a_duplicate_wherever_it_arrives(
    sent: list[Item], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(sent) - 1))
    again = data.draw(st.integers(place + 1, len(sent)))
    heard = [*sent[:again], sent[place], *sent[again:]]
    assert _defects(_align(sent, heard)) == (0, 0, 0, 1, 0)


@given(DISTINCT, st.data())
def test_another_content_of_the_same_kin_is_a_change(sent: list[Item], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(sent) - 1))
    heard = [*sent[:place], (sent[place][0], 99), *sent[place + 1 :]]
    assert _defects(_align(sent, heard)) == (0, 1, 0, 0, 0)


@given(SEQUENCES, st.data())
def test_what_nobody_sent_is_invented(sent: list[Item], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(sent)))
    heard = [*sent[:place], ("x", 0), *sent[place:]]
    assert _defects(_align(sent, heard)) == (0, 0, 0, 0, 1)


@given(DISTINCT, st.data())
def test_one_item_that_moves_is_one_that_moves(sent: list[Item], data: st.DataObject) -> None:
    here, there = (data.draw(st.integers(0, len(sent) - 1)) for _ in range(2))
    heard = list(sent)
    heard.insert(there, heard.pop(here))
    assert _defects(_align(sent, heard)) == (int(here != there), 0, 0, 0, 0)

"""Bodies come back entry for entry; what is over a limit is refused."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_codec.adaptive import prior, snapshot
from laconic_codec.adaptive.body import Body, code_body, grouped
from laconic_codec.adaptive.coder import TooLong
from laconic_codec.adaptive.entries import VOID, Entry, of_item
from laconic_codec.adaptive.state import CHANNELS_MAX, Channel, State
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.items import Item
from laconic_codec.limits import FRAME_MAX_ITEMS
from laconic_codec.registry import CORE
from tests.support.colliding import COLLIDING_TEXTS
from tests.support.stream_items import stream_items

CURSORS = st.integers(0, 300) | st.integers(0, 2**62 - 300)
EMPTY = Body(0, 0, 0, ())


def _state() -> State:
    return State(CORE, prior.load())


def _write(state: State, body: Body) -> bytes:
    found, coder = code_body(state, body, None)
    assert found == body
    return coder.finish()


def _read(state: State, data: bytes) -> Body:
    body, coder = code_body(state, EMPTY, data)
    coder.check_end()
    return body


def _body(*entries: Entry) -> Body:
    return Body(0, 0, 0, entries)


def _calls(action: str, *texts: str) -> list[Entry]:
    return [Entry(0, 2, action, text) for text in texts]


@given(
    st.lists(st.tuples(CURSORS, CURSORS, CURSORS, st.lists(stream_items(), max_size=5)), max_size=4)
)
@settings(max_examples=60)
def test_bodies_come_back(drawn: list[tuple[int, int, int, list[Item]]]) -> None:
    """What is read is what was written; what cannot be written is refused before."""
    written, read = _state(), _state()
    for first, acknowledged, backlog, items in drawn:
        entries = [of_item(item) for item in items]
        ordered = tuple(entries[place] for place in grouped(tuple(entries)))
        after = written.copy()
        try:
            data = _write(after, Body(first, acknowledged, backlog, ordered))
        except (FrameError, ValueError, TooLong):
            continue  # too much for a body: another coding takes it
        written = after
        assert _read(read, data) == Body(first, acknowledged, backlog, ordered)
        assert snapshot.digest(written) == snapshot.digest(read)


@given(st.lists(st.integers(0, 5), max_size=20))
def test_entries_are_grouped_by_channel_in_their_order(channels: list[int]) -> None:
    entries = tuple(Entry(channel, 7, text=str(n)) for n, channel in enumerate(channels))
    order = grouped(entries)
    assert sorted(order) == list(range(len(entries)))
    assert [(entries[place].channel, place) for place in order] == sorted(
        (channel, place) for place, channel in enumerate(channels)
    )


@given(st.binary(min_size=1, max_size=300))
@settings(max_examples=100)
def test_any_bytes_are_a_body_or_refused(data: bytes) -> None:
    try:
        body = _read(_state(), data)
    except FrameError:
        return
    assert _read(_state(), _write(_state(), body)) == body


def test_a_body_without_entries_moves_the_cursors() -> None:
    state, other = _state(), _state()
    for body in (Body(5, 7, 1, ()), Body(5, 7, 1, ()), Body(2**62 - 1, 0, 0, ()), EMPTY):
        assert _read(other, _write(state, body)) == body


@pytest.mark.parametrize("cursor", [-1, 2**62, 2**63 - 1])
def test_a_cursor_out_of_range_is_not_written(cursor: int) -> None:
    for body in (Body(cursor, 0, 0, ()), Body(0, cursor, 0, ()), Body(0, 0, cursor, ())):
        with pytest.raises(FrameError):
            _write(_state(), body)


def test_a_body_has_no_more_entries_than_a_frame() -> None:
    full = _body(*[Entry(0, VOID)] * FRAME_MAX_ITEMS)
    assert _read(_state(), _write(_state(), full)) == full
    with pytest.raises(FrameError) as caught:
        _write(_state(), _body(*full.entries, Entry(0, VOID)))
    assert caught.value.fault is FrameFault.OVER_LIMIT


def test_there_are_no_more_channels_than_the_limit() -> None:
    last = _body(Entry(CHANNELS_MAX - 1, 7, text="1"))
    assert _read(_state(), _write(_state(), last)) == last
    with pytest.raises(FrameError) as caught:
        _write(_state(), _body(Entry(CHANNELS_MAX, 7, text="1")))
    assert caught.value.fault is FrameFault.OVER_LIMIT


@pytest.mark.parametrize(("one", "other"), COLLIDING_TEXTS)
def test_names_with_one_hash_never_stand_for_each_other(one: str, other: str) -> None:
    """Two actions, two keys, two constants: what cannot be told apart is not written."""
    for first, second in (
        (_calls(one, "{}"), _calls(other, "{}")),
        (_calls("A", f'{{"{one}":1}}'), _calls("A", f'{{"{other}":1}}')),
        (_calls("A", f'{{"unit":"{one}"}}'), _calls("A", f'{{"unit":"{other}"}}')),
    ):
        state = _state()
        _write(state, _body(*first))
        with pytest.raises(ValueError, match=r".") as caught:
            _write(state, _body(*second))
        assert not isinstance(caught.value, UnicodeError)


@pytest.mark.parametrize(
    "entry",
    [
        Entry(0, 2, "", "{}"),
        Entry(0, 3, "Action", "{}"),
        Entry(0, 3, reference=10**15),
        Entry(0, 2, "A", '"\udc80"'),
        Entry(0, 2, "A", "x" * 5_000),
    ],
    ids=["no action", "an action", "a reference", "no UTF-8", "letters"],
)
def test_what_has_no_place_in_a_body_is_not_written(entry: Entry) -> None:
    with pytest.raises((FrameError, ValueError)):
        _write(_state(), _body(entry))


def test_a_heartbeat_as_before_costs_two_bits_at_most() -> None:
    state = State(CORE, prior.load())
    heartbeat = Entry(0, 1, "Heartbeat", "{}")
    for number in range(20):
        _write(state, Body(number, 0, 0, (heartbeat,)))
    one = len(_write(state.copy(), Body(20, 0, 0, (heartbeat,))))
    many = len(_write(state.copy(), Body(20, 0, 0, (heartbeat,) * 101)))
    assert (many - one) * 8 <= 2 * 100


def test_message_ids_that_count_and_references_that_follow_cost_little() -> None:
    draws = random.Random(1)
    start = draws.randrange(10**6)
    counted = [Entry(0, 2, "Heartbeat", "{}", str(start + number)) for number in range(40)]
    plain = [Entry(0, 2, "Heartbeat", "{}") for _ in counted]
    extra = len(_write(_state(), _body(*counted))) - len(_write(_state(), _body(*plain)))
    assert extra <= 24
    answers = [Entry(0, 3, text="{}", reference=number) for number in range(100, 140)]
    assert len(_write(_state(), _body(*answers))) <= 24


def test_channels_that_exist_but_say_nothing_cost_little() -> None:
    state = _state()
    state.channels += [Channel() for _ in range(12)]
    for number in range(30):
        _write(state, Body(number, 0, 0, (Entry(3, 1, "Heartbeat", "{}"),)))
    assert len(_write(state, Body(30, 0, 0, (Entry(3, 1, "Heartbeat", "{}"),)))) <= 2

"""The sizes of a state grow with what it has learned, and the registry is not counted."""

from laconic_bench.codec_stats.sender import Sender
from laconic_bench.codec_stats.settings import CodingChoice
from laconic_bench.codec_stats.state_size import buffer_bytes, object_bytes
from laconic_codec.adaptive.state import State
from laconic_codec.frame import Direction, Header
from laconic_codec.items import MessageItem
from laconic_codec.messages import Call
from laconic_codec.registry import CORE


def learned(count: int) -> State:
    sender = Sender(Direction.UP, CodingChoice.ADAPTIVE)
    for number in range(count):
        call = Call("", "DataTransfer", f'{{"key{number}":"a text of its own, {number}"}}')
        sender.send(Header(1, number, 0), [MessageItem(0, call)])
    assert sender.state is not None
    return sender.state


def test_what_is_learned_takes_memory() -> None:
    little, more = learned(1), learned(20)
    for size in (buffer_bytes, object_bytes):
        assert size(little) < size(more) < size(little) + 100_000


def test_flat_buffers_are_the_smaller_part() -> None:
    state = learned(20)
    assert 100_000 < buffer_bytes(state) < object_bytes(state)


def test_a_fresh_state_has_little_besides_its_buffers() -> None:
    """So the registry, of which the tables alone are far larger, is not counted."""
    state = State(CORE)
    assert object_bytes(state) - buffer_bytes(state) < 60_000

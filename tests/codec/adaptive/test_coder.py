"""The range coder gives back what was written, and reads nothing but what it would write."""

import random
from dataclasses import dataclass

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from laconic_codec.adaptive.coder import WORK_FREE, WORK_PER_BYTE, Coder, TooLong
from laconic_codec.adaptive.memory import CELLS, Memory
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.limits import FRAME_MAX_BYTES

WORDS = st.integers(0, 2**32 - 1)
CONTEXTS = st.tuples(WORDS, WORDS, WORDS)


@dataclass(frozen=True, slots=True)
class Operation:
    """A call of one of the coder's methods; `value` is what is written."""

    name: str
    contexts: tuple[int, int, int]
    mixer: int
    value: int
    bits: int = 0

    def apply(self, coder: Coder, value: int) -> int:
        """Call the method."""
        match self.name:
            case "bit":
                first, second, third = (context % CELLS for context in self.contexts)
                return coder.bit(first, second, third, self.mixer, value)
            case "flag":
                return int(coder.flag(self.contexts, self.mixer, value == 1))
            case "tree":
                return coder.tree(self.contexts, self.mixer, self.bits, value)
            case "unsigned":
                return coder.unsigned(self.contexts, self.mixer, value)
            case "signed":
                return coder.signed(self.contexts, self.mixer, value)
            case "letter":
                return coder.letter((*self.contexts, self.bits), 0, value)
            case _:
                return coder.raw(self.bits, value)


@st.composite
def _operations(draw: st.DrawFn) -> Operation:
    name = draw(st.sampled_from(["bit", "flag", "tree", "unsigned", "signed", "letter", "raw"]))
    bits = draw(st.integers(1, 70 if name == "raw" else 12))
    top = {"bit": 1, "flag": 1, "letter": 255}.get(name, (1 << bits) - 1)
    value = draw(st.integers(0, top) | st.sampled_from([0, top]))
    if name in ("unsigned", "signed"):
        value = draw(st.integers(0, 2**62 - 2) | st.integers(0, 100))
    if name == "signed":
        value = draw(st.sampled_from([value, -value]))
    # Few contexts, so that what was learned is used.
    contexts = draw(st.sampled_from([(0, 0, 0), (1 << 31, 5 << 20, 9 << 25)]) | CONTEXTS)
    return Operation(name, contexts, draw(st.integers(0, 60)), value, bits)


def _write(operations: list[Operation], memory: Memory, values: list[int] | None = None) -> bytes:
    coder = Coder(memory)
    for place, operation in enumerate(operations):
        value = operation.value if values is None else values[place]
        assert operation.apply(coder, value) == value
    return coder.finish()


def _read(operations: list[Operation], memory: Memory, data: bytes) -> list[int]:
    coder = Coder(memory, data)
    values = [operation.apply(coder, 0) for operation in operations]
    coder.check_end()
    return values


def _values(operations: list[Operation]) -> list[int]:
    return [operation.value for operation in operations]


@given(st.lists(_operations(), max_size=60))
def test_what_is_written_is_read(operations: list[Operation]) -> None:
    written, read = Memory(), Memory()
    data = _write(operations, written)
    assert _read(operations, read, data) == _values(operations)
    for table in Memory.__slots__:
        assert getattr(written, table) == getattr(read, table)


@given(st.lists(_operations(), max_size=20), st.binary(max_size=40))
def test_only_what_would_be_written_is_read(operations: list[Operation], data: bytes) -> None:
    """So each sequence of values has one spelling, and no byte can be added, cut or changed."""
    try:
        values = _read(operations, Memory(), data)
    except FrameError as error:
        assert error.fault is FrameFault.MALFORMED
        return
    assert _write(operations, Memory(), values) == data


@given(st.lists(_operations(), max_size=30), st.integers(0, 255), st.integers(0, 99))
@settings(max_examples=300)
def test_another_ending_never_stands_for_the_same(
    operations: list[Operation], byte: int, place: int
) -> None:
    data = _write(operations, Memory())
    at = place % (len(data) + 1)
    for other in (data[:at], data + bytes([byte]), data[:at] + bytes([byte]) + data[at + 1 :]):
        assume(other != data)
        try:
            assert _read(operations, Memory(), other) != _values(operations)
        except FrameError as error:
            assert error.fault is FrameFault.MALFORMED


def test_nothing_is_written_as_nothing() -> None:
    assert _write([], Memory()) == b""
    assert _read([], Memory(), b"") == []


@pytest.mark.parametrize("seed", range(20))
def test_carries_run_through_the_bytes_before(seed: int) -> None:
    """Raw ones fill the range to its upper end; a bit that follows then carries."""
    draws = random.Random(seed)
    operations = [
        Operation("raw", (0, 0, 0), 0, 2**bits - draws.choice((1, 1, 1, 2)), bits)
        if draws.random() < 0.7
        else Operation("flag", (0, 0, 0), draws.randrange(4), draws.randrange(2))
        for bits in draws.choices((1, 7, 16, 33), k=150)
    ]
    assert _read(operations, Memory(), _write(operations, Memory())) == _values(operations)


def test_what_always_comes_costs_next_to_nothing() -> None:
    again = [Operation("flag", (1, 2, 3), 0, 1)] * 4_000
    assert len(_write(again, Memory())) <= 6


def test_a_byte_of_noise_costs_a_byte() -> None:
    draws = random.Random(1)
    noise = [Operation("raw", (0, 0, 0), 0, draws.getrandbits(16), 16) for _ in range(400)]
    assert len(_write(noise, Memory())) <= 801
    letters = [Operation("letter", (0, 0, 0), 0, draws.getrandbits(8)) for _ in range(400)]
    assert len(_write(letters, Memory())) < 500


# --- limits ----------------------------------------------------------------------------------


def test_a_number_has_62_bits_at_most() -> None:
    longest = Operation("unsigned", (0, 0, 0), 0, 2**62 - 2)
    assert _read([longest], Memory(), _write([longest], Memory())) == [2**62 - 2]
    with pytest.raises(FrameError) as caught:
        _write([Operation("unsigned", (0, 0, 0), 0, 2**62 - 1)], Memory())
    assert caught.value.fault is FrameFault.MALFORMED


def test_more_than_a_frame_holds_is_not_written() -> None:
    draws = random.Random(1)
    noise = [Operation("raw", (0, 0, 0), 0, draws.getrandbits(16), 16) for _ in range(800)]
    with pytest.raises(TooLong):
        _write(noise, Memory())


def test_more_decisions_than_the_bytes_allow_are_neither_written_nor_read() -> None:
    flag = Operation("flag", (1, 2, 3), 0, 1)
    few = [flag] * WORK_FREE
    assert _read(few, Memory(), _write(few, Memory())) == _values(few)
    many = [flag] * (WORK_FREE + 40 * WORK_PER_BYTE)
    with pytest.raises(TooLong):
        _write(many, Memory())
    with pytest.raises(FrameError) as caught:
        _read(many, Memory(), b"\xff\xff")
    assert caught.value.fault is FrameFault.OVER_LIMIT


@given(st.binary(max_size=FRAME_MAX_BYTES))
@settings(max_examples=20)
def test_reading_ends_after_a_bounded_number_of_decisions(data: bytes) -> None:
    coder = Coder(Memory(), data)
    with pytest.raises(FrameError):
        while True:
            coder.flag((1, 2, 3), 0, False)
    assert coder.work == WORK_FREE + WORK_PER_BYTE * len(data) + 1

"""Texts letter by letter: any text comes back; what was said before is cheap."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.adaptive import letters
from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.letters import LITERAL_MAX_BYTES, RING_BYTES, Ring
from laconic_codec.adaptive.memory import Memory
from laconic_codec.errors import FrameError
from tests.support.strategies import hexadecimal_texts, texts

CLASSES = st.integers(0, 3) | st.integers(0, 2**32 - 1)


def _write(given_texts: list[tuple[int, str]], ring: Ring) -> bytes:
    coder = Coder(Memory())
    for class_, text in given_texts:
        assert letters.code(coder, ring, class_, text) == text
    return coder.finish()


def _size(*given_texts: str) -> int:
    return len(_write([(1, text) for text in given_texts], Ring()))


@given(st.lists(st.tuples(CLASSES, texts(40) | hexadecimal_texts()), max_size=8))
def test_any_texts_come_back(given_texts: list[tuple[int, str]]) -> None:
    written, read = Ring(), Ring()
    data = _write(given_texts, written)
    coder = Coder(Memory(), data)
    assert [letters.code(coder, read, class_, "") for class_, _ in given_texts] == [
        text for _, text in given_texts
    ]
    coder.check_end()
    for name in Ring.__slots__:
        assert getattr(written, name) == getattr(read, name)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_text_or_refused(data: bytes) -> None:
    try:
        text = letters.code(Coder(Memory(), data), Ring(), 1, "")
    except FrameError:
        return
    assert len(text.encode()) <= LITERAL_MAX_BYTES


def test_letters_that_came_before_are_cheap() -> None:
    text = "/home/ocpp/firmware-1.22.bin"
    assert _size(text) > 15
    assert _size(text, text) - _size(text) <= 4


def test_hexadecimal_digits_and_uuids_cost_half_a_byte_a_digit() -> None:
    random = uuid.UUID(int=0x0123_4567_89AB_4DEF_8123_4567_89AB_CDEF)
    assert str(random)[14] == "4"
    assert _size(str(random)) <= 17
    assert _size(random.hex) <= 19
    assert _size(random.hex.upper()) <= 19


@pytest.mark.parametrize("text", ["é" * 2_048, "x" * 4_096, "0a" * 900, "\0" * 100])
def test_the_longest_texts_come_back(text: str) -> None:
    data = _write([(1, text)], Ring())
    assert letters.code(Coder(Memory(), data), Ring(), 1, "") == text


@pytest.mark.parametrize("text", ["é" * 2_048 + "x", "x" * 4_097, "0a" * 2_049, "\udc80"])
def test_longer_texts_and_those_without_utf_8_are_not_written(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        letters.code(Coder(Memory()), Ring(), 1, text)


def test_the_ring_holds_the_last_letters() -> None:
    ring = Ring()
    for number in range(RING_BYTES + 3):
        ring.append(number & 0xFF, (number % 2_048 << 21,))
    assert ring.next == 3
    assert list(ring.letters[:4]) == [0, 1, 2, 3]
    assert ring.place(7 << 21) == 2_048 + 8  # of number 2,048 + 7, at the place of that number


def test_a_copy_goes_its_own_way() -> None:
    ring = Ring()
    copy = ring.copy()
    copy.append(65, (0,))
    assert (ring.letters[0], ring.next, ring.place(0)) == (0, 0, 0)
    assert (copy.letters[0], copy.next, copy.place(0)) == (65, 1, 1)

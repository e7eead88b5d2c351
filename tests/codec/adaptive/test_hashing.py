"""Hashes: known values, 32 bits, and no two numbers with one hash after the same start."""

from zlib import crc32

from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.adaptive import hashing

WORDS = st.integers(0, hashing.MASK_32)


def test_the_hash_of_a_text_is_the_crc_32_of_its_utf_8() -> None:
    assert hashing.of_text("123456789") == 0xCBF4_3926  # the check value of CRC-32
    assert hashing.of_text("") == 0
    assert hashing.of_text("é") == crc32(b"\xc3\xa9")


def test_the_bits_of_a_step() -> None:
    assert [hashing.step(start, number) for start, number in ((0, 0), (0, 1), (1, 0), (1, 1))] == [
        *(0x7E03_3C7D, 0xF512_4290, 0xE7E8_5E99, 0x4309_586A),
    ]


@given(WORDS, WORDS)
def test_a_step_has_32_bits(start: int, number: int) -> None:
    assert 0 <= hashing.step(start, number) <= hashing.MASK_32


@given(WORDS, WORDS, WORDS)
def test_different_numbers_make_different_steps(start: int, one: int, other: int) -> None:
    assert (hashing.step(start, one) == hashing.step(start, other)) == (one == other)


@given(WORDS, st.integers(0, 2**40))
def test_only_the_low_32_bits_of_a_number_count(start: int, number: int) -> None:
    assert hashing.step(start, number) == hashing.step(start, number & hashing.MASK_32)

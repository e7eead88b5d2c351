"""The mark that tells when a frame was made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import frame, issue, signs
from laconic_codec.errors import FrameError
from laconic_codec.frame import Direction
from laconic_codec.issue import MODULUS_SECONDS

FRAME = bytes.fromhex("85010500000081")


@pytest.mark.parametrize(
    ("seconds", "encoded"),
    [
        (0, "780000"),
        (61, "78003d"),
        (65_536, "790000"),
        (MODULUS_SECONDS - 1, "7fffff"),
        (MODULUS_SECONDS, "780000"),
    ],
)
def test_a_mark_takes_three_bytes(seconds: int, encoded: str) -> None:
    assert issue.mark(seconds, FRAME).hex() == encoded + FRAME.hex()
    assert issue.split(issue.mark(seconds, FRAME)) == (seconds % MODULUS_SECONDS, FRAME)


@given(st.binary(max_size=8))
def test_what_has_no_mark_comes_back_as_it_is(payload: bytes) -> None:
    seconds, rest = issue.split(payload)
    if seconds is None:
        assert rest == payload
    else:
        assert issue.mark(seconds, rest) == payload


@given(st.integers(0, MODULUS_SECONDS - 1), st.binary(min_size=1, max_size=20))
def test_nothing_with_a_mark_is_a_frame_or_a_sign(seconds: int, content: bytes) -> None:
    payload = issue.mark(seconds, content)
    assert signs.decode(payload) is None
    for direction in Direction:
        with pytest.raises(FrameError):
            frame.decode(payload, direction)


@pytest.mark.parametrize("payload", ["", "78", "7800", "780000"])
def test_a_mark_without_a_frame_is_none(payload: str) -> None:
    assert issue.split(bytes.fromhex(payload)) == (None, bytes.fromhex(payload))

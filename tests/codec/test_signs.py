"""Signs: what travels between the ends besides frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import frame, signs
from laconic_codec.errors import FrameError
from laconic_codec.frame import Direction
from laconic_codec.signs import Notice, Probe, Reach


@pytest.mark.parametrize(
    ("sign", "encoded"),
    [
        (Probe(0), "5000"),
        (Probe(33), "5021"),
        (Probe(1800), "5708"),
        (Reach(True, 420), "6101a4"),
        (Reach(False, 65_535), "60ffff"),
        (Notice.LATE_DOWNLINK, "70"),
        (Notice.MOVED, "71"),
    ],
)
def test_a_sign_is_a_few_bytes(sign: Probe | Reach | Notice, encoded: str) -> None:
    assert signs.encode(sign).hex() == encoded
    assert signs.decode(bytes.fromhex(encoded)) == sign


@given(st.binary(max_size=4))
def test_whatever_is_a_sign_has_one_spelling_and_is_no_frame(payload: bytes) -> None:
    sign = signs.decode(payload)
    if sign is None:
        return
    assert signs.encode(sign) == payload
    for direction in Direction:
        with pytest.raises(FrameError):
            frame.decode(payload, direction)


@pytest.mark.parametrize("sign", [Probe(1801), Probe(-1), Reach(True, 65_536), Reach(True, -1)])
def test_a_time_that_does_not_fit_is_refused(sign: Probe | Reach) -> None:
    with pytest.raises(ValueError, match="seconds"):
        signs.encode(sign)


@pytest.mark.parametrize("encoded", ["", "57ff", "5000ff", "6101", "72", "80", "62aaaa"])
def test_anything_else_is_no_sign(encoded: str) -> None:
    assert signs.decode(bytes.fromhex(encoded)) is None


def test_only_a_probe_wants_its_answer_later() -> None:
    assert signs.delay_of(signs.encode(Probe(120))) == 120.0
    assert signs.delay_of(b"") is None
    assert signs.delay_of(signs.encode(Reach(True, 120))) is None

"""What is no frame of messages is not taken for one."""

import pytest

from laconic_bench.codec_stats.receiver import Receiver
from laconic_codec.errors import FrameError
from laconic_codec.frame import Direction, Open, encode_open
from laconic_codec.registry import FINGERPRINT


def test_an_open_frame_carries_no_messages() -> None:
    receiver = Receiver(Direction.UP)
    with pytest.raises(ValueError, match="Open"):
        receiver.receive((encode_open(Open(1, 0, FINGERPRINT))[0],))


def test_a_broken_frame_is_refused() -> None:
    with pytest.raises(FrameError):
        Receiver(Direction.UP).receive((b"\x00\x01",))

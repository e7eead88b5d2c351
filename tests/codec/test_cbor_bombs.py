"""Frames of plain or compressed CBOR that are small and ask for much: they stay within bounds.

`pytest -s tests/codec/test_cbor_bombs.py` prints what each frame takes.
"""

from typing import Final

import cbor2
import pytest

from laconic_codec import zstd_coding
from laconic_codec.errors import FrameFault
from laconic_codec.frame import Batch
from laconic_codec.limits import CBOR_VALUES_MAX, FRAME_CONTENT_MAX_BYTES
from tests.support.bomb_costs import calls, taken

CALLS_FREE: Final = 100
CALLS_PER_BYTE: Final = 25
"""Calls that a byte of CBOR may take, of a frame or of what was compressed."""

_ACTION: Final = 0
_HEAD: Final = (1, 1, 0, 0)
_EMPTY: Final[list[int]] = []


def _message(payload: object) -> bytes:
    return cbor2.dumps([*_HEAD, [2, _ACTION, payload]])


def _nested(depth: int) -> object:
    return {4: _nested(depth - 1)} if depth else 0


_PLAIN: Final = {
    "deep arrays": b"\x85\x01\x01\x00\x00\x83\x02\x00\x82\x00" + b"\x81" * 1_000,
    "array of 2^63": bytes.fromhex("85 01 01 00 00 9b7fffffffffffffff"),
    "text of 2^28": bytes.fromhex("85 01 01 00 00 83 02 00 7a0fffffff"),
    "number of 2^31 digits": bytes.fromhex("85 01 01 00 00 83 02 00 a100 4831ffffffffffff7f"),
    "240 heartbeats": cbor2.dumps([*_HEAD, *([[15, 1]] * 240)]),
    "many registered keys": _message([0, [{key: 0} for key in range(250)]]),
}
_COMPRESSED: Final = {
    "64 KB of zeros": bytes(65_536),
    "30 MB of zeros": bytes(30_000_000),
    "arrays in arrays": b"\x81" * 65_536,
    "240 texts of 250": cbor2.dumps([*_HEAD, *([[2, _ACTION, "x" * 250]] * 240)]),
}
_VALUES: Final = {
    "65,000 empty arrays": _message([0, [_EMPTY] * 65_000]),
    "65,000 empty texts": _message([0, [""] * 65_000]),
    "13,000 arrays in arrays": _message([0, [[[[_EMPTY]]]] * 13_000]),
    "13,000 keys that are long in JSON": _message([0, [{467: 0}] * 13_000]),
    "16,000 keys": _message([0, [{4: 0}] * 16_000]),
    "31,000 keys in objects in objects": _message([0, [_nested(60)] * 530]),
}
"""Many values in few bytes that are compressed: refused, they are more than a frame may have."""
_ALLOWED: Final = {
    "2,000 empty arrays": _message([0, [_EMPTY] * 2_000]),
    "keys in objects in objects": _message([0, [_nested(60)] * 16]),
    "keys that are long in JSON": _message([0, [{467: 0}] * 670]),
}
"""As many as a frame may have."""


@pytest.mark.parametrize("name", _PLAIN)
def test_a_plain_bomb_isbounded(name: str) -> None:
    encoded = _PLAIN[name]
    taken(name, encoded)
    assert calls(encoded) <= CALLS_FREE + CALLS_PER_BYTE * len(encoded)


@pytest.mark.parametrize("name", _COMPRESSED)
def test_a_compressed_bomb_isbounded(name: str) -> None:
    encoded = zstd_coding.compress(_COMPRESSED[name])
    taken(name, encoded)
    content_bytes = min(len(_COMPRESSED[name]), FRAME_CONTENT_MAX_BYTES)
    assert calls(encoded) <= CALLS_FREE + CALLS_PER_BYTE * content_bytes


@pytest.mark.parametrize("name", _VALUES)
def test_too_many_values_in_compressed_content_are_refused(name: str) -> None:
    content = _VALUES[name]
    assert len(content) <= FRAME_CONTENT_MAX_BYTES
    encoded = zstd_coding.compress(content)
    assert taken(name, encoded).found is FrameFault.OVER_LIMIT
    assert calls(encoded) <= CALLS_FREE + CALLS_PER_BYTE * CBOR_VALUES_MAX


@pytest.mark.parametrize("name", _ALLOWED)
def test_as_many_values_as_a_frame_may_have_arebounded(name: str) -> None:
    content = _ALLOWED[name]
    assert len(content) > 0.9 * CBOR_VALUES_MAX
    assert isinstance(taken(name, zstd_coding.compress(content)).found, Batch)


@pytest.mark.parametrize("size", [0, 1, 255, 65_535, 2**32 - 1, 2**63])
def test_a_lie_about_the_size_of_compressed_content_is_refused(size: int) -> None:
    """A header that states a size, as other writers make it: the profile has none."""
    lying = b"\x40\xe0" + size.to_bytes(8, "little") + zstd_coding.compress(b"\x80")[3:]
    assert taken(f"content of {size} bytes", lying).found is FrameFault.MALFORMED

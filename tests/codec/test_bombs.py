"""Frames that are small and ask for much: work, memory and output stay within bounds.

Work is counted, in decisions of the adaptive coding and in calls of functions; nothing is timed.
`pytest -s tests/codec/test_bombs.py` prints what each frame takes.
"""

import random
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from types import FrameType
from typing import Final

import cbor2
import pytest

from laconic_codec import zstd_coding
from laconic_codec.adaptive.body import Body, BodyCoder
from laconic_codec.adaptive.coder import WORK_FREE, WORK_PER_BYTE, Coder
from laconic_codec.adaptive.entries import VOID, Entry
from laconic_codec.adaptive.state import CHANNELS_MAX, State
from laconic_codec.decoder import Decoder
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Batch, Direction, Frame
from laconic_codec.items import MessageItem
from laconic_codec.limits import (
    CBOR_VALUES_MAX,
    FRAME_CONTENT_MAX_BYTES,
    FRAME_MAX_BYTES,
    FRAME_MAX_ITEMS,
    FRAME_TEXT_MAX_BYTES,
)
from tests.support.hostile import EPOCH, Policy, answers_of, drawn_frame, largest_frames
from tests.support.ocpp_instances import MESSAGES, payload

PEAK_MAX_BYTES: Final = 2_000_000
RAW_MAX: Final = 1_024
"""Most steps that a number of raw bits takes; only the next decision notices that it is over."""
CALLS_FREE: Final = 100
CALLS_PER_BYTE: Final = 25
"""Calls that a byte of CBOR may take, of a frame or of what was compressed."""
SEEDS: Final = range(12)
ATTEMPTS: Final = 20


@dataclass(frozen=True, slots=True)
class Taken:
    """What a frame came to, and what that took."""

    found: Frame | FrameFault
    decisions: int
    peak_bytes: int


def _decode(encoded: bytes) -> tuple[Frame | FrameFault, int]:
    """Return what a frame is decoded to, and the decisions that this takes."""
    coders: list[Coder] = []

    def counting(state: State, body: Body, data: bytes | None) -> tuple[Body, Coder]:
        coders.append(Coder(state.memory, data))
        return BodyCoder(coders[0], state).code(body), coders[0]

    decoder = Decoder(Direction.UP, EPOCH, code_body=counting)
    try:
        found: Frame | FrameFault = decoder.decode(encoded)
    except FrameError as error:
        found = error.fault
    return found, sum(coder.work for coder in coders)


@pytest.fixture(scope="module", autouse=True)
def _what_is_read_once() -> None:  # pyright: ignore[reportUnusedFunction]
    """Keep what is read once and kept out of the figures."""
    _decode(b"\x10")
    _decode(zstd_coding.compress(b"\x80"))


def _taken(name: str, encoded: bytes, peak_max_bytes: int = PEAK_MAX_BYTES) -> Taken:
    """Return what a frame takes; check all that is bounded for every frame."""
    tracemalloc.start()
    try:
        found, decisions = _bounded(name, encoded)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    print(f"{peak_bytes:46} bytes of memory at most")
    assert peak_bytes <= peak_max_bytes
    return Taken(found, decisions, peak_bytes)


def _bounded(name: str, encoded: bytes) -> tuple[Frame | FrameFault, int]:
    """Do the same without a look at memory, which takes ten times as long."""
    assert len(encoded) <= FRAME_MAX_BYTES
    found, decisions = _decode(encoded)
    end = found.name if isinstance(found, FrameFault) else "accepted"
    print(f"{name:40}{len(encoded):6} bytes{decisions:8} decisions  {end}")
    assert decisions <= WORK_FREE + WORK_PER_BYTE * len(encoded) + RAW_MAX
    if isinstance(found, Batch):
        assert _output_bytes(found) <= FRAME_TEXT_MAX_BYTES
    return found, decisions


def _output_bytes(batch: Batch) -> int:
    return sum(
        len(item.message.to_text().encode()) - len('[2,"","DataTransfer",]')
        for item in batch.items
        if isinstance(item, MessageItem)
    )


# --- the adaptive coding ---------------------------------------------------------------------


def _call(payload: str) -> Entry:
    return Entry(0, 2, "DataTransfer", payload)


def _array(entry: str, count: int) -> str:
    return "[" + ",".join([entry] * count) + "]"


_NOISE: Final = _call('"' + random.Random(1).randbytes(120).hex() + '"')
"""Bytes that cannot be coded any shorter: each of them allows for more decisions."""

_LONG: Final = '"' + "k" * 255 + '"'

_ADAPTIVE: Final[dict[str, Callable[[], Iterator[Entry]]]] = {
    "the same, 300 times": lambda: (Entry(0, 1, "Heartbeat", "{}") for _ in range(300)),
    "voids": lambda: (Entry(0, VOID) for _ in range(FRAME_MAX_ITEMS + 1)),
    "50 KB, 250 times": lambda: (_call(_array(f"{{{_LONG}:{{}}}}", 200)) for _ in range(250)),
    "250 texts of 255, 250 times": lambda: _noisy(_call(_array(_LONG, 250)) for _ in range(250)),
    "literals": lambda: _noisy(_call('"' + "x" * (4_090 - n) + '"') for n in range(12)),
    "hexadecimal digits": lambda: (_call('"' + "00" * (300 - n) + '"') for n in range(9)),
    "900 numbers, again and again": lambda: _noisy(_call(_array("0", 950)) for _ in range(12)),
    "900 timestamps": lambda: _noisy(
        _call(_array('"2026-03-01T08:00:00Z"', 900)) for _ in range(16)
    ),
    "wide templates": lambda: _noisy(_call(_array("0", 950 - n)) for n in range(9)),
    "wide templates of texts": lambda: _noisy(_call(_array("null", 950 - n)) for n in range(9)),
    "deep templates": lambda: _noisy(
        _call("[" * 60 + _array("0", 850 - n) + "]" * 60) for n in range(9)
    ),
    "many templates": lambda: _noisy(_call(_array("[]", n)) for n in range(250)),
    "many names": lambda: _noisy(_call(f'{{"{n:060}":{{}}}}') for n in range(250)),
    "many channels": lambda: (Entry(n, 1, "Heartbeat", "{}") for n in range(CHANNELS_MAX)),
    "the last channel": lambda: (Entry(CHANNELS_MAX - 1 + n, 1, "Heartbeat", "{}") for n in (0, 1)),
}
"""What is sealed as an adaptive frame, by name; always more than a frame may carry."""


def _noisy(entries: Iterator[Entry]) -> Iterator[Entry]:
    yield _NOISE
    yield from entries


@cache
def _largest(name: str) -> tuple[bytes, bytes]:
    return largest_frames(tuple(_ADAPTIVE[name]()))


@cache
def _accepted(name: str) -> Taken:
    return _taken(name, _largest(name)[0])


@pytest.mark.parametrize("name", _ADAPTIVE)
def test_an_adaptive_bomb_that_is_accepted_is_bounded(name: str) -> None:
    """The most that can be asked for of one kind, while it is accepted."""
    assert isinstance(_accepted(name).found, Batch)


@pytest.mark.parametrize("name", _ADAPTIVE)
def test_an_adaptive_bomb_with_more_to_come_is_bounded(name: str) -> None:
    """One more than that, cut where a frame must end."""
    found, _ = _bounded(f"{name}, one more", _largest(name)[1])
    assert isinstance(found, FrameFault)


def test_the_bombs_come_near_to_every_bound() -> None:
    """Or they would prove nothing."""
    taken = [_accepted(name) for name in _ADAPTIVE]
    frames = [_largest(name)[0] for name in _ADAPTIVE]
    batches = [each.found for each in taken if isinstance(each.found, Batch)]
    work = [
        each.decisions / (WORK_FREE + WORK_PER_BYTE * len(encoded))
        for each, encoded in zip(taken, frames, strict=True)
    ]
    assert max(work) > 0.9
    assert max(map(len, frames)) > 0.9 * FRAME_MAX_BYTES
    assert max(map(_output_bytes, batches)) > 0.9 * FRAME_TEXT_MAX_BYTES
    assert max(len(batch.items) for batch in batches) == FRAME_MAX_ITEMS
    assert max(each.peak_bytes for each in taken) > 0.5 * PEAK_MAX_BYTES


def _greedy(draws: random.Random) -> Policy:
    """Return a policy that decides at random, but mostly for more of the same."""
    yes = draws.choice((0.95, 0.99, 0.995))

    def policy(kind: str, bits: int) -> int:
        if kind == "flag":
            return int(draws.random() < yes)
        if kind in ("unsigned", "signed"):
            return draws.getrandbits(draws.choices((1, 3, bits), (90, 9, 1))[0]) >> 1
        if kind == "letter":
            return draws.choice((120, 120, 120, 0, draws.getrandbits(8)))
        return draws.choice((0, draws.getrandbits(bits)))

    return policy


@cache
def _drawn(seed: int) -> bytes:
    """Return a frame that begins like six valid messages and then goes its own way."""
    draws = random.Random(seed)
    chosen = [message for message in draws.sample(MESSAGES, 60) if not message[2]][:6]
    entries = [Entry(0, 2, message[1], payload(message, draws)) for message in chosen]
    answers = answers_of(tuple(entries))
    kept = draws.randrange(len(answers) // 2, len(answers))
    return drawn_frame(answers[:kept], _greedy(draws), ATTEMPTS)


@pytest.mark.parametrize("seed", SEEDS)
def test_hostile_decisions_are_bounded(seed: int) -> None:
    _taken(f"decisions of seed {seed}", _drawn(seed))


def test_hostile_decisions_are_many() -> None:
    """Or they would prove nothing."""
    assert sum(_decode(_drawn(seed))[1] for seed in SEEDS) > 500 * len(SEEDS)


@pytest.mark.parametrize("seed", range(10))
def test_random_bytes_in_the_place_of_a_body_are_bounded(seed: int) -> None:
    body = random.Random(seed).randbytes(1_021)
    taken = _taken(f"bytes of seed {seed}", b"\x10\x00\x00" + body)
    assert isinstance(taken.found, FrameFault)


# --- the other codings -----------------------------------------------------------------------

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
def test_a_plain_bomb_is_bounded(name: str) -> None:
    encoded = _PLAIN[name]
    _taken(name, encoded)
    assert _calls(encoded) <= CALLS_FREE + CALLS_PER_BYTE * len(encoded)


@pytest.mark.parametrize("name", _COMPRESSED)
def test_a_compressed_bomb_is_bounded(name: str) -> None:
    encoded = zstd_coding.compress(_COMPRESSED[name])
    _taken(name, encoded)
    content_bytes = min(len(_COMPRESSED[name]), FRAME_CONTENT_MAX_BYTES)
    assert _calls(encoded) <= CALLS_FREE + CALLS_PER_BYTE * content_bytes


@pytest.mark.parametrize("name", _VALUES)
def test_too_many_values_in_compressed_content_are_refused(name: str) -> None:
    content = _VALUES[name]
    assert len(content) <= FRAME_CONTENT_MAX_BYTES
    encoded = zstd_coding.compress(content)
    assert _taken(name, encoded).found is FrameFault.OVER_LIMIT
    assert _calls(encoded) <= CALLS_FREE + CALLS_PER_BYTE * CBOR_VALUES_MAX


@pytest.mark.parametrize("name", _ALLOWED)
def test_as_many_values_as_a_frame_may_have_are_bounded(name: str) -> None:
    content = _ALLOWED[name]
    assert len(content) > 0.9 * CBOR_VALUES_MAX
    taken = _taken(name, zstd_coding.compress(content))
    assert isinstance(taken.found, Batch)


@pytest.mark.parametrize("size", [0, 1, 255, 65_535, 2**32 - 1, 2**63])
def test_a_lie_about_the_size_of_compressed_content_is_refused(size: int) -> None:
    """A header that states a size, as other writers make it: the profile has none."""
    lying = b"\x40\xe0" + size.to_bytes(8, "little") + zstd_coding.compress(b"\x80")[3:]
    assert _taken(f"content of {size} bytes", lying).found is FrameFault.MALFORMED


def _calls(encoded: bytes) -> int:
    """Return how many functions are called, ours and those of C, to decode a frame."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        _decode(encoded)
    finally:
        sys.setprofile(before)
    return count

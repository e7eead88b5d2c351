"""Adaptive frames that are small and ask for much: work, memory and output stay within bounds.

`pytest -s tests/codec/test_bombs.py` prints what each frame takes.
"""

import random
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

import pytest

from laconic_codec.adaptive.coder import WORK_FREE, WORK_PER_BYTE
from laconic_codec.adaptive.entries import VOID, Entry
from laconic_codec.adaptive.state import CHANNELS_MAX
from laconic_codec.errors import FrameFault
from laconic_codec.frame import Batch
from laconic_codec.limits import FRAME_MAX_BYTES, FRAME_MAX_ITEMS, FRAME_TEXT_MAX_BYTES
from tests.support.bomb_costs import PEAK_MAX_BYTES, Taken, bounded, decode, output_bytes, taken
from tests.support.hostile import Policy, answers_of, drawn_frame, largest_frames
from tests.support.ocpp_instances import MESSAGES, payload

SEEDS: Final = range(12)
ATTEMPTS: Final = 20


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
    return taken(name, _largest(name)[0])


@pytest.mark.parametrize("name", _ADAPTIVE)
def test_an_adaptive_bomb_that_is_accepted_isbounded(name: str) -> None:
    """The most that can be asked for of one kind, while it is accepted."""
    assert isinstance(_accepted(name).found, Batch)


@pytest.mark.parametrize("name", _ADAPTIVE)
def test_an_adaptive_bomb_with_more_to_come_isbounded(name: str) -> None:
    """One more than that, cut where a frame must end."""
    found, _ = bounded(f"{name}, one more", _largest(name)[1])
    assert isinstance(found, FrameFault)


def test_the_bombs_come_near_to_every_bound() -> None:
    """Or they would prove nothing."""
    costs = [_accepted(name) for name in _ADAPTIVE]
    frames = [_largest(name)[0] for name in _ADAPTIVE]
    batches = [each.found for each in costs if isinstance(each.found, Batch)]
    work = [
        each.decisions / (WORK_FREE + WORK_PER_BYTE * len(encoded))
        for each, encoded in zip(costs, frames, strict=True)
    ]
    assert max(work) > 0.9
    assert max(map(len, frames)) > 0.9 * FRAME_MAX_BYTES
    assert max(map(output_bytes, batches)) > 0.9 * FRAME_TEXT_MAX_BYTES
    assert max(len(batch.items) for batch in batches) == FRAME_MAX_ITEMS
    assert max(each.peak_bytes for each in costs) > 0.5 * PEAK_MAX_BYTES


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
def test_hostile_decisions_arebounded(seed: int) -> None:
    taken(f"decisions of seed {seed}", _drawn(seed))


def test_hostile_decisions_are_many() -> None:
    """Or they would prove nothing."""
    assert sum(decode(_drawn(seed))[1] for seed in SEEDS) > 500 * len(SEEDS)


@pytest.mark.parametrize("seed", range(10))
def test_random_bytes_in_the_place_of_a_body_arebounded(seed: int) -> None:
    body = random.Random(seed).randbytes(1_021)
    cost = taken(f"bytes of seed {seed}", b"\x10\x00\x00" + body)
    assert isinstance(cost.found, FrameFault)

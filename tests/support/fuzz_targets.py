"""What the fuzzer runs its inputs on: decoders in the middle of a conversation, and their parts."""

import itertools
import random
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from laconic_codec import frame, items
from laconic_codec.adaptive import seal
from laconic_codec.adaptive.body import Body, BodyCoder
from laconic_codec.adaptive.coder import WORK_FREE, WORK_PER_BYTE, Coder
from laconic_codec.adaptive.state import State
from laconic_codec.decoder import Decoder
from laconic_codec.encoder import ALL_CODINGS, Encoder
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Batch, Coding, Direction, Frame, Header
from laconic_codec.items import Bind, Item, MessageItem, Presence, Void
from laconic_codec.messages import Call, CallError, CallResult
from tests.support.ocpp_instances import MESSAGES, payload

_VECTORS: Final = Path(__file__).parents[2] / "codec" / "vectors"
RAW_MAX: Final = 1_024
"""Most steps that a number of raw bits takes; only the next decision notices that it is over."""
_MOVES: Final = 30
"""Frames that a conversation has had before it is fuzzed."""
_STATE_CHECK_EXECUTIONS: Final = 256


@dataclass(frozen=True, slots=True)
class Target:
    """What decodes, and inputs for it."""

    name: str
    decode: Callable[[bytes], object]
    valid: tuple[bytes, ...]
    others: tuple[bytes, ...] = ()
    """Valid elsewhere, as before or after in the same conversation."""


def targets() -> list[Target]:
    """Return all targets, always in the same order."""
    encoded_items = tuple(items.encode(item) for item in _items(random.Random(5), 40))
    return [
        *(_spoken(direction, coding) for direction, coding in _CONVERSATIONS),
        *(target for path in sorted(_VECTORS.glob("*/*.txt")) for target in _told(path)),
        *(_frame_target(direction) for direction in Direction),
        Target("item", _decode_item, encoded_items),
    ]


_CONVERSATIONS: Final = [
    *((Direction.UP, coding) for coding in (ALL_CODINGS, Coding.ADAPTIVE, Coding.ZSTD)),
    *((Direction.DOWN, coding) for coding in (Coding.ADAPTIVE, Coding.CBOR)),
]


def _spoken(direction: Direction, coding: Coding) -> Target:
    """Return the middle of a conversation made for this."""
    draws = random.Random(f"{direction} {coding}")
    encoder = Encoder(direction, 1, codings=coding)
    before: list[bytes] = []
    for number in range(_MOVES):
        made = encoder.encode(Header(1, number, 0), _items(draws, 3), commit=True)
        before.append(made.frame)
        if made.commits:
            encoder.acknowledge()
    headers = (Header(1, number * 7, number) for number in itertools.count())
    valid = [encoder.encode(next(headers), _items(draws, n % 9)).frame for n in range(40)]
    conversation = _Conversation(direction, 1, before)
    return Target(f"{direction.name} {coding!r}", conversation.decode, tuple(valid))


def _told(path: Path) -> Iterator[Target]:
    """Yield the middle of each epoch of a story among the test vectors."""
    direction = Direction.UP
    epochs: list[tuple[Direction, int, list[bytes], list[bytes]]] = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        word, _, rest = line.partition(" ")
        if word == "direction":
            direction = Direction[rest.upper()]
        elif word == "epoch":
            epochs.append((direction, int(rest), [], []))
        elif word == "frame":
            epochs[-1][2].append(bytes.fromhex(rest))
        elif word == "refuse":
            epochs[-1][3].append(bytes.fromhex(rest.partition(" ")[2]))
    for way, epoch, told, refused in epochs:
        middle = len(told) // 2
        conversation = _Conversation(way, epoch, told[:middle])
        others = (*told[:middle], *told[middle + 1 :], *refused)
        yield Target(f"{path.stem} {epoch}", conversation.decode, tuple(told[middle:][:1]), others)


class _Conversation:
    """A decoder in the middle of a conversation; each frame is decoded by a copy of it."""

    def __init__(self, direction: Direction, epoch: int, before: list[bytes]) -> None:
        self._work = 0
        self._base: State | None = None
        self._decoder = Decoder(direction, epoch, code_body=self._code_body)
        for encoded in before:
            self._decoder.decode(encoded)
        self._digest = self._decoder.state_digest
        self._executions = 0

    def decode(self, encoded: bytes) -> Frame:
        """Decode a frame; check work, items, and that this state stays as it is."""
        self._executions += 1
        try:
            found = self._decode_sealed(encoded)
            _check_batch(found)
            return found
        finally:
            assert self._work <= WORK_FREE + WORK_PER_BYTE * len(encoded) + RAW_MAX
            if self._executions % _STATE_CHECK_EXECUTIONS == 0:
                assert self._decoder.state_digest == self._digest

    def _decode_sealed(self, encoded: bytes) -> Frame:
        self._work, self._base = 0, None
        try:
            return copy(self._decoder).decode(encoded)
        except FrameError as error:
            if "another state" not in error.detail or self._base is None:
                raise
        return copy(self._decoder).decode(self._sealed(encoded, self._base))

    def _sealed(self, encoded: bytes, base: State) -> bytes:
        """Return an adaptive frame with the check that it should have."""
        _, coded = seal.read_head(encoded)
        after = base.copy()
        entries = BodyCoder(Coder(after.memory, coded), after).code(Body(0, 0, 0, ())).entries
        sealed = encoded[seal.HEAD_BYTES :]
        check = seal.seal(base.chain, encoded[0], sealed, entries) & 0xFFFF
        return encoded[:1] + check.to_bytes(2, "big") + sealed

    def _code_body(self, state: State, body: Body, data: bytes | None) -> tuple[Body, Coder]:
        # A copy takes time; of every eighth length will do.
        self._base = state.copy() if data is not None and len(data) % 8 == 0 else None
        coder = Coder(state.memory, data)
        try:
            return BodyCoder(coder, state).code(body), coder
        finally:
            self._work = coder.work


def _frame_target(direction: Direction) -> Target:
    def decode(encoded: bytes) -> Frame:
        found = frame.decode(encoded, direction)
        _check_batch(found)
        return found

    draws = random.Random(f"plain {direction}")
    inputs = [
        frame.encode_batch(
            Header(1, 2, 3, number if direction is Direction.DOWN else 0),
            [items.encode(item) for item in _items(draws, number)],
            direction,
        )[0]
        for number in range(12)
    ]
    states: tuple[Item, ...] = (Bind(0, "/CP1", "1.6"), Presence(0, 1))
    inputs.append(frame.encode_fragments(Header(1, 2, 3), b"data of an item", direction)[0])
    up = (frame.encode_open(frame.Open(1, 2, b"12345678", states))[0],)
    down = (
        frame.encode_opened(frame.Opened(1, 2, 3, 4)),
        frame.encode_refused(FrameFault.BAD_STATE),
    )
    own, others = (up, down) if direction is Direction.UP else (down, up)
    return Target(f"frame {direction.name}", decode, (*inputs, *own), others)


def _decode_item(encoded: bytes) -> Item:
    item = items.decode(encoded)
    assert items.decode(items.encode(item)) == item
    return item


def _check_batch(found: Frame) -> None:
    """Check that what was accepted can be sent on."""
    if isinstance(found, Batch):
        for item in found.items:
            assert items.decode(items.encode(item)) == item


def _items(draws: random.Random, count: int) -> list[Item]:
    return [_item(draws) for _ in range(count)]


def _item(draws: random.Random) -> Item:
    channel = draws.randrange(3)
    others: tuple[Item, ...] = (
        Bind(channel, "/ocpp/CP%201", "2.0.1", preserve_ids=True),
        Presence(channel, draws.randrange(9)),
        Void(),
        MessageItem(channel, CallError("", '["GenericError","",{}]'), draws.randrange(50)),
        MessageItem(channel, Call("19223201", "OwnAction", '{"own": [1.50,"x",null]}')),
    )
    if draws.random() < 0.2:
        return draws.choice(others)
    version, action, is_response = draws.choice(MESSAGES[:60])
    text = payload((version, action, is_response), draws, 0.2, draws.choice((0, 0, 1)))
    if is_response:
        return MessageItem(channel, CallResult("", text), draws.randrange(50))
    return MessageItem(channel, Call("", action, text), answered=draws.random() < 0.5)

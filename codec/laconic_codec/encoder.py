"""The sending end of one direction in one epoch: items to frames, in the coding that is smallest.

The state of the `adaptive` coding moves when the other end has it, not before. A *committing*
frame moves it; there is one such frame on its way at a time. Frames that leave beside it are coded
against the last acknowledged state and move nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from laconic_codec import cbor, elements, frame, items, zstd_coding
from laconic_codec.adaptive import prior as released
from laconic_codec.adaptive import seal, snapshot
from laconic_codec.adaptive.body import Body, CodeBody, code_body, grouped
from laconic_codec.adaptive.coder import TooLong
from laconic_codec.adaptive.entries import Entry, of_item
from laconic_codec.adaptive.state import CHANNELS_MAX, Prior, State
from laconic_codec.errors import FrameError
from laconic_codec.frame import Coding, Direction, Header
from laconic_codec.items import Item, MessageItem
from laconic_codec.limits import FRAME_CONTENT_MAX_BYTES, FRAME_MAX_BYTES, FRAME_MAX_ITEMS
from laconic_codec.registry import CORE, Registry

ALL_CODINGS: Final = Coding.ZSTD | Coding.ADAPTIVE
_FULL_BYTES: Final = FRAME_MAX_BYTES * 7 // 8
"""A frame of this length is as good as full."""
_SUSPICIOUS_BYTES: Final = 40
"""An adaptive frame with more bytes for each item than this is held against the other codings."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A frame to send."""

    frame: bytes
    """At most `FRAME_MAX_BYTES` long."""
    order: tuple[int, ...]
    """Which of the given items it carries, as their places, in the order it numbers them. They are
    the first ones that were given, grouped by channel. Empty: not even the first one fits; send it
    with `encode_fragments`."""
    coding: Coding
    commits: bool = False
    """Whether `acknowledge` or `abandon` has to follow."""


class Encoder:
    """Turns items into frames."""

    def __init__(
        self,
        direction: Direction,
        epoch: int,
        *,
        registry: Registry = CORE,
        codings: Coding = ALL_CODINGS,
        prior: Prior | None = None,
        code_body: CodeBody = code_body,
    ) -> None:
        """`codings` are those that both ends speak besides `cbor`. `prior` is for training alone:
        None stands for that of the registry. `code_body` may be the `code` of a ledger."""
        self.direction = direction
        self.epoch = epoch
        self.registry = registry
        self.codings = codings
        self._index = 0
        self._code_body = code_body
        self._prior = prior or released.load()
        self._state = State(registry, self._prior)
        self._state.chain = seal.first_chain(direction, epoch, registry)
        self._pending: State | None = None
        self._attempts = 0
        """How many committing frames were made against the acknowledged state."""
        self._is_condensed = False

    @property
    def pending(self) -> bool:
        """Tell whether a committing frame is on its way."""
        return self._pending is not None

    def encode(self, header: Header, given: Sequence[Item], *, commit: bool = False) -> Encoded:
        """Return a frame with as many of the first items as fit.

        Args:
            header: `header.epoch` is that of the encoder; `backlog` is 0 on the way up.
            given: at most `FRAME_MAX_ITEMS` are looked at.
            commit: let the state learn from the frame, if the coding has one. Then call
                `acknowledge` when the other end has the frame, or `abandon` when it is given up.

        Raises:
            ValueError: another committing frame is on its way, or the epoch is another one.
            MessageError: a message is too long or too deep; nothing has moved.
        """
        if header.epoch != self.epoch:
            raise ValueError(f"the encoder is one of epoch {self.epoch}")
        if commit and self.pending:
            raise ValueError("a committing frame is on its way already")
        commit = commit and self._attempts <= seal.ATTEMPTS_MAX
        given = given[: FRAME_MAX_ITEMS - 5]
        _check_limits(given)
        adaptive = self._adaptive(header, given, commit) if given else None
        if adaptive and len(adaptive[0].frame) <= _SUSPICIOUS_BYTES * len(adaptive[0].order):
            return self._take(adaptive)
        plain = self._stateless(header, given)
        if adaptive and not _is_worth_it(plain, adaptive[0]):
            return self._take(adaptive)
        return plain

    def encode_fragments(self, header: Header, item: Item) -> list[bytes]:
        """Return the frames that carry one item which is too long for a frame.

        Raises:
            MessageError: its message is too long or too deep.
        """
        _check_limits([item])
        encoded = items.encode(item, self.registry)
        if self.codings & Coding.ZSTD:
            encoded = min(encoded, zstd_coding.compress(encoded), key=len)
        return frame.encode_fragments(header, encoded, self.direction)

    def acknowledge(self) -> None:
        """Take note that the other end has the committing frame.

        Raises:
            ValueError: there is none.
        """
        if self._pending is None:
            raise ValueError("no committing frame is on its way")
        self._state, self._pending = self._pending, None
        self._is_condensed = False
        self._attempts = 0
        self._index += 1

    def abandon(self) -> None:
        """Take note that the committing frame will not be acknowledged; the state stays."""
        self._pending = None

    @property
    def attempts(self) -> int:
        """Return how many committing frames were made against the acknowledged state.

        From the second one on, only an answer to the frame itself says that the other end has it:
        another may have brought its items.
        """
        return self._attempts

    @property
    def is_condensed(self) -> bool:
        """Tell whether the state is the condensed form of the one that the receiver has.

        So it is from `restore` until the first committing frame is acknowledged.
        """
        return self._is_condensed

    @property
    def state_digest(self) -> int:
        """Return the CRC-32 of the acknowledged state."""
        return snapshot.digest(self._state)

    def export(self) -> bytes:
        """Return the acknowledged state as bytes, for `restore`, condensed to what is worth it.

        A site with 12 stations needs some 30 kB. The first frames after `restore` are longer.
        """
        head = cbor.dump([self.epoch, self._index, int(self.codings), self._attempts])
        condensed = self._state.condensed(self._prior)
        return bytes([len(head)]) + head + snapshot.dump(condensed, self._prior)

    @classmethod
    def restore(cls, direction: Direction, exported: bytes, registry: Registry = CORE) -> "Encoder":
        """Return the encoder whose state was exported.

        Raises:
            ValueError: the bytes are no export, or one of another version.
        """
        epoch, index, codings, attempts, state = read_export(exported, registry)
        encoder = cls(direction, epoch, registry=registry, codings=Coding(codings))
        encoder._index, encoder._state, encoder._is_condensed = index, state, True
        encoder._attempts = attempts
        return encoder

    def _take(self, made: tuple[Encoded, State]) -> Encoded:
        encoded, state = made
        if encoded.commits:
            self._pending = state
            self._attempts += 1
        return encoded

    def _adaptive(
        self, header: Header, given: Sequence[Item], commit: bool
    ) -> tuple[Encoded, State] | None:
        """Return an adaptive frame with as many items as fit; None if not even one does."""
        if not self.codings & Coding.ADAPTIVE:
            return None
        entries = [of_item(item) for item in given]
        count = next((n for n, e in enumerate(entries) if e.channel >= CHANNELS_MAX), len(entries))
        best, known_good, known_bad = None, 0, count + 1
        while known_good < count < known_bad:
            made = self._with_all(header, entries[:count], commit)
            if made is None:
                known_bad = count
            else:
                best, known_good = made, count
                if len(made[0].frame) >= _FULL_BYTES:
                    break
            count = (known_good + known_bad) // 2
        return best

    def _with_all(
        self, header: Header, entries: list[Entry], commit: bool
    ) -> tuple[Encoded, State] | None:
        """Return an adaptive frame with all entries, or None if they do not fit."""
        order = grouped(tuple(entries))
        state = self._state.copy()
        ordered = tuple(entries[place] for place in order)
        try:
            body = Body(header.first, header.acknowledged, header.backlog, ordered)
            _, coder = self._code_body(state, body, None)
            coded = coder.finish()
        except (TooLong, ValueError, OverflowError, FrameError):
            return None
        attempt = self._attempts if commit else 0
        head = seal.Head(commit, self.epoch, self._index, self._is_condensed, attempt)
        first, before_body = head.encode()
        coded = before_body + coded
        if len(coded) + seal.HEAD_BYTES > FRAME_MAX_BYTES:
            return None
        state.chain = seal.seal(self._state.chain, first, coded, ordered)
        check = (state.chain & 0xFFFF).to_bytes(2, "big")
        encoded = bytes([first]) + check + coded
        return Encoded(encoded, tuple(order), Coding.ADAPTIVE, commit), state

    def _stateless(self, header: Header, given: Sequence[Item]) -> Encoded:
        """Return the frame in `cbor` or `zstd` that carries more, or the shorter one."""
        entries = tuple(of_item(item) for item in given)
        encoded = [items.encode(item, self.registry) for item in given]
        _, count = frame.encode_batch(header, encoded, self.direction)
        order = grouped(entries[:count])
        made, _ = frame.encode_batch(header, [encoded[place] for place in order], self.direction)
        plain = Encoded(made, tuple(order), Coding.CBOR)
        if not self.codings & Coding.ZSTD:
            return plain
        compressed = self._compressed(header, entries, encoded)
        return max(compressed or plain, plain, key=_gain)

    def _compressed(
        self, header: Header, entries: tuple[Entry, ...], encoded: Sequence[bytes]
    ) -> Encoded | None:
        """Return a `zstd` frame with items; None if not even one fits."""
        count = len(encoded)
        while count:
            order = grouped(entries[:count])
            ordered = [encoded[place] for place in order]
            content = frame.batch_content(header, ordered, self.direction)
            if len(content) <= FRAME_CONTENT_MAX_BYTES and not cbor.has_too_many_values(content):
                made = zstd_coding.compress(content)
                if len(made) <= FRAME_MAX_BYTES:
                    return Encoded(made, tuple(order), Coding.ZSTD)
            count //= 2
        return None


def _check_limits(given: Sequence[Item]) -> None:
    for item in given:
        if isinstance(item, MessageItem):
            elements.check_limits(item.message.to_text())


def _is_worth_it(plain: Encoded, adaptive: Encoded) -> bool:
    """Tell whether a frame without state is so much shorter that it need not teach the state."""
    percent = 70 if adaptive.commits else 100
    plain_bytes = len(plain.frame) * len(adaptive.order)
    return 0 < plain_bytes * 100 < len(adaptive.frame) * len(plain.order) * percent


def _gain(encoded: Encoded) -> tuple[int, int]:
    """Return how good a frame is: it carries more, or it is shorter."""
    return len(encoded.order), -len(encoded.frame)


def read_export(exported: bytes, registry: Registry) -> tuple[int, int, int, int, State]:
    """Return epoch, index, two numbers of the owner's and the state of an export.

    Raises:
        ValueError: the bytes are no export.
    """
    try:
        size = exported[0]
        fields = cbor.load(exported[1 : 1 + size])
    except (IndexError, FrameError) as error:
        raise ValueError("not the export of a state") from error
    match fields:
        case [int(epoch), int(index), int(one), int(other)]:
            state = snapshot.load(exported[1 + size :], registry, released.load())
            return epoch, index, one, other, state
        case _:
            raise ValueError("not the export of a state")

"""The receiving end of one direction in one epoch: frames of any coding to items.

The last two states are kept, so that a frame that left beside a committing one is read too.
Whatever is wrong with a frame, the states stay as they were.
"""

from laconic_codec import cbor, frame, zstd_coding
from laconic_codec.adaptive import prior, seal, snapshot
from laconic_codec.adaptive.body import Body, CodeBody, code_body
from laconic_codec.adaptive.entries import to_item
from laconic_codec.adaptive.state import State
from laconic_codec.encoder import read_export
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Batch, Direction, Fragment, Frame, Header
from laconic_codec.limits import FRAME_CONTENT_MAX_BYTES, FRAME_MAX_BYTES
from laconic_codec.registry import CORE, Registry


def is_adaptive(encoded: bytes) -> bool:
    """Tell whether a frame is in the `adaptive` coding, which only a decoder of its epoch reads."""
    return bool(encoded) and encoded[0] < seal.HEAD_LIMIT


class Decoder:
    """Turns frames into items."""

    def __init__(
        self,
        direction: Direction,
        epoch: int,
        *,
        registry: Registry = CORE,
        code_body: CodeBody = code_body,
    ) -> None:
        """`code_body` may be the `code` of a ledger."""
        self._code_body = code_body
        self.direction = direction
        self.epoch = epoch
        self.registry = registry
        state = State(registry, prior.load())
        state.chain = seal.first_chain(direction, epoch, registry)
        self._index = 0
        self._state = state
        self._before: State | None = None
        self._may_roll_back = False
        self._attempt = 0
        """Of the frame that made the state."""

    def decode(self, encoded: bytes) -> Frame:
        """Return a frame. If it commits, the state has moved.

        Raises:
            FrameError: with the fault that a `Refused` frame should carry. Nothing has been used.
        """
        if len(encoded) > FRAME_MAX_BYTES:
            raise FrameError(FrameFault.OVER_LIMIT, f"a frame of {len(encoded)} bytes")
        if not encoded:
            raise FrameError(FrameFault.MALFORMED, "a frame without bytes")
        if is_adaptive(encoded):
            return self._adaptive(encoded)
        if encoded[0] == zstd_coding.MARK:
            content = zstd_coding.decompress(encoded, FRAME_CONTENT_MAX_BYTES)
            found = frame.decode_content(content, self.direction, self.registry)
            if not isinstance(found, Batch | Fragment):
                raise FrameError(FrameFault.MALFORMED, "a compressed frame of another kind")
            return found
        return frame.decode(encoded, self.direction, self.registry)

    def rollback(self) -> None:
        """Take back the last committing frame, once.

        Raises:
            ValueError: there is none that could be taken back. One that came again cannot: what it
                said was taken when it came first.
        """
        if self._before is None or not self._may_roll_back:
            raise ValueError("there is no new state that could be taken back")
        self._state, self._before = self._before, None
        self._may_roll_back = False
        self._index -= 1

    @property
    def state_digest(self) -> int:
        """Return the CRC-32 of the state."""
        return snapshot.digest(self._state)

    @property
    def condensed_state_digest(self) -> int:
        """Return the CRC-32 of the condensed state: what a restored encoder has."""
        return snapshot.digest(self._state.condensed(prior.load()))

    def export(self) -> bytes:
        """Return the state as bytes, for `restore`; the one before it is left out."""
        head = cbor.dump([self.epoch, self._index, 0, 0])
        return bytes([len(head)]) + head + snapshot.dump(self._state, prior.load())

    @classmethod
    def restore(cls, direction: Direction, exported: bytes, registry: Registry = CORE) -> "Decoder":
        """Return the decoder whose state was exported.

        Raises:
            ValueError: the bytes are no export, or one of another version.
        """
        epoch, index, _, _, state = read_export(exported, registry)
        decoder = cls(direction, epoch, registry=registry)
        decoder._index, decoder._state = index, state
        return decoder

    def _adaptive(self, encoded: bytes) -> Batch:
        head, coded = seal.read_head(encoded)
        base, is_latest = self._base(head)
        state = base.condensed(prior.load()) if head.is_condensed else base.copy()
        try:
            body, coder = self._code_body(state, Body(0, 0, 0, ()), coded)
            coder.check_end()
        except (ValueError, OverflowError) as error:
            raise FrameError(FrameFault.MALFORMED, str(error)) from error
        sealed = encoded[seal.HEAD_BYTES :]
        state.chain = seal.seal(base.chain, encoded[0], sealed, body.entries)
        if encoded[1 : seal.HEAD_BYTES] != (state.chain & 0xFFFF).to_bytes(2, "big"):
            raise FrameError(FrameFault.BAD_STATE, "coded against another state")
        found = tuple(to_item(entry) for entry in body.entries)
        if head.commits and (is_latest or head.attempt >= self._attempt):
            self._advance(base, state, is_latest)
            self._attempt = head.attempt
        return Batch(Header(self.epoch, body.first, body.acknowledged, body.backlog), found)

    def _base(self, head: seal.Head) -> tuple[State, bool]:
        """Return the state that a frame was coded against, and whether it is the latest."""
        if head.epoch != self.epoch & 1:
            raise FrameError(FrameFault.UNKNOWN_EPOCH, "a frame of another epoch")
        if head.index == self._index & seal.INDEX_MASK:
            return self._state, True
        if self._before is not None and head.index == (self._index - 1) & seal.INDEX_MASK:
            return self._before, False
        raise FrameError(FrameFault.BAD_STATE, "coded against a state that is not kept")

    def _advance(self, base: State, state: State, is_latest: bool) -> None:
        # A later attempt against the state before takes the place of an earlier one, which the
        # sender has given up. The same one again changes nothing.
        self._may_roll_back = is_latest or state.chain != self._state.chain
        self._before, self._state = base, state
        self._index += is_latest

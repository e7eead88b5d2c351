"""Items to frames, with an account of what each item cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from laconic_bench.codec_stats.settings import CodingChoice
from laconic_codec import frame, items
from laconic_codec.adaptive.entry_ledger import EntryLedger
from laconic_codec.adaptive.state import State
from laconic_codec.encoder import Encoded, Encoder
from laconic_codec.frame import Coding, Direction, Header
from laconic_codec.items import Item

EPOCH: Final = 1

FRAGMENT: Final = "fragment"
_NAMES: Final = {Coding.CBOR: "cbor", Coding.ZSTD: "zstd", Coding.ADAPTIVE: "adaptive"}
KINDS: Final = (*_NAMES.values(), FRAGMENT)
"""Names of the codings, and of the frames that carry pieces of a long item."""

_CODINGS: Final = {
    CodingChoice.CBOR: Coding.CBOR,
    CodingChoice.ZSTD: Coding.ZSTD,
    CodingChoice.ADAPTIVE: Coding.ADAPTIVE,
    CodingChoice.ALL: Coding.ZSTD | Coding.ADAPTIVE,
}


@dataclass(frozen=True, slots=True)
class Sent:
    """Frames that carry some items."""

    datagrams: tuple[bytes, ...]
    """One; of an item in fragments, several."""
    order: tuple[int, ...]
    """Which of the given items, in the order they are numbered."""
    kind: str
    """One of `KINDS`."""


@dataclass(frozen=True, slots=True)
class Account:
    """What the items of a frame cost."""

    item_bits: tuple[float, ...]
    """Of each, in the order of the frame. What is missing to the frame's size is shared."""
    escapes: tuple[bool, ...]
    """Of each, whether its payload travelled as plain text."""


class Sender:
    """The sending end of one way, to whom every frame is acknowledged at once."""

    def __init__(self, way: Direction, choice: CodingChoice) -> None:
        self.state: State | None = None
        """What the encoder has learned; None if no frame has been adaptive."""
        self._ledger = EntryLedger()
        codings = _CODINGS[choice]
        self.encoder = Encoder(way, EPOCH, codings=codings, code_body=self._ledger.code)
        self._stateless = self.encoder
        if choice is CodingChoice.ADAPTIVE:
            self._stateless = Encoder(way, EPOCH, codings=Coding.ZSTD)

    def send(self, header: Header, given: Sequence[Item]) -> Sent:
        """Return frames with as many of the first items as one frame holds, or a long one."""
        self._ledger.clear()
        made = self.encoder.encode(header, given, commit=True)
        if made.commits:
            self.encoder.acknowledge()
            self.state = self._ledger.accounts[len(made.order)].state
        elif self._stateless is not self.encoder:
            made = self._stateless.encode(header, given)
        if made.order:
            return Sent((made.frame,), made.order, _kind(made))
        pieces = self._stateless.encode_fragments(header, given[0])
        return Sent(tuple(pieces), (0,), FRAGMENT)

    def account(self, sent: Sent, header: Header, given: Sequence[Item]) -> Account:
        """Return what the items of the last frames cost."""
        if sent.kind == _NAMES[Coding.ADAPTIVE]:
            account = self._ledger.accounts[len(sent.order)]
            return Account(tuple(account.bits), tuple(account.is_text))
        encoded = [items.encode(given[place]) for place in sent.order]
        escapes = tuple(items.is_escape(item) for item in encoded)
        size = sum(len(datagram) for datagram in sent.datagrams)
        scale = 8.0
        if sent.kind == FRAGMENT:
            return Account((8.0 * size,), escapes)
        if sent.kind == _NAMES[Coding.ZSTD]:
            scale *= size / len(frame.batch_content(header, encoded, self.encoder.direction))
        return Account(tuple(scale * len(item) for item in encoded), escapes)


def _kind(made: Encoded) -> str:
    return _NAMES[made.coding]

"""Reads frames one after the other, as their receiver did, and keeps accounts."""

from dataclasses import replace
from typing import Final

from laconic_codec import frame, issue, items, zstd_coding
from laconic_codec.adaptive import seal
from laconic_codec.adaptive.ledger import Ledger
from laconic_codec.decoder import Decoder
from laconic_codec.errors import FrameError
from laconic_codec.frame import Batch, Direction, Fragment, Frame, Open
from laconic_codec.limits import FRAME_CONTENT_MAX_BYTES
from laconic_gateway.inspect.adaptive_view import adaptive_costs
from laconic_gateway.inspect.cbor_view import cbor_chunks
from laconic_gateway.inspect.frame_header import header_fields, kind_of
from laconic_gateway.inspect.item_view import item_view
from laconic_gateway.inspect.view import Chunk, Cost, FrameView, Given, ItemView

CBOR: Final = "cbor"
ZSTD: Final = "zstd"
ADAPTIVE: Final = "adaptive"

_ADVICE: Final = "See that all bytes of the frame are there, and that --direction is right."
_ADAPTIVE_ADVICE: Final = (
    "An adaptive frame can be read only after all frames before it in its epoch and direction. "
    "Give them too: a file with a frame in hex on each line, from the first of the epoch on, and "
    "the number of the epoch with --epoch; or a capture that begins with the epoch's open frame. "
    "And see that --direction is right."
)


def advice(unreadable: FrameView) -> str:
    """Return what to do about a frame that could not be read."""
    return _ADAPTIVE_ADVICE if unreadable.coding == ADAPTIVE else _ADVICE


class Reader:
    """Knows what the ends of a site have said so far."""

    def __init__(self, epoch: int | None) -> None:
        """`epoch` is that of the frames; None: the frames tell, or it is the first one."""
        self._epoch = epoch
        self._ledger = Ledger()
        self._decoders: dict[Direction, Decoder] = {}
        self._pieces: dict[tuple[Direction, int], dict[int, bytes]] = {}

    def read(self, given: Given) -> FrameView:
        """Return what is told of the next frame; if it is refused, `problem` says why."""
        if not given.frame:
            return FrameView(given, "", given.note)
        seconds, encoded = issue.split(given.frame)
        if seconds is not None and given.direction is Direction.DOWN:
            return _with_mark(self._frame(replace(given, frame=encoded)), seconds)
        return self._frame(given)

    def _frame(self, given: Given) -> FrameView:
        coding = _coding(given.frame)
        try:
            match coding:
                case "adaptive":
                    return self._adaptive(given)
                case "zstd":
                    return self._compressed(given)
                case _:
                    return self._plain(given)
        except FrameError as error:
            return FrameView(given, coding, "unreadable", problem=str(error))

    def _plain(self, given: Given) -> FrameView:
        found = frame.decode(given.frame, given.direction)
        self._take_epoch(found)
        chunks = cbor_chunks(given.frame, given.direction)
        views = self._items(given, found, _item_bits(chunks, found))
        fields = header_fields(found, given.direction)
        return FrameView(given, CBOR, kind_of(found), fields, views, chunks)

    def _compressed(self, given: Given) -> FrameView:
        content = zstd_coding.decompress(given.frame, FRAME_CONTENT_MAX_BYTES)
        found = frame.decode_content(content, given.direction)
        self._take_epoch(found)
        views = self._items(given, found, None)
        fields = header_fields(found, given.direction)
        size = len(content)
        return FrameView(given, ZSTD, kind_of(found), fields, views, content_bytes=size)

    def _adaptive(self, given: Given) -> FrameView:
        found = self._decoder(given).decode(given.frame)
        costs = adaptive_costs(given.frame, self._ledger.spent)
        head, _ = seal.read_head(given.frame)
        fields = (
            *header_fields(found, given.direction),
            ("coded against state", f"{head.index} (modulo {seal.INDEX_MASK + 1})"),
            ("commits", "yes" if head.commits else "no"),
            *([("attempt", str(head.attempt))] if head.attempt else []),
        )
        views = self._items(given, found, _costs_by_item(costs))
        return FrameView(given, ADAPTIVE, kind_of(found), fields, views, costs=costs)

    def _decoder(self, given: Given) -> Decoder:
        if given.direction not in self._decoders:
            epoch = self._epoch
            if epoch is None:
                epoch = 1 if given.frame[0] & seal.ODD_EPOCH else 2
            decoder = Decoder(given.direction, epoch, code_body=self._ledger.code)
            self._decoders[given.direction] = decoder
        return self._decoders[given.direction]

    def _take_epoch(self, found: Frame) -> None:
        if isinstance(found, Open):
            self._epoch = found.epoch
            self._decoders.clear()
            self._pieces.clear()
        elif self._epoch is None and isinstance(found, Batch | Fragment):
            self._epoch = found.header.epoch

    def _items(
        self, given: Given, found: Frame, bits: dict[int, float] | None
    ) -> tuple[ItemView, ...]:
        if isinstance(found, Fragment):
            return self._fragment(given.direction, found)
        if not isinstance(found, Batch | Open):
            return ()
        first = found.header.first if isinstance(found, Batch) else None
        return tuple(
            item_view(
                item,
                None if first is None else first + place,
                None if bits is None else bits.get(place, 0.0),
            )
            for place, item in enumerate(found.items)
        )

    def _fragment(self, direction: Direction, piece: Fragment) -> tuple[ItemView, ...]:
        """Return the item once all its pieces are there."""
        first = piece.header.first
        pieces = self._pieces.setdefault((direction, first), {})
        pieces[piece.offset] = piece.data
        if sum(len(data) for data in pieces.values()) < piece.total:
            return ()
        whole = b"".join(pieces[offset] for offset in sorted(pieces))
        return (item_view(items.decode(whole), first),)


def _with_mark(view: FrameView, seconds: int) -> FrameView:
    """Return the view of a frame that stands behind a mark."""
    told = f"{issue.MARK_BYTES} bytes, made {seconds} s after `opened` (modulo 2^19)"
    mark = ("mark", told)
    return replace(view, header=(mark, *view.header))


def _coding(encoded: bytes) -> str:
    if encoded[0] < seal.HEAD_LIMIT:
        return ADAPTIVE
    return ZSTD if encoded[0] == zstd_coding.MARK else CBOR


def _costs_by_item(costs: tuple[Cost, ...]) -> dict[int, float]:
    bits: dict[int, float] = {}
    for cost in costs:
        if cost.item is not None:
            bits[cost.item] = bits.get(cost.item, 0.0) + cost.bits
    return bits


def _item_bits(chunks: tuple[Chunk, ...], found: Frame) -> dict[int, float]:
    """Return what each item of a frame in CBOR takes: from where it begins to the next one."""
    count = len(found.items) if isinstance(found, Batch | Open) else 0
    borders = [chunk.offset for chunk in chunks if chunk.depth == 1]
    borders.append(chunks[-1].offset + len(chunks[-1].data))
    borders = borders[len(borders) - 1 - count :]
    return {place: 8.0 * (borders[place + 1] - borders[place]) for place in range(count)}

"""Frames: what travels in one datagram, each one CBOR array.

    open      [0, epoch, version, registry, oldest, codings, *item]      site to expander
    opened    [0, epoch, stored, unix-milliseconds, codings]             its answer
    batch     [1, epoch, first, acknowledged, *item]            site to expander
    batch     [1, epoch, first, stored, backlog, *item]         expander to site
    fragment  [2, epoch, first, acknowledged, offset, total, data]            site to expander
    fragment  [2, epoch, first, stored, backlog, offset, total, data]         expander to site
    refused   [3, fault]                                        expander to site

Sequence numbers in an epoch count items from 0 in each direction; `first` is that of the first
item. The items of an open frame have none. An acknowledgement is the number of items that the other
end has from the start on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, IntFlag
from typing import Final

from laconic_codec import cbor, items
from laconic_codec.cbor import Cbor
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.items import Bind, Item, Presence
from laconic_codec.limits import (
    FRAGMENT_DATA_BYTES,
    FRAME_MAX_BYTES,
    FRAME_MAX_ITEMS,
    ITEM_MAX_BYTES,
)
from laconic_codec.registry import CORE, Registry

PROFILE_VERSION: Final = 1


class Direction(Enum):
    """Which way a frame travels; the header differs by one field."""

    UP = "site to expander"
    DOWN = "expander to site"


class Coding(IntFlag):
    """How the items of a frame are coded. Every end speaks `CBOR`."""

    CBOR = 0
    ZSTD = 1
    """CBOR compressed with the dictionary of the registry."""
    ADAPTIVE = 2
    """Predicted from what was sent before."""


@dataclass(frozen=True, slots=True)
class Open:
    """Asks the expander to begin an epoch."""

    epoch: int
    oldest: int
    """Absolute sequence number of the oldest message that the site still has; message 0 of the
    epoch is the first one that the expander does not have."""
    registry: bytes
    items: tuple[Item, ...] = ()
    """Bind and presence items of the chargers that are connected now."""
    version: int = PROFILE_VERSION
    codings: int = 0
    """Codings that the site speaks besides `cbor`; see `Coding`."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Answers `Open`: the epoch has begun."""

    epoch: int
    stored: int
    """Absolute sequence number of the last message that the expander has stored."""
    unix_milliseconds: int
    """Time at the expander."""
    codings: int = 0
    """Those of the site's codings that the expander speaks too; both may use them now."""


@dataclass(frozen=True, slots=True)
class Header:
    """What batch and fragment have in common."""

    epoch: int
    first: int
    """Sequence number of the first item."""
    acknowledged: int
    """How many items of the other direction have arrived without a hole. Towards the site: how many
    are stored durably."""
    backlog: int = 0
    """Towards the site only: how many of the stored ones the CSMS has not answered yet."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Carries whole items."""

    header: Header
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Fragment:
    """Carries a piece of the one item that is too long for a frame."""

    header: Header
    offset: int
    total: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """Answers a frame that was not used."""

    fault: FrameFault


Frame = Open | Opened | Batch | Fragment | Refused


def encode_open(frame: Open) -> tuple[bytes, int]:
    """Return an open frame with as many of its items as fit, and how many; the rest goes later."""
    fields: list[Cbor] = [
        *(0, frame.epoch, frame.version, frame.registry, frame.oldest, frame.codings),
    ]
    return pack(fields, [items.encode(item) for item in frame.items])


def encode_opened(frame: Opened) -> bytes:
    """Return the frame that answers an open frame."""
    return cbor.dump([0, frame.epoch, frame.stored, frame.unix_milliseconds, frame.codings])


def encode_refused(fault: FrameFault) -> bytes:
    """Return the frame that refuses another one."""
    return cbor.dump([3, int(fault)])


def encode_batch(
    header: Header, encoded: Sequence[bytes], direction: Direction
) -> tuple[bytes, int]:
    """Return a batch frame and how many of the encoded items it took, in order.

    The number is 0 if the first item alone is too long; send it with `encode_fragments` then.
    """
    return pack([1, *_header_fields(header, direction)], encoded)


def batch_content(header: Header, encoded: Sequence[bytes], direction: Direction) -> bytes:
    """Return a batch with all of the encoded items, however long it gets: to be compressed."""
    fields: list[Cbor] = [1, *_header_fields(header, direction)]
    head = b"".join(cbor.dump(field) for field in fields)
    return b"".join((_array_start(len(fields) + len(encoded)), head, *encoded))


def encode_fragments(header: Header, encoded: bytes, direction: Direction) -> list[bytes]:
    """Return the frames that carry one item which is too long for a batch."""
    fields: list[Cbor] = [2, *_header_fields(header, direction)]
    return [
        cbor.dump([*fields, offset, len(encoded), encoded[offset : offset + FRAGMENT_DATA_BYTES]])
        for offset in range(0, len(encoded), FRAGMENT_DATA_BYTES)
    ]


def pack(fields: list[Cbor], encoded: Sequence[bytes]) -> tuple[bytes, int]:
    """Return the array of some fields and as many encoded items as a frame holds, and how many."""
    head = b"".join(cbor.dump(field) for field in fields)
    room = FRAME_MAX_BYTES - len(head) - 2  # an array of up to 255 entries starts with 2 bytes
    count = 0
    for item in encoded[: FRAME_MAX_ITEMS - len(fields)]:
        room -= len(item)
        if room < 0:
            break
        count += 1
    return b"".join((_array_start(len(fields) + count), head, *encoded[:count])), count


def decode(encoded: bytes, direction: Direction, registry: Registry = CORE) -> Frame:
    """Return a frame that came from the other end.

    Raises:
        FrameError: with the fault that a `Refused` frame should carry. Nothing has been used.
    """
    if len(encoded) > FRAME_MAX_BYTES:
        raise FrameError(FrameFault.OVER_LIMIT, f"a frame of {len(encoded)} bytes")
    return decode_content(encoded, direction, registry)


def decode_content(encoded: bytes, direction: Direction, registry: Registry = CORE) -> Frame:
    """Return the frame in a CBOR text, which may have been compressed.

    Raises:
        FrameError: as `decode`.
    """
    fields = cbor.load(encoded)
    if not isinstance(fields, list) or not fields or type(fields[0]) is not int:
        raise FrameError(FrameFault.MALFORMED, "a frame is an array that starts with its kind")
    if len(fields) > FRAME_MAX_ITEMS:
        raise FrameError(FrameFault.OVER_LIMIT, f"a frame of {len(fields)} entries")
    kind, *rest = fields
    try:
        if kind == 0:
            return _open(rest, registry) if direction is Direction.UP else _opened(rest)
        if kind == 1:
            return _batch(rest, direction, registry)
        if kind == 2:
            return _fragment(rest, direction)
        if kind == 3 and direction is Direction.DOWN:
            (fault,) = rest
            return Refused(FrameFault(_count(fault)))
    except (ValueError, IndexError) as error:
        raise FrameError(FrameFault.MALFORMED, str(error)) from error
    raise FrameError(FrameFault.MALFORMED, f"no frame of kind {kind!r} travels this way")


def _array_start(count: int) -> bytes:
    return bytes([0x80 + count]) if count < 24 else bytes([0x98, count])


def _header_fields(header: Header, direction: Direction) -> list[Cbor]:
    fields: list[Cbor] = [header.epoch, header.first, header.acknowledged]
    return fields if direction is Direction.UP else [*fields, header.backlog]


def _open(rest: list[Cbor], names: Registry) -> Open:
    # Another version may have other fields, but it has its number here.
    if len(rest) > 1 and _count(rest[1]) != PROFILE_VERSION:
        raise FrameError(FrameFault.UNKNOWN_VERSION, f"version {rest[1]!r} of the profile")
    epoch, _, registry, oldest, codings, *encoded = rest
    if not isinstance(registry, bytes):
        raise ValueError("no registry")
    entries = tuple(items.from_cbor(item, names) for item in encoded)
    if not all(isinstance(item, Bind | Presence) for item in entries):
        raise ValueError("a message in an open frame")
    return Open(_count(epoch), _count(oldest), registry, entries, codings=_count(codings))


def _opened(rest: list[Cbor]) -> Opened:
    epoch, stored, unix_milliseconds, codings = rest
    return Opened(_count(epoch), _count(stored), _count(unix_milliseconds), _count(codings))


def _split_header(rest: list[Cbor], direction: Direction) -> tuple[Header, list[Cbor]]:
    length = 3 if direction is Direction.UP else 4
    if len(rest) < length:
        raise ValueError("the header is incomplete")
    return Header(*(_count(field) for field in rest[:length])), rest[length:]


def _batch(rest: list[Cbor], direction: Direction, registry: Registry) -> Batch:
    header, encoded = _split_header(rest, direction)
    return Batch(header, tuple(items.from_cbor(item, registry) for item in encoded))


def _fragment(rest: list[Cbor], direction: Direction) -> Fragment:
    header, fields = _split_header(rest, direction)
    offset, total, data = _count(fields[0]), _count(fields[1]), fields[2]
    if len(fields) != 3 or not isinstance(data, bytes) or not data:
        raise ValueError("a fragment without data")
    if total > ITEM_MAX_BYTES:
        raise FrameError(FrameFault.OVER_LIMIT, f"an item of {total} bytes")
    if offset + len(data) > total:
        raise ValueError("a fragment that reaches beyond its item")
    return Fragment(header, offset, total, data)


def _count(field: Cbor) -> int:
    if type(field) is not int or not 0 <= field < 2**63:
        raise ValueError("a number that is negative, too large or none")
    return field

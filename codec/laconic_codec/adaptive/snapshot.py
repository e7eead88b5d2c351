"""A state as bytes: for its digest, and to keep it over a restart."""

import lzma
import sys
import zlib
from array import array
from collections.abc import Iterator
from typing import Any, Final

from laconic_codec.adaptive.memory import Integers
from laconic_codec.adaptive.records import ROW_BYTES, ROWS_BITS, ROWS_BITS_MAX, Records
from laconic_codec.adaptive.state import Channel, Prior, State
from laconic_codec.adaptive.templates import Template
from laconic_codec.registry import Registry

_VERSION: Final = 4


def digest(state: State) -> int:
    """Return the CRC-32 of everything in a state: equal at both ends, or they have parted."""
    crc = 0
    for part in parts(state):
        crc = zlib.crc32(part, crc)
    return crc


def parts(state: State) -> Iterator[bytes]:
    """Return all of a state in one order, as integers with the lowest byte first."""
    for table in _tables(state):
        yield _little(table)
    yield bytes(state.records.rows)
    yield from _lists(state)


def _tables(state: State) -> list[Integers]:
    """Return the tables of fixed length."""
    memory, records, shelf = state.memory, state.records, state.shelf
    return [
        *(memory.cells, memory.letters, memory.weights, memory.letter_weights),
        state.successors.table,
        *(records.tags, records.stamps),
        *(state.texts.followers, state.ring.places, shelf.next),
    ]


def _lists(state: State) -> Iterator[bytes]:
    yield bytes(state.ring.letters)
    yield _little(
        array(
            "q",
            (
                *(state.ring.next, state.messages, state.time, state.items),
                *(*state.cursors, state.chain),
            ),
        )
    )
    for entries in state.texts.recent:
        yield _little(array("I", [len(entries), *entries]))
    yield _little(array("I", [len(state.texts.learned)]))
    for text_id, text in state.texts.learned.items():
        yield _named(text_id, text)
    yield _little(array("I", [len(state.shelf.recent)]))
    for number in state.shelf.recent:
        template = state.shelf.by_number[number]
        yield _little(array("I", [number, len(template.tokens), *template.tokens]))
        yield _little(array("I", [len(template.names)]))
        for token in sorted(template.names):
            yield _named(token, template.names[token])
    yield _little(array("I", [len(state.channels)]))
    for channel in state.channels:
        yield _little(
            array(
                "q",
                (
                    *(channel.last, channel.before, channel.time, channel.presence, channel.run),
                    channel.entity,
                ),
            )
        )


def _named(number: int, text: str) -> bytes:
    encoded = text.encode()
    return _little(array("I", [number, len(encoded)])) + encoded


def _little(table: Integers) -> bytes:
    if sys.byteorder == "big":
        table = table[:]
        table.byteswap()
    return table.tobytes()


def dump(state: State, prior: Prior | None) -> bytes:
    """Return a state as few bytes: what training had left already is not repeated."""
    out = bytearray([_VERSION, state.records.bits])
    fresh = _tables(_fresh(state.registry, prior, state.records.bits))
    for table, start in zip(_tables(state), fresh, strict=True):
        out += _planes(_difference(_little(table), _little(start)), table.itemsize)
    out += _planes(bytes(state.records.rows), ROW_BYTES)
    for part in _lists(state):
        out += part
    return lzma.compress(bytes(out), **_COMPRESSION)


def load(dumped: bytes, registry: Registry, prior: Prior | None) -> State:
    """Return the state of a dump.

    Raises:
        ValueError: it is none, or one of another version.
    """
    try:
        reader = _Reader(_decompressed(dumped))
        if reader.take(1) != bytes([_VERSION]):
            raise ValueError("a state of another version")
        bits = reader.take(1)[0]
        if not ROWS_BITS <= bits <= ROWS_BITS_MAX:
            raise ValueError("a table of rows that is too small or too large")
        state = _fresh(registry, prior, bits)
        for table in _tables(state):
            planes = reader.take(len(table) * table.itemsize)
            mixed = _difference(_unplaned(planes, table.itemsize), _little(table))
            table[:] = _from_little(table.typecode, mixed)
        rows = state.records.rows
        rows[:] = _unplaned(reader.take(len(rows)), ROW_BYTES)
        _load_lists(reader, state)
        reader.check_end()
    except (lzma.LZMAError, OverflowError, UnicodeDecodeError, KeyError, IndexError) as error:
        raise ValueError("not the dump of a state") from error
    return state


def _fresh(registry: Registry, prior: Prior | None, rows_bits: int) -> State:
    state = State(registry, prior)
    state.records = Records(rows_bits)
    return state


def _difference(table: bytes, start: bytes) -> bytes:
    return (int.from_bytes(table) ^ int.from_bytes(start)).to_bytes(len(table))


def _planes(data: bytes, size: int) -> bytes:
    """Return the lowest bytes of all integers, then the next ones: they are alike."""
    return b"".join(data[place::size] for place in range(size))


def _unplaned(planes: bytes, size: int) -> bytes:
    data = bytearray(len(planes))
    count = len(planes) // size
    for place in range(size):
        data[place::size] = planes[place * count : (place + 1) * count]
    return bytes(data)


_COMPRESSION: Final[dict[str, Any]] = {"check": lzma.CHECK_CRC32, "preset": 6}
_DUMP_MAX_BYTES: Final = 1 << 21
_MEMORY_MAX_BYTES: Final = 1 << 24


def _decompressed(dumped: bytes) -> bytes:
    stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY_MAX_BYTES)
    data = stream.decompress(dumped, _DUMP_MAX_BYTES)
    if not stream.eof or stream.unused_data:
        raise ValueError("a dump that is cut short, or has something after it")
    return data


def _load_lists(reader: "_Reader", state: State) -> None:
    state.ring.letters[:] = reader.take(len(state.ring.letters))
    state.ring.next, state.messages, state.time, state.items, *rest = reader.longs(7)
    state.cursors, state.chain = (rest[0], rest[1]), rest[2]
    for entries in state.texts.recent:
        entries.extend(reader.integers(reader.integer()))
    for _ in range(reader.integer()):
        text_id, text = reader.named()
        state.texts.touch(text_id, text)
    for _ in range(reader.integer()):
        number, length = reader.integers(2)
        tokens = list(reader.integers(length))
        names = dict(reader.named() for _ in range(reader.integer()))
        state.shelf.restore(number, Template(tokens, names, state.registry))
    for _ in range(reader.integer()):
        channel = Channel()
        channel.last, channel.before, channel.time, channel.presence, *rest = reader.longs(6)
        channel.run, channel.entity = rest
        state.channels.append(channel)


class _Reader:
    """Takes bytes off the front."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        self._at += size
        if self._at > len(self._data):
            raise ValueError("a dump that is cut short")
        return self._data[self._at - size : self._at]

    def integers(self, count: int) -> list[int]:
        return list(_from_little("I", self.take(4 * count)))

    def integer(self) -> int:
        return self.integers(1)[0]

    def longs(self, count: int) -> list[int]:
        return list(_from_little("q", self.take(8 * count)))

    def named(self) -> tuple[int, str]:
        number, size = self.integers(2)
        return number, self.take(size).decode()

    def check_end(self) -> None:
        if self._at != len(self._data):
            raise ValueError("a dump with something after it")


def _from_little(typecode: str, data: bytes) -> Integers:
    table: Integers = array("q" if typecode == "q" else "I")
    if typecode in "Hi":
        table = array("H" if typecode == "H" else "i")
    table.frombytes(data)
    if sys.byteorder == "big":
        table.byteswap()
    return table

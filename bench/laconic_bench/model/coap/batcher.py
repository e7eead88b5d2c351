"""Batches of JSON, compressed by zstd with a dictionary."""

from collections import deque
from dataclasses import dataclass
from functools import cache
from typing import Final

import zstandard

from laconic_bench.model.coap.courier import PIECE_BYTES
from laconic_bench.model.coap.end import Shares
from laconic_bench.workloads.boda_site import boda_site

DICTIONARY_BYTES: Final = 32_768
_TRAINING_SEED: Final = 1_000
_LEVEL: Final = 19


@dataclass(frozen=True, slots=True)
class Item:
    """A message in a batch."""

    identity: str
    text: str
    label: str

    @property
    def line(self) -> bytes:
        """Return what is compressed."""
        return f"{self.identity} {self.text}\n".encode()


class Batcher:
    """What waits to travel one way."""

    def __init__(self) -> None:
        self.dictionary = _dictionary()
        """What both ends have."""
        self._compressor = zstandard.ZstdCompressor(_LEVEL, dict_data=self.dictionary)
        self._decompressor = zstandard.ZstdDecompressor(self.dictionary)
        self._waiting: deque[Item] = deque()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, item: Item) -> None:
        """Have a message wait."""
        self._waiting.append(item)

    def take(self) -> tuple[bytes, list[Item]]:
        """Return a batch with as many of the waiting messages as a datagram holds, at least one."""
        count = len(self._waiting)
        while True:
            items = [self._waiting[place] for place in range(count)]
            payload = self._compressor.compress(b"".join(item.line for item in items))
            if len(payload) <= PIECE_BYTES or count == 1:
                break
            count = max(1, count * PIECE_BYTES // len(payload) - 1)
        for _ in items:
            self._waiting.popleft()
        return payload, items

    def is_right(self, payload: bytes, items: list[Item]) -> bool:
        """Read a batch at the far end; tell whether it holds these messages."""
        lines = b"".join(item.line for item in items)
        return self._decompressor.decompress(payload) == lines


def shares_of(items: list[Item]) -> Shares:
    """Return what a batch is billed for."""
    return tuple((item.label, len(item.line)) for item in items)


@cache
def _dictionary() -> zstandard.ZstdCompressionDict:
    """Return the dictionary that both ends have: trained with another day of the reference site."""
    records = boda_site(_TRAINING_SEED, 1.0).records()
    samples: list[bytes | bytearray | memoryview] = [
        f"{record.identity} {record.raw}\n".encode() for record in records
    ]
    return zstandard.train_dictionary(DICTIONARY_BYTES, samples)

"""The bytes of a TCP connection as the bill sees them: which layer and which action each is of."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

Layers = tuple[tuple[str, int], ...]
"""Names of layers with numbers of bytes, in the order in which they are in the stream."""
Shares = tuple[tuple[str, int], ...]
"""Actions with the number of bytes that are for each."""

FIRST_BYTE: Final = 1
"""Number of the first byte of a stream; the SYN has number 0."""


class Chunk:
    """What an application writes at once; the other one gets it when all of it is there."""

    __slots__ = ("cause", "content", "end", "layers", "shares", "size_bytes")

    def __init__(self, layers: Layers, cause: str, label: str = "", content: object = None) -> None:
        self.layers = layers
        self.cause = cause
        self.size_bytes = sum(size for _, size in layers)
        self.shares: Shares = ((label, self.size_bytes),) if label else ()
        self.content = content
        self.end = 0
        """Number of the byte behind it, once it was written."""


@dataclass(slots=True, eq=False)
class Piece:
    """A segment's bytes, and what the sender knows about them while they are not acknowledged."""

    start: int
    end: int
    layers: Layers
    cause: str
    shares: Shares
    is_pushed: bool = True
    """An application's write ends with it."""
    is_fin: bool = False
    sent_at: float = 0.0
    """When it was sent for the last time."""
    is_repeated: bool = False
    """It has been sent more than once."""
    is_sacked: bool = False
    is_lost: bool = False
    """Taken for lost, and not sent again since."""

    def absorb(self, other: "Piece") -> None:
        """Become one segment with the one behind it."""
        self.end = other.end
        self.layers += other.layers
        self.shares += other.shares
        self.is_pushed = other.is_pushed
        self.is_fin = other.is_fin


@dataclass(slots=True)
class Unsent:
    """What was written and not sent yet. Bytes of different writes may share a segment."""

    next: int = FIRST_BYTE
    """Number of the next byte to send."""
    end: int = FIRST_BYTE
    _chunks: deque[Chunk] = field(default_factory=deque[Chunk])

    def __bool__(self) -> bool:
        return self.next < self.end

    def write(self, chunk: Chunk) -> None:
        """Append a chunk; it learns its place."""
        self.end = chunk.end = self.end + chunk.size_bytes
        self._chunks.append(chunk)

    def take(self, limit_bytes: int) -> Piece:
        """Return the next segment, of at most so many bytes. There must be something."""
        first = self._chunks[0]
        is_all = first.end == self.end and self.next + first.size_bytes == self.end
        if is_all and first.size_bytes <= limit_bytes:
            start, self.next = self.next, self.end
            self._chunks.popleft()
            return Piece(start, first.end, first.layers, first.cause, first.shares)
        return self._collect(limit_bytes)

    def _collect(self, limit_bytes: int) -> Piece:
        start, stop = self.next, min(self.end, self.next + limit_bytes)
        layers: list[tuple[str, int]] = []
        shares: list[tuple[str, int]] = []
        cause, is_pushed = self._chunks[0].cause, False
        while self.next < stop:
            chunk = self._chunks[0]
            begin, end = chunk.end - chunk.size_bytes, min(stop, chunk.end)
            layers.extend(cut(chunk.layers, self.next - begin, end - begin))
            shares.extend((label, end - self.next) for label, _ in chunk.shares)
            self.next = end
            is_pushed = end == chunk.end
            if is_pushed:
                self._chunks.popleft()
        return Piece(start, stop, tuple(layers), cause, tuple(shares), is_pushed)


def cut(layers: Layers, start: int, end: int) -> Iterable[tuple[str, int]]:
    """Yield the layers of the bytes from `start` to `end`."""
    position = 0
    for name, size in layers:
        own = min(end, position + size) - max(start, position)
        if own > 0:
            yield name, own
        position += size

"""A TCP segment on its way, and how long its header is."""

from typing import Final

from laconic_bench.model.tcp.stream import Piece, Shares

IPV4_HEADER_BYTES: Final = 20
_HEADER_BYTES: Final = 20
TIMESTAMPS_BYTES: Final = 12
"""RFC 7323, 3.2, with two NOPs before it."""
HEADER_BYTES: Final = _HEADER_BYTES + TIMESTAMPS_BYTES
SYN_HEADER_BYTES: Final = _HEADER_BYTES + 4 + 2 + 10 + 1 + 3
"""With MSS, SACK permitted, time stamps, a NOP and window scale, as Linux sends them."""
RESET_HEADER_BYTES: Final = _HEADER_BYTES
"""The kernel's answer where no connection is."""
_SACK_BYTES: Final = 2 + 2
"""Two NOPs, kind and length (RFC 2018)."""
_SACK_BLOCK_BYTES: Final = 8
SACK_BLOCKS_MAX: Final = 3
"""As many as have room beside the time stamps."""
MTU_BYTES: Final = 1_500
SEGMENT_BYTES_MAX: Final = MTU_BYTES - IPV4_HEADER_BYTES - HEADER_BYTES
"""Of data: the MSS of 1460 less the time stamps."""

Blocks = tuple[tuple[int, int], ...]
"""Ranges of bytes, the most recent one first; a duplicate (RFC 2883) before all."""


def sack_bytes(blocks: Blocks) -> int:
    """Return how long the option is that reports these blocks."""
    return _SACK_BYTES + _SACK_BLOCK_BYTES * len(blocks) if blocks else 0


class Segment:
    """What one end sends the other. Times are those of virtual time."""

    __slots__ = ("ack", "blocks", "cause", "echo", "is_reset", "is_syn", "piece", "shares", "stamp")

    def __init__(
        self, ack: int, stamp: float, echo: float, blocks: Blocks = (), piece: Piece | None = None
    ) -> None:
        self.ack = ack
        """The next byte that the sender expects; 0: it acknowledges nothing."""
        self.stamp = stamp
        """Time stamp: when it was sent."""
        self.echo = echo
        """Time stamp of the other side's segment that is answered."""
        self.blocks = blocks
        self.piece = _snapshot(piece) if piece is not None else None
        self.cause = piece.cause if piece is not None else ""
        self.shares: Shares = piece.shares if piece is not None else ()
        self.is_syn = False
        self.is_reset = False


def _snapshot(piece: Piece) -> tuple[int, int, bool, bool]:
    """Return start, end, pushed and FIN: the piece itself may grow while this is under way."""
    return piece.start, piece.end, piece.is_pushed, piece.is_fin

"""What was sent and is not acknowledged: which pieces have arrived, and which are lost."""

from collections import deque
from collections.abc import Sequence
from math import inf

from laconic_bench.model.tcp.segment import SEGMENT_BYTES_MAX, Blocks
from laconic_bench.model.tcp.stream import Piece


class Flight:
    """What is under way, in the order of the stream."""

    __slots__ = ("_rack", "_rack_seconds", "pieces")

    def __init__(self) -> None:
        self.pieces: deque[Piece] = deque()
        self._rack = (0.0, 0)
        """When the most recently sent piece left of those that have arrived, and its end."""
        self._rack_seconds = 0.0
        """Its round trip."""

    def __len__(self) -> int:
        return len(self.pieces)

    @property
    def out(self) -> int:
        """How many are in the network, as far as the sender knows."""
        return sum(not (one.is_sacked or one.is_lost) for one in self.pieces)

    @property
    def sacked(self) -> int:
        """How many have arrived behind a gap."""
        return sum(one.is_sacked for one in self.pieces)

    def first_lost(self) -> Piece | None:
        """Return the first piece that is to be sent again."""
        return next((one for one in self.pieces if one.is_lost), None)

    def lose_all(self) -> None:
        """Take everything for lost that has not arrived."""
        for piece in self.pieces:
            piece.is_lost = not piece.is_sacked

    def join(self, piece: Piece) -> None:
        """Put those behind a piece into it while they fit into one segment.

        Linux does so when it sends again (net.ipv4.tcp_retrans_collapse).
        """
        index = self.pieces.index(piece) + 1
        while index < len(self.pieces):
            other = self.pieces[index]
            if other.is_sacked or other.end - piece.start > SEGMENT_BYTES_MAX:
                return
            piece.absorb(other)
            del self.pieces[index]

    def sack(self, blocks: Blocks) -> Sequence[Piece]:
        """Return those that a SACK option reports for the first time."""
        arrived: list[Piece] = []
        for piece in self.pieces if blocks else ():
            is_within = any(start <= piece.start and piece.end <= end for start, end in blocks)
            if is_within and not piece.is_sacked:
                piece.is_sacked, piece.is_lost = True, False
                arrived.append(piece)
        return arrived

    def remove(self, ack: int) -> Sequence[Piece]:
        """Take out those that are acknowledged, and return them."""
        removed: list[Piece] = []
        while self.pieces and self.pieces[0].end <= ack:
            removed.append(self.pieces.popleft())
        return removed

    def note_arrival(self, arrived: Sequence[Piece], now: float, shortest_seconds: float) -> None:
        """Note what has just been reported, for `detect`."""
        for piece in arrived:
            seconds = now - piece.sent_at
            # Too soon for the last time that it was sent: the time before has arrived.
            if not piece.is_repeated or seconds >= shortest_seconds:
                self._rack_seconds = seconds
                self._rack = max(self._rack, (piece.sent_at, piece.end))

    def detect(self, now: float, tolerance_seconds: float) -> float:
        """Find what is lost, by what was sent later and has arrived (RACK, RFC 8985).

        Return in how many seconds the next ones will be late enough; infinite: there are none.
        """
        last = -inf
        for piece in self.pieces:
            if piece.is_sacked or piece.is_lost or (piece.sent_at, piece.end) >= self._rack:
                continue
            rest = piece.sent_at + self._rack_seconds + tolerance_seconds - now
            if rest <= 0:
                piece.is_lost = True
            else:
                last = max(last, rest)
        return last if last > 0 else inf


def sent_at(acked: Sequence[Piece], fresh: Sequence[Piece], echo: float) -> float | None:
    """Return when that was sent which an acknowledgement measures; None if nobody can tell.

    `acked` is what it acknowledges, `fresh` what it reports for the first time.
    """
    if any(one.is_repeated for one in acked):
        return echo
    # Karn's rule: only what was sent once can be measured without time stamps.
    return next((one.sent_at for one in fresh if not one.is_repeated), None)

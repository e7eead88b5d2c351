"""Which exchanges of a log are played: pieces from all over it, and some of each action.

The newest part alone would leave out what was done before, and a silent night is no month. A piece
is a row of exchanges with the time until the next one, so pieces keep the pattern of the log in
time. They are drawn evenly over all of it, many times, and the draw counts of which the mix of
actions is most like that of the log. Memory is bounded, whatever the log is.
"""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Final

from laconic_bench.estimate.month import messages_of, text_bytes_of
from laconic_bench.model.exchanges import Exchange

PIECES: Final = 20
"""Of these a replay is made, if a log has more messages than are played."""
DRAWS: Final = 200
KEPT_TIMES: Final = 8
"""While the log is read so many times more messages are kept than are played."""
TEXT_BYTES_MAX: Final = 64_000_000
"""Of what is kept; it bounds the memory."""
EACH_ACTION_EXCHANGES: Final = 10
"""So many of each action are played, or all; if the pieces have fewer, the newest are put in."""
SINGLE_SECONDS: Final = 1.0
"""A month is not longer for what is put in."""
ACTIONS_MAX: Final = 500
"""OCPP has fewer."""


@dataclass(slots=True)
class Piece:
    """Some exchanges that follow each other."""

    exchanges: list[Exchange] = field(default_factory=list[Exchange])
    end_seconds: float = 0.0
    """When the next exchange of the log begins, or the last one of this piece if none does."""
    messages: int = 0
    text_bytes: int = 0
    text_by_action: Counter[str] = field(default_factory=Counter[str])

    def add(self, exchange: Exchange) -> None:
        """Take the next exchange."""
        text_bytes = text_bytes_of(exchange)
        self.exchanges.append(exchange)
        self.end_seconds = exchange.at_seconds
        self.messages += messages_of(exchange)
        self.text_bytes += text_bytes
        self.text_by_action[exchange.message.action] += text_bytes


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is played."""

    pieces: Sequence[Piece]
    """In the order of the log."""
    rare_actions: Sequence[str] = ()
    """Of these the drawn pieces have too few: more came, one exchange a piece."""


class Sample:
    """Draws from a log while it is read."""

    def __init__(self, messages_max: int) -> None:
        self._messages_max = messages_max
        self._piece_messages = max(1, messages_max // PIECES)
        self._dice = Random(1)
        self._open = Piece()
        self._kept: list[Piece] = []
        self._stride = 1
        """One piece in so many is kept; which one, the dice say."""
        self._passed = 0
        """Pieces of the present stride that are over."""
        self._drawn = 0
        """Which of them is kept."""
        self._newest: dict[str, deque[Exchange]] = {}
        self._actions: Counter[str] = Counter()
        self._text_by_action: Counter[str] = Counter()

    def add(self, exchange: Exchange) -> None:
        """Take the next exchange of the log."""
        self._note_action(exchange)
        piece = self._open
        is_full = piece.messages + messages_of(exchange) > self._piece_messages
        is_large = piece.text_bytes > TEXT_BYTES_MAX // (KEPT_TIMES * PIECES)
        if piece.exchanges and (is_full or is_large):
            piece.end_seconds = exchange.at_seconds
            self._close()
        self._open.add(exchange)

    @property
    def kept_messages(self) -> int:
        """Return how many messages of pieces that are over are in memory."""
        return sum(one.messages for one in self._kept)

    def chosen(self) -> Chosen:
        """Return what is played of all that was added."""
        pieces = [*self._kept]
        if self._open.exchanges and self._passed == self._drawn:
            pieces.append(self._open)
        if self._stride > 1 or sum(one.messages for one in pieces) > self._messages_max:
            draws = [self._evenly(pieces) for _ in range(DRAWS)]
            pieces = min(draws, key=self._distance)
        singles = self._singles(pieces)
        all_of_them = [*pieces, *(_single(one) for one in singles)]
        return Chosen(
            sorted(all_of_them, key=lambda one: one.exchanges[0].at_seconds),
            sorted({one.message.action for one in singles}),
        )

    def _note_action(self, exchange: Exchange) -> None:
        action = exchange.message.action
        if action not in self._newest and len(self._newest) >= ACTIONS_MAX:
            return
        self._actions[action] += 1
        self._text_by_action[action] += text_bytes_of(exchange)
        self._newest.setdefault(action, deque(maxlen=EACH_ACTION_EXCHANGES)).append(exchange)

    def _close(self) -> None:
        if self._passed == self._drawn:
            self._kept.append(self._open)
        self._open = Piece()
        self._passed += 1
        if self._passed < self._stride:
            return
        if len(self._kept) % 2 == 0 and self._is_too_much():
            pairs = zip(self._kept[::2], self._kept[1::2], strict=True)
            self._kept = [self._dice.choice(pair) for pair in pairs]
            self._stride *= 2
        self._passed, self._drawn = 0, self._dice.randrange(self._stride)

    def _is_too_much(self) -> bool:
        text_bytes = sum(one.text_bytes for one in self._kept)
        return self.kept_messages > KEPT_TIMES * self._messages_max or text_bytes > TEXT_BYTES_MAX

    def _evenly(self, pieces: Sequence[Piece]) -> list[Piece]:
        """Return one piece of each of as many equal parts as may be played."""
        count = len(pieces)
        parts = min(count, PIECES)
        bounds = [-(-number * count // parts) for number in range(parts + 1)]
        return [pieces[self._dice.randrange(first, end)] for first, end in pairwise(bounds)]

    def _distance(self, pieces: Sequence[Piece]) -> float:
        """Return how far the mix of actions in some pieces is from that of the whole log."""
        found: Counter[str] = Counter()
        for piece in pieces:
            found.update(piece.text_by_action)
        times = self._text_by_action.total() / (found.total() or 1)
        return sum(
            abs(found[action] * times - size) for action, size in self._text_by_action.items()
        )

    def _singles(self, pieces: Sequence[Piece]) -> list[Exchange]:
        played = Counter(one.message.action for piece in pieces for one in piece.exchanges)
        has = {id(one) for piece in pieces for one in piece.exchanges}
        return [
            one
            for action, newest in self._newest.items()
            if played[action] < min(EACH_ACTION_EXCHANGES, self._actions[action])
            for one in newest
            if id(one) not in has
        ]


def _single(exchange: Exchange) -> Piece:
    piece = Piece()
    piece.add(exchange)
    piece.end_seconds += SINGLE_SECONDS
    return piece

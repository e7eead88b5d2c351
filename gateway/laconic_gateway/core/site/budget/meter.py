"""The byte meter: every byte on the wire, by direction, cause, charger and action.

What comes in is the size of each datagram with its IP and UDP headers, and what it is about. The
bytes of a datagram are shared among the items that it carries in proportion to their size, in
whole bytes: the sum of all counters is the number of bytes on the wire, always. On TCP a message
comes with the headers of its segment; what TCP adds is told apart (`Kind.TRANSPORT`).

A repetition, an acknowledgement and an answer without items are counted for the items of the
request that they belong to: a message costs its answer too.
"""

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from laconic_codec.frame import Direction
from laconic_codec.items import Item
from laconic_gateway.core.coap.events import Kind, Mark
from laconic_gateway.core.site.budget.contents import (
    EMPTY,
    SITE,
    UNREAD_CONTENTS,
    Cause,
    Contents,
    Reader,
    Share,
)
from laconic_gateway.core.site.budget.month import Month, day_of

OTHER: Final = "(other)"
"""Stands for every action beyond `ACTIONS_MAX`."""
ACTIONS_MAX: Final = 200
"""Chargers may invent actions; so many are counted on their own."""
REQUESTS_KEPT: Final = 256
"""Requests whose repetitions and answers may still come."""


class Way(StrEnum):
    """Direction of a datagram: up is to the expander."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """What some bytes are counted for."""

    way: Way
    cause: Cause
    charger: str
    """Identity, or `SITE`."""
    action: str


@dataclass(frozen=True, slots=True)
class Totals:
    """Bytes on the wire since the month began, as the meter knows them."""

    month: Month
    month_bytes: int
    day: int
    """Counted from 1970-01-01."""
    day_bytes: int


_Key = tuple[bool, int]
"""Whether the peer asked, and the number of the request."""


class Meter:
    """Counts; feed it every datagram. It does no I/O: `take_unsaved` says what to write down."""

    def __init__(self, starts_on_day: int) -> None:
        """`starts_on_day` is the day of the calendar's month on which a billing month begins."""
        self._starts_on_day = starts_on_day
        self._reader = Reader()
        self._requests: OrderedDict[_Key, Contents] = OrderedDict()
        self._unread: dict[tuple[_Key, Way], tuple[int, int]] = {}
        """Bytes with their month that wait for `tell_items`, by request and direction."""
        self.day_bytes: Counter[int] = Counter()
        """By day, counted from 1970-01-01."""
        self._unsaved: Counter[tuple[int, Account]] = Counter()
        self._unsaved_days: Counter[int] = Counter()
        self._unpublished: Counter[Account] = Counter()
        self._actions: set[str] = set()

    def restore(self, day_bytes: Mapping[int, int]) -> None:
        """Take over what was written down."""
        self.day_bytes.update(day_bytes)

    def totals(self, unix_seconds: float) -> Totals:
        """Return what the billing month and the day of a moment have used so far."""
        month = Month.of(unix_seconds, self._starts_on_day)
        day = day_of(unix_seconds)
        return Totals(month, month.sum_of(self.day_bytes), day, self.day_bytes[day])

    def take(self, way: Way, wire_bytes: int, mark: Mark, unix_seconds: float) -> None:
        """Count one datagram, or one message on TCP.

        Args:
            way: where it went.
            wire_bytes: its size with IP and UDP or TCP headers.
            mark: what the message layer says of it.
            unix_seconds: when it was on the wire.
        """
        key = None if mark.number is None else (mark.asked_by_peer, mark.number)
        contents, is_unread = self._contents(way, mark, key)
        month = Month.of(unix_seconds, self._starts_on_day).first_day
        day = day_of(unix_seconds)
        self.day_bytes[day] += wire_bytes
        self._unsaved_days[day] += wire_bytes
        self._count(month, way, contents, wire_bytes)
        if is_unread and key is not None:
            self._unread[key, way] = (wire_bytes, month)

    def tell_items(
        self, way: Way, number: int, carried: Sequence[Item], *, asked_by_peer: bool = False
    ) -> None:
        """Say what a frame carries that cannot be read without the state of its coding.

        `number` is that of the exchange, or of the peer's request if `asked_by_peer`; the frame
        is the request or the answer, whichever goes that way. For an own request call it before
        the frame is sent, for what was received right after it was decoded. `carried` has to hold
        bindings too: they say which charger a channel is.
        """
        key = (asked_by_peer, number)
        contents = self._reader.of_items(carried)
        is_request = (way is Way.DOWN) is asked_by_peer
        if not is_request and not contents.shares:
            contents = _acknowledging(self._requests.get(key, EMPTY))
        elif is_request:
            self._remember(key, contents)
        waiting = self._unread.pop((key, way), None)
        if waiting is not None:
            wire_bytes, month = waiting
            self._count(month, way, UNREAD_CONTENTS, -wire_bytes)
            self._count(month, way, contents, wire_bytes)

    def take_unsaved(self) -> tuple[dict[tuple[int, Account], int], dict[int, int]]:
        """Return what was counted since the last call, and forget it; frames stay unread after it.

        The first part is by first day of the month and account, the second by day; both are bytes
        to add to what is on disk.
        """
        counted = {key: count for key, count in self._unsaved.items() if count}
        days = dict(self._unsaved_days)
        self._unsaved.clear()
        self._unsaved_days.clear()
        self._unread.clear()
        return counted, days

    def take_unpublished(self) -> dict[Account, int]:
        """Return the bytes that were counted since the last call, for metrics."""
        counted = {account: count for account, count in self._unpublished.items() if count > 0}
        # What is negative was unread when it was published; it waits for more of the kind.
        self._unpublished = Counter({a: n for a, n in self._unpublished.items() if n < 0})
        return counted

    def _contents(self, way: Way, mark: Mark, key: _Key | None) -> tuple[Contents, bool]:
        """Return what a datagram is about, and whether somebody may still say it better."""
        known = self._requests.get(key, EMPTY) if key is not None else EMPTY
        match mark.kind:
            case Kind.STRAY:
                return Contents(Cause.STRAY), False
            case Kind.TRANSPORT:
                return Contents(Cause.TRANSPORT), False
            case Kind.PROBE:
                return Contents(Cause.PROBE), False
            case Kind.ECHO:
                return replace(known, cause=Cause.REFUSAL), False
            case Kind.REPEATED:
                return replace(known, cause=Cause.REPETITION), False
            case Kind.EMPTY_ACK:
                return _acknowledging(known), False
            case Kind.REQUEST:
                return self._request(way, mark.payload or b"", key)
            case Kind.RESPONSE:
                return self._response(way, mark.payload or b"", known)

    def _request(self, way: Way, payload: bytes, key: _Key | None) -> tuple[Contents, bool]:
        if key is None:  # one way: only keepalives are sent like that
            return EMPTY, False
        contents = self._requests.get(key)
        if contents is None:
            contents = self._reader.of_frame(payload, _direction(way))
            self._remember(key, contents)
        return contents, contents is UNREAD_CONTENTS

    def _response(self, way: Way, payload: bytes, request: Contents) -> tuple[Contents, bool]:
        contents = self._reader.of_frame(payload, _direction(way))
        if contents is EMPTY:
            return _acknowledging(request), False
        return contents, contents is UNREAD_CONTENTS

    def _remember(self, key: _Key, contents: Contents) -> None:
        self._requests[key] = contents
        while len(self._requests) > REQUESTS_KEPT:
            self._requests.popitem(last=False)

    def _count(self, month: int, way: Way, contents: Contents, wire_bytes: int) -> None:
        shares = contents.shares or (Share(SITE, "", 1),)
        parts = split(abs(wire_bytes), [share.weight for share in shares])
        for share, part in zip(shares, parts, strict=True):
            account = Account(way, contents.cause, share.charger, self._action(share.action))
            signed = part if wire_bytes >= 0 else -part
            self._unsaved[month, account] += signed
            self._unpublished[account] += signed

    def _action(self, action: str) -> str:
        if action not in self._actions and len(self._actions) >= ACTIONS_MAX:
            return OTHER
        self._actions.add(action)
        return action


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Return `total` as whole parts in proportion to some weights; their sum is `total`.

    Each part differs from its exact share by less than 1. Without any weight all count alike.
    """
    if not any(weights):
        weights = [1] * len(weights)
    parts: list[int] = []
    whole, passed, given = sum(weights), 0, 0
    for weight in weights:
        passed += weight
        parts.append(total * passed // whole - given)
        given += parts[-1]
    return parts


def _acknowledging(request: Contents) -> Contents:
    """Return the contents of an answer without items to a request."""
    is_message = request.cause is Cause.MESSAGE
    return replace(request, cause=Cause.ACKNOWLEDGEMENT) if is_message else request


def _direction(way: Way) -> Direction:
    return Direction.UP if way is Way.UP else Direction.DOWN

"""An emulated cellular link: a UDP relay with delay, jitter, loss and a byte count.

Bytes are counted as IPv4 packets, UDP payload plus 28 bytes (RFC 791, RFC 768), when a datagram
enters the link, in both directions, dropped ones too. A SIM does not pay for downlink datagrams
that are lost before they reach it, so the count can only be too high.
"""

import asyncio
import random
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast

IPV4_UDP_HEADER_BYTES: Final = 20 + 8

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """How the link behaves, the same in both directions."""

    delay_seconds: float = 0.150
    """One way, mean."""
    jitter_seconds: float = 0.020
    """The delay of each datagram is uniform in `delay_seconds` plus or minus this."""
    loss: float = 0.01
    """Probability that a datagram is dropped, 0 to 1."""
    may_reorder: bool = False
    """False: a datagram never overtakes an earlier one of its direction."""


class Lane:
    """One direction of the link, without a clock: `send` puts in, `due` takes out.

    After `send` and `due` the caller asks `timer()` when to call `due` again.
    """

    def __init__(self, settings: LinkSettings, rng: random.Random) -> None:
        self._settings = settings
        self._rng = rng
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._passages: list[tuple[float, float]] = []  # entered, left
        self.datagrams = 0
        self.wire_bytes = 0
        self.drops_seconds: list[float] = []
        """When a datagram was dropped, in order."""

    def delay_of_first_after(self, seconds: float) -> float | None:
        """How long the first datagram that entered at this time or later was under way."""
        index = bisect_left(self._passages, (seconds,))
        return _delay(self._passages[index]) if index < len(self._passages) else None

    def delay_of_last_before(self, seconds: float) -> float | None:
        """How long the last datagram that had left by this time was under way."""
        # The order of leaving is that of entering, but for a link that may reorder.
        index = bisect_right(self._passages, seconds, key=lambda passage: passage[1])
        return _delay(self._passages[index - 1]) if index else None

    def send(self, datagram: bytes, now: float) -> None:
        """Counts one datagram and keeps it until its delay is over, or drops it."""
        self.datagrams += 1
        self.wire_bytes += len(datagram) + IPV4_UDP_HEADER_BYTES
        jitter = self._rng.uniform(-1, 1) * self._settings.jitter_seconds
        if self._rng.random() < self._settings.loss:
            self.drops_seconds.append(now)
            return
        due = now + max(0.0, self._settings.delay_seconds + jitter)
        if self._waiting and not self._settings.may_reorder:
            due = max(due, self._waiting[-1][0])
        self._passages.append((now, due))
        self._waiting.append((due, datagram))
        if self._settings.may_reorder:
            self._waiting = deque(sorted(self._waiting, key=lambda item: item[0]))

    def due(self, now: float) -> list[bytes]:
        """Takes out what has arrived at the far end by `now`, in order."""
        arrived: list[bytes] = []
        while self._waiting and self._waiting[0][0] <= now:
            arrived.append(self._waiting.popleft()[1])
        return arrived

    def timer(self) -> float | None:
        """When the next datagram arrives; None if the lane is empty."""
        return self._waiting[0][0] if self._waiting else None


def _delay(passage: tuple[float, float]) -> float:
    entered, left = passage
    return left - entered


class Link:
    """The relay between a site and its expander.

    The site talks to `port`; the relay talks to the expander from one socket of its own, as a
    carrier's NAT does, and sends the answers to the address from which the site spoke last.
    """

    def __init__(self, settings: LinkSettings, expander: Address, seed: int) -> None:
        self.settings = settings
        self.up = Lane(settings, random.Random(f"{seed} up"))
        self.down = Lane(settings, random.Random(f"{seed} down"))
        self._expander = expander
        self._site: Address | None = None
        self._site_socket: asyncio.DatagramTransport
        self._expander_socket: asyncio.DatagramTransport
        self._timers: dict[Lane, asyncio.TimerHandle] = {}

    @property
    def port(self) -> int:
        """UDP port on 127.0.0.1 for the site."""
        return cast(Address, self._site_socket.get_extra_info("sockname"))[1]

    async def start(self) -> None:
        """Opens both sockets."""
        loop = asyncio.get_running_loop()
        self._site_socket, _ = await loop.create_datagram_endpoint(
            lambda: _Receiver(self._from_site), local_addr=("127.0.0.1", 0)
        )
        self._expander_socket, _ = await loop.create_datagram_endpoint(
            lambda: _Receiver(self._from_expander), remote_addr=self._expander
        )

    def stop(self) -> None:
        """Closes both sockets; what is under way is gone."""
        for timer in self._timers.values():
            timer.cancel()
        self._site_socket.close()
        self._expander_socket.close()

    @property
    def dropped(self) -> int:
        """Datagrams dropped in both directions."""
        return len(self.up.drops_seconds) + len(self.down.drops_seconds)

    def lost_between(self, start_seconds: float, end_seconds: float) -> bool:
        """Whether a datagram was dropped in this time, by the clock of the event loop."""
        return any(
            bisect_left(drops, start_seconds) < bisect_right(drops, end_seconds)
            for drops in (self.up.drops_seconds, self.down.drops_seconds)
        )

    def _from_site(self, datagram: bytes, address: Address) -> None:
        self._site = address
        self._enter(self.up, datagram, self._expander_socket.sendto)

    def _from_expander(self, datagram: bytes, _: Address) -> None:
        self._enter(self.down, datagram, self._to_site)

    def _to_site(self, datagram: bytes) -> None:
        self._site_socket.sendto(datagram, self._site)

    def _enter(self, lane: Lane, datagram: bytes, leave: Callable[[bytes], None]) -> None:
        lane.send(datagram, asyncio.get_running_loop().time())
        self._deliver(lane, leave)

    def _deliver(self, lane: Lane, leave: Callable[[bytes], None]) -> None:
        loop = asyncio.get_running_loop()
        for datagram in lane.due(loop.time()):
            leave(datagram)
        if lane in self._timers:
            self._timers.pop(lane).cancel()
        due = lane.timer()
        if due is not None:
            self._timers[lane] = loop.call_at(due, self._deliver, lane, leave)


class _Receiver(asyncio.DatagramProtocol):
    """Hands datagrams on. An unreachable peer is a lossy link, not an error of the link."""

    def __init__(self, receive: Callable[[bytes, Address], None]) -> None:
        self._receive = receive

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._receive(data, addr)

"""Two endpoints and a bad link between them, in virtual time; every accident comes from a seed."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

from laconic_gateway.core.coap.endpoint import (
    Address,
    Endpoint,
    Event,
    ExchangeFailed,
    Mark,
    PeerMoved,
    ProbeAnswered,
    ProbeFailed,
    RequestReceived,
    ResponseReceived,
    Route,
    Timing,
)
from laconic_gateway.edge.link.keys import End, KeyMaterial
from laconic_gateway.edge.link.oscore import OscoreContext
from laconic_gateway.edge.link.sequence import STATE_FILE, SequenceState

CLOUD: Address = ("192.0.2.1", 5683)
SITE: Address = ("198.51.100.7", 40000)
EMPTY_ACK_BYTES = 4
PATIENCE_SECONDS = 400.0
"""Longer than any exchange can last."""


class MemoryFiles:
    """A file layer in memory: what a context wrote outlives it."""

    def __init__(self, fingerprint: str, reserved: int = 0) -> None:
        fresh = SequenceState(fingerprint, reserved, fresh=True)
        self._contents = {STATE_FILE: fresh.encode()}

    def lock(self, path: Path) -> Callable[[], None]:
        return lambda: None

    def read(self, path: Path) -> bytes:
        return self._contents[path.name]

    def write_synced(self, path: Path, content: bytes) -> None:
        self._contents[path.name] = content

    def rename(self, source: Path, target: Path) -> None:
        self._contents[target.name] = self._contents.pop(source.name)

    def sync_directory(self, directory: Path) -> None:
        pass


KID = b"\x00"
"""Sender id of the site."""


def material(end: End, kid: bytes = KID, secret: bytes = b"0123456789abcdef") -> KeyMaterial:
    """Return key material that is the same in every run."""
    own, other = (kid, b"") if end is End.SITE else (b"", kid)
    return KeyMaterial(Path("."), "kisumu-1", end, own, other, secret, b"saltsalt")


@dataclass
class Node:
    """One end that can crash and start again: a new endpoint and a new context each time."""

    end: End
    address: Address
    peer_address: Address | None
    timing: Timing = field(default_factory=Timing)
    random: Callable[[], float] = lambda: 0.0
    answer_after: Callable[[bytes], float | None] = lambda payload: 0.0
    """Seconds until a request is answered; None: never."""
    answer: Callable[[bytes], bytes | None] = lambda payload: b"re:" + payload
    handled: list[bytes] = field(default_factory=list[bytes])
    newest: list[bool] = field(default_factory=list[bool])
    """For each of `handled`, whether it was newer than all before."""
    responses: list[tuple[int, bytes]] = field(default_factory=list[tuple[int, bytes]])
    failures: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    moves: list[Route] = field(default_factory=list[Route])
    due_answers: list[tuple[float, int, bytes]] = field(
        default_factory=list[tuple[float, int, bytes]]
    )
    starts: int = 0
    first_sequence: int = 0

    def __post_init__(self) -> None:
        self._material = material(self.end)
        self._files = MemoryFiles(self._material.fingerprint(), self.first_sequence)
        self.start()

    @property
    def peer(self) -> str:
        return "expander" if self.end is End.SITE else "kisumu-1"

    def start(self) -> None:
        """Start with what is on disk; without `stop` before, this is a crash."""
        self.starts += 1
        self.context = OscoreContext(self._material, files=self._files)
        self.endpoint = Endpoint(
            random=self.random, first_message_id=1000 * self.starts, timing=self.timing
        )
        self.endpoint.add_peer(self.peer, self.context, self.peer_address)
        self.due_answers.clear()

    def stop(self) -> None:
        self.context.close()

    def take_events(self, now: float) -> None:
        for event in self.endpoint.events():
            self._take(event, now)

    def _take(self, event: Event, now: float) -> None:
        match event:
            case RequestReceived(_, request, payload, confirmable, newest):
                self.handled.append(payload)
                self.newest.append(newest)
                delay = self.answer_after(payload)
                if confirmable and delay is not None:
                    heapq.heappush(self.due_answers, (now + delay, request, payload))
            case ResponseReceived(_, exchange, payload):
                self.responses.append((exchange, payload))
            case ExchangeFailed(_, exchange, reason):
                self.failures.append((exchange, reason))
            case PeerMoved(_, address):
                self.moves.append(address)
            case ProbeAnswered() | ProbeFailed():
                raise AssertionError("this link has one way only")

    def timer(self) -> float | None:
        timers = [self.endpoint.timer(), self.due_answers[0][0] if self.due_answers else None]
        return min((timer for timer in timers if timer is not None), default=None)

    def handle_timer(self, now: float) -> None:
        self.endpoint.handle_timer(now)
        while self.due_answers and self.due_answers[0][0] <= now:
            _, request, payload = heapq.heappop(self.due_answers)
            self.endpoint.respond(request, self.answer(payload), now)


@dataclass(order=True)
class Flying:
    """A datagram on its way."""

    arrives: float
    number: int
    datagram: bytes = field(compare=False)
    source: Address = field(compare=False)
    target: Address = field(compare=False)


class Link:
    """Carries datagrams between a site behind a NAT and the cloud, and keeps a log of them."""

    def __init__(
        self,
        *,
        seed: int = 0,
        loss: float = 0.0,
        duplication: float = 0.0,
        delay_seconds: float = 0.05,
        jitter_seconds: float = 0.0,
        timing: Timing | None = None,
        first_sequence: int = 0,
    ) -> None:
        self.random = Random(seed)
        self.loss, self.duplication = loss, duplication
        self.delay_seconds, self.jitter_seconds = delay_seconds, jitter_seconds
        self.now = 0.0
        jitter = Random(seed + 1).random if seed else lambda: 0.0
        timing = timing or Timing()
        self.site = Node(End.SITE, SITE, CLOUD, timing, jitter, first_sequence=first_sequence)
        self.cloud = Node(End.EXPANDER, CLOUD, None, timing, jitter, first_sequence=first_sequence)
        self.log: list[tuple[str, bytes]] = []
        """Every datagram sent: "up" or "down", and its bytes."""
        self.marks: list[tuple[str, Mark]] = []
        """What each datagram is, as its sender and its receiver see it."""
        self.drop: Callable[[str, bytes], bool] = lambda direction, datagram: False
        """A test's own idea of what gets lost."""
        self._flying: list[Flying] = []
        self._numbers = 0

    def rebind(self) -> None:
        """The NAT forgets the site; what is sent to the old address is gone."""
        host, port = self.site.address[:2]
        self.site.address = (host, port + 1)

    def run(self, seconds: float) -> None:
        """Let time pass; things happen in order of time."""
        end = self.now + seconds
        self._exchange()
        while (at := self._next()) is not None and at <= end:
            self.now = max(self.now, at)
            while self._flying and self._flying[0].arrives <= self.now:
                self._deliver(heapq.heappop(self._flying))
            for node in (self.site, self.cloud):
                node.handle_timer(self.now)
            self._exchange()
        self.now = end

    def sizes(self) -> list[tuple[str, int]]:
        return [(direction, len(datagram)) for direction, datagram in self.log]

    def wire_bytes(self) -> int:
        """IPv4 bytes of everything sent."""
        return sum(len(datagram) + 28 for _, datagram in self.log)

    def _next(self) -> float | None:
        timers = [self.site.timer(), self.cloud.timer()]
        if self._flying:
            timers.append(self._flying[0].arrives)
        return min((timer for timer in timers if timer is not None), default=None)

    def _deliver(self, flying: Flying) -> None:
        if flying.target == CLOUD:
            mark = self.cloud.endpoint.receive(flying.datagram, flying.source, self.now)
            self.marks.append(("cloud took", mark))
        elif flying.target == self.site.address:
            mark = self.site.endpoint.receive(flying.datagram, flying.source, self.now)
            self.marks.append(("site took", mark))

    def _exchange(self) -> None:
        for node, direction in ((self.site, "up"), (self.cloud, "down")):
            node.take_events(self.now)
            for outgoing in node.endpoint.outgoing():
                datagram, target = outgoing.datagram, outgoing.address
                self.marks.append(
                    ("site sent" if node is self.site else "cloud sent", outgoing.mark)
                )
                self.log.append((direction, datagram))
                self._carry(direction, datagram, node.address, target)

    def _carry(self, direction: str, datagram: bytes, source: Address, target: Address) -> None:
        if self.random.random() < self.loss or self.drop(direction, datagram):
            return
        for _ in range(2 if self.random.random() < self.duplication else 1):
            self._numbers += 1
            arrives = self.now + self.delay_seconds + self.random.random() * self.jitter_seconds
            flying = Flying(arrives, self._numbers, datagram, source, target)
            heapq.heappush(self._flying, flying)


def up(link: Link, *payloads: bytes, first: int = 1) -> None:
    """Let the site ask; exchanges are numbered from `first`."""
    for number, payload in enumerate(payloads, first):
        link.site.endpoint.request("expander", payload, link.now, exchange=number)


def down(link: Link, *payloads: bytes, first: int = 1) -> None:
    for number, payload in enumerate(payloads, first):
        link.cloud.endpoint.request("kisumu-1", payload, link.now, exchange=number)


def introduced() -> Link:
    """Return a link whose cloud knows where the site is; the log starts empty."""
    link = Link()
    link.site.endpoint.send("expander", b"", link.now)
    link.run(1.0)
    link.log.clear()
    link.cloud.handled.clear()
    link.cloud.moves.clear()
    return link


def drop_number(lost: int) -> Callable[[str, bytes], bool]:
    """Lose the datagram of that number, counted from 0, and no other."""
    numbers = count()
    return lambda direction, datagram: next(numbers) == lost

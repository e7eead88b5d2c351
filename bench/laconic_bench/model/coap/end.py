"""One end of CoAP under OSCORE on a `ModelLink`: requests, answers, timers."""

from collections.abc import Callable
from itertools import count
from typing import Final

from laconic_bench.model import bill
from laconic_bench.model.laconic.wire import layers_of
from laconic_bench.model.link import ModelLink
from laconic_bench.trace import Direction
from laconic_bench.virtual.coap_link import CLOUD, MemoryFiles, material
from laconic_bench.virtual.nat import HEADERS_BYTES, Nat
from laconic_codec.signs import BARE_KEEPALIVE
from laconic_gateway.core.coap.endpoint import (
    KEEPALIVE,
    Address,
    Endpoint,
    ExchangeFailed,
    Mark,
    Outgoing,
    RequestReceived,
    ResponseReceived,
)
from laconic_gateway.core.coap.events import Kind
from laconic_gateway.edge.link.keys import End
from laconic_gateway.edge.link.oscore import OscoreContext

PEER: Final = "peer"

_CAUSES: Final = {
    Kind.REQUEST: bill.MESSAGE,
    Kind.RESPONSE: bill.MESSAGE,
    Kind.EMPTY_ACK: bill.ACKNOWLEDGEMENT,
    Kind.REPEATED: bill.REPETITION,
    Kind.ECHO: bill.HANDSHAKE,
}

Shares = tuple[tuple[str, int], ...]
OnAnswer = Callable[[bytes | None], None]


class CoapEnd:
    """The site's end, or the cloud's. `other` is the one that its datagrams reach."""

    other: "CoapEnd"

    def __init__(self, end: End, link: ModelLink, nat: Nat) -> None:
        self._is_site = end is End.SITE
        self._way: Direction = "up" if self._is_site else "down"
        self._link, self._nat = link, nat
        keys = material(end)
        context = OscoreContext(keys, files=MemoryFiles(keys.fingerprint()))
        self._endpoint = Endpoint(random=link.schedule.random.random, first_message_id=1)
        self._endpoint.add_peer(PEER, context, CLOUD if self._is_site else None)
        self._numbers = count(1)
        self._answers: dict[int, OnAnswer] = {}
        self._shares: dict[tuple[bool, int], Shares] = {}
        """What requests carry, by who asked and number: their answers and repetitions too."""
        self.on_request: Callable[[int, bytes], None] = lambda request, payload: None
        self._alarm = 0
        self.sent_at = link.schedule.now
        """When this end last sent something."""

    @property
    def is_reached(self) -> bool:
        """Tell whether the other end is known."""
        return self._endpoint.address_of(PEER) is not None

    def request(self, payload: bytes, shares: Shares, on_answer: OnAnswer) -> None:
        """Send a confirmable request; the answer is None if none came."""
        number = next(self._numbers)
        self._answers[number] = on_answer
        self._shares[False, number] = shares
        self._endpoint.request(PEER, payload, self._link.schedule.now, exchange=number)
        self._pump()

    def respond(self, request: int, payload: bytes, shares: Shares = ()) -> None:
        """Answer a request."""
        if shares:
            self._shares[True, request] = shares
        self._endpoint.respond(request, payload, self._link.schedule.now)
        self._pump()

    def keep_alive(self) -> None:
        """Refresh the mapping of the NAT."""
        self._transmit(BARE_KEEPALIVE, CLOUD, KEEPALIVE)

    def receive(self, datagram: bytes, source: Address, shares: Shares = ()) -> None:
        """Take a datagram; its sender says what it carries, if that is more than an answer."""
        mark = self._endpoint.receive(datagram, source, self._link.schedule.now)
        if self._is_site:
            self._charge("down", datagram, mark, shares or self._shares_of(mark))
        self._pump()

    def _pump(self) -> None:
        for event in self._endpoint.events():
            match event:
                case RequestReceived():
                    self.on_request(event.request, event.payload)
                case ResponseReceived():
                    self._answers.pop(event.exchange)(event.payload)
                case ExchangeFailed():
                    self._answers.pop(event.exchange)(None)
                case _:
                    pass
        for outgoing in self._endpoint.outgoing():
            self._send(outgoing)
        self._set_alarm()

    def _send(self, outgoing: Outgoing) -> None:
        self._transmit(outgoing.datagram, outgoing.address, outgoing.mark)

    def _transmit(self, datagram: bytes, target: Address, mark: Mark) -> None:
        self.sent_at = self._link.schedule.now
        if self._link.is_down:
            return
        size, shares = len(datagram) + HEADERS_BYTES, self._shares_of(mark)
        if self._is_site:
            self._charge("up", datagram, mark, shares)
            self._link.carry("up", size, lambda: self._leave_nat(datagram))
        elif self._nat.inwards(target, datagram) is not None:
            self._link.carry("down", size, lambda: self.other.receive(datagram, CLOUD, shares))

    def _leave_nat(self, datagram: bytes) -> None:
        """Reach the cloud. The NAT is behind the radio: what is lost there keeps no mapping."""
        self.other.receive(datagram, self._nat.outwards("main", datagram))

    def _shares_of(self, mark: Mark) -> Shares:
        if mark.number is None:
            return ()
        return self._shares.get((mark.asked_by_peer, mark.number), ())

    def _charge(self, way: Direction, datagram: bytes, mark: Mark, shares: Shares) -> None:
        """Charge a datagram at the site, where the SIM is."""
        is_known = mark.kind in (Kind.REQUEST, Kind.RESPONSE)
        payload_bytes = len(mark.payload or b"") if is_known else 0
        cause = _CAUSES.get(mark.kind, bill.MESSAGE)
        if mark.number is None and is_known:
            cause = bill.KEEPALIVE
        elif is_known and not payload_bytes:
            cause = bill.ACKNOWLEDGEMENT
        self._link.bill.payload_bytes += payload_bytes
        layers = layers_of(datagram, payload_bytes)
        size = self._link.bill.count(way, layers, self._link.schedule.now)
        self._link.bill.attribute(way, cause, shares, size)

    def _set_alarm(self) -> None:
        self._alarm += 1
        alarm, due = self._alarm, self._endpoint.timer()
        if due is not None:
            self._link.schedule.at(due, lambda: self._ring(alarm))

    def _ring(self, alarm: int) -> None:
        if alarm == self._alarm:
            self._endpoint.handle_timer(self._link.schedule.now)
            self._pump()

"""The simplest carrier: each text is one IP packet with a header of a fixed size."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from laconic_bench.model.bill import HANDSHAKE, KEEPALIVE, Packet
from laconic_bench.model.carrier import Carrier, Ends
from laconic_bench.model.link import ModelLink
from laconic_bench.trace import Direction, Version

DELAY_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class PlainFactory:
    """Makes plain carriers. Nothing is lost, whatever the link is."""

    header_bytes: int = 40
    handshake_bytes: int = 0
    ping_seconds: float | None = None
    ping_bytes: int = 10

    def __call__(
        self, link: ModelLink, ends: Ends, nat_seconds: float, identities: frozenset[str]
    ) -> Carrier:
        """See `CarrierFactory`."""
        return PlainCarrier(self, link, ends)


class PlainCarrier:
    """Carries each text in one packet, and keeps a connection open for each charger."""

    def __init__(self, settings: PlainFactory, link: ModelLink, ends: Ends) -> None:
        self._settings = settings
        self._link = link
        self._ends = ends
        self._open: set[str] = set()

    def open(self, identity: str, version: Version) -> None:
        """See `Carrier`."""
        if self._settings.handshake_bytes:
            layers = (("handshake", self._settings.handshake_bytes),)
            self._charge("up", Packet(layers, HANDSHAKE))
        if self._settings.ping_seconds is not None and identity not in self._open:
            self._link.schedule.after(self._settings.ping_seconds, self._ping)
        self._open.add(identity)
        self._ends.opened(identity)
        self._ends.csms_opened(identity)

    def cut(self, identity: str) -> None:
        """See `Carrier`."""

    def charger_says(self, identity: str, text: str, label: str) -> None:
        """See `Carrier`."""
        self._send("up", text, label, lambda: self._ends.csms_hears(identity, text))

    def csms_says(self, identity: str, text: str, label: str) -> None:
        """See `Carrier`."""
        self._send("down", text, label, lambda: self._ends.charger_hears(identity, text))

    def move(self) -> None:
        """See `Carrier`."""

    def finish(self) -> None:
        """See `Carrier`."""

    def _send(self, way: Direction, text: str, label: str, arrive: Callable[[], None]) -> None:
        size = len(text.encode())
        self._link.bill.payload_bytes += size
        layers = (("header", self._settings.header_bytes), ("text", size))
        self._charge(way, Packet(layers, shares=((label, size),)))
        self._link.schedule.after(DELAY_SECONDS, arrive)

    def _charge(self, way: Direction, packet: Packet) -> None:
        self._link.bill.charge(way, packet, self._link.schedule.now)

    def _ping(self) -> None:
        self._charge("up", Packet((("ping", self._settings.ping_bytes),), KEEPALIVE))
        assert self._settings.ping_seconds is not None
        self._link.schedule.after(self._settings.ping_seconds, self._ping)

"""What one would use instead: OCPP-J and other texts over TLS and TCP, with each charger's own SIM
or behind a router."""

from dataclasses import dataclass
from typing import Final

from laconic_bench.contenders.entrant import Entrant
from laconic_bench.model.carrier import Carrier, Ends
from laconic_bench.model.link import ModelLink
from laconic_bench.model.tcp.carriers import tcp_carriers
from laconic_bench.model.tcp.settings import TcpSettings

_NEEDS_ADDRESS: Final = (
    "stations on 2.x use ocppj-tls, for which SOAP does not exist; commands need an address that"
    " the CSMS can reach"
)


@dataclass(frozen=True, slots=True)
class TcpFactory:
    """Makes a contender over TCP (`CarrierFactory`)."""

    name: str

    def __call__(
        self, link: ModelLink, ends: Ends, nat_seconds: float, identities: frozenset[str]
    ) -> Carrier:
        """See `CarrierFactory`."""
        settings = TcpSettings(nat_timeout_seconds=nat_seconds)
        return tcp_carriers[self.name](link, ends, settings)


def _entrant(name: str, title: str, note: str | None = None) -> Entrant:
    return Entrant(name, title, TcpFactory(name), note=note)


TCP: Final = (
    _entrant("ocppj-tls", "OCPP-J over WebSocket and TLS 1.3"),
    _entrant("ocppj-deflate", "the same with permessage-deflate"),
    _entrant("ocppj-deflate-nct", "the same without context takeover"),
    _entrant("msgpack-ws", "MessagePack over WebSocket and TLS 1.3"),
    _entrant("cbor-ws", "CBOR over WebSocket and TLS 1.3"),
    _entrant("mqtt-tls", "JSON over MQTT (QoS 1) and TLS 1.3"),
    _entrant("soap-https", "OCPP 1.6 SOAP over HTTPS", _NEEDS_ADDRESS),
)

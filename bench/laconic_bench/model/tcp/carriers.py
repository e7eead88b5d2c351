"""The contenders over TCP by name."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from laconic_bench.model.carrier import Carrier, Ends
from laconic_bench.model.link import ModelLink
from laconic_bench.model.tcp.connected import ConnectedCarrier
from laconic_bench.model.tcp.formats import FORMATS
from laconic_bench.model.tcp.mqtt_session import MqttSession
from laconic_bench.model.tcp.session import MakeSession
from laconic_bench.model.tcp.settings import TcpSettings
from laconic_bench.model.tcp.soap_carrier import SoapCarrier
from laconic_bench.model.tcp.websocket_session import WebSocketSession

MakeCarrier = Callable[[ModelLink, Ends, TcpSettings], Carrier]


def _connected(
    make: MakeSession, link: ModelLink, ends: Ends, settings: TcpSettings
) -> ConnectedCarrier:
    return ConnectedCarrier(link, ends, settings, make)


def _soap(link: ModelLink, ends: Ends, settings: TcpSettings) -> Carrier:
    fallback = _connected(_websocket_session("ocppj-tls"), link, ends, settings)
    return SoapCarrier(link, ends, settings, fallback)


def _websocket_session(contender: str) -> MakeSession:
    return lambda line: WebSocketSession(line, contender)


def _websocket(contender: str) -> MakeCarrier:
    return partial(_connected, _websocket_session(contender))


tcp_carriers: Final[Mapping[str, MakeCarrier]] = {
    **{name: _websocket(name) for name in FORMATS},
    "mqtt-tls": partial(_connected, MqttSession),
    "soap-https": _soap,
}
"""What makes the carrier of each contender, of a link, both ends and settings."""

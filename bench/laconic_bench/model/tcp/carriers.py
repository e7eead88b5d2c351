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
from laconic_bench.model.tcp.websocket_session import WebSocketSession
from laconic_bench.virtual.schedule import Schedule

MakeCarrier = Callable[[Schedule, ModelLink, Ends, TcpSettings], Carrier]


def _connected(
    make: MakeSession, schedule: Schedule, link: ModelLink, ends: Ends, settings: TcpSettings
) -> Carrier:
    assert schedule is link.schedule
    return ConnectedCarrier(link, ends, settings, make)


def _websocket(contender: str) -> MakeCarrier:
    return partial(_connected, lambda line: WebSocketSession(line, contender))


tcp_carriers: Final[Mapping[str, MakeCarrier]] = {
    **{name: _websocket(name) for name in FORMATS},
    "mqtt-tls": partial(_connected, MqttSession),
}
"""What makes the carrier of each contender, of a schedule, its link, both ends and settings."""

"""OCPP-J over MQTT 3.1.1 and TLS 1.3, live: paho-mqtt, Mosquitto and the kernel.

Topics are those of `model.tcp.mqtt_session`.
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from laconic_bench.live.namespaces import Namespace
from laconic_bench.live.network import EXPANDER_ADDRESS
from laconic_bench.live_run.broker import PLAIN_PORT, TLS_PORT, Broker
from laconic_bench.live_run.carrier import SocketCarrier
from laconic_bench.live_run.charger import Line
from laconic_bench.live_run.mqtt_client import MqttClient
from laconic_bench.live_run.world import LiveCarrier, Tally, World
from laconic_bench.model.owed import Owed
from laconic_bench.model.tcp import certificates, mqtt
from laconic_bench.model.tcp.settings import TcpSettings
from laconic_bench.trace import Version

_CSMS: Final = "csms"
_OPEN_SECONDS: Final = 10.0
_HERE: Final = "1"


async def mqtt_tls(world: World) -> LiveCarrier:
    """Start the broker and the CSMS (`LiveContender`)."""
    broker = Broker(world.network.expander, world.folder)
    world.stack.push_async_callback(broker.stop)
    await broker.start()
    tally = Tally()
    csms = MqttCsms(world, tally)
    await csms.start(world)
    _, client_tls = certificates.contexts()
    dial = DialBroker(world, TcpSettings(world.nat_seconds), client_tls, tally)
    return SocketCarrier(world, dial, csms, tally, {})


class MqttCsms:
    """The CSMS as a client of the broker; a charger is there while its state says so."""

    def __init__(self, world: World, tally: Tally) -> None:
        self._ends = world.ends
        self._tally = tally
        self._owed: dict[str, Owed] = {}
        """By charger that is there."""
        address = ("127.0.0.1", PLAIN_PORT)
        self._client = MqttClient(_CSMS, world.network.expander, address, self._heard)

    async def start(self, world: World) -> None:
        """Connect with the broker."""
        await self._client.connect(_topic("+", "+"), _OPEN_SECONDS, 60.0, None)
        world.watchman.start(self._client.watch())

    def says(self, identity: str, text: str) -> None:
        """Send a message of the CSMS."""
        if identity in self._owed and self._owed[identity].may_say(text):
            self._tally.payload_bytes += len(text.encode())
            self._client.publish(_topic(identity, "down"), text)

    def _heard(self, topic: str, text: str) -> None:
        _, _, identity, kind = topic.split("/")
        if kind == "up" and identity in self._owed:
            self._owed[identity].hear(text)
            self._ends.csms_hears(identity, text)
        elif kind == "state":
            if self._owed.pop(identity, None) is not None:
                self._ends.csms_closed(identity)
            if text == _HERE:
                self._owed[identity] = Owed()
                self._ends.csms_opened(identity)


@dataclass(frozen=True, slots=True)
class DialBroker:
    """Connects a charger across the link (`charger.Dial`)."""

    world: World
    settings: TcpSettings
    tls: ssl.SSLContext
    tally: Tally

    async def __call__(self, identity: str, version: Version) -> Line:
        """See `Dial`."""
        line = MqttLine(self.world.network.site, identity, self.tally)
        try:
            await line.open(self.settings, self.tls)
        except BaseException:
            line.forget()
            raise
        return line


class MqttLine:
    """One connection of a charger with the broker (`charger.Line`)."""

    def __init__(self, site: Namespace, identity: str, tally: Tally) -> None:
        self._identity = identity
        self._tally = tally
        self._owed = Owed()
        self._early: list[str] = []
        self._take: Callable[[str], None] = self._early.append
        self._client = MqttClient(identity, site, (EXPANDER_ADDRESS, TLS_PORT), self._heard)
        client, state = self._client.client, _topic(identity, "state")
        client.username_pw_set(identity, mqtt.PASSWORD)
        client.will_set(state, "0", qos=1)

    async def open(self, settings: TcpSettings, tls: ssl.SSLContext) -> None:
        """Connect, subscribe, and say that the charger is there. Raises: OSError."""
        await self._client.connect(
            *(_topic(self._identity, "down"), settings.connect_timeout_seconds),
            *(settings.ping_seconds, tls),
        )
        self._client.publish(_topic(self._identity, "state"), _HERE)

    def say(self, text: str) -> None:
        """See `Line`."""
        if self._owed.may_say(text):
            self._tally.payload_bytes += len(text.encode())
            self._client.publish(_topic(self._identity, "up"), text)

    async def hear(self, take: Callable[[str], None]) -> None:
        """See `Line`."""
        self._take = take
        for text in self._early:
            take(text)
        await self._client.watch()

    def forget(self) -> None:
        """See `Line`."""
        self._client.forget()

    def _heard(self, topic: str, text: str) -> None:
        self._owed.hear(text)
        self._take(text)


def _topic(identity: str, kind: str) -> str:
    return f"ocpp/{TcpSettings().site}/{identity}/{kind}"

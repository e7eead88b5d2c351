"""OCPP-J over MQTT 3.1.1 with QoS 1 over TLS: one connection of a charger with its broker.

Topics: `ocpp/<site>/<identity>/up` and `.../down` for messages, `.../state` for "1" when a charger
is there, and for its last will, "0". Sessions are clean: what is under way when a connection ends
is asked again by OCPP. The way between broker and CSMS is in the cloud and costs nothing.
"""

from typing import Final

from laconic_bench.model.bill import ACKNOWLEDGEMENT, HANDSHAKE, KEEPALIVE, MESSAGE
from laconic_bench.model.tcp import mqtt
from laconic_bench.model.tcp.session import Line, Message, Session
from laconic_bench.trace import Direction

_CONNECT: Final = "CONNECT"
_CONNACK: Final = "CONNACK"
_SUBSCRIBE: Final = "SUBSCRIBE"
_SUBACK: Final = "SUBACK"
_PUBACK: Final = "PUBACK"
_PINGREQ: Final = "PINGREQ"
_PINGRESP: Final = "PINGRESP"
_BIRTH: Final = "1"


class MqttSession(Session):
    """The charger pings at regular intervals, whatever else it says: paho-mqtt 2 takes no note of
    when it has sent something (`Client._packet_write`), though it means to."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        start = f"ocpp/{line.world.settings.site}/{line.identity}"
        self._topics: dict[Direction, str] = {"up": f"{start}/up", "down": f"{start}/down"}
        self._state_topic = f"{start}/state"

    # --- opening

    def _client_ready(self) -> None:
        size = mqtt.connect_bytes(self.line.identity, self._state_topic)
        self._send("up", size, HANDSHAKE, _CONNECT)

    def _server_heard(self, content: object) -> None:
        if isinstance(content, Message):
            self._send("down", mqtt.PUBACK_BYTES, ACKNOWLEDGEMENT, _PUBACK, content.label)
            self.deliver("up", content)
        elif content is _PINGREQ:
            self._send("down", mqtt.PING_BYTES, KEEPALIVE, _PINGRESP)
        elif content is _CONNECT:
            self._send("down", mqtt.CONNACK_BYTES, HANDSHAKE, _CONNACK)
        elif content is _SUBSCRIBE:
            self._send("down", mqtt.SUBACK_BYTES, HANDSHAKE, _SUBACK)
        elif content is _BIRTH:
            self._send("down", mqtt.PUBACK_BYTES, HANDSHAKE, _PUBACK)
            self.line.csms_opened(self)

    def _client_heard(self, content: object) -> None:
        if isinstance(content, Message):
            self._send("up", mqtt.PUBACK_BYTES, ACKNOWLEDGEMENT, _PUBACK, content.label)
            self.deliver("down", content)
        elif content is _PINGRESP:
            self.expect(0)
        elif content is _CONNACK:
            size = mqtt.subscribe_bytes(self._topics["down"])
            self._send("up", size, HANDSHAKE, _SUBSCRIBE)
        elif content is _SUBACK:
            size = mqtt.publish_bytes(self._state_topic, len(_BIRTH)) + len(_BIRTH)
            self._send("up", size, HANDSHAKE, _BIRTH)
            self.keepalive.set_at(self.schedule.now + self.settings.ping_seconds)
            self.charger_is_open()

    # --- messages

    def _payload(self, way: Direction, text: str) -> bytes:
        return text.encode()

    def _is_right(self, way: Direction, message: Message) -> bool:
        return message.payload == message.text.encode()

    def _write(self, way: Direction, message: Message) -> None:
        size, transport = len(message.payload), self.client if way == "up" else self.server
        layers = (("mqtt", mqtt.publish_bytes(self._topics[way], size)), ("payload", size))
        transport.write(layers, MESSAGE, message.label, message)

    def _send(self, way: Direction, size: int, cause: str, content: str, label: str = "") -> None:
        transport = self.client if way == "up" else self.server
        transport.write((("mqtt", size),), cause, label, content)

    def _keep_alive(self) -> None:
        self._send("up", mqtt.PING_BYTES, KEEPALIVE, _PINGREQ)
        self.expect(self.settings.ping_timeout_seconds)
        self.keepalive.set_at(self.schedule.now + self.settings.ping_seconds)

    @property
    def _patience_seconds(self) -> float:
        return 1.5 * self.settings.ping_seconds  # MQTT 3.1.1, 3.1.2.10

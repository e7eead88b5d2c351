"""OCPP over WebSocket over TLS: one connection."""

from typing import Final

from laconic_bench.model.bill import HANDSHAKE, KEEPALIVE, MESSAGE
from laconic_bench.model.tcp.formats import FORMATS
from laconic_bench.model.tcp.session import Line, Message, Session
from laconic_bench.model.tcp.websocket import PING_PAYLOAD_BYTES, header_bytes, upgrade
from laconic_bench.trace import Direction

_REQUEST: Final = "GET"
_RESPONSE: Final = "101"
_PING: Final = "ping"
_PONG: Final = "pong"
_PING_LAYERS: Final = (
    ("websocket", PING_PAYLOAD_BYTES + header_bytes(PING_PAYLOAD_BYTES, masked=True)),
)
_PONG_LAYERS: Final = (
    ("websocket", PING_PAYLOAD_BYTES + header_bytes(PING_PAYLOAD_BYTES, masked=False)),
)


class WebSocketSession(Session):
    """The charger pings at regular intervals, as `websockets` does; the CSMS does not."""

    def __init__(self, line: Line, contender: str) -> None:
        super().__init__(line)
        self._agreed = upgrade(
            line.identity,
            line.version,
            deflate=contender.startswith("ocppj-deflate"),
            takeover=contender == "ocppj-deflate",
        )
        self._format = FORMATS[contender](self._agreed)

    def _client_ready(self) -> None:
        size = self._agreed.request_bytes
        self.client.write((("websocket", size),), HANDSHAKE, "", _REQUEST)

    def _server_heard(self, content: object) -> None:
        if isinstance(content, Message):
            self.deliver("up", content)
        elif content is _PING:
            self.server.write(_PONG_LAYERS, KEEPALIVE, "", _PONG)
        elif content is _REQUEST:
            size = self._agreed.response_bytes
            self.server.write((("websocket", size),), HANDSHAKE, "", _RESPONSE)
            self.line.csms_opened(self)

    def _client_heard(self, content: object) -> None:
        if isinstance(content, Message):
            self.deliver("down", content)
        elif content is _PONG:
            self.expect(0)
        elif content is _RESPONSE:
            self.keepalive.set_at(self.schedule.now + self.settings.ping_seconds)
            self.charger_is_open()

    def _keep_alive(self) -> None:
        self.client.write(_PING_LAYERS, KEEPALIVE, "", _PING)
        self.keepalive.set_at(self.schedule.now + self.settings.ping_seconds)
        self.expect(self.settings.ping_timeout_seconds)

    def _payload(self, way: Direction, text: str) -> bytes:
        return self._format.write(way, text)

    def _is_right(self, way: Direction, message: Message) -> bool:
        return self._format.read(way, message.payload, message.text)

    def _write(self, way: Direction, message: Message) -> None:
        size, transport = len(message.payload), self.client if way == "up" else self.server
        header = header_bytes(size, masked=way == "up")
        layers = (("websocket", header), ("payload", size))
        transport.write(layers, MESSAGE, message.label, message)

    @property
    def _patience_seconds(self) -> float:
        return 2 * self.settings.ping_seconds + self.settings.ping_timeout_seconds

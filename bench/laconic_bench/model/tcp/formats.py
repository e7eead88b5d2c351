"""What stands for an OCPP message in a WebSocket frame or an MQTT packet.

A format makes the bytes at one end and reads them at the other. `read` tells whether the message is
the same there: for JSON the text, for the binary ones the value that its JSON has.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import cbor2
import msgpack  # pyright: ignore[reportMissingTypeStubs]
from websockets.extensions import Extension
from websockets.frames import Frame, Opcode

from laconic_bench.model.tcp.websocket import Upgrade
from laconic_bench.trace import Direction


class Format(Protocol):
    """Writes and reads messages; one for each connection."""

    def write(self, way: Direction, text: str) -> bytes:
        """Return the payload that stands for a message."""
        ...

    def read(self, way: Direction, payload: bytes, text: str) -> bool:
        """Read a payload in the order of writing; tell whether it is the message."""
        ...


class Plain:
    """The JSON text itself."""

    def write(self, way: Direction, text: str) -> bytes:
        """See `Format`."""
        return text.encode()

    def read(self, way: Direction, payload: bytes, text: str) -> bool:
        """See `Format`."""
        return payload == text.encode()


class Deflate:
    """JSON through permessage-deflate, by the real extension of both ends."""

    def __init__(self, agreed: Upgrade) -> None:
        (client,), (server,) = agreed.client_extensions, agreed.server_extensions
        self._writers: Mapping[Direction, Extension] = {"up": client, "down": server}
        self._readers: Mapping[Direction, Extension] = {"up": server, "down": client}

    def write(self, way: Direction, text: str) -> bytes:
        """See `Format`."""
        return bytes(self._writers[way].encode(Frame(Opcode.TEXT, text.encode())).data)

    def read(self, way: Direction, payload: bytes, text: str) -> bool:
        """See `Format`."""
        frame = Frame(Opcode.TEXT, payload, rsv1=True)
        return bytes(self._readers[way].decode(frame).data) == text.encode()


class Binary:
    """The value of the JSON array, in another format."""

    def __init__(self, dumps: Callable[[Any], bytes], loads: Callable[[bytes], Any]) -> None:
        self._dumps = dumps
        self._loads = loads

    def write(self, way: Direction, text: str) -> bytes:
        """See `Format`. What the format cannot express is sent as the text, a string in it."""
        try:
            return self._dumps(json.loads(text))
        except (OverflowError, ValueError):
            return self._dumps(text)

    def read(self, way: Direction, payload: bytes, text: str) -> bool:
        """See `Format`."""
        value = self._loads(payload)
        return bool(value == text or value == json.loads(text))


def msgpack_format() -> Format:
    """Return MessagePack as `msgpack` writes it."""
    return Binary(
        msgpack.packb,  # pyright: ignore
        msgpack.unpackb,  # pyright: ignore
    )


def cbor_format() -> Format:
    """Return CBOR as `cbor2` writes it."""
    return Binary(cbor2.dumps, cbor2.loads)


FORMATS: Final[Mapping[str, Callable[[Upgrade], Format]]] = {
    "ocppj-tls": lambda _: Plain(),
    "ocppj-deflate": Deflate,
    "ocppj-deflate-nct": Deflate,
    "msgpack-ws": lambda _: msgpack_format(),
    "cbor-ws": lambda _: cbor_format(),
}
"""By contender over WebSocket: what makes its format once the upgrade is agreed."""

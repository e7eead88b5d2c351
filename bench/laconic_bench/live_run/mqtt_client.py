"""paho-mqtt on the event loop: one client of a broker."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from threading import get_ident
from typing import Any, Final

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from laconic_bench.live.namespaces import Namespace
from laconic_bench.live_run.websocket import forget
from laconic_bench.model.tcp import certificates
from laconic_bench.model.tcp.kernel.played import tcp_socket

_QOS: Final = 1
_MISCELLANEOUS_SECONDS: Final = 1.0
"""How often paho looks at its timers, as its own loop does."""


class _Paho(paho.Client):
    """A client whose socket is one of a namespace."""

    namespace: Namespace
    address: tuple[str, int]
    seconds: float

    def _create_socket_connection(self) -> socket.socket:
        made = tcp_socket(self.namespace)
        made.settimeout(self.seconds)
        made.connect(self.address)
        return made


class MqttClient:
    """One connection; it is not made again. All that it calls it calls on the event loop."""

    def __init__(
        self,
        name: str,
        namespace: Namespace,
        address: tuple[str, int],
        heard: Callable[[str, str], None],
    ) -> None:
        """`heard` is told topic and text of every message."""
        self._loop, self._thread = asyncio.get_running_loop(), get_ident()
        self.gone: asyncio.Future[None] = self._loop.create_future()
        """Done when the connection is gone."""
        self._subscribed: asyncio.Future[None] = self._loop.create_future()
        self._connected: asyncio.Future[None] = self._loop.create_future()
        client = self.client = _Paho(CallbackAPIVersion.VERSION2, name, clean_session=True)
        client.namespace, client.address = namespace, address
        client.on_connect = _finisher(self._connected)
        client.on_subscribe = _finisher(self._subscribed)
        client.on_disconnect = _finisher(self.gone)
        client.on_message = lambda _client, _data, one: heard(one.topic, one.payload.decode())
        client.on_socket_open = self._hook(lambda one: self._loop.add_reader(one, self._read))
        client.on_socket_close = self._hook(self._close)
        client.on_socket_register_write = self._hook(
            lambda one: self._loop.add_writer(one, client.loop_write)
        )
        client.on_socket_unregister_write = self._hook(self._loop.remove_writer)

    async def connect(
        self, topics: str, seconds: float, keepalive_seconds: float, tls: ssl.SSLContext | None
    ) -> None:
        """Connect and subscribe. Raises: OSError."""
        self.client.seconds = seconds
        if tls is not None:
            self.client.tls_set_context(tls)  # pyright: ignore[reportUnknownMemberType]
        async with asyncio.timeout(seconds):
            # The handshake of TLS waits for its answers.
            await asyncio.to_thread(
                self.client.connect, certificates.HOST, 1, round(keepalive_seconds)
            )
            await self._connected
            self.client.subscribe(topics, _QOS)
            await self._subscribed

    async def watch(self) -> None:
        """Keep the connection alive until it is gone."""
        while not self.gone.done():
            await asyncio.wait([self.gone], timeout=_MISCELLANEOUS_SECONDS)
            self.client.loop_misc()

    def publish(self, topic: str, text: str) -> None:
        """Send a message without waiting."""
        self.client.publish(topic, text.encode(), _QOS)

    def forget(self) -> None:
        """End the connection without a packet."""
        opened: Any = self.client.socket()
        forget(opened)
        if opened is not None:
            self._close(opened)
            opened.close()
        _finish(self.gone)

    def _hook(self, act: Callable[[Any], object]) -> Callable[[Any, Any, Any], None]:
        """Return what paho calls, also from the thread that connects."""

        def called(_client: Any, _data: Any, opened: Any) -> None:
            if self._loop.is_closed() or opened.fileno() < 0:
                return
            if get_ident() == self._thread:
                act(opened)  # at once: the socket may be closed next
            else:
                self._loop.call_soon_threadsafe(act, opened)

        return called

    def _read(self) -> None:
        """Read all that is there: what TLS has taken in does not wake the loop again."""
        while True:
            done = self.client.loop_read()
            opened: Any = self.client.socket()
            pending = 0 if opened is None else getattr(opened, "pending", lambda: 0)()
            if done is not MQTTErrorCode.MQTT_ERR_SUCCESS or not pending:
                return

    def _close(self, opened: Any) -> None:
        if opened.fileno() >= 0:
            self._loop.remove_reader(opened)
            self._loop.remove_writer(opened)


def _finisher(future: "asyncio.Future[None]") -> Callable[..., None]:
    def called(*_: Any) -> None:
        _finish(future)

    return called


def _finish(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)

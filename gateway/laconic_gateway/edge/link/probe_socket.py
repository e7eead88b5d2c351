"""The second socket of a site: only probes of the NAT timer use it, so that a probe risks nothing.

It is opened for a round of probes, to where the main socket is connected, and closed after it:
the next round begins with a new mapping. Its messages are protected by the one context of the
endpoint, whose numbers run on.
"""

import asyncio
import socket
from collections.abc import Callable

from laconic_gateway.core.coap.endpoint import Address

DATAGRAM_MAX_BYTES = 2048
"""More than any datagram that the endpoint takes."""


class ProbeSocket:
    """Opens itself with the first datagram to send; belongs to one event loop."""

    def __init__(
        self,
        open_socket: Callable[[int, Address], socket.socket],
        on_received: Callable[[bytes], None],
    ) -> None:
        """`open_socket(family, address)` returns a connected UDP socket. Raises: OSError."""
        self._open_socket = open_socket
        self._on_received = on_received
        self._loop = asyncio.get_running_loop()
        self._socket: socket.socket | None = None

    @property
    def local_port(self) -> int:
        """The port of the socket; 0 while there is none."""
        return 0 if self._socket is None else int(self._socket.getsockname()[1])

    def send(self, datagram: bytes, family: int, address: Address) -> None:
        """Send a datagram to `address`. Raises: OSError."""
        if self._socket is None:
            self._socket = self._open_socket(family, address)
            self._loop.add_reader(self._socket.fileno(), self._readable)
        self._socket.send(datagram)

    def close(self) -> None:
        """Close the socket; the next datagram opens another one."""
        opened, self._socket = self._socket, None
        if opened is not None:
            self._loop.remove_reader(opened.fileno())
            opened.close()

    def _readable(self) -> None:
        if self._socket is None:
            return
        try:
            datagram = self._socket.recv(DATAGRAM_MAX_BYTES)
        except OSError:  # an ICMP error, which anybody can forge
            # libuv stops watching a socket that reports an error.
            self._loop.remove_reader(self._socket.fileno())
            self._loop.add_reader(self._socket.fileno(), self._readable)
            return
        self._on_received(datagram)

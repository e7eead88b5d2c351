"""One end of a connection with TLS on top, or without."""

from collections.abc import Callable
from typing import Final

from laconic_bench.model.bill import HANDSHAKE
from laconic_bench.model.tcp import tls
from laconic_bench.model.tcp.end import End
from laconic_bench.model.tcp.stream import Chunk, Layers

_HELLO: Final = "ClientHello"
_FLIGHT: Final = "ServerHello to Finished"
_FINISHED: Final = "Finished"
_TICKETS: Final = "NewSessionTicket"
_CLOSE: Final = "close_notify"


class Transport:
    """Writes and reads what the application has; `write` adds the records of TLS.

    `ready` is called when the application may write, `heard` for each content in order, `gone`
    once when nothing can come any more.
    """

    def __init__(
        self,
        end: End,
        ready: Callable[[], None],
        heard: Callable[[object], None],
        gone: Callable[[], None],
        *,
        is_client: bool,
        has_tls: bool = True,
    ) -> None:
        end.application = self
        self._end = end
        self._ready = ready
        self._heard = heard
        self._gone = gone
        self._is_client = is_client
        self._has_tls = has_tls
        self._is_ready = False
        self._is_ending = False

    def write(self, layers: Layers, cause: str, label: str = "", content: object = None) -> None:
        """Send something of the application."""
        if self._has_tls:
            size = sum(own for _, own in layers)
            layers = (("tls", tls.records_bytes(size)), *layers)
        self._end.write(Chunk(layers, cause, label, content))

    def end(self) -> None:
        """Close in order: what was written arrives."""
        if not self._is_ending:
            self._is_ending = True
            if self._has_tls and self._is_ready:
                self._flight(tls.CLOSE_NOTIFY_BYTES, _CLOSE)
            self._end.end()

    def abort(self) -> None:
        """Close at once; `gone` is not called."""
        self._end.abort()

    # --- the application of the end

    def opened(self) -> None:
        """See `end.Application`."""
        if not self._has_tls:
            self._be_ready()
        elif self._is_client:
            self._flight(tls.full_handshake().client_hello, _HELLO)

    def received(self, chunk: Chunk) -> None:
        """See `end.Application`."""
        if self._is_ready and chunk.content is not _TICKETS and chunk.content is not _CLOSE:
            self._heard(chunk.content)
        else:
            self._take_flight(chunk.content)

    def ended(self) -> None:
        """See `end.Application`."""
        self.end()
        self._gone()

    def broken(self) -> None:
        """See `end.Application`."""
        self._gone()

    def _take_flight(self, content: object) -> None:
        sizes = tls.full_handshake()
        if content is _HELLO:
            self._flight(sizes.server_flight, _FLIGHT)
        elif content is _FLIGHT:
            self._flight(sizes.client_finished, _FINISHED)
            self._be_ready()
        elif content is _FINISHED:
            self._flight(sizes.tickets, _TICKETS)
            self._be_ready()

    def _be_ready(self) -> None:
        self._is_ready = True
        self._ready()

    def _flight(self, size_bytes: int, content: str) -> None:
        self._end.write(Chunk((("tls", size_bytes),), HANDSHAKE, "", content))

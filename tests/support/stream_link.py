"""Two endpoints and a connection between them, cut into pieces by chance, in virtual time."""

from random import Random

from laconic_bench.virtual.coap_link import CLOUD, SITE, Link, Node
from laconic_gateway.core.coap.endpoint import Mark, StreamId
from laconic_gateway.core.coap.events import Kind
from laconic_gateway.core.coap.stream import Stream

DELAY_SECONDS = 0.1


class StreamLink:
    """A link that may have a connection beside its datagrams; both ends number it alike."""

    def __init__(self, seed: int = 0) -> None:
        self.link = Link(seed=seed)
        self.link.site.endpoint.move("expander", None)
        self.site, self.cloud = self.link.site, self.link.cloud
        self.log: list[tuple[str, bytes]] = []
        self.marks: list[tuple[str, Mark]] = []
        self.now = 0.0
        self._random = Random(seed)
        self._streams: dict[str, Stream] = {}
        self._numbers = 0

    @property
    def stream_id(self) -> StreamId:
        return StreamId(self._numbers)

    @property
    def is_connected(self) -> bool:
        return bool(self._streams) and all(one.is_open for one in self._streams.values())

    def connect(self) -> None:
        """Open a connection and let the site use it; one before it is gone without a word."""
        self._numbers += 1
        self._streams = {
            "up": Stream(self.now, is_accepted=False),
            "down": Stream(self.now, is_accepted=True),
        }
        self.run(1.0)
        self.site.endpoint.move("expander", self.stream_id)

    def cut(self) -> None:
        """Break the connection: both ends learn of it."""
        gone, self._streams = self.stream_id, {}
        for node in (self.site, self.cloud):
            node.endpoint.lost(gone)
            node.take_events(self.now)

    def use_datagrams(self) -> None:
        """Let the site go back to datagrams, over which this link carries nothing."""
        self.site.endpoint.move("expander", CLOUD)

    def run(self, seconds: float) -> None:
        """Let time pass in steps; everything that is written arrives in the next step."""
        for _ in range(int(seconds / DELAY_SECONDS)):
            self.now += DELAY_SECONDS
            for node in (self.site, self.cloud):
                node.handle_timer(self.now)
                node.take_events(self.now)
            self._write(self.site, "up")
            self._write(self.cloud, "down")
            written = {way: one.outgoing() for way, one in self._streams.items()}
            for way, data in written.items():
                self._deliver(way, data)
            for node in (self.site, self.cloud):
                node.take_events(self.now)

    def _write(self, node: Node, way: str) -> None:
        for one in node.endpoint.outgoing_messages():
            self.marks.append((way, one.mark))
            self.log.append((way, one.message))
            if one.stream == self.stream_id and way in self._streams:
                self._streams[way].send(one.message)

    def _deliver(self, way: str, data: bytes) -> None:
        node, other = (self.cloud, "down") if way == "up" else (self.site, "up")
        while data and other in self._streams:
            size = self._random.randint(1, len(data))
            piece, data = data[:size], data[size:]
            stream = self._streams[other]
            for message in stream.receive(piece, self.now):
                mark = node.endpoint.receive_message(message, self.stream_id, self.now)
                self.marks.append((f"{other} took", mark))
                if mark.kind in (Kind.REQUEST, Kind.RESPONSE) and mark.number is not None:
                    stream.verified()
                elif mark.kind is Kind.STRAY:
                    stream.useless()


__all__ = ["CLOUD", "SITE", "StreamLink"]

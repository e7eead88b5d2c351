"""Two applications with a modelled TCP connection between them, and a list of its packets."""

from collections.abc import Callable
from dataclasses import dataclass, field

from laconic_bench.model.bill import MESSAGE, Packet
from laconic_bench.model.link import ModelLink
from laconic_bench.model.tcp.connection import Connection
from laconic_bench.model.tcp.end import End
from laconic_bench.model.tcp.path import Nat
from laconic_bench.model.tcp.stream import Chunk
from laconic_bench.radio.profiles import LinkProfile
from laconic_bench.trace import Direction
from laconic_bench.virtual.schedule import Schedule

PROFILE = LinkProfile(delay_seconds=0.3)


class PickyLink(ModelLink):
    """Loses the packets whose numbers, counted from 0 in each direction, it is told."""

    def __init__(
        self, schedule: Schedule, profile: LinkProfile, seed: int, lost: set[tuple[Direction, int]]
    ) -> None:
        super().__init__(schedule, profile, seed)
        self.sent: list[tuple[Direction, int, str]] = []
        """Direction, length and cause of each packet."""
        self._lost = lost

    def carry(self, way: Direction, size_bytes: int, arrive: Callable[[], None]) -> None:
        """See `ModelLink`."""
        number = sum(one[0] == way for one in self.sent) - 1
        super().carry(way, size_bytes, (lambda: None) if (way, number) in self._lost else arrive)

    def send(self, way: Direction, packet: Packet, arrive: Callable[[], None]) -> None:
        """See `ModelLink`."""
        self.sent.append((way, packet.size_bytes, packet.cause))
        super().send(way, packet, arrive)

    @property
    def sizes(self) -> list[int]:
        """Lengths of the packets in the order in which they were sent; down is negative."""
        return [size if way == "up" else -size for way, size, _ in self.sent]


@dataclass
class Side:
    """An application that keeps what it hears, and answers if it is told how."""

    end: End
    answer_bytes: int = 0
    think_seconds: float = 0.02
    heard: list[object] = field(default_factory=list[object])
    log: list[str] = field(default_factory=list[str])

    def opened(self) -> None:
        """See `Application`."""
        self.log.append("opened")

    def received(self, chunk: Chunk) -> None:
        """See `Application`."""
        self.heard.append(chunk.content)
        if self.answer_bytes:
            answer = Chunk((("payload", self.answer_bytes),), MESSAGE, "A (answer)", "answer")
            self.end.schedule.after(self.think_seconds, lambda: self.end.write(answer))

    def ended(self) -> None:
        """See `Application`."""
        self.log.append("ended")
        self.end.end()

    def broken(self) -> None:
        """See `Application`."""
        self.log.append("broken")


class TcpPair:
    """One connection and both applications."""

    def __init__(
        self,
        *lost: tuple[Direction, int],
        answer_bytes: int = 0,
        profile: LinkProfile = PROFILE,
        seed: int = 1,
        nat: Nat | None = None,
    ) -> None:
        self.schedule = Schedule(seed)
        self.link = PickyLink(self.schedule, profile, seed, set(lost))
        self.connection = Connection(self.link, nat or Nat())
        self.client = Side(self.connection.client)
        self.server = Side(self.connection.server, answer_bytes)
        self.connection.client.application = self.client
        self.connection.server.application = self.server
        self.connection.open()

    def ask(self, moment: float, size_bytes: int = 200, content: object = "question") -> None:
        """Have the client write something at a moment."""
        chunk = Chunk((("payload", size_bytes),), MESSAGE, "A", content)
        self.schedule.at(moment, lambda: self.client.end.write(chunk))

    def run(self, until: float = 1_000.0) -> None:
        """Let everything happen."""
        self.schedule.run(until)

"""Plays a story with the model."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from laconic_bench.model.bill import MESSAGE, Packet
from laconic_bench.model.link import ModelLink
from laconic_bench.model.tcp.connection import Connection
from laconic_bench.model.tcp.end import End
from laconic_bench.model.tcp.kernel.seen import Seen, SeenPacket
from laconic_bench.model.tcp.kernel.stories import Line, Story
from laconic_bench.model.tcp.path import Nat
from laconic_bench.model.tcp.stream import Chunk
from laconic_bench.radio.profiles import LinkProfile
from laconic_bench.trace import Direction
from laconic_bench.virtual.schedule import Schedule

START_SECONDS: Final = 0.014
"""In the middle of a grain of the kernel's timers, as any moment is on average."""


class WatchedLink(ModelLink):
    """Keeps a list of what the bill is charged for."""

    def __init__(self, schedule: Schedule, profile: LinkProfile, seed: int) -> None:
        super().__init__(schedule, profile, seed)
        self.seen = Seen()

    def send(self, way: Direction, packet: Packet, arrive: Callable[[], None]) -> None:
        """See `ModelLink`."""

        def see() -> None:
            seen = SeenPacket(self.schedule.now - START_SECONDS, way, packet.size_bytes)
            self.seen.packets.append(seen)

        def see_and_arrive() -> None:
            see()
            arrive()

        if way == "up":
            see()
        super().send(way, packet, arrive if way == "up" else see_and_arrive)


@dataclass(frozen=True, slots=True)
class _Question:
    line: Line
    asked_at: float


class _Charger:
    def __init__(self, end: End, number: int, story: Story, seen: Seen) -> None:
        self._end = end
        self._number = number
        self._story = story
        self._seen = seen

    def opened(self) -> None:
        schedule = self._end.schedule
        for line in self._story.lines:
            if line.connection != self._number:
                continue
            schedule.at(START_SECONDS + line.at_seconds, lambda line=line: self._ask(line))  # type: ignore[misc]
        if self._story.ends:
            schedule.at(START_SECONDS + self._story.seconds - 2.0, self._end.end)

    def _ask(self, line: Line) -> None:
        content = _Question(line, self._end.schedule.now)
        self._end.write(Chunk((("payload", line.question_bytes),), MESSAGE, "", content))

    def received(self, chunk: Chunk) -> None:
        assert isinstance(chunk.content, float)
        self._seen.answers_seconds.append(self._end.schedule.now - chunk.content)

    def ended(self) -> None:
        self._end.end()

    def broken(self) -> None:
        raise AssertionError("no story is so long")


class _Server:
    def __init__(self, end: End) -> None:
        self._end = end

    def opened(self) -> None:
        """Wait for questions."""

    def received(self, chunk: Chunk) -> None:
        assert isinstance(chunk.content, _Question)
        line, asked_at = chunk.content.line, chunk.content.asked_at
        if line.answer_bytes:
            answer = Chunk((("payload", line.answer_bytes),), MESSAGE, "", asked_at)
            if line.think_seconds:
                self._end.schedule.after(line.think_seconds, lambda: self._end.write(answer))
            else:
                self._end.write(answer)

    def ended(self) -> None:
        self._end.end()

    def broken(self) -> None:
        raise AssertionError("no story is so long")


def play(story: Story) -> Seen:
    """Play a story in virtual time."""
    schedule = Schedule(1)
    link = WatchedLink(schedule, story.profile(), story.seed())
    schedule.run(START_SECONDS)
    for number in range(story.connections):
        connection = Connection(link, Nat())
        connection.client.application = _Charger(connection.client, number, story, link.seen)
        connection.server.application = _Server(connection.server)
        connection.open()
    schedule.run(START_SECONDS + story.seconds)
    return link.seen

"""A charger that connects again, in a loop whose clock jumps."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from laconic_bench.live_run.charger import Line, LiveCharger
from laconic_bench.live_run.clock import Clock
from laconic_bench.live_run.watchman import Watchman
from laconic_bench.live_run.world import World
from laconic_bench.model.carrier import Ends
from laconic_bench.trace import Version
from laconic_bench.virtual.jumping_loop import run


class Wire:
    """A connection that ends when it is told to."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.is_forgotten = False
        self.end = asyncio.Event()

    def say(self, text: str) -> None:
        self.said.append(text)

    async def hear(self, take: Callable[[str], None]) -> None:
        take("hello")
        await self.end.wait()

    def forget(self) -> None:
        self.is_forgotten = True


class Story:
    """One charger, and who is called."""

    def __init__(self, failures: int) -> None:
        self.events: list[str] = []
        self.tried_at: list[float] = []
        self.wires: list[Wire] = []
        self._failures = failures
        loop = asyncio.get_running_loop()
        self.clock, self.watchman = Clock(loop), Watchman(loop)
        world = World(
            *(cast(Any, None), Path(), cast(Any, None), self.watchman, self.clock),
            *(cast(Ends, self), frozenset({"CP1"}), 120.0),
        )
        self.charger = LiveCharger(world, "CP1", self._dial)

    async def _dial(self, identity: str, version: Version) -> Line:
        self.tried_at.append(self.clock.now)
        if len(self.tried_at) <= self._failures:
            raise ConnectionRefusedError
        self.wires.append(Wire())
        return self.wires[-1]

    def opened(self, identity: str) -> None:
        self.events.append(f"opened {identity}")

    def closed(self, identity: str) -> None:
        self.events.append(f"closed {identity}")

    def charger_hears(self, identity: str, text: str) -> None:
        self.events.append(text)


def test_it_waits_longer_after_each_failure() -> None:
    async def story() -> None:
        one = Story(failures=3)
        one.charger.open("1.6")
        await one.watchman.sleep(200.0)
        pauses = [b - a for a, b in zip(one.tried_at, one.tried_at[1:], strict=False)]
        assert len(pauses) == 3
        for pause, longest in zip(pauses, (10.0, 20.0, 40.0), strict=True):
            assert longest / 2 <= pause < longest + 1.0
        assert one.events == ["opened CP1", "hello"]
        await one.watchman.end()

    run(story())


def test_a_connection_that_ends_is_made_again_and_takes_what_is_said() -> None:
    async def story() -> None:
        one = Story(failures=0)
        one.charger.say("too early")
        one.charger.open("1.6")
        await one.watchman.sleep(1.0)
        one.charger.say("first")
        one.wires[0].end.set()
        await one.watchman.sleep(30.0)
        one.charger.say("second")
        assert [wire.said for wire in one.wires] == [["first"], ["second"]]
        assert one.events == ["opened CP1", "hello", "closed CP1", "opened CP1", "hello"]
        await one.watchman.end()

    run(story())


def test_a_charger_without_power_tells_nobody() -> None:
    async def story() -> None:
        one = Story(failures=0)
        one.charger.open("1.6")
        await one.watchman.sleep(1.0)
        one.charger.cut()
        one.charger.say("nothing")
        await one.watchman.sleep(100.0)
        assert one.wires[0].is_forgotten and one.wires[0].said == []
        assert one.events == ["opened CP1", "hello"]
        await one.watchman.end()

    run(story())

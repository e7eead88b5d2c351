"""The driver: inputs in order, one timer, faults that stay where they are."""

import asyncio
import logging

import pytest

from laconic_gateway.core.instant import Instant
from laconic_gateway.edge.driver import Driver


class Echo:
    """A core that wants done whatever it is told, and a timer after the input "later"."""

    def __init__(self) -> None:
        self.due: float | None = None
        self.fired = asyncio.Event()

    def receive(self, item: str, now: Instant) -> list[str]:
        if item == "core fault":
            raise RuntimeError(item)
        if item == "later":
            self.due = now.monotonic
        return [item, f"{item}!"]

    def handle_timer(self, now: Instant) -> list[str]:
        if self.due is not None and now.monotonic >= self.due:
            self.due = None
            self.fired.set()
            return ["timer"]
        return []

    def timer(self) -> float | None:
        return self.due


def test_inputs_and_actions_keep_their_order_even_when_actions_feed_inputs() -> None:
    done: list[str] = []

    async def story() -> None:
        driver: Driver[str, str]

        def perform(action: str) -> None:
            done.append(action)
            if action == "first":
                driver.feed("second")

        driver = Driver(Echo(), perform, lambda: None)
        driver.feed("first")

    asyncio.run(story())
    assert done == ["first", "first!", "second", "second!"]


def test_the_timer_fires_and_nothing_happens_after_stop() -> None:
    done: list[str] = []

    async def story() -> None:
        core = Echo()
        driver = Driver(core, done.append, lambda: None)
        driver.feed("later")
        async with asyncio.timeout(5):
            await core.fired.wait()
        driver.stop()
        driver.feed("too late")

    asyncio.run(story())
    assert done == ["later", "later!", "timer"]


def test_a_fault_is_logged_counted_and_stops_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[str] = []
    faults: list[None] = []

    def perform(action: str) -> None:
        if action == "edge fault":
            raise RuntimeError(action)
        done.append(action)

    async def story() -> None:
        core = Echo()
        driver = Driver(core, perform, lambda: faults.append(None))
        for item in ("core fault", "edge fault", "later"):
            driver.feed(item)
        async with asyncio.timeout(5):
            await core.fired.wait()
        driver.stop()

    with caplog.at_level(logging.ERROR):
        asyncio.run(story())
    assert done == ["edge fault!", "later", "later!", "timer"]
    assert len(faults) == len([record for record in caplog.records if record.exc_info]) == 2

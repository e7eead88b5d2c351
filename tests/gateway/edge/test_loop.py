"""The event loop of a service ends in order when it is asked to."""

import asyncio
import os
import signal
import sys

import pytest

from laconic_gateway.edge.loop import run


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_main_to_stop_and_main_ends_by_itself(number: signal.Signals) -> None:
    async def main(stop: asyncio.Event) -> str:
        os.kill(os.getpid(), number)
        await asyncio.wait_for(stop.wait(), 10)
        return "queues are on disk"

    assert run(main) == "queues are on disk"


def test_a_second_signal_does_not_disturb_the_end() -> None:
    async def main(stop: asyncio.Event) -> bool:
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(stop.wait(), 10)
        return stop.is_set()

    assert run(main)


@pytest.mark.parametrize("has_uvloop", [True, False])
def test_the_loop_is_uvloop_where_it_is_installed(
    monkeypatch: pytest.MonkeyPatch, has_uvloop: bool
) -> None:
    pytest.importorskip("uvloop")
    if not has_uvloop:
        monkeypatch.setitem(sys.modules, "uvloop", None)

    async def main(stop: asyncio.Event) -> str:
        return type(asyncio.get_running_loop()).__module__

    assert run(main).startswith("uvloop") == has_uvloop

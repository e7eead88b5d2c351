"""The connection of a site is closed whenever it is told to, also while it is being made."""

import asyncio
import errno
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final, cast

import pytest

from laconic_gateway.address import Address
from laconic_gateway.edge.link.shell import Shell
from laconic_gateway.edge.link.stream_client import StreamClient
from tests.support.loops import Run
from tests.support.nat import LOOPBACK
from tests.support.tcp import Linked
from tests.support.waiting import until

PATIENCE_TURNS: Final = 2_000
TURNS_MAX: Final = 40
"""So many turns of the loop after it began to connect, both ends have greeted."""
DESCRIPTORS: Final = Path("/proc/self/fd")

pytestmark = pytest.mark.skipif(not DESCRIPTORS.exists(), reason=f"needs {DESCRIPTORS}")


def open_descriptors() -> int:
    return len(os.listdir(DESCRIPTORS))


async def left_open(before: int) -> int:
    """Return how many descriptors more than `before` stay open for good."""
    for _ in range(PATIENCE_TURNS):
        if open_descriptors() == before:
            break
        await asyncio.sleep(0.001)
    return open_descriptors() - before


def test_whenever_it_is_closed_nothing_stays_open(run: Run, tmp_path: Path) -> None:
    async def story(client: StreamClient, shell: Shell) -> None:
        before = open_descriptors()
        for turns in range(TURNS_MAX):
            client.open()
            for _ in range(turns):
                await asyncio.sleep(0)
            client.close()
            await client.wait_closed()
            assert await left_open(before) == 0, f"closed after {turns} turns"

    run(with_client(tmp_path, story))


def test_a_socket_of_which_no_connection_can_be_made_is_given_up(run: Run, tmp_path: Path) -> None:
    class Failing:
        """A loop on which the first connection fails."""

        def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
            self.failures = 0
            self._loop = loop

        def __getattr__(self, name: str) -> object:
            return getattr(self._loop, name)

        async def create_connection(self, *arguments: Any, **named: Any) -> object:
            if not self.failures:
                self.failures += 1
                raise OSError(errno.ENOMEM, "no memory")
            return await self._loop.create_connection(*arguments, **named)

    async def story(client: StreamClient, shell: Shell) -> None:
        loop, before = Failing(shell.loop), open_descriptors()
        shell.loop = cast(asyncio.AbstractEventLoop, loop)
        client.open()
        await until(lambda: client.local_port > 0)
        assert loop.failures == 1 and client.tries == 2
        client.close()
        await client.wait_closed()
        assert await left_open(before) == 0

    run(with_client(tmp_path, story))


async def with_client(
    directory: Path, story: Callable[[StreamClient, Shell], Coroutine[None, None, None]]
) -> None:
    linked = Linked(directory)
    await linked.listen()
    shell = linked.site.shell = Shell(linked.site.endpoint, linked.site.take)
    client = StreamClient(
        shell,
        Address(LOOPBACK, linked.server.local_port),
        random=lambda: 0.0,
        pause_limit_seconds=1.0,
        on_ready=lambda _: None,
        on_lost=lambda _: None,
        says_failures=False,
    )
    try:
        await story(client, shell)
    finally:
        linked.site.close()
        await shell.wait_closed()
        linked.expander.close()

"""`laconic demo`: everything at work on this machine, watched and judged.

The site of the demo answers what it may: heartbeats, CALLs whose response is empty, and, since
the small CSMS answers them with `{}`, updates of transactions without a token
(`empty_answers`). All else waits for the CSMS.
"""

import asyncio
import json
import signal
import sys
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Final

from rich.live import Live

from laconic_bench.report import Report
from laconic_bench.services import ServiceError
from laconic_bench.summary import progress_text, summary_text
from laconic_bench.view import ChargerLine, MessageLine, Snapshot, View
from laconic_bench.world import World, WorldSettings
from laconic_codec.messages import Call, Send
from laconic_gateway.edge import loop

TICK_SECONDS: Final = 0.5
PROGRESS_SECONDS: Final = 10.0
JUDGING_SHARE: Final = 0.05
"""Of the time: judging a long run again and again must not disturb what it judges."""

Show = Callable[[Snapshot], None]


def run(seconds: float | None, json_file: Path | None, seed: int, is_direct: bool = False) -> int:
    """Runs the demo and returns the exit code: 0 only if nothing went wrong.

    Args:
        seconds: how long; None until Ctrl-C. Afterwards it waits for what is under way.
        json_file: where the figures go; with it there is no live view.
        seed: of the chargers, the link and the commands.
        is_direct: leaves the gateway out, to test the demo itself.
    """
    if json_file is not None:
        json_file.open("a").close()  # It fails now, not after the run, if it cannot be written.
    is_live = json_file is None and sys.stdout.isatty()
    demo = _Demo(WorldSettings(seed, is_direct=is_direct), seconds, is_live)
    failure: ServiceError | None = None
    try:
        loop.run(demo.run)
    except ServiceError as error:
        failure = error
    if demo.result is not None:
        print(summary_text(demo.result))
    if failure is not None:
        print(f"laconic: {failure}", file=sys.stderr)
    is_written = json_file is None or _write_result(json_file, demo.result)
    is_passed = demo.result is not None and not demo.result.defects and failure is None
    return 0 if is_passed and is_written else 1


def _write_result(json_file: Path, result: Report | None) -> bool:
    """Writes the figures; without any, leaves none, not even of an earlier run.

    Returns False, after a line on standard error, if the disk refuses.
    """
    try:
        if result is None:
            json_file.unlink()
        else:
            json_file.write_text(json.dumps(result.to_json(), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        print(f"laconic: cannot write {json_file}: {error.strerror}", file=sys.stderr)
        return False
    return True


class _Demo:
    """One run: lives, lets everything arrive, and takes the final figures."""

    def __init__(self, settings: WorldSettings, seconds: float | None, is_live: bool) -> None:
        self.result: Report | None = None
        self._settings = settings
        self._seconds = seconds
        self._display = _live if is_live else _headless
        self._is_finishing = False
        self._judged: Report | None = None
        self._judge_again_seconds = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        # A terminal that closes must not leave the services behind.
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, stop.set)
        async with World(self._settings) as world:
            with self._display() as show:
                await _first(stop.wait(), self._watch(world, show), timeout_seconds=self._seconds)
                stop.clear()
                self._is_finishing = True
                # A second Ctrl-C does not wait for what is still under way.
                await _first(world.wind_down(), stop.wait(), self._watch(world, show))
            self.result = world.report()

    async def _watch(self, world: World, show: Show) -> None:
        """Shows the world again and again; raises what goes wrong in it."""
        while True:
            world.check()
            queue_records = await world.queue_records()
            show(self._snapshot(world, queue_records))
            await asyncio.sleep(TICK_SECONDS)

    def _snapshot(self, world: World, queue_records: float | None) -> Snapshot:
        return Snapshot(
            report=self._report(world),
            elapsed_seconds=world.elapsed_seconds,
            limit_seconds=self._seconds,
            is_finishing=self._is_finishing,
            queue_records=queue_records,
            datagrams=world.link.up.datagrams + world.link.down.datagrams,
            dropped_datagrams=world.link.dropped,
            chargers=[
                ChargerLine(charger.account.identity, charger.version, charger.state)
                for charger in world.chargers
            ],
            messages=_requests(world),
        )

    def _report(self, world: World) -> Report:
        """The figures, a little old if judging takes long."""
        begun_seconds = monotonic()
        if self._judged is None or begun_seconds >= self._judge_again_seconds:
            self._judged = world.report()
            taken_seconds = monotonic() - begun_seconds
            self._judge_again_seconds = begun_seconds + taken_seconds / JUDGING_SHARE
        return self._judged


def _requests(world: World) -> list[MessageLine]:
    return [
        MessageLine(
            entry.at_seconds - world.started_seconds,
            entry.up,
            identity,
            entry.message.action,
            entry.size_bytes,
        )
        for identity, entry in world.notebook.recent
        if isinstance(entry.message, Call | Send)
    ]


async def _first(*works: Coroutine[Any, Any, Any], timeout_seconds: float | None = None) -> None:
    """Returns when the first of these ends or the time is over; raises what one of them raised."""
    tasks = [asyncio.create_task(work) for work in works]
    done, pending = await asyncio.wait(
        tasks, timeout=timeout_seconds, return_when=asyncio.FIRST_COMPLETED
    )
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        task.result()


@contextmanager
def _live() -> Generator[Show]:
    """A live view on the whole terminal."""
    with Live(screen=True, auto_refresh=False) as live:
        yield lambda snapshot: live.update(View(snapshot), refresh=True)


@contextmanager
def _headless() -> Generator[Show]:
    """A line on standard error now and then."""
    next_seconds = 0.0

    def show(snapshot: Snapshot) -> None:
        nonlocal next_seconds
        if snapshot.elapsed_seconds >= next_seconds:
            next_seconds = snapshot.elapsed_seconds + PROGRESS_SECONDS
            print(progress_text(snapshot), file=sys.stderr, flush=True)

    yield show

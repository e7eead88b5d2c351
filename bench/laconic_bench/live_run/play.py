"""Plays one contender live: from the first message to the last, in real time."""

import asyncio
import logging
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from laconic_bench.contenders.entrant import Entrant
from laconic_bench.live.control import LinkCounts
from laconic_bench.live.namespaces import NetworkError
from laconic_bench.live.network import Network, NetworkSettings, network
from laconic_bench.live.pcap import read_packets
from laconic_bench.live.precedence import precedence
from laconic_bench.live_run.catalog import live_contender
from laconic_bench.live_run.clock import Clock, new_loop
from laconic_bench.live_run.packets import layers_of
from laconic_bench.live_run.watchman import Watchman
from laconic_bench.live_run.world import LiveCarrier, LiveContender, World
from laconic_bench.model.exchanges import Exchange
from laconic_bench.model.findings import Findings
from laconic_bench.model.replay import LOOK_SECONDS, Replay
from laconic_bench.results.result import Figures
from laconic_bench.services import Usage
from laconic_bench.suite.job import Played, judged, resident_mb
from laconic_bench.suite.script import Script, Work
from laconic_bench.units import DAY_SECONDS

SETTLE_SECONDS: Final = 600.0
"""How long at most what still waits after the last message may take: twice the longest window."""
_AUDITS: Final = 20
"""A packet may be on its way just now; so often in a row there is none."""
_ENDS: Final = "ends"
"""The process that plays chargers and CSMS; for contenders over TLS the near and the far end."""


def play_live(
    work: Work, entrant: Entrant, on_day: Callable[[float], None] = lambda day: None
) -> Played:
    """Play a contender that can run live; `on_day` is told now and then how many days are over.

    Raises:
        NetworkError: this machine cannot have such a network; the text says why.
        ServiceError: a service does not start.
    """
    contender = live_contender(entrant)
    assert contender is not None, entrant.name
    # A run ends connections without a word, about which the library would complain.
    logging.getLogger("websockets").setLevel(logging.CRITICAL)
    script = Script(work)
    exchanges = list(script.exchanges())  # not while time runs
    with tempfile.TemporaryDirectory(prefix="laconic-bench-") as name:
        capture = Path(name) / "link.pcap"
        settings = NetworkSettings(work.profile, work.seed, round(work.nat_seconds), capture)
        with network(settings) as made, asyncio.Runner(loop_factory=new_loop) as runner:
            found = runner.run(_play(work, script, exchanges, contender, made, capture, on_day))
    return Played.of(script, found)


async def _play(
    work: Work,
    script: Script,
    exchanges: Sequence[Exchange],
    contender: LiveContender,
    made: Network,
    capture: Path,
    on_day: Callable[[float], None],
) -> Figures:
    loop = asyncio.get_running_loop()
    clock, watchman = Clock(loop), Watchman(loop)
    replay = Replay(clock, iter(exchanges))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(watchman.end)
        world = World(
            *(made, capture.parent, stack, watchman, clock, replay),
            *(script.identities, work.nat_seconds),
        )
        carrier = replay.carrier = await contender(world)
        # Only now: to start programs is work, and would be in the way of other runs.
        stack.enter_context(precedence())
        clock.begin()
        replay.begin()
        while clock.now < work.seconds:
            await watchman.sleep(min(LOOK_SECONDS, work.seconds - clock.now))
            on_day(clock.now / DAY_SECONDS)
        while replay.is_busy and clock.now < work.seconds + SETTLE_SECONDS:
            await watchman.sleep(LOOK_SECONDS)
        seen = _Seen.of(made, capture, carrier)
        replay.finish()
        return seen.figures(replay.findings)


def _audited(made: Network) -> LinkCounts:
    """Return the counts of the link, of which the kernel says the same.

    Raises:
        NetworkError: it does not.
    """
    for _ in range(_AUDITS):
        counts, kernel = made.counts(), made.radio_bytes()
        if (counts.up.entered.packet_bytes, counts.down.left.packet_bytes) == kernel:
            return counts
    raise NetworkError("the link has counted other bytes than the kernel of the site")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was counted by the end of a run."""

    counts: LinkCounts
    by_layer: dict[str, int]
    payload_bytes: int | None
    usage: dict[str, Usage]

    @classmethod
    def of(cls, made: Network, capture: Path, carrier: LiveCarrier) -> "_Seen":
        """Look at everything now."""
        counts = _audited(made)
        number = counts.up.entered.packets + counts.down.left.packets
        # There may be more in the file by now.
        packets = islice(read_packets(capture.read_bytes()), number)
        by_layer = layers_of(packet for _, packet in packets)
        ends = Usage(resident_mb(), time.process_time())
        return cls(counts, by_layer, carrier.payload_bytes, {_ENDS: ends, **carrier.usage()})

    def figures(self, found: Findings) -> Figures:
        """Return the result."""
        wire_bytes = self.counts.up.entered.packet_bytes, self.counts.down.left.packet_bytes
        return replace(
            judged(found, self.payload_bytes, *wire_bytes),
            by_layer=self.by_layer,
            cpu_seconds={name: round(one.cpu_seconds, 1) for name, one in self.usage.items()},
            memory_mb={name: round(one.resident_mb, 1) for name, one in self.usage.items()},
        )

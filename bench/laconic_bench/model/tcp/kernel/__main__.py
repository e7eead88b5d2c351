"""Prints both, packet by packet where they differ.

python -m laconic_bench.model.tcp.kernel
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from statistics import quantiles
from typing import Final

from laconic_bench.live.namespaces import NetworkError
from laconic_bench.model.tcp.kernel import modelled, played, whole
from laconic_bench.model.tcp.kernel.seen import Seen, SeenPacket, same_packets
from laconic_bench.model.tcp.kernel.stories import STORIES, Story, traffic
from laconic_bench.trace import Direction

_AT_ONCE: Final = 6
_WAYS: Final[tuple[Direction, ...]] = ("up", "down")


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the stories both ways; return the exit code: 1 if bytes differ, or there is no root."""
    parser = argparse.ArgumentParser(
        prog="python -m laconic_bench.model.tcp.kernel",
        description="Plays short conversations over TCP with the kernel and with the model, on the "
        "same link, and compares what a SIM would see. Needs root.",
    )
    parser.add_argument("story", nargs="*", help="names of stories; without them all")
    parser.add_argument(
        "--traffic",
        type=float,
        metavar="S",
        help="instead: chargers share a bad link for S seconds",
    )
    parser.add_argument(
        "--whole", action="store_true", help="instead: real WebSocket and TLS over all of it"
    )
    parser.add_argument("--packets", action="store_true", help="print all packets")
    options = parser.parse_args(arguments)
    stories = [one for one in STORIES if not options.story or one.name in options.story]
    if options.traffic:
        stories = [traffic(seed, options.traffic) for seed in range(_AT_ONCE)]
    try:
        if options.whole:
            return _whole(packets=options.packets)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            kernel = list(pool.map(played.play, stories))
    except NetworkError as error:
        print(error, file=sys.stderr)
        return 1
    same = True
    print(f"{'story':36} {'kernel B':>9} {'model B':>9}  {'answers: kernel ms':>20} {'model ms'}")
    for story, real in zip(stories, kernel, strict=True):
        model = modelled.play(story)
        print(_line(story, real, model))
        if not story.is_exact:
            continue
        differs = not same_packets(real, model)
        same &= not differs or story.is_race
        if differs or options.packets:
            print(*_both(real, model), sep="\n")
    return 0 if same else 1


def _whole(*, packets: bool) -> int:
    """Compare the whole stack; the length of a signature may differ."""
    for contender in whole.CONTENDERS:
        real, model = whole.played(contender), whole.modelled(contender)
        for name, seen in (("kernel", real), ("model", model)):
            times = " ".join(f"{1000 * one:.0f}" for one in seen.answers_seconds)
            ways = " ".join(f"{way} {sum(seen.sizes(way))} B" for way in _WAYS)
            print(f"{contender:16} {name:6} {ways}, answers after {times} ms")
        if packets or real.wire_bytes != model.wire_bytes:
            print(*_both(real, model), sep="\n")
    return 0


def _line(story: Story, real: Seen, model: Seen) -> str:
    if not story.is_exact:
        return f"{story.name}\n  kernel {_summary(real)}\n  model  {_summary(model)}"
    times = (
        "/".join(f"{1000 * one:.0f}" for one in seen.answers_seconds) for seen in (real, model)
    )
    return f"{story.name:36} {real.wire_bytes:9} {model.wire_bytes:9}  {'  '.join(times)}"


def _summary(seen: Seen) -> str:
    cuts = quantiles(seen.answers_seconds, n=100, method="inclusive")
    times = "  ".join(f"p{one} {1000 * cuts[one - 1]:5.0f} ms" for one in (50, 95, 99))
    ways = "  ".join(
        f"{way} {sum(seen.sizes(way)):7} B in {len(seen.sizes(way)):4}" for way in _WAYS
    )
    return f"{ways}  {len(seen.answers_seconds)} answers: {times}"


def _both(real: Seen, model: Seen) -> Sequence[str]:
    pairs = zip_longest(real.packets, model.packets)
    return [f"    {_packet(one)}   {_packet(other)}" for one, other in pairs]


def _packet(one: SeenPacket | None) -> str:
    if one is None:
        return " " * 19
    return f"{one.at_seconds:8.3f} {one.way:4} {one.size_bytes:5}"


if __name__ == "__main__":
    sys.exit(main())

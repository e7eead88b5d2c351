"""Runs programs, or a person's shell, at the two ends of a bad link.

python -m laconic_bench.live --link 2g --nat-timeout-seconds 30 --pcap link.pcap
"""

import argparse
import json
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from laconic_bench.live.control import LinkCounts
from laconic_bench.live.namespaces import Namespace, NetworkError
from laconic_bench.live.network import EXPANDER_ADDRESS, Network, NetworkSettings, network
from laconic_bench.radio.profiles import PROFILES, LinkProfile

STOP_TIMEOUT_SECONDS: Final = 10.0
_NUMBERS: Final = (
    *("delay_seconds", "jitter_seconds", "loss", "rate_bits_per_second", "queue_bytes"),
    *("reordering", "duplication"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the network that the arguments name; return the exit code: that of the site's program."""
    options = _options(arguments)
    try:
        settings = NetworkSettings(
            _profile(options), options.seed, options.nat_timeout_seconds, options.pcap
        )
        with network(settings) as made:
            code = _run(made, options)
            _print_counts(made.counts(), as_json=options.json)
    except (NetworkError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return code


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m laconic_bench.live",
        description="Makes two network namespaces, site and expander, with an emulated radio link "
        "between them, and removes them at the end. Needs root. Without --site it prints how to "
        f"enter them and waits for Ctrl-C. The expander's address is {EXPANDER_ADDRESS}.",
    )
    parser.add_argument("--link", choices=sorted(PROFILES), help="default: a link without faults")
    for name in _NUMBERS:
        kind = int if name == "queue_bytes" else float
        flag = f"--{name.replace('_', '-')}"
        parser.add_argument(flag, type=kind, metavar="N", help="instead of that of the link")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="default: 1")
    parser.add_argument(
        "--nat-timeout-seconds", type=int, metavar="N", help="with a NAT that forgets after N s"
    )
    parser.add_argument(
        "--rebind-seconds", type=float, metavar="N", help="the NAT takes other ports every N s"
    )
    parser.add_argument("--pcap", type=Path, metavar="FILE", help="what the site's SIM sees")
    parser.add_argument("--expander", metavar="COMMAND", help="runs at the expander's end")
    parser.add_argument("--site", metavar="COMMAND", help="runs at the site; its end is the end")
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")
    return parser.parse_args(arguments)


def _profile(options: argparse.Namespace) -> LinkProfile:
    chosen = PROFILES[options.link] if options.link else LinkProfile()
    given = {name: getattr(options, name) for name in _NUMBERS}
    return replace(chosen, **{name: value for name, value in given.items() if value is not None})


def _run(made: Network, options: argparse.Namespace) -> int:
    with ExitStack() as stack:
        if options.expander:
            _start(stack, made.expander, options.expander)
        if options.site:
            site = _start(stack, made.site, options.site)
        else:
            site = None
            for namespace in (made.site, made.expander):
                print(f"ip netns exec {namespace.name} bash", flush=True)
        try:
            return _wait(made, site, options.rebind_seconds)
        except KeyboardInterrupt:
            return 0 if site is None else 130


def _start(stack: ExitStack, namespace: Namespace, command: str) -> "subprocess.Popen[bytes]":
    """Run a command in a namespace until the stack unwinds."""
    process = subprocess.Popen(namespace.command(*shlex.split(command)))

    def stop() -> None:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    stack.callback(stop)
    return process


def _wait(
    made: Network, site: "subprocess.Popen[bytes] | None", rebind_seconds: float | None
) -> int:
    """Return the exit code of the site's program when it has ended."""
    while True:
        if site is None:
            time.sleep(rebind_seconds or 3_600)
        else:
            try:
                return site.wait(rebind_seconds)
            except subprocess.TimeoutExpired:
                pass
        if rebind_seconds is not None:
            made.rebind()


def _print_counts(counts: LinkCounts, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({**asdict(counts), "sim_bytes": counts.sim_bytes}, indent=2))
        return
    for way, lane in (("up", counts.up), ("down", counts.down)):
        print(
            f"{way:>4}: {lane.entered.packets} packets, {lane.entered.packet_bytes} bytes sent; "
            f"{lane.left.packets} packets, {lane.left.packet_bytes} bytes delivered; "
            f"lost {lane.lost.packets}, no room {lane.overflowed.packets}, "
            f"doubled {lane.duplicated.packets}"
        )
    print(f"The site's SIM pays for {counts.sim_bytes} bytes.")


if __name__ == "__main__":
    sys.exit(main())

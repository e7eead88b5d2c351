"""The relay process: carries IP packets between two TUN devices through two lanes.

It is started by `control.RelayProcess`, takes one JSON object a line on standard input and answers
each with one on standard output:

    {"do": "counts"}                       what was carried so far; the capture file is complete
    {"do": "shape", "profile": {...}}      from now on the link has this profile

The end of standard input ends it, also when whoever started it was killed. It then removes the
namespaces of the network, so that nothing is left behind in any case.
"""

import json
import os
import selectors
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from laconic_bench.live.lane import Lane
from laconic_bench.live.namespaces import remove
from laconic_bench.live.pcap import PcapWriter
from laconic_bench.live.precedence import take_precedence
from laconic_bench.radio.profiles import LinkProfile

_PACKET_LIMIT_BYTES: Final = 65_535


@dataclass(slots=True)
class _Way:
    """One direction: from a TUN device through a lane into the other."""

    lane: Lane
    source: int
    target: int
    is_up: bool


class Relay:
    """The two directions of a link between two descriptors of TUN devices."""

    def __init__(
        self, site: int, far: int, profile: LinkProfile, seed: int, capture: PcapWriter | None
    ) -> None:
        """The capture gets what the site's SIM sees: packets before the way up, after that down."""
        self._ways = (
            _Way(Lane(profile, f"{seed} up"), site, far, is_up=True),
            _Way(Lane(profile, f"{seed} down"), far, site, is_up=False),
        )
        self._capture = capture

    def timer(self) -> float | None:
        """Return when `deliver` has something to do, by the monotonic clock; None: never."""
        timers = (way.lane.timer() for way in self._ways)
        return min((timer for timer in timers if timer is not None), default=None)

    def collect(self, source: int) -> None:
        """Take in all packets that wait at a descriptor."""
        way = next(way for way in self._ways if way.source == source)
        while True:
            try:
                packet = os.read(source, _PACKET_LIMIT_BYTES)
            except BlockingIOError:
                return
            if way.is_up:
                self._record(packet)
            way.lane.send(packet, time.monotonic())

    def deliver(self) -> None:
        """Hand out all packets whose time has come."""
        now = time.monotonic()
        for way in self._ways:
            for packet in way.lane.due(now):
                if not way.is_up:
                    self._record(packet)
                # A device that is going down takes nothing; that is a loss behind the link.
                with suppress(OSError):
                    os.write(way.target, packet)

    def answer(self, command: dict[str, Any]) -> dict[str, Any]:
        """Do what a line of standard input says. Raises: ValueError."""
        match command:
            case {"do": "counts"}:
                if self._capture is not None:
                    self._capture.flush()
                up, down = (asdict(way.lane.counts) for way in self._ways)
                return {"up": up, "down": down}
            case {"do": "shape", "profile": profile}:
                for way in self._ways:
                    way.lane.channel.profile = LinkProfile(**profile)
                return {}
            case _:
                raise ValueError(f"not a command: {command}")

    def _record(self, packet: bytes) -> None:
        if self._capture is not None:
            self._capture.write(packet, time.time())


def main(arguments: Sequence[str]) -> int:
    """Run until standard input ends; the one argument is the JSON of the settings."""
    settings = json.loads(arguments[0])
    path = settings["capture"]
    capture = PcapWriter(Path(path)) if path else None
    site, far = settings["site"], settings["far"]
    relay = Relay(site, far, LinkProfile(**settings["profile"]), settings["seed"], capture)
    take_precedence()
    try:
        _serve(relay, (site, far))
    finally:
        if capture is not None:
            capture.close()
        for name in settings["namespaces"]:
            remove(name)
    return 0


def _serve(relay: Relay, devices: tuple[int, int]) -> None:
    # The others wait whole milliseconds, and longer than they were told.
    selector = selectors.SelectSelector()
    for descriptor in (*devices, sys.stdin.fileno()):
        selector.register(descriptor, selectors.EVENT_READ)
    print(json.dumps({"ready": True}), flush=True)
    while True:
        timer = relay.timer()
        timeout = None if timer is None else max(0.0, timer - time.monotonic())
        for key, _ in selector.select(timeout):
            if key.fd in devices:
                relay.collect(key.fd)
                continue
            # One command at a time: the next one is sent after the answer.
            line = os.read(key.fd, _PACKET_LIMIT_BYTES)
            if not line:
                return
            print(json.dumps(relay.answer(json.loads(line))), flush=True)
        relay.deliver()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The link of a site in virtual time: both directions of a radio channel, and the bill.

The channel is the one of the emulated link over real kernels: the same profile and seed lose the
same packets.
"""

from collections.abc import Callable
from typing import Final

from laconic_bench.model.bill import Bill, Packet
from laconic_bench.radio.channel import Channel
from laconic_bench.radio.profiles import LinkProfile
from laconic_bench.trace import Direction
from laconic_bench.virtual.schedule import Schedule


class ModelLink:
    """Carries IP packets, which are no more than their sizes, and charges for them."""

    def __init__(self, schedule: Schedule, profile: LinkProfile, seed: int) -> None:
        self.schedule: Final = schedule
        self.bill: Final = Bill()
        self.is_down = False
        """There is no network: nothing is sent and nothing arrives, and nothing is charged."""
        self._channels: Final[dict[Direction, Channel]] = {
            "up": Channel(profile, f"{seed} up"),
            "down": Channel(profile, f"{seed} down"),
        }

    def send(self, way: Direction, packet: Packet, arrive: Callable[[], None]) -> None:
        """Send a packet; `arrive` is called when it is there, twice if it was doubled."""
        if self.is_down:
            return
        if way == "up":
            self.bill.charge(way, packet, self.schedule.now)
            self.carry(way, packet.size_bytes, arrive)
        else:
            self.carry(way, packet.size_bytes, lambda: self._take(packet, arrive))

    def carry(self, way: Direction, size_bytes: int, arrive: Callable[[], None]) -> None:
        """Send a packet for which the caller keeps the bill."""
        if self.is_down:
            return
        for due in self._channels[way].send(size_bytes, self.schedule.now).arrivals:
            self.schedule.at(due, lambda: self._arrive(arrive))

    def _arrive(self, arrive: Callable[[], None]) -> None:
        if not self.is_down:
            arrive()

    def _take(self, packet: Packet, arrive: Callable[[], None]) -> None:
        self.bill.charge("down", packet, self.schedule.now)
        arrive()

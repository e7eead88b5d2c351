"""What lies between the two ends of a replay in a live run, as the replay sees it."""

from collections.abc import Mapping
from typing import Protocol

from laconic_bench.live_run.charger import Dial, LiveCharger
from laconic_bench.live_run.world import Tally, World
from laconic_bench.services import Service, Usage
from laconic_bench.trace import Version


class Csms(Protocol):
    """The CSMS of a live run."""

    def says(self, identity: str, text: str) -> None:
        """Send a message to a charger without waiting."""
        ...


class SocketCarrier:
    """Chargers that connect somewhere, and a CSMS that is connected (`world.LiveCarrier`)."""

    def __init__(
        self,
        world: World,
        dial: Dial,
        csms: Csms,
        tally: Tally,
        services: Mapping[str, Service],
    ) -> None:
        """`services` are processes between the two, by end; the tally counts nothing then."""
        self._world = world
        self._dial = dial
        self._csms = csms
        self._tally = tally
        self._services = services
        self._chargers: dict[str, LiveCharger] = {}

    def open(self, identity: str, version: Version) -> None:
        """See `Carrier`."""
        charger = self._chargers.get(identity)
        if charger is None:
            charger = LiveCharger(self._world, identity, self._dial)
            self._chargers[identity] = charger
        charger.open(version)

    def cut(self, identity: str) -> None:
        """See `Carrier`."""
        if identity in self._chargers:
            self._chargers[identity].cut()

    def charger_says(self, identity: str, text: str, label: str) -> None:
        """See `Carrier`."""
        self._chargers[identity].say(text)

    def csms_says(self, identity: str, text: str, label: str) -> None:
        """See `Carrier`."""
        self._csms.says(identity, text)

    def move(self) -> None:
        """See `Carrier`."""
        self._world.network.move_nat()

    def finish(self) -> None:
        """See `Carrier`: the link has counted everything."""

    @property
    def payload_bytes(self) -> int | None:
        """See `LiveCarrier`."""
        return None if self._services else self._tally.payload_bytes

    def usage(self) -> Mapping[str, Usage]:
        """See `LiveCarrier`."""
        found = {name: service.usage() for name, service in self._services.items()}
        return {name: usage for name, usage in found.items() if usage is not None}

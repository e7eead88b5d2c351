"""What a live contender gets, and what it gives."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from laconic_bench.live.network import Network
from laconic_bench.live_run.clock import Clock
from laconic_bench.live_run.watchman import Watchman
from laconic_bench.model.carrier import Carrier, Ends
from laconic_bench.services import Usage


@dataclass(frozen=True, slots=True)
class World:
    """The surroundings of one run."""

    network: Network
    folder: Path
    """For its files; it is removed at the end."""
    stack: AsyncExitStack
    """Ends what the contender has started, the last first."""
    watchman: Watchman
    clock: Clock
    ends: Ends
    identities: frozenset[str]
    """Of all chargers that may come."""
    nat_seconds: float
    """How long the carrier's NAT keeps a mapping."""


class LiveCarrier(Carrier, Protocol):
    """A carrier of real packets."""

    @property
    def payload_bytes(self) -> int | None:
        """Return the bytes that stood for OCPP messages; None: nobody can see them."""
        ...

    def usage(self) -> Mapping[str, Usage]:
        """Return what its processes have needed, by end."""
        ...


class LiveContender(Protocol):
    """Starts a contender: a function of a module or an object of a dataclass."""

    async def __call__(self, world: World) -> LiveCarrier:
        """Return the carrier when both ends are ready.

        Raises:
            ServiceError: one of them does not start.
        """
        ...


@dataclass(slots=True)
class Tally:
    """Counts the bytes that stand for messages."""

    payload_bytes: int = field(default=0)

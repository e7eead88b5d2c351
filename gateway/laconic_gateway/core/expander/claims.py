"""Which site may speak for a charger that several sites list: one at a time (D14).

A charger that moves, or that somebody imitates, is seen at two sites. Whoever speaks for it at the
CSMS has its *claim*, and each claim has a number that grows: the fence. It is on disk, so that a
restart of the expander gives it to nobody else before the lease of the site could be renewed.

| the site with the claim            | another site                | what happens                  |
|------------------------------------|-----------------------------|-------------------------------|
| has the charger, or messages of it | has the charger             | it waits; that is said        |
| has the charger, and nothing waits | only messages of it         | it sends them, and gives back |
| has neither any more               | has the charger or messages | it has the claim now          |

What waits is in the outbox: nothing is lost, and each site's messages stay in their order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from laconic_gateway.core.expander.io import Key


class Claimant(Protocol):
    """What is to be known of a lane."""

    @property
    def is_present(self) -> bool:
        """The charger is connected at this site."""
        ...

    @property
    def has_messages(self) -> bool:
        """Something of it has not reached the CSMS."""
        ...

    @property
    def is_connected(self) -> bool:
        """It has a socket to the CSMS, or is about to have one."""
        ...


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of a site to speak for a charger."""

    key: Key
    fence: int
    """Grows with each claim on the charger."""


class Claims:
    """The claims on the chargers that several sites list."""

    def __init__(
        self,
        chargers: Mapping[str, Iterable[str]],
        restored: Mapping[Key, int],
        lease_seconds: Mapping[str, float],
    ) -> None:
        """`chargers` has the identities by site; `restored` the fences that are on disk;
        `lease_seconds` how long, by site, a claim of before the start is kept."""
        sites: dict[str, list[str]] = {}
        for site, identities in chargers.items():
            for identity in identities:
                sites.setdefault(identity, []).append(site)
        self._keys = {
            identity: [(site, identity) for site in names]
            for identity, names in sites.items()
            if len(names) > 1
        }
        self._claims: dict[str, Claim | None] = dict.fromkeys(self._keys)
        self._fences = dict.fromkeys(self._keys, 0)
        self._kept_seconds: dict[str, float] = {}
        self._kept_until: dict[str, float] = {}
        self._waiting: dict[str, list[Key]] = {identity: [] for identity in self._keys}
        """Sites that would have the claim, in the order in which they came."""
        for key, fence in restored.items():
            if fence > self._fences.get(key[1], fence):
                self._fences[key[1]] = fence
                self._claims[key[1]] = Claim(key, fence)
                self._kept_seconds[key[1]] = lease_seconds[key[0]]

    def is_shared(self, identity: str) -> bool:
        """Tell whether several sites list this charger."""
        return identity in self._keys

    def keys(self, identity: str) -> list[Key]:
        """Return all sites that list a charger, with its identity."""
        return self._keys.get(identity, [])

    def may_connect(self, key: Key) -> bool:
        """Tell whether a site may have a socket to the CSMS for a charger."""
        if key[1] not in self._keys:
            return True
        claim = self._claims[key[1]]
        return claim is not None and claim.key == key

    def begin(self, now: float) -> None:
        """Have the time begin for which claims of before the start are kept."""
        for identity, seconds in self._kept_seconds.items():
            self._kept_until[identity] = now + seconds
        self._kept_seconds.clear()

    def timer(self) -> float | None:
        """Return when a claim of before the start is no longer kept."""
        return min(self._kept_until.values(), default=None)

    def due(self, now: float) -> list[str]:
        """Return the chargers whose claim of before the start is no longer kept."""
        due = [identity for identity, until in self._kept_until.items() if now >= until]
        for identity in due:
            del self._kept_until[identity]
        return due

    def review(
        self, identity: str, lanes: Mapping[Key, Claimant]
    ) -> tuple[list[Key], Claim | None]:
        """Look at a charger again; `lanes` are those of all sites that list it.

        Returns the sites that have begun to wait although the charger is connected there, and
        the claim if it is a new one.
        """
        wanting = [key for key, lane in lanes.items() if lane.is_present or lane.has_messages]
        before = self._waiting[identity]
        waiting = [key for key in before if key in wanting]
        waiting += [key for key in wanting if key not in waiting]
        self._waiting[identity] = waiting
        claim = self._claims[identity]
        if claim is not None and self._must_give_back(claim, waiting, lanes):
            claim = self._claims[identity] = None
        if claim is not None:
            late = [key for key in waiting if key not in before and key != claim.key]
            return [key for key in late if lanes[key].is_present], None
        if not waiting or any(lane.is_connected for lane in lanes.values()):
            return [], None
        return [], self._give(identity, waiting, lanes)

    def _must_give_back(
        self, claim: Claim, waiting: list[Key], lanes: Mapping[Key, Claimant]
    ) -> bool:
        identity = claim.key[1]
        if claim.key in waiting:
            self._kept_until.pop(identity, None)
        elif identity in self._kept_until or identity in self._kept_seconds:
            return False
        if claim.key not in waiting:
            return True
        left = any(not lanes[key].is_present for key in waiting if key != claim.key)
        return left and not lanes[claim.key].has_messages

    def _give(self, identity: str, waiting: list[Key], lanes: Mapping[Key, Claimant]) -> Claim:
        """Give the claim to who has messages and no charger any more, else to who came first."""
        gone = [key for key in waiting if not lanes[key].is_present]
        self._fences[identity] += 1
        claim = Claim((gone or waiting)[0], self._fences[identity])
        self._claims[identity] = claim
        return claim

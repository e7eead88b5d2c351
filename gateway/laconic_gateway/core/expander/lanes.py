"""The lanes of all chargers: made when they are needed, asked again when something touched them."""

from collections.abc import Callable, Iterator, Mapping

from laconic_gateway.core.deadlines import Deadlines
from laconic_gateway.core.expander.association import Association
from laconic_gateway.core.expander.csms_policy import DEFAULT_POLICY, CsmsPolicy
from laconic_gateway.core.expander.io import Action, Key
from laconic_gateway.core.expander.kept import Kept
from laconic_gateway.core.expander.lane import Lane
from laconic_gateway.core.expander.to_site import ToSite, Withdraw
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Level, Note, Topic


class Lanes:
    """Every charger's lane, by site and identity."""

    def __init__(
        self,
        chargers: Mapping[str, frozenset[str]],
        *,
        random: Callable[[], float],
        new_id: Callable[[], str],
        note: Callable[[Note], None],
        policy: CsmsPolicy = DEFAULT_POLICY,
        kept: Mapping[Key, tuple[Kept, ...]] | None = None,
    ) -> None:
        """`chargers` are the identities that each site may speak for; `kept` is on disk of them."""
        self._chargers = chargers
        self._random = random
        self._new_id = new_id
        self._note = note
        self._policy = policy
        self._kept = dict(kept or {})
        self._lanes: dict[Key, Lane] = {}
        self._touched: dict[Key, None] = {}  # as a set, in a certain order
        self._deadlines = Deadlines[Key]()
        self._unknown: set[Key] = set()

    @property
    def present(self) -> int:
        """Return how many chargers are connected at sites that are alive."""
        return sum(1 for lane in self._lanes.values() if lane.present is not None)

    def of(self, key: Key) -> Lane | None:
        """Return the lane of a charger; None if its site may not speak for it."""
        if key in self._lanes:
            return self.existing(key)
        if key[1] not in self._chargers[key[0]]:
            self._note_unknown(key)
            return None
        self._lanes[key] = Lane(
            key,
            random=self._random,
            new_id=self._new_id,
            policy=self._policy,
            kept=self._kept.pop(key, ()),
        )
        return self.existing(key)

    def existing(self, key: Key) -> Lane:
        """Return a lane that was made before."""
        self._touched[key] = None
        return self._lanes[key]

    def known(self, site: str) -> list[str]:
        """Return the identities of a site's chargers that have a lane."""
        return [name for name in sorted(self._chargers[site]) if (site, name) in self._lanes]

    def show_presence(self, site: Association, identities: list[str], now: float) -> None:
        """Tell the lanes of these chargers how they are connected."""
        for identity in identities:
            lane = self.of((site.site, identity))
            if lane is not None:
                lane.set_present(site.present_now(identity, now))

    def outgoing(self, now: Instant) -> Iterator[Action | ToSite | Withdraw]:
        """Yield what the lanes want done that were touched, also those touched meanwhile."""
        while self._touched:
            lane = self._lanes[self._touched.popitem()[0]]
            yield from lane.outgoing(now.monotonic, now.unix)
            self._deadlines.set(lane.key, lane.timer())

    def timer(self) -> float | None:
        """Return when `handle_timer` wants to be called."""
        return self._deadlines.earliest()

    def handle_timer(self, now: float) -> None:
        """Have the lanes asked for which something is due."""
        self._touched |= dict.fromkeys(self._deadlines.pop_due(now))

    def _note_unknown(self, key: Key) -> None:
        if key in self._unknown:
            return
        self._unknown.add(key)
        text = (
            f"site {key[0]} speaks for charger {key[1]}, which the configuration does not list:"
            " its messages are kept in the outbox. Add a [[site.charger]] for it and restart."
        )
        self._note(Note(Topic.UNKNOWN_CHARGER, "", text, Level.WARNING))

"""The lanes of all chargers: made when they are needed, asked again when something touched them."""

from collections.abc import Callable, Iterator, Mapping

from laconic_gateway.core.deadlines import Deadlines
from laconic_gateway.core.expander.association import Association
from laconic_gateway.core.expander.claims import Claim, Claims
from laconic_gateway.core.expander.csms_policy import DEFAULT_POLICY, CsmsPolicy
from laconic_gateway.core.expander.io import Action, KeepNow, Key
from laconic_gateway.core.expander.kept import Kept, KeptKind, to_object, to_text
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
        lease_seconds: Mapping[str, float] | None = None,
    ) -> None:
        """`chargers` are the identities that each site may speak for; `kept` is on disk of them;
        `lease_seconds` are those of the sites."""
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
        self._claims = Claims(chargers, _fences(self._kept), lease_seconds or {})

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
        self._claims.begin(now.monotonic)
        while self._touched:
            lane = self._lanes[self._touched.popitem()[0]]
            lane.may_connect = self._claims.may_connect(lane.key)
            yield from lane.outgoing(now.monotonic, now.unix)
            self._deadlines.set(lane.key, lane.timer())
            if self._claims.is_shared(lane.key[1]):
                yield from self._review(lane.key[1])

    def timer(self) -> float | None:
        """Return when `handle_timer` wants to be called."""
        times = (self._deadlines.earliest(), self._claims.timer())
        return min((time for time in times if time is not None), default=None)

    def handle_timer(self, now: float) -> None:
        """Have the lanes asked for which something is due."""
        self._touched |= dict.fromkeys(self._deadlines.pop_due(now))
        for identity in self._claims.due(now):
            self._touched |= dict.fromkeys(self._lanes_of(identity))

    # --- chargers that several sites list

    def _review(self, identity: str) -> Iterator[Action]:
        """See whether another site may speak for a charger now."""
        lanes = self._lanes_of(identity)
        waiting, claim = self._claims.review(identity, lanes)
        for key, lane in lanes.items():
            if lane.may_connect != self._claims.may_connect(key):
                self._touched[key] = None
        for site, _ in waiting:
            text = (
                f"charger {identity} is connected at site {site} too; its messages wait until the"
                " other site has lost it. If they are two chargers, give one another identity; if"
                " it has moved for good, take it out of the other site's list."
            )
            yield Note(Topic.SECOND_CLAIM, text=text, level=Level.WARNING)
        if claim is not None:
            yield from self._claimed(claim)

    def _claimed(self, claim: Claim) -> Iterator[Action]:
        site, identity = claim.key
        text = f"site {site} speaks for charger {identity} now (claim {claim.fence})"
        yield Note(Topic.CLAIM, text=text, level=Level.INFO)
        yield KeepNow(claim.key, Kept(KeptKind.CLAIM, "", to_text(fence=claim.fence)))

    def _lanes_of(self, identity: str) -> dict[Key, Lane]:
        keys = self._claims.keys(identity)
        return {key: self._lanes[key] for key in keys if key in self._lanes}

    def _note_unknown(self, key: Key) -> None:
        if key in self._unknown:
            return
        self._unknown.add(key)
        text = (
            f"site {key[0]} speaks for charger {key[1]}, which the configuration does not list:"
            " its messages are kept in the outbox. Add a [[site.charger]] for it and restart."
        )
        self._note(Note(Topic.UNKNOWN_CHARGER, "", text, Level.WARNING))


def _fences(kept: Mapping[Key, tuple[Kept, ...]]) -> dict[Key, int]:
    """Return the number of the last claim of each site on each charger, as far as it is on disk."""
    return {
        key: to_object(one.text).get("fence", 0)
        for key, ones in kept.items()
        for one in ones
        if one.kind is KeptKind.CLAIM
    }

"""A whole site in virtual time: the real cores between chargers, disks, a link and a CSMS.

One seed decides everything. `virtual_play` has faults happen to a world, and what must be true at
the end is in `virtual_judge`.
"""

from dataclasses import dataclass
from typing import Final

from laconic_bench.virtual.nat_site import PATIENCE_SECONDS
from laconic_bench.virtual.schedule import Schedule
from laconic_codec.encoder import ALL_CODINGS
from laconic_codec.frame import Coding
from laconic_gateway.core.expander.csms_policy import DEFAULT_POLICY, CsmsPolicy
from laconic_gateway.core.site import site as site_core
from laconic_gateway.core.site.desk import DeskSettings
from laconic_gateway.core.site.policy import Answering
from laconic_gateway.core.site.reachability import ReachSettings
from tests.support.virtual_charger import Charger
from tests.support.virtual_csms import Csms
from tests.support.virtual_csms_desk import HEARTBEAT_SECONDS
from tests.support.virtual_expander import ExpanderProcess
from tests.support.virtual_gateway import SiteProcess
from tests.support.virtual_journal import UNLIMITED
from tests.support.virtual_link import Air, Way
from tests.support.virtual_requests import Party
from tests.support.virtual_steps import Steps

ALL_KINDS: Final = (
    Party("local"),
    Party("local"),
    Party("relay"),
    Party("relay", ("2.1",), is_cabinet=True),
)


@dataclass(frozen=True, slots=True)
class Setup:
    """What a world consists of."""

    parties: tuple[Party, ...] = ALL_KINDS
    """The chargers, CP1 and so on."""
    preserve_ids: bool = False
    keepalive_seconds: float = 28.0
    sign_of_life_seconds: float = 28.0
    policy: CsmsPolicy = DEFAULT_POLICY
    heartbeat_seconds: int = HEARTBEAT_SECONDS
    quota_records: int = UNLIMITED
    """Messages for which the journal has room."""
    codings: Coding = ALL_CODINGS
    """What the frames may be coded in."""
    disk_seconds: float = 0.02
    """Longest time that a write takes."""


class World:
    """Site, expander, link, CSMS and chargers."""

    def __init__(self, seed: int, setup: Setup | None = None) -> None:
        self.seed = seed
        self.schedule = Schedule(seed)
        self.setup = setup or Setup()
        self.steps = Steps()
        numbers = [0]
        parties = {f"CP{number}": party for number, party in enumerate(self.setup.parties, 1)}
        self.site = SiteProcess(
            self.schedule,
            _site_settings(self.setup, parties),
            self.setup.disk_seconds,
            self.steps,
            self.setup.quota_records,
            self.setup.codings,
        )
        self.csms = Csms(self.schedule, numbers)
        self.csms.desk.heartbeat_seconds = self.setup.heartbeat_seconds
        self.expander = ExpanderProcess(
            self.schedule,
            frozenset(parties),
            self.csms,
            numbers,
            self.setup.disk_seconds,
            self.steps,
            self.setup.policy,
        )
        self.csms.client = self.expander
        self.air = Air(self.schedule)
        self.site.up = self.expander.up = Way(self.schedule, self.air, "up")
        self.site.down = self.expander.down = Way(self.schedule, self.air, "down")
        self.site.up.sender = self.site.down.receiver = self.site
        self.site.up.receiver = self.site.down.sender = self.expander
        self.chargers = [
            Charger(self.schedule, self.site, identity, party, numbers)
            for identity, party in parties.items()
        ]

    def start(self) -> None:
        """Start both processes."""
        self.expander.start()
        self.site.start()

    def run(self, seconds: float) -> None:
        """Let time pass."""
        self.schedule.run(self.schedule.now + seconds)

    @property
    def lost_sockets(self) -> int:
        """Return how many sockets to the CSMS were lost while something may have been in them."""
        losses = ("csms closed", "csms hung", "csms too late", "expander restarted")
        return sum(self.schedule.marks[loss] for loss in losses)

    def charger(self, identity: str) -> Charger:
        """Return a charger."""
        return next(charger for charger in self.chargers if charger.identity == identity)


def _site_settings(setup: Setup, parties: dict[str, Party]) -> site_core.SiteSettings:
    answering = {
        identity: Answering("local" if party.answers == "local" else "relay")
        for identity, party in parties.items()
    }
    desk = DeskSettings(answering=answering, patience_seconds=PATIENCE_SECONDS)
    reach = ReachSettings(
        keepalive_seconds=setup.keepalive_seconds, sign_of_life_seconds=setup.sign_of_life_seconds
    )
    return site_core.SiteSettings(desk, setup.preserve_ids, reach)

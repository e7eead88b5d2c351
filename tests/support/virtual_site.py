"""A whole site in virtual time: the real cores between chargers, disks, a link and a CSMS.

One seed decides everything. `virtual_play` has faults happen to a world, and what must be true at
the end is in `virtual_judge`.
"""

from dataclasses import dataclass

from laconic_bench.virtual.nat_site import PATIENCE_SECONDS
from laconic_bench.virtual.schedule import Schedule
from laconic_gateway.core.site import site as site_core
from laconic_gateway.core.site.desk import DeskSettings
from laconic_gateway.core.site.policy import Answering
from laconic_gateway.core.site.reachability import ReachSettings
from tests.support.virtual_charger import Charger
from tests.support.virtual_csms import Csms
from tests.support.virtual_expander import ExpanderProcess
from tests.support.virtual_gateway import SiteProcess
from tests.support.virtual_link import Air, Way


@dataclass(frozen=True, slots=True)
class Setup:
    """What a world consists of."""

    answers: tuple[str, ...] = ("local", "local", "relay", "relay")
    """Of each charger: who answers."""
    preserve_ids: bool = False
    keepalive_seconds: float = 28.0
    sign_of_life_seconds: float = 28.0
    command_seconds: float = 28.0
    disk_seconds: float = 0.02
    """Longest time that a write takes."""


class World:
    """Site, expander, link, CSMS and chargers."""

    def __init__(self, seed: int, setup: Setup | None = None) -> None:
        self.seed = seed
        self.schedule = Schedule(seed)
        self.setup = setup or Setup()
        numbers = [0]
        identities = [f"CP{number}" for number in range(1, len(self.setup.answers) + 1)]
        answering = {
            identity: Answering("local" if answers == "local" else "relay")
            for identity, answers in zip(identities, self.setup.answers, strict=True)
        }
        desk = DeskSettings(answering=answering, patience_seconds=PATIENCE_SECONDS)
        self.site = SiteProcess(
            self.schedule,
            site_core.SiteSettings(
                desk,
                self.setup.preserve_ids,
                ReachSettings(
                    keepalive_seconds=self.setup.keepalive_seconds,
                    sign_of_life_seconds=self.setup.sign_of_life_seconds,
                ),
            ),
            self.setup.disk_seconds,
        )
        self.csms = Csms(self.schedule, numbers)
        self.expander = ExpanderProcess(
            self.schedule, frozenset(identities), self.csms, numbers, self.setup.disk_seconds
        )
        self.expander.command_seconds = self.setup.command_seconds
        self.csms.client = self.expander
        self.air = Air(self.schedule)
        self.site.up = self.expander.up = Way(self.schedule, self.air, "up")
        self.site.down = self.expander.down = Way(self.schedule, self.air, "down")
        self.site.up.sender = self.site.down.receiver = self.site
        self.site.up.receiver = self.site.down.sender = self.expander
        self.chargers = [
            Charger(self.schedule, self.site, identity, answers, numbers)
            for identity, answers in zip(identities, self.setup.answers, strict=True)
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
        marks = self.schedule.marks
        return marks["csms closed"] + marks["expander restarted"] + marks["csms hung"]

    def charger(self, identity: str) -> Charger:
        """Return a charger."""
        return next(charger for charger in self.chargers if charger.identity == identity)

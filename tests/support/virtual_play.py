"""A play for a virtual site: an hour of ordinary life with every kind of fault, then peace."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.support.virtual_charger import ACTIONS, Charger
from tests.support.virtual_site import Setup, World

VERSIONS = tuple(ACTIONS)


@dataclass(frozen=True, slots=True)
class Plot:
    """How rough it gets."""

    loss: float = 0.0
    late: float = 0.0
    faults: int = 0
    """How many faults happen, of all kinds."""
    longest_pad: int = 200
    """Characters of the longest message."""
    act_seconds: float = 900.0
    """How long it is rough."""
    rest_seconds: float = 1_500.0
    """How long it is peaceful after that: long enough for every back-off and repetition."""
    command_seconds: float = 40.0
    speak_seconds: float = 15.0


def plot_of(world: World) -> Plot:
    """Draw a plot from the world's own seed."""
    chance = world.schedule.random
    return Plot(
        loss=chance.choice((0.0, 0.02, 0.1, 0.3)),
        late=chance.choice((0.0, 0.0, 0.05)),
        faults=chance.choice((0, 3, 8, 15)),
        longest_pad=chance.choice((200, 200, 2_000, 60_000)),
    )


def setup_of(seed: int) -> Setup:
    """Draw the parts of a world."""
    return Setup(preserve_ids=seed % 4 == 3, keepalive_seconds=(28.0, 12.0)[seed % 2])


class Play:
    """Has a plot happen to a world."""

    def __init__(self, world: World, plot: Plot) -> None:
        self.world = world
        self.plot = plot
        self._schedule = world.schedule
        self._over = False

    def run(self) -> None:
        """Play both acts."""
        world, plot = self.world, self.plot
        world.air.loss, world.air.late = plot.loss, plot.late
        world.start()
        for charger in world.chargers:
            charger.longest_pad = plot.longest_pad
            self._live(charger)
        self._command()
        for _ in range(plot.faults):
            self._schedule.after(self._schedule.between(0.0, plot.act_seconds), self._fault)
        for _ in range(plot.faults // 3):
            self._schedule.at(plot.act_seconds - self._schedule.between(0.0, 40.0), self._flap)
        world.run(plot.act_seconds)
        self._make_peace()
        world.run(plot.rest_seconds)

    # --- ordinary life

    def _live(self, charger: Charger) -> None:
        if not self._over:
            if charger.connection is None and self.world.site.life:
                charger.connect(self._schedule.random.choice(VERSIONS))
            if self._schedule.chance(0.8):  # some say nothing when they come
                charger.speak()
            wait = self._schedule.random.expovariate(1 / self.plot.speak_seconds)
            self._schedule.after(wait, lambda: self._live(charger))

    def _command(self) -> None:
        if not self._over:
            charger = self._schedule.random.choice(self.world.chargers)
            pad = self._schedule.random.choice((0, 0, 100, self.plot.longest_pad))
            self.world.csms.command(charger.identity, pad)
            wait = self._schedule.random.expovariate(1 / self.plot.command_seconds)
            self._schedule.after(wait, self._command)

    # --- faults

    def _fault(self) -> None:
        faults: tuple[Callable[[], None], ...] = (
            self._restart_site,
            self._restart_expander,
            self._restart_both,
            self._outage,
            self._flap,
            self._replace,
            self._drop_socket,
            self._refuse,
            self._hang,
        )
        self._schedule.random.choice(faults)()

    def _restart_site(self) -> None:
        self.world.site.crash()
        self._later(0.5, 60.0, self._start_site)

    def _restart_expander(self) -> None:
        self.world.expander.crash()
        self._later(0.5, 60.0, self._start_expander)

    def _restart_both(self) -> None:
        self._schedule.mark("both restarted")
        self._restart_site()
        self._restart_expander()

    def _outage(self) -> None:
        self._schedule.mark("outage")
        self.world.air.is_down = True
        self._later(10.0, 400.0, self._end_outage)

    def _flap(self) -> None:
        charger = self._schedule.random.choice(self.world.chargers)
        charger.leave()

    def _replace(self) -> None:
        charger = self._schedule.random.choice(self.world.chargers)
        if charger.connection is not None:
            charger.connect(self._schedule.random.choice(VERSIONS))

    def _drop_socket(self) -> None:
        self.world.csms.drop(self._schedule.random.choice(self.world.chargers).identity)

    def _refuse(self) -> None:
        self.world.csms.refuses = True
        for charger in self.world.chargers:
            self.world.csms.drop(charger.identity)
        self._later(10.0, 120.0, self._accept)

    def _hang(self) -> None:
        self.world.csms.hangs = True
        self._later(10.0, 120.0, self._wake)

    # --- and their ends

    def _start_site(self) -> None:
        if not self.world.site.life:
            self.world.site.start()

    def _start_expander(self) -> None:
        if not self.world.expander.life:
            self.world.expander.start()

    def _end_outage(self) -> None:
        self.world.air.is_down = False

    def _accept(self) -> None:
        self.world.csms.refuses = False

    def _wake(self) -> None:
        self.world.csms.hangs = False

    def _later(self, low: float, high: float, event: Callable[[], None]) -> None:
        self._schedule.after(self._schedule.between(low, high), event)

    def _make_peace(self) -> None:
        """End every fault, for good; the last answers may still take their time."""
        self._over = True
        world = self.world
        world.air.loss = world.air.late = 0.0
        for end in (
            self._start_site,
            self._start_expander,
            self._end_outage,
            self._accept,
            self._wake,
        ):
            end()
        for charger in world.chargers:
            if charger.connection is None:
                charger.connect(charger.version)

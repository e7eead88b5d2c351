"""A play for a virtual site: ordinary life with every kind of fault, then peace."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from laconic_codec.encoder import ALL_CODINGS
from laconic_codec.frame import Coding
from tests.support.virtual_charger import Charger
from tests.support.virtual_faults import Faults
from tests.support.virtual_site import Setup, World

SCENE_LEAD_SECONDS: Final = 6.0
"""A scene begins so long before its fault; its messages are as far apart."""


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
    scene_messages: int = 0
    """Messages around each fault, at most."""
    long_outage_seconds: float = 400.0


def plot_of(world: World) -> Plot:
    """Draw a plot of a quarter of an hour from the world's own seed."""
    chance = world.schedule.random
    return Plot(
        loss=chance.choice((0.0, 0.02, 0.1, 0.3)),
        late=chance.choice((0.0, 0.0, 0.05)),
        faults=chance.choice((0, 3, 8, 15)),
        longest_pad=chance.choice((200, 200, 200, 2_000)),
    )


def setup_of(seed: int) -> Setup:
    """Draw the parts of a world for a quarter of an hour."""
    return Setup(
        preserve_ids=seed % 4 == 3,
        keepalive_seconds=(28.0, 12.0)[seed % 2],
        codings=ALL_CODINGS if seed % 8 < 2 else Coding.CBOR,
    )


class Play:
    """Has a plot happen to a world."""

    def __init__(self, world: World, plot: Plot) -> None:
        self.world = world
        self.plot = plot
        self._schedule = world.schedule
        self._faults = Faults(world, plot.long_outage_seconds)
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
            moment = self._schedule.between(0.0, plot.act_seconds)
            self._schedule.at(moment, self._faults.happen)
            self._schedule.at(moment - SCENE_LEAD_SECONDS, self._play_scene)
        for _ in range(plot.faults // 3):
            moment = plot.act_seconds - self._schedule.between(0.0, 40.0)
            self._schedule.at(moment, self._faults.flap)
        world.run(plot.act_seconds)
        self._make_peace()
        world.run(plot.rest_seconds)

    def _live(self, charger: Charger) -> None:
        if not self._over:
            self._come(charger)
            if self._schedule.chance(0.8):  # some say nothing when they come
                charger.speak()
            self._later(self.plot.speak_seconds, lambda: self._live(charger))

    def _come(self, charger: Charger) -> None:
        if charger.connection is None and self.world.site.life:
            charger.connect()

    def _play_scene(self) -> None:
        """Have much said around a fault: by all, or by one charger in a row."""
        chance = self._schedule.random
        chargers = self.world.chargers
        if self._schedule.chance(0.5):
            chargers = [chance.choice(chargers)]
        moment = 0.0
        for _ in range(chance.randint(0, self.plot.scene_messages)):
            moment += chance.expovariate(1 / SCENE_LEAD_SECONDS)
            self._schedule.after(moment, chance.choice(chargers).speak)

    def _command(self) -> None:
        if not self._over:
            charger = self._schedule.random.choice(self.world.chargers)
            pad = self._schedule.random.choice((0, 0, 0, 0, 0, 100, self.plot.longest_pad))
            self.world.csms.command(charger.identity, pad)
            self._later(self.plot.command_seconds, self._command)

    def _later(self, mean_seconds: float, event: Callable[[], None]) -> None:
        self._schedule.after(self._schedule.random.expovariate(1 / mean_seconds), event)

    def _make_peace(self) -> None:
        """End every fault, for good; the last answers may still take their time."""
        self._over = True
        world = self.world
        world.air.loss = world.air.late = 0.0
        self._faults.end()
        for charger in world.chargers:
            if charger.connection is None:
                charger.connect(charger.version)

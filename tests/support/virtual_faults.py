"""Everything that can go wrong in a virtual site, and how each of it ends."""

from collections.abc import Callable
from typing import Final

from laconic_gateway.site import STUCK_SECONDS
from tests.support.virtual_disks import Disk
from tests.support.virtual_site import World
from tests.support.virtual_steps import EXPANDER_STEPS, SITE_STEPS
from tests.support.virtual_words import TOKENS

RETRY_SECONDS: Final = 5.0
"""When a process that could not start is started again."""
STEPS_AT_ONCE: Final = 3
"""Steps after which a process is going to crash; some are rare."""
LONGEST_SLOWNESS_SECONDS: Final = 90.0
"""Of a CSMS: longer than the expander waits."""
EPOCH_1970_SECONDS: Final = -1_790_000_000.0
"""The error of a clock that has lost everything."""


class Faults:
    """Has things go wrong."""

    def __init__(self, world: World, long_outage_seconds: float) -> None:
        """`long_outage_seconds` is how long the longest outage lasts."""
        self._world = world
        self._schedule = world.schedule
        self._long_outage_seconds = long_outage_seconds
        self._kinds: dict[str, Callable[[], None]] = {
            "crash of the site": lambda: self._end_site(power=False),
            "crash of the expander": lambda: self._end_expander(power=False),
            "crash of both": self._end_both,
            "power cut at the site": lambda: self._end_site(power=True),
            "power cut at the expander": lambda: self._end_expander(power=True),
            "crash at a step": self._end_at_step,
            "outage": self._outage,
            "long outage": self._long_outage,
            "flap": lambda: self.flap(),
            "half-open socket": self._half_open,
            "double identity": self._claim_twice,
            "csms drops a socket": self._drop_socket,
            "csms refuses": self._refuse,
            "csms hangs": self._hang,
            "csms is slow": self._slow_down,
            "token blocked": self._block,
            "disk full": self._fill_disk,
            "journal I/O fails": self._fail_journal,
            "outbox I/O fails": self._fail_outbox,
            "clock jump": self._jump,
        }

    @property
    def names(self) -> frozenset[str]:
        """Return what can go wrong."""
        return frozenset(self._kinds)

    def happen(self) -> None:
        """Have one of them happen, by chance."""
        name = self._schedule.random.choice(tuple(self._kinds))
        self._schedule.mark(f"fault: {name}")
        self._kinds[name]()

    def end(self) -> None:
        """End all of them, for good."""
        world = self._world
        world.steps.disarm()
        for disk in (*self._journal_disks(), *self._outbox_disks()):
            disk.recover()
        for end in (self._start_site, self._start_expander, self._end_outage, self._accept):
            end()
        world.csms.hangs = False
        world.csms.slowest_answer_seconds = 0.5
        world.csms.desk.blocked.clear()
        world.site.clock_error_seconds = 0.0

    # --- processes

    def _end_site(self, *, power: bool) -> None:
        self._world.site.crash(power=power)
        self._later(0.5, 60.0, self._start_site)

    def _end_expander(self, *, power: bool) -> None:
        self._world.expander.crash(power=power)
        self._later(0.5, 60.0, self._start_expander)

    def _end_both(self) -> None:
        self._end_site(power=False)
        self._end_expander(power=False)

    def _end_at_step(self) -> None:
        for step in self._schedule.random.sample(SITE_STEPS + EXPANDER_STEPS, STEPS_AT_ONCE):
            self._arm(step)

    def _arm(self, step: str) -> None:
        power = self._schedule.chance(0.5)

        def crash() -> None:
            self._schedule.mark(f"crash after {step}")
            if step in SITE_STEPS:
                self._end_site(power=power)
            else:
                self._end_expander(power=power)

        self._world.steps.arm(step, self._schedule.random.randint(1, 3), crash)

    def _start_site(self) -> None:
        site = self._world.site
        if not site.life:
            site.start()
        if not site.life:
            self._schedule.after(RETRY_SECONDS, self._start_site)

    def _start_expander(self) -> None:
        if not self._world.expander.life:
            self._world.expander.start()

    # --- link and chargers

    def _outage(self) -> None:
        self._world.air.is_down = True
        self._later(10.0, 400.0, self._end_outage)

    def _long_outage(self) -> None:
        self._world.air.is_down = True
        self._later(self._long_outage_seconds / 4, self._long_outage_seconds, self._end_outage)
        if self._schedule.chance(0.7):
            self._block()  # the site cannot hear of it: a refusal comes late

    def _end_outage(self) -> None:
        self._world.air.is_down = False

    def flap(self) -> None:
        """Let a charger leave; it comes again when it has something to say."""
        self._schedule.random.choice(self._world.chargers).leave()

    def _half_open(self) -> None:
        charger = self._schedule.random.choice(self._world.chargers)
        if charger.connection is not None:
            charger.connect()

    def _claim_twice(self) -> None:
        """Let somebody else come as a charger that is there: he is sent away, it is left alone."""
        charger = self._schedule.random.choice(self._world.chargers)
        if charger.connection is not None:
            assert self._world.site.is_taken(charger.identity), f"two are {charger.identity}"
            self._schedule.mark("second claimant refused")

    # --- CSMS

    def _drop_socket(self) -> None:
        self._world.csms.drop(self._schedule.random.choice(self._world.chargers).identity)

    def _refuse(self) -> None:
        self._world.csms.refuses = True
        for charger in self._world.chargers:
            self._world.csms.drop(charger.identity)
        self._later(10.0, 400.0, self._accept)

    def _accept(self) -> None:
        self._world.csms.refuses = False

    def _hang(self) -> None:
        self._world.csms.hangs = True
        self._later(10.0, 120.0, self._wake)

    def _wake(self) -> None:
        self._world.csms.hangs = False

    def _slow_down(self) -> None:
        slowest = self._schedule.between(5.0, LONGEST_SLOWNESS_SECONDS)
        self._world.csms.slowest_answer_seconds = slowest
        self._later(60.0, 600.0, self._speed_up)

    def _speed_up(self) -> None:
        self._world.csms.slowest_answer_seconds = 0.5

    def _block(self) -> None:
        token = self._schedule.random.choice(TOKENS)
        blocked = self._world.csms.desk.blocked
        blocked.add(token)
        self._later(600.0, 3_600.0, lambda: blocked.discard(token))

    # --- disks and clock

    def _fill_disk(self) -> None:
        self._stall(self._world.site.journal.appends)

    def _fail_journal(self) -> None:
        self._stall(*self._journal_disks())
        if self._schedule.chance(0.5):  # an epoch begins that cannot be written down
            self._later(0.0, 10.0, lambda: self._end_expander(power=False))

    def _fail_outbox(self) -> None:
        disks = self._outbox_disks()
        self._stall(*self._schedule.random.sample(disks, self._schedule.random.randint(1, 3)))

    def _stall(self, *disks: Disk) -> None:
        for disk in disks:
            disk.stall()
            self._later(10.0, 400.0, disk.recover)
        self._schedule.after(STUCK_SECONDS + 1.0, self._world.site.close_if_stuck)

    def _journal_disks(self) -> tuple[Disk, ...]:
        site = self._world.site
        return (site.journal.appends, site.journal.changes, site.facts.disk)

    def _outbox_disks(self) -> tuple[Disk, ...]:
        outbox = self._world.expander.outbox
        return (outbox.commits, outbox.dones, outbox.reads)

    def _jump(self) -> None:
        chance = self._schedule.random
        self._world.site.clock_error_seconds = chance.choice(
            (0.0, EPOCH_1970_SECONDS, chance.uniform(-7_200.0, 7_200.0))
        )

    def _later(self, low: float, high: float, event: Callable[[], None]) -> None:
        self._schedule.after(self._schedule.between(low, high), event)

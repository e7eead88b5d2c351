"""A connector of a charger on OCPP 1.6, and the riders who charge there."""

from collections.abc import Sequence
from typing import Final

from laconic_bench.workloads import habits
from laconic_bench.workloads.agenda import Action
from laconic_bench.workloads.causes import (
    ARRIVAL,
    CARD_DOWN,
    CARD_UP,
    FIRST_CHARGE,
    REGISTER_START,
    REMOTE_START,
    RIDER_DOWN,
    RIDER_UP,
    SAMPLE_DELAY,
    START_DELAY,
    STATUS_DELAY,
    STAY,
    STOP_REASON,
    TEMPERATURE,
)
from laconic_bench.workloads.chargers_16.make import Make, Stop
from laconic_bench.workloads.chargers_16.reports import Reports
from laconic_bench.workloads.chargers_16.session import Session
from laconic_bench.workloads.charging import BikeCharge
from laconic_bench.workloads.draws import Cause
from laconic_bench.workloads.reading import Reading
from laconic_bench.workloads.rhythm import Arrivals
from laconic_bench.workloads.riders import Rider
from laconic_bench.workloads.station import Station
from laconic_bench.workloads.tables import Table
from laconic_bench.workloads.timetable import ByTheClock, Duty, Every
from laconic_bench.workloads.trouble.faults import Fault
from laconic_bench.workloads.warmth import Warmth

_LATE_SECONDS: Final = Table(0, [6.0, 3.0, 1.0])


class Connector:
    """One connector: free, or with a rider."""

    def __init__(
        self, station: Station, make: Make, number: int, phase: int, sessions_per_day: float
    ) -> None:
        world = station.world
        self._station: Final = station
        self._world: Final = world
        self._draws: Final = world.draws
        self._make: Final = make
        self.reports: Final = Reports(station, make, number)
        self._meter: Final = world.mains.meter(phase)
        self._warmth: Final = Warmth(world, TEMPERATURE, make.celsius_step)
        self._arrivals: Final = Arrivals(world.draws, world.calendar, ARRIVAL, sessions_per_day)
        self._duties: Final[Sequence[Duty]] = (
            Every(station, make.repeat_status_seconds, self._repeat_status),
            ByTheClock(station, make.clock_seconds, self._read_by_the_clock),
        )
        self._energy_wh = float(world.draws.pick(REGISTER_START, habits.REGISTER_START_WH))
        self._visits = 0
        """How many riders were waited for: the last one may come."""
        self._is_faulted = False
        self._rider: Rider | None = None
        self._session: Session | None = None
        self._lost: Stop | None = None

    def open(self) -> None:
        """Be free after a boot."""
        self._become_free()
        for duty in self._duties:
            duty.begin()

    def power_off(self, reason: str) -> None:
        """A running transaction ends here; nobody hears of it before the next boot."""
        if self._session is not None:
            self._lost = self._end(self._session, reason)
        self._is_faulted = False
        self._let_go()

    def tell_loss(self) -> None:
        """Tell the end of a transaction that the power cut short."""
        if self._lost is not None:
            self.reports.stop(self._lost)
            self._lost = None

    # Faults.

    @property
    def can_fail(self) -> bool:
        """False while it is out of order and while a rider plugs or unplugs."""
        return not self._is_faulted and (self._rider is None or self._session is not None)

    def fail(self, fault: Fault) -> None:
        """Report a fault, and end a transaction; the connector is out of order until `recover`."""
        if self._session is not None:
            self._tell_stop(self._session, "Other")
            self._let_go()
        self._is_faulted = True
        self.reports.fault(fault)

    def recover(self) -> None:
        """Be free after a fault."""
        self._is_faulted = False
        self._become_free()

    # Free.

    def _become_free(self) -> None:
        self.reports.status("Available")
        self._visits += 1
        visit = self._visits
        arrival_ms = self._arrivals.next_ms(self._station.now_ms, self._make.resolution_ms)
        self._station.later(arrival_ms, lambda: self._plug(visit))

    def _repeat_status(self) -> None:
        if self._rider is None and not self._is_faulted:
            self.reports.status("Available")

    def _read_by_the_clock(self) -> None:
        if self._session is None:
            volts = self._meter.read(self._station.now_ms, 0.0, self._make.volt_step)
            reading = Reading(volts, 0.0, self._energy_wh, None, self._celsius(0.0))
            self.reports.meter(None, reading)

    # From the plug to the start.

    def _plug(self, visit: int) -> None:
        if self._is_faulted or visit != self._visits:
            return  # The rider who was to come found it out of order.
        remote = self._draws.chance(REMOTE_START, habits.REMOTE_SHARE)
        rider = self._world.riders.come(RIDER_DOWN if remote else RIDER_UP)
        self._rider = rider
        self.reports.status("Preparing")
        delay_ms = self._delay_ms(START_DELAY, habits.START_SECONDS, 8_000)
        start_ms = self._station.now_ms + delay_ms
        ask = self._start_remotely if remote else self._authorize
        self._station.later(start_ms - habits.ASK_EARLY_MS, lambda: ask(rider, start_ms))

    def _authorize(self, rider: Rider, start_ms: int) -> None:
        tag = self._make.tag(self._world.riders, rider, CARD_UP)
        accepted = self._world.csms.accepts()
        self.reports.authorize(rider, tag, accepted)
        follow = self._start if accepted else self._give_up
        self._station.later(start_ms, lambda: follow(rider, tag))

    def _start_remotely(self, rider: Rider, start_ms: int) -> None:
        tag = self._make.tag(self._world.riders, rider, CARD_DOWN)
        self.reports.remote_start(tag)
        self._station.later(start_ms, lambda: self._start(rider, tag))

    def _give_up(self, rider: Rider, tag: str) -> None:
        self._let_go()
        self._become_free()

    def _start(self, rider: Rider, tag: str) -> None:
        now_ms = self._station.now_ms
        transaction = self.reports.start(rider, tag, self._energy_wh)
        soc_percent = self._draws.pick(FIRST_CHARGE, habits.FIRST_CHARGE)
        bike = self._world.riders.bike(rider)
        charge = BikeCharge(self._draws, self._meter, bike, soc_percent, now_ms)
        session = Session(rider, tag, transaction, now_ms, self._energy_wh, charge)
        self._session = session
        contactor_ms = self._delay_ms(STATUS_DELAY, habits.CONTACTOR_SECONDS, 1_000)
        self._after(contactor_ms, lambda: self._close(session))
        self._await_sample(session)
        stay_ms = self._draws.delay_ms(STAY, habits.STAY_SECONDS, self._make.resolution_ms)
        self._after(stay_ms - habits.ASK_EARLY_MS, lambda: self._leave(session))

    # Charging.

    def _await_sample(self, session: Session) -> None:
        session.samples += 1
        due_ms = session.start_ms + 1000 * self._make.sample_seconds * session.samples
        if self._make.samples_late:
            due_ms += 1000 * self._draws.pick(SAMPLE_DELAY, _LATE_SECONDS)
        self._station.later(due_ms, lambda: self._sample(session))

    def _close(self, session: Session) -> None:
        if self._session is session:
            self.reports.status("Charging")

    def _sample(self, session: Session) -> None:
        if self._session is not session:
            return
        now_ms, charge = self._station.now_ms, session.charge
        charge.read(now_ms, self._make.volt_step, self._make.ampere_step)
        reading = session.reading(self._celsius(charge.watts / habits.FULL_WATTS))
        self.reports.meter(session.transaction, reading)
        if not charge.is_full and charge.seconds_to_full < self._make.sample_seconds:
            self._after(1000 * int(charge.seconds_to_full), lambda: self._fill(session))
        self._await_sample(session)

    def _fill(self, session: Session) -> None:
        if self._session is session and not session.charge.is_full:
            session.charge.fill(self._station.now_ms)
            self.reports.status("SuspendedEV")

    # From the stop to the next rider.

    def _leave(self, session: Session) -> None:
        if self._session is not session:
            return
        reason = habits.STOP_REASONS[self._draws.weigh(STOP_REASON, habits.STOP_SHARES)]
        if reason == "Remote":
            self.reports.remote_stop(session.transaction)
        self._after(habits.ASK_EARLY_MS, lambda: self._stop(session, reason))

    def _stop(self, session: Session, reason: str) -> None:
        if self._session is not session:
            return
        self._tell_stop(session, reason)
        self.reports.status("Finishing")
        unplug_ms = self._delay_ms(STATUS_DELAY, habits.UNPLUG_SECONDS, 6_000)
        self._after(unplug_ms, self._unplug)

    def _tell_stop(self, session: Session, reason: str) -> None:
        self.reports.stop(self._end(session, reason), session.rider)

    def _end(self, session: Session, reason: str) -> Stop:
        stop = session.end(self._station.now_ms, reason)
        self._energy_wh, self._session = stop.stop_wh, None
        return stop

    def _unplug(self) -> None:
        self._let_go()
        self._become_free()

    def _let_go(self) -> None:
        if self._rider is not None:
            self._rider.is_here = False
            self._rider = None

    # What all of these need.

    def _celsius(self, load: float) -> float:
        if not self._make.tells_temperature:
            return 0.0
        return self._warmth.read(self._station.now_ms, load)

    def _after(self, delay_ms: int, action: Action) -> None:
        self._station.later(self._station.now_ms + delay_ms, action)

    def _delay_ms(self, cause: Cause, seconds: Table, usual_ms: int) -> int:
        """Draw a delay that the messages show; without times in statuses it is always the same."""
        if not self._make.stamps_status:
            return usual_ms
        return self._draws.delay_ms(cause, seconds, self._make.resolution_ms)

"""An EVSE of a charger on OCPP 2.x, and the riders who charge there."""

from typing import Any, Final

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
    START_DELAY,
    STATUS_DELAY,
    STAY,
    STOP_REASON,
)
from laconic_bench.workloads.chargers_2x.make import Event, Make2x
from laconic_bench.workloads.chargers_2x.reports import Reports
from laconic_bench.workloads.chargers_2x.transaction import Transaction
from laconic_bench.workloads.charging import BikeCharge
from laconic_bench.workloads.draws import Cause
from laconic_bench.workloads.reading import Reading
from laconic_bench.workloads.rhythm import Arrivals
from laconic_bench.workloads.riders import Rider
from laconic_bench.workloads.station_2x import Station2x
from laconic_bench.workloads.tables import Table
from laconic_bench.workloads.timetable import ByTheClock

_TRIGGERS: Final = {"Local": "StopAuthorized", "Remote": "RemoteStop"}


class Evse:
    """One EVSE with one connector: free, or with a rider."""

    def __init__(
        self, station: Station2x, make: Make2x, number: int, phase: int, sessions_per_day: float
    ) -> None:
        world = station.world
        self._station: Final = station
        self._world: Final = world
        self._draws: Final = world.draws
        self._make: Final = make
        self._meter: Final = world.mains.meter(phase)
        self._clock: Final = ByTheClock(station, make.aligned_seconds, self._read_by_the_clock)
        self._arrivals: Final = Arrivals(world.draws, world.calendar, ARRIVAL, sessions_per_day)
        self._energy_wh = float(world.draws.pick(REGISTER_START, habits.REGISTER_START_WH))
        self._rider: Rider | None = None
        self._transaction: Transaction | None = None
        self._charging: Transaction | None = None
        """The transaction, from the start of the charge to its stop."""
        self._lost: Event | None = None
        self._reports: Final = Reports(station, make, number)
        self.number: Final = number

    @property
    def state(self) -> str:
        """Availability in the words of OCPP 2.x."""
        return "Available" if self._rider is None else "Occupied"

    @property
    def load(self) -> float:
        """Share of the full power that flows, from 0 to 1."""
        charge = self._charging.charge if self._charging else None
        return charge.watts / habits.FULL_WATTS if charge else 0.0

    def open(self) -> None:
        """Be free after a boot."""
        self._become_free()
        self._clock.begin()

    def power_off(self, reason: str) -> None:
        """A running transaction ends here; nobody hears of it before the next boot."""
        if self._transaction is not None:
            self._lost = self._close("AbnormalCondition", reason, offline=True)
        self._let_go()

    def tell_loss(self) -> None:
        """Tell the end of a transaction that the power cut short."""
        if self._lost is not None:
            self._reports.event(self._lost)
            self._lost = None

    # Free.

    def _become_free(self) -> None:
        self._reports.status("Available")
        arrival_ms = self._arrivals.next_ms(self._station.now_ms, self._make.resolution_ms)
        self._station.later(arrival_ms, self._plug)

    def _read_by_the_clock(self) -> None:
        if self._transaction is None:
            now_ms = self._station.now_ms
            volts = self._meter.read(now_ms, 0.0, self._make.volt_step)
            reading = Reading(volts, 0.0, self._energy_wh, None, 0.0)
            self._reports.clock_reading(reading)

    # From the plug to the start.

    def _plug(self) -> None:
        remote = self._draws.chance(REMOTE_START, habits.REMOTE_SHARE)
        rider = self._world.riders.come(RIDER_DOWN if remote else RIDER_UP)
        self._rider = rider
        self._reports.status("Occupied")
        if self._make.spans_plug:
            transaction = self._begin(rider)
            self._tell(transaction, "Started", "CablePluggedIn", context="Transaction.Begin")
        start_ms = self._station.now_ms + self._delay_ms(START_DELAY, habits.START_SECONDS)
        ask = self._start_remotely if remote else self._authorize
        self._station.later(start_ms - habits.ASK_EARLY_MS, lambda: ask(rider, start_ms))

    def _begin(self, rider: Rider) -> Transaction:
        identity = self._make.transaction_id(self._world, self.number)
        self._transaction = Transaction(rider, identity, self.number, self._energy_wh)
        return self._transaction

    def _authorize(self, rider: Rider, start_ms: int) -> None:
        token = self._make.token(self._world.riders, rider, CARD_UP)
        accepted = self._world.csms.accepts()
        self._reports.authorize(rider, token, accepted)
        if accepted:
            self._station.later(start_ms, lambda: self._start(rider, token, 0))
        else:
            self._station.later(start_ms, self._unplug)

    def _start_remotely(self, rider: Rider, start_ms: int) -> None:
        token = self._make.token(self._world.riders, rider, CARD_DOWN)
        request = self._world.csms.next_request()
        running = self._transaction.identity if self._transaction is not None else None
        self._reports.remote_start(token, request, running)
        self._station.later(start_ms, lambda: self._start(rider, token, request))

    def _start(self, rider: Rider, token: str, remote_start: int) -> None:
        transaction = self._transaction or self._begin(rider)
        transaction.token, transaction.remote_start = token, remote_start
        trigger = "RemoteStart" if remote_start else "Authorized"
        told: dict[str, Any] = {"token": token, "remote_start": remote_start}
        if self._make.spans_plug:
            self._tell(transaction, "Updated", trigger, **told)
        else:
            self._tell(transaction, "Started", trigger, context="Transaction.Begin", **told)
        now_ms = self._station.now_ms
        soc_percent = self._draws.pick(FIRST_CHARGE, habits.FIRST_CHARGE)
        bike = self._world.riders.bike(rider)
        transaction.charge = BikeCharge(self._draws, self._meter, bike, soc_percent, now_ms)
        transaction.charge_ms, self._charging = now_ms, transaction
        contactor_ms = self._delay_ms(STATUS_DELAY, habits.CONTACTOR_SECONDS)
        self._after(contactor_ms, lambda: self._tell_state(transaction, "Charging"))
        self._await_sample(transaction)
        stay_ms = self._delay_ms(STAY, habits.STAY_SECONDS)
        self._after(stay_ms - habits.ASK_EARLY_MS, lambda: self._leave(transaction))

    # Charging.

    def _await_sample(self, transaction: Transaction) -> None:
        transaction.samples += 1
        due_ms = 1000 * self._make.sample_seconds * transaction.samples
        self._station.later(transaction.charge_ms + due_ms, lambda: self._sample(transaction))

    def _sample(self, transaction: Transaction) -> None:
        charge = transaction.charge
        if self._charging is not transaction or charge is None:
            return
        charge.read(self._station.now_ms, self._make.volt_step, self._make.ampere_step)
        self._tell(transaction, "Updated", "MeterValuePeriodic", reading=transaction.reading())
        if not charge.is_full and charge.seconds_to_full < self._make.sample_seconds:
            self._after(1000 * int(charge.seconds_to_full), lambda: self._fill(transaction))
        self._await_sample(transaction)

    def _fill(self, transaction: Transaction) -> None:
        charge = transaction.charge
        if self._charging is transaction and charge is not None and not charge.is_full:
            charge.fill(self._station.now_ms)
            self._tell_state(transaction, "SuspendedEV")

    # From the stop to the next rider.

    def _leave(self, transaction: Transaction) -> None:
        reason = habits.STOP_REASONS[self._draws.weigh(STOP_REASON, habits.STOP_SHARES)]
        if reason == "Remote":
            self._reports.remote_stop(transaction.identity)
        self._after(habits.ASK_EARLY_MS, lambda: self._stop(transaction, reason))

    def _stop(self, transaction: Transaction, reason: str) -> None:
        if transaction.charge is not None:
            transaction.charge.advance(self._station.now_ms)
        self._charging = None
        transaction.state = "EVConnected"
        if reason == "EVDisconnected":
            self._unplug(reason)
            return
        token = transaction.token if reason == "Local" else ""
        if self._make.spans_plug:
            self._tell(transaction, "Updated", _TRIGGERS[reason], token=token)
        else:
            ended = self._close(_TRIGGERS[reason], reason, token=token)
            self._reports.event(ended, transaction.rider)
        unplug_ms = self._delay_ms(STATUS_DELAY, habits.UNPLUG_SECONDS)
        self._after(unplug_ms, lambda: self._unplug(reason))

    def _unplug(self, reason: str = "DeAuthorized") -> None:
        if self._transaction is not None:
            self._transaction.state = "Idle"
            self._reports.event(self._close("EVDeparted", reason))
        self._let_go()
        self._become_free()

    def _close(self, trigger: str, reason: str, **more: Any) -> Event:
        transaction = self._transaction
        assert transaction is not None, "there is a transaction"
        if self._charging is not None and transaction.charge is not None:
            transaction.charge.advance(self._station.now_ms)
        self._energy_wh = transaction.energy_wh
        self._transaction = self._charging = None
        reading, time_ms = transaction.reading(), self._station.now_ms
        more |= {"reason": reason, "reading": reading, "context": "Transaction.End"}
        return transaction.event("Ended", trigger, time_ms, **more)

    def _let_go(self) -> None:
        if self._rider is not None:
            self._rider.is_here = False
            self._rider = None

    # What all of these need.

    def _tell_state(self, transaction: Transaction, state: str) -> None:
        if self._charging is transaction:
            transaction.state = state
            self._tell(transaction, "Updated", "ChargingStateChanged")

    def _tell(self, transaction: Transaction, kind: str, trigger: str, **more: Any) -> None:
        if "context" in more:
            more["reading"] = transaction.reading()
        event = transaction.event(kind, trigger, self._station.now_ms, **more)
        self._reports.event(event, transaction.rider)

    def _after(self, delay_ms: int, action: Action) -> None:
        self._station.later(self._station.now_ms + delay_ms, action)

    def _delay_ms(self, cause: Cause, seconds: Table) -> int:
        return self._draws.delay_ms(cause, seconds, self._make.resolution_ms)

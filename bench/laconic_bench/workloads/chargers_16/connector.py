"""A connector of a charger on OCPP 1.6, and the riders who charge there."""

from typing import Final

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
from laconic_bench.workloads.chargers_16.make import Make, Reading, Stop
from laconic_bench.workloads.chargers_16.session import Session
from laconic_bench.workloads.charging import BikeCharge
from laconic_bench.workloads.draws import Cause
from laconic_bench.workloads.rhythm import Arrivals
from laconic_bench.workloads.riders import Rider
from laconic_bench.workloads.station import Station
from laconic_bench.workloads.tables import Table, even, lognormal, normal
from laconic_bench.workloads.warmth import Warmth

REMOTE_SHARE: Final = 0.25
"""Sessions that riders start on their telephones (assumption)."""

_FIRST_CHARGE: Final = normal(mean=32.0, sigma=14.0, first=5, last=80)
_REGISTER_START_WH: Final = even(40_000, 4_000_000)
_START_SECONDS: Final = lognormal(median=14.0, spread=0.5, first=3, last=120)
_CONTACTOR_SECONDS: Final = Table(1, [6.0, 3.0, 1.0])
_UNPLUG_SECONDS: Final = lognormal(median=9.0, spread=0.6, first=2, last=180)
_STAY_SECONDS: Final = lognormal(median=2700.0, spread=0.55, first=240, last=14_400)
_LATE_SECONDS: Final = Table(0, [6.0, 3.0, 1.0])
_STOP_REASONS: Final = ("EVDisconnected", "Local", "Remote")
_STOP_SHARES: Final = [0.45, 0.40, 0.15]
_ASK_EARLY_MS: Final = 900
"""Between what a rider or the CSMS asks for and the charger's doing it."""
_FULL_WATTS: Final = 1_500.0


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
        self._number: Final = number
        self._meter: Final = world.mains.meter(phase)
        self._warmth: Final = Warmth(world, TEMPERATURE, make.celsius_step)
        self._arrivals: Final = Arrivals(world.draws, world.calendar, ARRIVAL, sessions_per_day)
        self._energy_wh = float(world.draws.pick(REGISTER_START, _REGISTER_START_WH))
        self._rider: Rider | None = None
        self._session: Session | None = None
        self._lost: Stop | None = None

    def open(self) -> None:
        """Be free after a boot."""
        self._become_free()
        if self._make.repeat_status_seconds:
            self._await_repetition()
        if self._make.clock_seconds:
            self._await_clock()

    def power_off(self, reason: str) -> None:
        """A running transaction ends here; nobody hears of it before the next boot."""
        if self._session is not None:
            self._lost = self._end(self._session, reason)
        self._let_go()

    def tell_loss(self) -> None:
        """Tell the end of a transaction that the power cut short."""
        if self._lost is not None:
            self._station.call("StopTransaction", self._make.stop(self._lost))
            self._lost = None

    # Free.

    def _become_free(self) -> None:
        self._tell("Available")
        now_ms = self._station.now_ms
        self._station.later(self._arrivals.next_ms(now_ms, self._make.resolution_ms), self._plug)

    def _await_repetition(self) -> None:
        self._after(1000 * self._make.repeat_status_seconds, self._repeat_status)

    def _repeat_status(self) -> None:
        if self._rider is None:
            self._tell("Available")
        self._await_repetition()

    def _await_clock(self) -> None:
        """Wait for the next whole quarter of an hour, say; in the station's own tick."""
        now_ms = self._station.now_ms
        due_ms = self._world.calendar.next_ms(now_ms, 1000 * self._make.clock_seconds)
        self._station.later(due_ms + self._station.tick_ms, self._read_by_the_clock)

    def _read_by_the_clock(self) -> None:
        if self._session is None:
            volts = self._meter.read(self._station.now_ms, 0.0, self._make.volt_step)
            self._tell_meter(None, Reading(volts, 0.0, self._energy_wh, None, self._celsius(0.0)))
        self._await_clock()

    # From the plug to the start.

    def _plug(self) -> None:
        remote = self._draws.chance(REMOTE_START, REMOTE_SHARE)
        rider = self._world.riders.come(RIDER_DOWN if remote else RIDER_UP)
        self._rider = rider
        self._tell("Preparing")
        delay_ms = self._delay_ms(START_DELAY, _START_SECONDS, 8_000)
        start_ms = self._station.now_ms + delay_ms
        ask = self._start_remotely if remote else self._authorize
        self._station.later(start_ms - _ASK_EARLY_MS, lambda: ask(rider, start_ms))

    def _authorize(self, rider: Rider, start_ms: int) -> None:
        tag = self._make.tag(self._world.riders, rider, CARD_UP)
        accepted = self._world.csms.accepts()
        info = self._world.csms.tag_info(rider, accepted)
        self._station.call("Authorize", self._make.authorize(tag), f'{{"idTagInfo":{info}}}')
        follow = self._start if accepted else self._give_up
        self._station.later(start_ms, lambda: follow(rider, tag))

    def _start_remotely(self, rider: Rider, start_ms: int) -> None:
        tag = self._make.tag(self._world.riders, rider, CARD_DOWN)
        payload = f'{{"connectorId":{self._number},"idTag":"{tag}"}}'
        self._station.command("RemoteStartTransaction", payload, self._make.accepted())
        self._station.later(start_ms, lambda: self._start(rider, tag))

    def _give_up(self, rider: Rider, tag: str) -> None:
        self._let_go()
        self._become_free()

    def _start(self, rider: Rider, tag: str) -> None:
        now_ms = self._station.now_ms
        transaction = self._world.csms.next_transaction()
        payload = self._make.start(self._number, tag, now_ms, self._energy_wh)
        info = self._world.csms.tag_info(rider, accepted=True)
        answer = f'{{"transactionId":{transaction},"idTagInfo":{info}}}'
        self._station.call("StartTransaction", payload, answer)
        soc_percent = self._draws.pick(FIRST_CHARGE, _FIRST_CHARGE)
        bike = self._world.riders.bike(rider)
        charge = BikeCharge(self._draws, self._meter, bike, soc_percent, now_ms)
        session = Session(rider, tag, transaction, now_ms, self._energy_wh, charge)
        self._session = session
        contactor_ms = self._delay_ms(STATUS_DELAY, _CONTACTOR_SECONDS, 1_000)
        self._after(contactor_ms, lambda: self._tell("Charging"))
        self._await_sample(session)
        stay_ms = self._draws.delay_ms(STAY, _STAY_SECONDS, self._make.resolution_ms)
        self._after(stay_ms - _ASK_EARLY_MS, lambda: self._leave(session))

    # Charging.

    def _await_sample(self, session: Session) -> None:
        session.samples += 1
        due_ms = session.start_ms + 1000 * self._make.sample_seconds * session.samples
        if self._make.samples_late:
            due_ms += 1000 * self._draws.pick(SAMPLE_DELAY, _LATE_SECONDS)
        self._station.later(due_ms, lambda: self._sample(session))

    def _sample(self, session: Session) -> None:
        if self._session is not session:
            return
        now_ms, charge = self._station.now_ms, session.charge
        charge.read(now_ms, self._make.volt_step, self._make.ampere_step)
        reading = session.reading(self._celsius(charge.watts / _FULL_WATTS))
        self._tell_meter(session.transaction, reading)
        if not charge.is_full and charge.seconds_to_full < self._make.sample_seconds:
            self._after(1000 * int(charge.seconds_to_full), lambda: self._fill(session))
        self._await_sample(session)

    def _fill(self, session: Session) -> None:
        if self._session is session and not session.charge.is_full:
            session.charge.fill(self._station.now_ms)
            self._tell("SuspendedEV")

    # From the stop to the next rider.

    def _leave(self, session: Session) -> None:
        reason = _STOP_REASONS[self._draws.weigh(STOP_REASON, _STOP_SHARES)]
        if reason == "Remote":
            payload = f'{{"transactionId":{session.transaction}}}'
            self._station.command("RemoteStopTransaction", payload, self._make.accepted())
        self._after(_ASK_EARLY_MS, lambda: self._stop(session, reason))

    def _stop(self, session: Session, reason: str) -> None:
        stop = self._end(session, reason)
        info = self._world.csms.tag_info(session.rider, accepted=True)
        answer = f'{{"idTagInfo":{info}}}'
        self._station.call("StopTransaction", self._make.stop(stop), answer)
        self._tell("Finishing")
        unplug_ms = self._delay_ms(STATUS_DELAY, _UNPLUG_SECONDS, 6_000)
        self._after(unplug_ms, self._unplug)

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

    def _tell(self, status: str) -> None:
        payload = self._make.status(self._number, status, self._station.now_ms)
        self._station.call("StatusNotification", payload)

    def _tell_meter(self, transaction: int | None, reading: Reading) -> None:
        now_ms = self._station.now_ms
        payload = self._make.meter_values(self._number, transaction, now_ms, reading)
        self._station.call("MeterValues", payload)

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

"""A slot of a swap cabinet: an EVSE of OCPP 2.1 that charges the battery in it."""

from dataclasses import dataclass
from typing import Final

from laconic_bench.workloads.cabinets.batteries import Battery
from laconic_bench.workloads.cabinets.cabinet_texts import CabinetTexts, Event
from laconic_bench.workloads.causes import PACK_TEMPERATURE, REGISTER_START, TRANSACTION_UUID
from laconic_bench.workloads.charging import PACK_AMPERES, PackCharge
from laconic_bench.workloads.ids import random_uuid
from laconic_bench.workloads.station import Station
from laconic_bench.workloads.tables import even
from laconic_bench.workloads.warmth import Warmth

_REGISTER_START_WH: Final = even(10_000, 3_000_000)


@dataclass(slots=True, eq=False)
class Stay:
    """A battery in the slot, and the transaction that charges it."""

    battery: Battery
    charge: PackCharge
    start_ms: int
    start_wh: float
    transaction: str = ""
    """Empty while there is none: before the first boot and after a power cut."""
    sequence: int = 0
    samples: int = 0


class Slot:
    """One slot: empty, or with a battery on charge. All times are whole seconds."""

    def __init__(self, station: Station, texts: CabinetTexts, number: int) -> None:
        world = station.world
        self._station: Final = station
        self._draws: Final = world.draws
        self._site: Final = world.site
        self._texts: Final = texts
        self._warmth: Final = Warmth(world, PACK_TEMPERATURE, 0.1)
        self._energy_wh = 0.1 * world.draws.pick(REGISTER_START, _REGISTER_START_WH)
        self._lost: str | None = None
        self._values: list[str] = []
        self._base_ms = 0
        self.number: Final = number
        self.stay: Stay | None = None

    @property
    def state(self) -> str:
        """Availability in the words of OCPP 2.1, S: an empty slot is available."""
        return "Available" if self.stay is None else "Occupied"

    @property
    def soc_percent(self) -> float:
        """State of charge of the battery; 0 if there is none."""
        return self.stay.charge.soc_percent if self.stay else 0.0

    def store(self, battery: Battery, soc_percent: float) -> Stay:
        """Take a battery, and tell nobody."""
        now_ms = self._station.now_ms
        battery.is_here = True
        charge = PackCharge(self._draws, battery.capacity_wh, soc_percent, now_ms)
        self.stay = Stay(battery, charge, now_ms, self._energy_wh)
        return self.stay

    def charge(self, battery: Battery, soc_percent: float) -> None:
        """Take a battery and start the transaction that charges it."""
        stay = self.store(battery, soc_percent)
        stay.transaction = random_uuid(self._draws, TRANSACTION_UUID)
        self._tell(stay, "Started", "CablePluggedIn", "Transaction.Begin")
        self._await_sample(stay)

    def release(self) -> Stay:
        """End the transaction and give the battery out; return how it stayed."""
        stay = self._close()
        self._tell(stay, "Ended", "EVDeparted", "Transaction.End", "EVDisconnected")
        self.stay = None
        stay.battery.is_here = False
        return stay

    def power_off(self, reason: str) -> None:
        """The transaction ends here; nobody hears of it before the next boot."""
        if self.stay is not None and self.stay.transaction:
            stay = self._close()
            event = self._event(stay, "Ended", "AbnormalCondition", "Transaction.End", reason)
            self._lost = self._texts.transaction_event(event, offline=True)
            stay.transaction = ""

    def tell_loss(self) -> None:
        """Tell the end of a transaction that the power cut short."""
        if self._lost is not None:
            self._station.call("TransactionEvent", self._lost)
            self._lost = None

    def restart(self) -> None:
        """Start a new transaction for a battery that is there at a boot (S04.FR.11)."""
        if self.stay is not None:
            self.charge(self.stay.battery, self.stay.charge.soc_percent)

    def stream(self) -> None:
        """Begin to send the temperature as a stream of events."""
        self._values.clear()
        self._await_value()

    def _await_value(self) -> None:
        due_ms = self._station.now_ms + 1000 * self._site.stream_seconds
        self._station.later(due_ms, self._stream_on)

    def _stream_on(self) -> None:
        now_ms = self._station.now_ms
        if not self._values:
            self._base_ms = now_ms
        load = self.stay.charge.amperes / PACK_AMPERES if self.stay else 0.0
        self._values.append(f"{self._warmth.read(now_ms, load):.1f}")
        if len(self._values) == self._site.stream_values:
            payload = self._texts.stream(
                self.number, self._base_ms, self._site.stream_seconds, self._values
            )
            self._station.send("NotifyPeriodicEventStream", payload)
            self._values.clear()
        self._await_value()

    def _await_sample(self, stay: Stay) -> None:
        stay.samples += 1
        due_ms = stay.start_ms + 1000 * self._site.slot_sample_seconds * stay.samples
        self._station.later(due_ms, lambda: self._sample(stay))

    def _sample(self, stay: Stay) -> None:
        if self.stay is not stay:
            return
        charge = stay.charge
        charge.read(self._station.now_ms)
        self._tell(stay, "Updated", "MeterValuePeriodic", "")
        if not charge.is_full and charge.seconds_to_full < self._site.slot_sample_seconds:
            full_ms = self._station.now_ms + 1000 * int(charge.seconds_to_full)
            self._station.later(full_ms, lambda: self._fill(stay))
        self._await_sample(stay)

    def _fill(self, stay: Stay) -> None:
        """A full battery stays in a transaction that is suspended (S04.FR.06)."""
        if self.stay is stay and not stay.charge.is_full:
            stay.charge.fill(self._station.now_ms)
            self._tell(stay, "Updated", "ChargingStateChanged", "Other")

    def _close(self) -> Stay:
        stay = self.stay
        assert stay is not None, "there is a battery"
        stay.charge.advance(self._station.now_ms)
        self._energy_wh = stay.start_wh + stay.charge.energy_wh
        stay.battery.age(stay.charge.energy_wh / stay.battery.capacity_wh)
        return stay

    def _tell(
        self, stay: Stay, kind: str, trigger: str, context: str, reason: str | None = None
    ) -> None:
        event = self._event(stay, kind, trigger, context, reason)
        self._station.call("TransactionEvent", self._texts.transaction_event(event))

    def _event(
        self, stay: Stay, kind: str, trigger: str, context: str, reason: str | None = None
    ) -> Event:
        charge = stay.charge
        event = Event(
            kind,
            trigger,
            context,
            self._station.now_ms,
            stay.sequence,
            stay.transaction,
            "SuspendedEVSE" if charge.is_full else "Charging",
            reason,
            self.number,
            charge.soc_percent,
            stay.start_wh + charge.energy_wh,
            charge.volts,
            charge.amperes,
        )
        stay.sequence += 1
        return event

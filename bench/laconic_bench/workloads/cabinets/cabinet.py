"""A battery swap cabinet with 12 slots on OCPP 2.1.

Each slot is an EVSE: Available means empty, Occupied means that a battery is there. A swap is no
transaction, the charging of a battery is one (OCPP 2.1, S).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from laconic_bench.workloads.cabinets.batteries import Battery
from laconic_bench.workloads.cabinets.cabinet_texts import CabinetTexts, token
from laconic_bench.workloads.cabinets.model import all_variables, swap_variables
from laconic_bench.workloads.cabinets.slot import Slot
from laconic_bench.workloads.causes import (
    ARRIVAL,
    CARD_DOWN,
    CARD_UP,
    FIRST_CHARGE,
    MESSAGE_ID_UP,
    REMOTE_SWAP,
    RIDER_DOWN,
    RIDER_UP,
    SERIAL_NUMBER,
    SWAP_DELAY,
)
from laconic_bench.workloads.device_model.variables import Variable
from laconic_bench.workloads.ids import Uuid
from laconic_bench.workloads.json_style import COMPACT
from laconic_bench.workloads.rhythm import Arrivals
from laconic_bench.workloads.riders import Rider
from laconic_bench.workloads.station_2x import Station2x
from laconic_bench.workloads.tables import even, lognormal, normal
from laconic_bench.workloads.world import World

FIRMWARE: Final = "4.0.0"
SLOTS: Final = 12
BATTERIES: Final = 10
"""Of a new cabinet: two slots stay empty for the batteries that come in."""
REMOTE_SHARE: Final = 0.15
"""Swaps that riders ask for on their telephones (assumption)."""
LEAST_SOC_PERCENT: Final = 80.0
"""Below this the cabinet gives no battery out."""

_AFTER_BOOT_MS: Final = 2_000
_OPEN_DOOR_MS: Final = 12_000
_STORED_SOC: Final = even(300, 1000)
_RETURNED_SOC: Final = normal(mean=230.0, sigma=85.0, first=40, last=700)
_SWAP_SECONDS: Final = lognormal(median=21.0, spread=0.4, first=6, last=120)
_REQUEST_IDS: Final = 100_000
_ACCEPTED: Final = '{"status":"Accepted"}'
_NO_BATTERY: Final = '{"status":"Rejected","statusInfo":{"reasonCode":"NoBatteryAvailable"}}'
_CONFIGURATION_HOUR: Final = 3.0


@dataclass(slots=True, eq=False)
class Visit:
    """A rider who swaps."""

    rider: Rider
    id_token: str
    request: int
    is_owed: bool = False
    """True when the rider has given a battery and has not yet got one."""


class Cabinet(Station2x):
    """Charges the batteries in its slots and swaps them for riders, one rider at a time."""

    version = "2.1"

    def __init__(self, identity: str, number: int, swaps_per_day: float, world: World) -> None:
        ids = Uuid(world.draws, MESSAGE_ID_UP)
        super().__init__(identity, ids, 1000, world, COMPACT, FIRMWARE)
        draws = world.draws
        self._number: Final = number
        self._texts: Final = CabinetTexts(world.calendar)
        self._serial: Final = draws.below(SERIAL_NUMBER, 100_000_000)
        self._arrivals: Final = Arrivals(draws, world.calendar, ARRIVAL, swaps_per_day)
        self.slots: Final = [Slot(self, self._texts, index + 1) for index in range(SLOTS)]
        self._request = draws.below(SERIAL_NUMBER, _REQUEST_IDS)
        self._visit: Visit | None = None
        for slot in self.slots[:BATTERIES]:
            soc_percent = draws.pick(FIRST_CHARGE, _STORED_SOC) / 10
            slot.store(world.batteries.any_elsewhere(), soc_percent)

    def power_off(self, reason: str) -> None:
        """Stop at once; what the slots were doing is told after the next boot."""
        super().power_off(reason)
        for slot in self.slots:
            slot.power_off(reason)
        if self._visit is not None and not self._visit.is_owed:
            self._visit.rider.is_here = False
            self._visit = None

    def boot(self) -> None:
        """Register, then tell what happened and how things are."""
        payload = self._texts.boot(self.boot_reason, self._serial, self.firmware)
        self.timed_call("BootNotification", payload, self.world.csms.boot)
        self.later(self.now_ms + _AFTER_BOOT_MS, self._settle)
        self.later(self.now_ms + 1000 * self.world.site.heartbeat_seconds, self.heartbeat)
        self._await_configuration_read()

    def _settle(self) -> None:
        site = self.world.site
        for slot in self.slots:
            slot.tell_loss()
        self.tell_states(self.slots)
        for slot in self.slots:
            slot.restart()
            payload = self._texts.open_stream(slot.number, site.stream_seconds, site.stream_values)
            self.call("OpenPeriodicEventStream", payload, _ACCEPTED)
            slot.stream()
        visit = self._visit
        if visit is None:
            self._await_rider()
        else:  # A rider who has given a battery waits for the other.
            self.later(self.now_ms + _OPEN_DOOR_MS, lambda: self._take_out(visit))

    def time_text(self, time_ms: int) -> str:
        """Return a time in whole seconds."""
        return self.world.calendar.seconds_z(time_ms)

    def variables(self) -> Sequence[Variable]:
        """Return the device model, with the states of the slots as they are."""
        states = [slot.state for slot in self.slots]
        return all_variables(self.world.site, self._serial, self.firmware, states)

    # Swaps.

    def _await_rider(self) -> None:
        """Wait for the moment at which the next rider puts a battery in."""
        in_ms = self._arrivals.next_ms(self.now_ms + _OPEN_DOOR_MS, self.resolution_ms)
        self.later(in_ms - _OPEN_DOOR_MS, self._greet)

    def _greet(self) -> None:
        world = self.world
        remote = world.draws.chance(REMOTE_SWAP, REMOTE_SHARE)
        rider = world.riders.come(RIDER_DOWN if remote else RIDER_UP)
        id_token = token(world.riders.card_long(rider, CARD_DOWN if remote else CARD_UP))
        self._request += 1
        visit = Visit(rider, id_token, self._request)
        accepted = self._ask_for_swap(visit) if remote else self._authorize(visit)
        if accepted:
            self._visit = visit
            self.later(self.now_ms + _OPEN_DOOR_MS, lambda: self._put_in(visit))
        else:
            rider.is_here = False
            self._await_rider()

    def _ask_for_swap(self, visit: Visit) -> bool:
        accepted = self._can_swap()
        answer = _ACCEPTED if accepted else _NO_BATTERY
        payload = f'{{"requestId":{visit.request},"idToken":{visit.id_token}}}'
        self.command("RequestBatterySwap", payload, answer)
        return accepted

    def _authorize(self, visit: Visit) -> bool:
        accepted = self.world.csms.accepts()
        info = self.world.csms.token_info(visit.rider, accepted)
        self.call("Authorize", f'{{"idToken":{visit.id_token}}}', f'{{"idTokenInfo":{info}}}')
        return accepted and self._can_swap()

    def _can_swap(self) -> bool:
        return self._fullest().soc_percent >= LEAST_SOC_PERCENT

    def _put_in(self, visit: Visit) -> None:
        draws = self.world.draws
        slot = next(slot for slot in self.slots if slot.stay is None)
        battery = self.world.batteries.brought_by(visit.rider)
        soc_percent = draws.pick(FIRST_CHARGE, _RETURNED_SOC) / 10
        self._tell_swap("BatteryIn", visit, slot, battery, soc_percent)
        self.tell_states([slot], "Occupied")
        slot.charge(battery, soc_percent)
        visit.is_owed = True
        out_ms = self.now_ms + draws.delay_ms(SWAP_DELAY, _SWAP_SECONDS, self.resolution_ms)
        self.later(out_ms, lambda: self._take_out(visit))

    def _take_out(self, visit: Visit) -> None:
        slot = self._fullest()
        stay = slot.release()
        self._tell_swap("BatteryOut", visit, slot, stay.battery, stay.charge.soc_percent)
        self.tell_states([slot], "Available")
        visit.rider.battery = stay.battery.number
        visit.rider.is_here = False
        self._visit = None
        self._await_rider()

    def _fullest(self) -> Slot:
        return max(self.slots, key=lambda slot: slot.soc_percent)

    # What is told.

    def _tell_swap(
        self, kind: str, visit: Visit, slot: Slot, battery: Battery, soc_percent: float
    ) -> None:
        payload = self._texts.swap(
            kind, visit.request, visit.id_token, slot.number, battery, soc_percent
        )
        self.call("BatterySwap", payload)

    def tell_states(self, slots: Sequence[Slot], state: str | None = None) -> None:
        """Send a NotifyEvent with the states of slots, or with one state for all of them."""
        states = [(slot.number, state or slot.state) for slot in slots]
        first_event = self.number_events(len(states))
        payload = self._texts.slot_states(first_event, self.now_ms, states)
        self.call("NotifyEvent", payload)

    def _await_configuration_read(self) -> None:
        at_hour = _CONFIGURATION_HOUR + self._number / 60
        time_ms = self.world.calendar.next_local_ms(self.now_ms, at_hour)
        self.later(time_ms, self._read_configuration)

    def _read_configuration(self) -> None:
        self.show_variables(swap_variables(self.world.site))
        self._await_configuration_read()

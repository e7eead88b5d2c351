"""A simulated battery swap cabinet with 12 slots on OCPP 2.1.

Each slot is an EVSE: Available means empty, Occupied means that a battery is there. A swap is
no transaction, the charging of a battery is one (OCPP 2.1, S).
"""

import asyncio
import random
from typing import Final

from laconic_bench.charger import Account, Pace
from laconic_bench.charger_2x import Charger2x, Evse
from laconic_bench.makes import Json, Make
from laconic_bench.notebook import Notebook

POWER_WATTS: Final = 850.0
EMPTY_SLOTS: Final = 2
STREAM_VALUES: Final = 10


class SwapCabinet(Charger2x):
    """Charges the batteries in its slots and swaps them for riders."""

    version = "2.1"

    def __init__(
        self, account: Account, make: Make, pace: Pace, notebook: Notebook, rng: random.Random
    ) -> None:
        super().__init__(account, make, pace, notebook, rng, POWER_WATTS)
        self._serials = {evse.number: self._new_serial() for evse in self.evses}
        self._request_ids = iter(range(rng.randrange(1_000, 9_000), 2**31))
        self._door = asyncio.Lock()
        for evse in self.evses[:-EMPTY_SLOTS]:
            evse.status = "Occupied"

    async def live(self) -> None:
        """Boots, starts a transaction in every occupied slot (S04.FR.11), then swaps."""
        await self.boot("PowerUp")
        async with self._door:
            for evse in self.evses:
                evse.transaction = None
                await self.tell_status(evse)
                if evse.status == "Occupied":
                    await self.start(evse, "CablePluggedIn", None)
                self.begin(self._charge(evse))
        self._tell_state()
        self.begin(self._stream_temperature())
        while True:
            await self.pause(self.pace.swap_seconds)
            token = self.token()
            answer = await self.call("Authorize", {"idToken": token})
            if answer.get("idTokenInfo", {}).get("status") == "Accepted":
                await self._swap(token, next(self._request_ids))

    def obey_more(self, action: str, payload: Json) -> Json:
        """Answers a swap that the CSMS asks for."""
        if action == "RequestBatterySwap":
            if self._door.locked():
                return {"status": "Rejected", "statusInfo": {"reasonCode": "NoBatteryAvailable"}}
            self.begin(self._swap(payload["idToken"], payload["requestId"]))
            return {"status": "Accepted"}
        return {"status": "Rejected"}

    async def _swap(self, token: Json, request_id: int) -> None:
        """A rider puts one battery in and takes the fullest one out."""
        async with self._door:
            empty = next((evse for evse in self.evses if evse.status == "Available"), None)
            full = max(
                (evse for evse in self.evses if evse.transaction is not None),
                key=lambda evse: evse.meter.soc_percent,
            )
            if empty is not None:  # Riders whose swap a reset cut short have left theirs here.
                await self._put_in(empty, token, request_id)
                await self.pause(self.pace.human_seconds)
            await self._take_out(full, token, request_id)
            self._tell_state()

    async def _put_in(self, evse: Evse, token: Json, request_id: int) -> None:
        self._serials[evse.number] = self._new_serial()
        evse.meter.plug()
        await self._tell_swap("BatteryIn", evse, token, request_id)
        evse.status = "Occupied"
        await self.tell_status(evse)
        await self.start(evse, "CablePluggedIn", None)

    async def _take_out(self, evse: Evse, token: Json, request_id: int) -> None:
        await self.tell_transaction(evse, "Ended", "EVDeparted")
        await self._tell_swap("BatteryOut", evse, token, request_id)
        evse.status = "Available"
        await self.tell_status(evse)

    async def _tell_swap(self, event: str, evse: Evse, token: Json, request_id: int) -> None:
        battery: Json = {
            "evseId": evse.number,
            "serialNumber": self._serials[evse.number],
            "soC": self.make.number(evse.meter.soc_percent),
            "soH": self.make.number(self.rng.uniform(82, 99)),
        }
        await self.call(
            "BatterySwap",
            {
                "eventType": event,
                "requestId": request_id,
                "idToken": token,
                "batteryData": [battery],
            },
        )

    async def _charge(self, evse: Evse) -> None:
        """Reports the state of charge of a slot while a battery is in it (S04.FR.04)."""
        await self.pause_at_first(self.pace.slot_meter_seconds)
        while True:
            if evse.transaction is not None:
                evse.meter.advance(self.pace.slot_meter_seconds)
                await self.tell_transaction(evse, "Updated", "MeterValuePeriodic")
            await self.pause(self.pace.slot_meter_seconds)

    async def _stream_temperature(self) -> None:
        """Opens a periodic event stream of the cabinet's temperature (N11) and feeds it."""
        stream_id = 1
        interval_seconds = round(self.pace.stream_seconds)
        parameters = {"interval": interval_seconds, "values": STREAM_VALUES}
        constant = {"id": stream_id, "variableMonitoringId": 7, "params": parameters}
        answer = await self.call("OpenPeriodicEventStream", {"constantStreamData": constant})
        while answer.get("status") == "Accepted":
            base = self.now()
            await self.pause(self.pace.stream_seconds)
            values = [
                {"t": index * interval_seconds / STREAM_VALUES, "v": f"{self._temperature():.1f}"}
                for index in range(STREAM_VALUES)
            ]
            await self.send(
                "NotifyPeriodicEventStream",
                {"id": stream_id, "pending": 0, "basetime": base, "data": values},
            )

    def _temperature(self) -> float:
        return 33.0 + self.rng.uniform(-1.5, 1.5)

    def _new_serial(self) -> str:
        return f"BAT{self.rng.randrange(10**9):09d}"

    def _tell_state(self) -> None:
        batteries = sum(evse.status == "Occupied" for evse in self.evses)
        self.state = f"batteries {batteries}"

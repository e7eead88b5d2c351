"""A simulated charging station on OCPP 2.0.1."""

import asyncio
import random
from typing import Final

from laconic_bench.charger import Account, Pace
from laconic_bench.charger_2x import Charger2x, Evse
from laconic_bench.makes import Json, Make
from laconic_bench.notebook import Notebook

POWER_WATTS: Final = 7_200.0


class Station201(Charger2x):
    """Serves drivers on every EVSE, one transaction after the other."""

    version = "2.0.1"

    def __init__(
        self, account: Account, make: Make, pace: Pace, notebook: Notebook, rng: random.Random
    ) -> None:
        super().__init__(account, make, pace, notebook, rng, POWER_WATTS)
        self._stopping: dict[str, asyncio.Event] = {}

    async def live(self) -> None:
        """Boots, tells the state of every EVSE, then serves drivers."""
        await self.boot("PowerUp")
        self._stopping.clear()
        for evse in self.evses:
            evse.status, evse.transaction = "Available", None
            await self.tell_status(evse)
            self.begin(self._serve(evse))

    def obey_more(self, action: str, payload: Json) -> Json:
        """Answers remote start and stop."""
        match action:
            case "RequestStartTransaction":
                evse = self.evses[int(payload.get("evseId", 1)) - 1]
                if evse.status != "Available":
                    return {"status": "Rejected"}
                evse.status = "Occupied"
                self.begin(self._session_of(evse, payload["idToken"], "RemoteStart"))
                return {"status": "Accepted"}
            case "RequestStopTransaction" if payload["transactionId"] in self._stopping:
                self._stopping[payload["transactionId"]].set()
                return {"status": "Accepted"}
            case _:
                return {"status": "Rejected"}

    async def _serve(self, evse: Evse) -> None:
        await self.pause_at_first(self.pace.idle_seconds / 2)
        while True:
            if evse.status == "Available":
                evse.status = "Occupied"
                await self._session_of(evse, self.token(), "Authorized")
            await self.pause(self.pace.idle_seconds)

    async def _session_of(self, evse: Evse, token: Json, trigger: str) -> None:
        evse.meter.plug()
        await self.tell_status(evse)
        answer = await self.call("Authorize", {"idToken": token})
        if answer.get("idTokenInfo", {}).get("status") == "Accepted":
            await self.start(evse, trigger, token)
            self._tell_state()
            stopped_remotely = await self._charge(evse)
            reason = "RemoteStop" if stopped_remotely else "StopAuthorized"
            await self.tell_transaction(evse, "Ended", reason, token)
        evse.status = "Available"
        self._tell_state()
        await self.tell_status(evse)

    async def _charge(self, evse: Evse) -> bool:
        """Sends Updated events until the time is over; True if the CSMS asked to stop."""
        assert evse.transaction is not None, "the transaction was started"
        transaction_id = evse.transaction.transaction_id
        stopping = self._stopping[transaction_id] = asyncio.Event()
        for _ in range(self.samples_of_a_session()):
            wait_seconds = self.pace.meter_seconds * self.rng.uniform(0.97, 1.03)
            try:
                async with asyncio.timeout(wait_seconds):
                    await stopping.wait()
                break
            except TimeoutError:
                evse.meter.advance(10.0)
                await self.tell_transaction(evse, "Updated", "MeterValuePeriodic")
        del self._stopping[transaction_id]
        return stopping.is_set()

    def _tell_state(self) -> None:
        busy = sum(evse.transaction is not None for evse in self.evses)
        self.state = f"charging {busy}" if busy else "available"

    def meter_value(self, evse: Evse) -> Json:
        """Adds current and voltage to what every station sends."""
        value = super().meter_value(evse)
        value["sampledValue"] += [
            self.sample("Current.Import", "A", evse.meter.current_amperes),
            self.sample("Voltage", "V", evse.meter.voltage_volts),
        ]
        return value

"""A simulated two-wheeler charger on OCPP 1.6."""

import asyncio
import random
from dataclasses import dataclass
from typing import Final

from laconic_bench.charger import Account, Charger, Pace
from laconic_bench.configuration_16 import Configuration
from laconic_bench.makes import Json, Make
from laconic_bench.meter import Meter
from laconic_bench.notebook import Notebook

POWER_WATTS: Final = 2_200.0


@dataclass(slots=True)
class Connector:
    """One socket for a vehicle."""

    number: int
    meter: Meter
    status: str = "Available"
    transaction: int | None = None
    stopping: asyncio.Event | None = None
    stop_reason: str = "Local"


class Charger16(Charger):
    """Boots, waits for riders, charges them one after the other on each connector."""

    version = "1.6"

    def __init__(
        self, account: Account, make: Make, pace: Pace, notebook: Notebook, rng: random.Random
    ) -> None:
        super().__init__(account, make, pace, notebook, rng)
        self._configuration = Configuration()
        self._connectors = [
            Connector(number, Meter.random(rng, POWER_WATTS))
            for number in range(1, make.connectors + 1)
        ]

    async def live(self) -> None:
        """Boots, tells the state of every connector, then serves riders."""
        for connector in self._connectors:
            connector.status, connector.transaction, connector.stopping = "Available", None, None
        interval_seconds = await self._boot()
        self.begin(self.beat(interval_seconds))
        await self._tell_status(0, "Available")
        for connector in self._connectors:
            await self._tell_status(connector.number, connector.status)
            self.begin(self._serve(connector))

    def obey(self, action: str, payload: Json) -> Json:
        """Answers a command of the CSMS; what cannot be done is rejected."""
        match action:
            case "RemoteStartTransaction":
                return self._remote_start(payload)
            case "RemoteStopTransaction":
                return self._remote_stop(payload)
            case "GetConfiguration":
                return self._configuration.get(payload)
            case "ChangeConfiguration":
                return self._configuration.change(payload)
            case "TriggerMessage":
                return self._trigger(payload)
            case "Reset":
                self.begin(self._reset())
                return {"status": "Accepted"}
            case _:
                return {"status": "Rejected"}

    async def _boot(self) -> float:
        while True:
            answer = await self.call("BootNotification", self._boot_payload())
            interval_seconds = float(answer.get("interval", 60))
            if answer.get("status") == "Accepted":
                self.state = "available"
                return interval_seconds
            await self.pause(interval_seconds)

    def _boot_payload(self) -> Json:
        return {
            "chargePointVendor": self.make.vendor,
            "chargePointModel": self.make.model,
            "chargePointSerialNumber": f"{self.make.vendor[:2].upper()}-{self.account.identity}",
            "firmwareVersion": self.make.firmware,
        }

    async def _serve(self, connector: Connector) -> None:
        await self.pause_at_first(self.pace.idle_seconds / 2)
        while True:
            if connector.status == "Available":
                connector.status = "Preparing"
                await self._session_of(connector, self._random_tag())
            await self.pause(self.pace.idle_seconds)

    async def _session_of(self, connector: Connector, tag: str) -> None:
        """One rider: authorise, start, meter values, stop."""
        connector.meter.plug()
        await self._tell_status(connector.number, "Preparing")
        answer = await self.call("Authorize", {"idTag": tag})
        if answer.get("idTagInfo", {}).get("status") == "Accepted":
            await self._start(connector, tag)
            await self._charge(connector)
            await self._stop(connector, tag)
        connector.status = "Available"
        await self._tell_status(connector.number, "Available")

    async def _start(self, connector: Connector, tag: str) -> None:
        connector.stopping, connector.stop_reason = asyncio.Event(), "Local"
        answer = await self.call(
            "StartTransaction",
            {
                "connectorId": connector.number,
                "idTag": tag,
                "meterStart": round(connector.meter.energy_wh),
                "timestamp": self.now(),
            },
        )
        # -1 is what a charger uses that never got an id (errata of OCPP 1.6, 3.18).
        connector.transaction = int(answer.get("transactionId", -1))
        connector.status = "Charging"
        await self._tell_status(connector.number, "Charging")

    async def _charge(self, connector: Connector) -> None:
        for _ in range(self.samples_of_a_session()):
            if await self._stopped(connector):
                return
            connector.meter.advance(10.0)
            await self.call("MeterValues", self._meter_values(connector, "Sample.Periodic"))

    async def _stopped(self, connector: Connector) -> bool:
        """Waits for the next sample; True if the transaction has to stop instead."""
        assert connector.stopping is not None, "the transaction was started"
        wait_seconds = self.pace.meter_seconds * self.rng.uniform(0.97, 1.03)
        try:
            async with asyncio.timeout(wait_seconds):
                await connector.stopping.wait()
        except TimeoutError:
            return False
        return True

    async def _stop(self, connector: Connector, tag: str) -> None:
        payload: Json = {
            "transactionId": connector.transaction,
            "idTag": tag,
            "meterStop": round(connector.meter.energy_wh),
            "timestamp": self.now(),
            "reason": connector.stop_reason,
        }
        connector.transaction, connector.stopping = None, None
        await self.call("StopTransaction", payload)
        connector.status = "Finishing"
        await self._tell_status(connector.number, "Finishing")
        await self.pause(self.pace.human_seconds)

    async def _reset(self) -> None:
        """Ends what runs, then starts again (OCPP 1.6, 5.14)."""
        for connector in self._connectors:
            if connector.stopping is not None:
                connector.stop_reason = "SoftReset"
                connector.stopping.set()
        while any(connector.transaction is not None for connector in self._connectors):
            await self.pause(self.pace.human_seconds)
        await self.restart()

    async def _tell_status(self, number: int, status: str) -> None:
        busy = sum(connector.transaction is not None for connector in self._connectors)
        self.state = f"charging {busy}" if busy else "available"
        await self.call("StatusNotification", self._status_payload(number, status))

    def _status_payload(self, number: int, status: str) -> Json:
        return {
            "connectorId": number,
            "errorCode": "NoError",
            "status": status,
            "timestamp": self.now(),
        }

    def _meter_values(self, connector: Connector, context: str) -> Json:
        meter, text = connector.meter, self.make.value_text
        samples: list[Json] = [
            {
                "measurand": measurand,
                "context": context,
                "unit": unit,
                "value": text(value),
            }
            for measurand, unit, value in (
                ("Energy.Active.Import.Register", "Wh", meter.energy_wh),
                ("Power.Active.Import", "W", meter.power_watts),
                ("Current.Import", "A", meter.current_amperes),
                ("Voltage", "V", meter.voltage_volts),
                ("SoC", "Percent", meter.soc_percent),
                ("Temperature", "Celsius", meter.temperature_celsius),
            )
        ]
        values: Json = {"connectorId": connector.number}
        if connector.transaction is not None:
            values["transactionId"] = connector.transaction
        values["meterValue"] = [{"timestamp": self.now(), "sampledValue": samples}]
        return values

    def _random_tag(self) -> str:
        return f"04{self.rng.getrandbits(48):012X}"

    def _remote_start(self, payload: Json) -> Json:
        for connector in self._connectors:
            wanted = payload.get("connectorId", connector.number) == connector.number
            if wanted and connector.status == "Available":
                connector.status = "Preparing"
                self.begin(self._session_of(connector, payload["idTag"]))
                return {"status": "Accepted"}
        return {"status": "Rejected"}

    def _remote_stop(self, payload: Json) -> Json:
        for connector in self._connectors:
            if connector.transaction == payload["transactionId"] and connector.stopping:
                connector.stop_reason = "Remote"
                connector.stopping.set()
                return {"status": "Accepted"}
        return {"status": "Rejected"}

    def _trigger(self, payload: Json) -> Json:
        connector = self._connectors[int(payload.get("connectorId", 1)) - 1]
        match payload["requestedMessage"]:
            case "StatusNotification":
                self.begin(self._tell_status(connector.number, connector.status))
            case "MeterValues":
                self.begin(self._tell("MeterValues", self._meter_values(connector, "Trigger")))
            case "Heartbeat":
                self.begin(self._tell("Heartbeat", {}))
            case _:
                return {"status": "NotImplemented"}
        return {"status": "Accepted"}

    async def _tell(self, action: str, payload: Json) -> None:
        await self.call(action, payload)

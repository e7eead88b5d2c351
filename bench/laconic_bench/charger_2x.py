"""What simulated stations on OCPP 2.0.1 and 2.1 share."""

import random
from abc import abstractmethod
from dataclasses import dataclass

from laconic_bench.charger import Account, Charger, Pace
from laconic_bench.makes import Json, Make
from laconic_bench.meter import Meter
from laconic_bench.notebook import Notebook


@dataclass(slots=True)
class Transaction:
    """One TransactionEvent series (OCPP 2.0.1, E)."""

    transaction_id: str
    sequence: int = 0
    """seqNo of the next event; the first is 0."""


@dataclass(slots=True)
class Evse:
    """One EVSE with one connector: an outlet of a station, or a slot of a swap cabinet."""

    number: int
    meter: Meter
    status: str = "Available"
    transaction: Transaction | None = None


class Charger2x(Charger):
    """Boot, states, TransactionEvents and device model."""

    def __init__(
        self,
        account: Account,
        make: Make,
        pace: Pace,
        notebook: Notebook,
        rng: random.Random,
        power_watts: float,
    ) -> None:
        super().__init__(account, make, pace, notebook, rng)
        self._variables = {
            ("OCPPCommCtrlr", "HeartbeatInterval"): "60",
            ("SampledDataCtrlr", "TxUpdatedInterval"): str(round(pace.meter_seconds)),
            ("TxCtrlr", "EVConnectionTimeOut"): "60",
            ("AuthCtrlr", "LocalPreAuthorize"): "false",
        }
        self.evses = [
            Evse(number, Meter.random(rng, power_watts)) for number in range(1, make.connectors + 1)
        ]

    @abstractmethod
    def obey_more(self, action: str, payload: Json) -> Json:
        """Answers the commands that are special to this kind of station."""

    def obey(self, action: str, payload: Json) -> Json:
        """Answers a command of the CSMS."""
        match action:
            case "GetVariables":
                return {"getVariableResult": [self._get(v) for v in payload["getVariableData"]]}
            case "SetVariables":
                return {"setVariableResult": [self._set(v) for v in payload["setVariableData"]]}
            case "TriggerMessage":
                return self._trigger(payload)
            case "Reset":
                self.begin(self.restart())
                return {"status": "Accepted"}
            case _:
                return self.obey_more(action, payload)

    async def boot(self, reason: str) -> None:
        """Boots until accepted, and begins the heartbeats."""
        payload = {
            "reason": reason,
            "chargingStation": {
                "model": self.make.model,
                "vendorName": self.make.vendor,
                "serialNumber": f"{self.make.vendor[:2].upper()}-{self.account.identity}",
                "firmwareVersion": self.make.firmware,
            },
        }
        while True:
            answer = await self.call("BootNotification", payload)
            interval_seconds = float(answer.get("interval", 60))
            if answer.get("status") == "Accepted":
                break
            await self.pause(interval_seconds)
        self.state = "available"
        self.begin(self.beat(interval_seconds))

    async def tell_status(self, evse: Evse) -> None:
        """Sends the state of one EVSE."""
        await self.call(
            "StatusNotification",
            {
                "timestamp": self.now(),
                "connectorStatus": evse.status,
                "evseId": evse.number,
                "connectorId": 1,
            },
        )

    async def start(self, evse: Evse, trigger: str, token: Json | None) -> Json:
        """Sends TransactionEvent Started."""
        number = self.rng.getrandbits(64)
        evse.transaction = Transaction(f"{evse.number:02d}-{number:016x}")
        return await self.tell_transaction(evse, "Started", trigger, token)

    async def tell_transaction(
        self, evse: Evse, event: str, trigger: str, token: Json | None = None
    ) -> Json:
        """Sends one TransactionEvent of the transaction on an EVSE and returns the answer."""
        transaction = evse.transaction
        assert transaction is not None, "a transaction is open on this EVSE"
        ended = event == "Ended"
        payload: Json = {
            "eventType": event,
            "timestamp": self.now(),
            "triggerReason": trigger,
            "seqNo": transaction.sequence,
            "transactionInfo": {
                "transactionId": transaction.transaction_id,
                "chargingState": "Idle" if ended else "Charging",
            },
            "evse": {"id": evse.number, "connectorId": 1},
            "meterValue": [self.meter_value(evse)],
        }
        if ended:
            payload["transactionInfo"]["stoppedReason"] = (
                "Remote" if trigger == "RemoteStop" else "Local"
            )
        if token:
            payload["idToken"] = token
        transaction.sequence += 1
        if ended:
            evse.transaction = None
        return await self.call("TransactionEvent", payload)

    def meter_value(self, evse: Evse) -> Json:
        """Returns a MeterValueType with what this meter shows."""
        meter = evse.meter
        return {
            "timestamp": self.now(),
            "sampledValue": [
                self.sample("Energy.Active.Import.Register", "Wh", meter.energy_wh),
                self.sample("Power.Active.Import", "W", meter.power_watts),
                self.sample("SoC", "Percent", meter.soc_percent),
            ],
        }

    def sample(self, measurand: str, unit: str, value: float) -> Json:
        """Returns a SampledValueType."""
        return {
            "value": self.make.number(value),
            "measurand": measurand,
            "unitOfMeasure": {"unit": unit},
        }

    def token(self) -> Json:
        """Returns the card of a random rider."""
        return {"idToken": f"04{self.rng.getrandbits(48):012X}", "type": "ISO14443"}

    def _get(self, asked: Json) -> Json:
        key = (asked["component"]["name"], asked["variable"]["name"])
        result: Json = {"attributeStatus": "Accepted"}
        if key in self._variables:
            result["attributeValue"] = self._variables[key]
        else:
            result["attributeStatus"] = "UnknownVariable"
        return result | {"component": asked["component"], "variable": asked["variable"]}

    def _set(self, asked: Json) -> Json:
        key = (asked["component"]["name"], asked["variable"]["name"])
        known = key in self._variables
        if known:
            self._variables[key] = asked["attributeValue"]
        return {
            "attributeStatus": "Accepted" if known else "UnknownVariable",
            "component": asked["component"],
            "variable": asked["variable"],
        }

    def _trigger(self, payload: Json) -> Json:
        evse = self.evses[int(payload.get("evse", {}).get("id", 1)) - 1]
        match payload["requestedMessage"]:
            case "StatusNotification":
                self.begin(self.tell_status(evse))
            case "Heartbeat":
                self.begin(self._tell_heartbeat())
            case "TransactionEvent" if evse.transaction is not None:
                self.begin(self._tell_triggered(evse))
            case _:
                return {"status": "Rejected"}
        return {"status": "Accepted"}

    async def _tell_heartbeat(self) -> None:
        await self.call("Heartbeat", {})

    async def _tell_triggered(self, evse: Evse) -> None:
        if evse.transaction is not None:
            await self.tell_transaction(evse, "Updated", "Trigger")

"""What simulated chargers say: real-looking OCPP of all versions, in the order of a charger's life.

Every message gets, beside its own members, a number `n` by which the judge knows it.
"""

from collections import deque
from dataclasses import dataclass
from typing import Any, Final, Protocol

from laconic_bench.virtual.schedule import Schedule
from laconic_gateway.core.instant import timestamp

TOKENS: Final = ("TAG-1", "TAG-2", "TAG-3")
IDLE_16: Final = (
    *("StartTransaction", "StartTransaction", "StatusNotification", "Heartbeat"),
    *("MeterValues", "Authorize", "BootNotification", "SecurityEventNotification"),
)
CHARGING_16: Final = (*3 * ("MeterValues",), "StatusNotification", "Stop")
IDLE_2X: Final = (
    *("Started", "Started", "StatusNotification", "Heartbeat"),
    *("MeterValues", "Authorize", "BootNotification", "NotifyEvent", "NotifyEvent"),
)
CHARGING_2X: Final = (*3 * ("Updated",), "NotifyEvent", "Ended")
"""What a charger says next, each as often as it is here."""


@dataclass(frozen=True, slots=True)
class Words:
    """One thing to say."""

    action: str
    members: str = ""
    """Members of the payload as JSON text, each with a comma after it."""
    kind: int = 2
    """Type of the message: 2 is a CALL, 6 a SEND."""


class Talk(Protocol):
    """What a charger of one version says."""

    @property
    def running(self) -> int | str | None:
        """Return the id of the transaction that runs."""
        ...

    def next(self) -> Words:
        """Return the next thing to say."""
        ...

    def answered(self, words: Words, answer: dict[str, Any]) -> None:
        """Take the payload of the answer to what was said."""
        ...

    def stop(self) -> None:
        """Take note that somebody wants the transaction to end."""
        ...


class Talk16:
    """A charge point of OCPP 1.6."""

    def __init__(self, schedule: Schedule, identity: str, numbers: list[int]) -> None:
        self._schedule = schedule
        self._identity = identity
        self._numbers = numbers
        self._must_stop = False
        self._has_booted = False
        self.running: int | str | None = None

    def next(self) -> Words:
        """Return the next thing to say."""
        actions = IDLE_16 if self.running is None else CHARGING_16
        action = "Stop" if self._must_stop else self._schedule.random.choice(actions)
        if not self._has_booted:
            action, self._has_booted = "BootNotification", True
        time = now(self._schedule)
        match action:
            case "StartTransaction":
                token = self._schedule.random.choice(TOKENS)
                members = f'"connectorId":1,"idTag":"{token}","meterStart":{self._meter()},{time},'
                return Words(action, members)
            case "Stop":
                running, self.running, self._must_stop = self.running, None, False
                members = f'"transactionId":{running},"meterStop":{self._meter()},{time},'
                return Words("StopTransaction", f'{members}"reason":"Local",')
            case "MeterValues":
                running = "" if self.running is None else f'"transactionId":{self.running},'
                return Words(action, f'"connectorId":1,{running}{meter_value(time, self._meter())}')
            case "StatusNotification":
                return Words(action, f"{self._status()},{time},")
            case "Authorize":
                return Words(action, f'"idTag":"{self._schedule.random.choice(TOKENS)}",')
            case "BootNotification":
                about = f'"chargePointModel":"M1","chargePointSerialNumber":"{self._identity}"'
                return Words(action, f'"chargePointVendor":"Vendor",{about},')
            case "SecurityEventNotification":
                return Words(action, f'"type":"SettingSystemTime",{time},')
            case _:
                return Words(action)

    def answered(self, words: Words, answer: dict[str, Any]) -> None:
        """Begin the transaction that the answer allows."""
        if words.action == "StartTransaction":
            is_allowed = answer["idTagInfo"]["status"] == "Accepted"
            self.running = answer["transactionId"] if is_allowed else None

    def stop(self) -> None:
        """Take note that somebody wants the transaction to end."""
        self._must_stop = self.running is not None

    def _meter(self) -> int:
        return 1_000 + 10 * self._numbers[0]  # never the same twice: a start is known by it

    def _status(self) -> str:
        chance = self._schedule.random
        if self._schedule.chance(0.1):
            return '"connectorId":1,"errorCode":"GroundFailure","status":"Faulted"'
        status = chance.choice(("Available", "Preparing", "SuspendedEV", "Finishing"))
        return f'"connectorId":{chance.randint(1, 2)},"errorCode":"NoError","status":"{status}"'


class Talk2x:
    """A charging station of OCPP 2.0.1 or 2.1."""

    def __init__(self, schedule: Schedule, identity: str, numbers: list[int]) -> None:
        self._schedule = schedule
        self._identity = identity
        self._numbers = numbers
        self._events = 0
        self._must_stop = False
        self._soon = deque([self._boot()])
        self.running: int | str | None = None

    def next(self) -> Words:
        """Return the next thing to say."""
        if self._soon:
            return self._soon.popleft()
        if self._must_stop:
            return self._end()
        actions = IDLE_2X if self.running is None else CHARGING_2X
        return self._say(self._schedule.random.choice(actions))

    def answered(self, words: Words, answer: dict[str, Any]) -> None:
        """End a transaction of which the token is refused."""
        if words.action == "TransactionEvent" and "idTokenInfo" in answer:
            self._must_stop = answer["idTokenInfo"]["status"] != "Accepted" and bool(self.running)

    def stop(self) -> None:
        """Take note that somebody wants the transaction to end."""
        self._must_stop = self.running is not None

    def _say(self, action: str) -> Words:
        time = now(self._schedule)
        match action:
            case "StatusNotification":
                return self._status(self._schedule.random.randint(1, 2), "Available")
            case "NotifyEvent":
                return self._event("Periodic" if self._schedule.chance(0.8) else "Alerting")
            case "MeterValues":
                return Words(action, f'"evseId":1,{meter_value(time, self._numbers[0])}')
            case "Authorize":
                return Words(action, f"{self._token()},")
            case "BootNotification":
                return self._boot()
            case "Started":
                self.running = f"{self._identity}-T{self._numbers[0]}"
                return self._transaction("Started", "Authorized", f"{self._token()},")
            case "Updated":
                value = meter_value(time, self._numbers[0])
                return self._transaction("Updated", "MeterValuePeriodic", value)
            case "Ended":
                return self._end()
            case "SecurityEventNotification":
                return Words(action, f'"type":"SettingSystemTime",{time},')
            case _:
                return Words(action)

    def _end(self) -> Words:
        words = self._transaction("Ended", "StopAuthorized", "")
        self.running, self._must_stop = None, False
        return words

    def _transaction(self, event: str, reason: str, members: str) -> Words:
        self._events += 1
        about = f'"seqNo":{self._events},"transactionInfo":{{"transactionId":"{self.running}"}},'
        head = f'"eventType":"{event}",{now(self._schedule)},"triggerReason":"{reason}",'
        return Words("TransactionEvent", head + about + members)

    def _boot(self) -> Words:
        about = f'"model":"M2","vendorName":"Vendor","serialNumber":"{self._identity}"'
        return Words("BootNotification", f'"reason":"PowerUp","chargingStation":{{{about}}},')

    def _status(self, evse: int, status: str) -> Words:
        about = f'"connectorStatus":"{status}","evseId":{evse},"connectorId":1,'
        return Words("StatusNotification", f"{now(self._schedule)},{about}")

    def _event(self, trigger: str) -> Words:
        self._events += 1
        time = now(self._schedule)
        about = '"component":{"name":"Slot"},"variable":{"name":"Temperature"}'
        kind = '"eventNotificationType":"CustomMonitor"'
        data = f'"eventId":{self._events},{time},"trigger":"{trigger}","actualValue":"21",{kind},'
        members = (
            f'"generatedAt":{time.partition(":")[2]},"seqNo":0,"eventData":[{{{data}{about}}}],'
        )
        return Words("NotifyEvent", members)

    def _token(self) -> str:
        token = self._schedule.random.choice(TOKENS)
        return f'"idToken":{{"idToken":"{token}","type":"ISO14443"}}'


def now(schedule: Schedule) -> str:
    """Return the member with the time."""
    return f'"timestamp":"{timestamp(schedule.instant.unix)}"'


def meter_value(time: str, energy_wh: int) -> str:
    """Return the member with one periodic value."""
    value = f'"value":"{energy_wh}","measurand":"Energy.Active.Import.Register"'
    return f'"meterValue":[{{{time},"sampledValue":[{{{value},"context":"Sample.Periodic"}}]}}],'

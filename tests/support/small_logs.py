"""Small made-up conversations for the tests of logs and of estimates."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from laconic_bench.model.exchanges import Exchange, Reader
from laconic_bench.trace import Direction, TraceRecord, Version

ANSWER_SECONDS = 0.25


class Talk:
    """Writes down what one charger and the CSMS say, in the order of the times."""

    def __init__(self, identity: str = "CP1", version: Version = "1.6") -> None:
        self.identity = identity
        self.version: Version = version
        self.records: list[TraceRecord] = []
        self._ids = count(1)

    def up(
        self,
        at_seconds: float,
        action: str,
        payload: object,
        answer: object = None,
        message_id: str | None = None,
    ) -> None:
        """Have the charger ask; the answer is an empty object if it is not given."""
        self._ask("up", at_seconds, action, payload, answer, message_id)

    def down(
        self,
        at_seconds: float,
        action: str,
        payload: object,
        answer: object = None,
        message_id: str | None = None,
    ) -> None:
        """Have the CSMS ask."""
        self._ask("down", at_seconds, action, payload, answer, message_id)

    def heartbeats(self, first_seconds: float, last_seconds: float, every_seconds: float) -> None:
        """Have the charger send heartbeats, the last one not after `last_seconds`."""
        now = first_seconds
        while now <= last_seconds:
            self.up(now, "Heartbeat", {}, {"currentTime": "2026-03-02T06:00:00Z"})
            now += every_seconds

    def meter_values(
        self, at_seconds: float, *samples: object, transaction: int | None = 7
    ) -> None:
        """Have the charger send one meter value of connector 1."""
        payload = {"connectorId": 1} | (
            {} if transaction is None else {"transactionId": transaction}
        )
        value = {"timestamp": "2026-03-02T06:00:00Z", "sampledValue": list(samples)}
        self.up(at_seconds, "MeterValues", {**payload, "meterValue": [value]})

    def status(self, at_seconds: float, status: str, error: str = "NoError") -> None:
        """Have the charger tell the status of connector 1."""
        self.up(
            at_seconds,
            "StatusNotification",
            {"connectorId": 1, "errorCode": error, "status": status},
        )

    def exchanges(self) -> list[Exchange]:
        """Return what was said as exchanges."""
        return exchanges_of(self.records)

    def _ask(
        self,
        way: Direction,
        at_seconds: float,
        action: str,
        payload: object,
        answer: object,
        message_id: str | None,
    ) -> None:
        name = message_id or f"{way[0]}{next(self._ids)}"
        self._write(at_seconds, way, [2, name, action, payload])
        back: Direction = "down" if way == "up" else "up"
        self._write(at_seconds + ANSWER_SECONDS, back, [3, name, answer or {}])

    def _write(self, at_seconds: float, way: Direction, message: Sequence[object]) -> None:
        text = json.dumps(message, separators=(",", ":"), ensure_ascii=False)
        self.records.append(TraceRecord(at_seconds, self.identity, way, self.version, text))


def sample(value: str, measurand: str = "Energy.Active.Import.Register", **more: str) -> object:
    """Return one sampled value of OCPP 1.6."""
    return {"value": value, "measurand": measurand, **more}


def in_order(*talks: Talk) -> list[TraceRecord]:
    """Return the records of several talks in the order of their times."""
    everything = [record for talk in talks for record in talk.records]
    return sorted(everything, key=lambda record: record.time_seconds or 0.0)


def exchanges_of(records: Iterable[TraceRecord]) -> list[Exchange]:
    """Return records as exchanges."""
    return list(Reader().exchanges(records))


def charging_day(identity: str = "CP1", heartbeat_seconds: float = 300) -> Talk:
    """Return a day of a charger with one transaction of an hour, sampled every 10 seconds."""
    talk = Talk(identity)
    talk.up(0, "BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"}, _BOOT)
    beats = set(_times(60, 86_400, heartbeat_seconds))
    samples = set(_times(3_610, 7_190, 10)) - beats
    moments = sorted({*beats, *samples, *_EVENTS})
    for moment in moments:
        if moment in _EVENTS:
            talk.up(moment, *_EVENTS[moment])
        elif moment in samples:
            energy = sample(str(round(moment)), unit="Wh")
            talk.meter_values(moment, energy, sample("0", "Current.Offered", unit="A"))
        else:
            talk.heartbeats(moment, moment, 1)
    return talk


_BOOT = {"status": "Accepted", "currentTime": "2026-03-02T06:00:00Z", "interval": 300}
_START = {"connectorId": 1, "idTag": "AB12", "meterStart": 0, "timestamp": "2026-03-02T07:00:00Z"}
_STOP = {"transactionId": 7, "meterStop": 9, "timestamp": "2026-03-02T08:00:00Z"}
_EVENTS: dict[float, tuple[str, object, object]] = {
    3_600.5: (
        "StartTransaction",
        _START,
        {"transactionId": 7, "idTagInfo": {"status": "Accepted"}},
    ),
    7_200.5: ("StopTransaction", _STOP, {}),
}


def _times(first: float, last: float, step: float) -> Iterator[float]:
    now = first
    while now <= last:
        yield now
        now += step

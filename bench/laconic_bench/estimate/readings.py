"""Meter values in exchanges, of all OCPP versions: what kind they are, and what is in them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from math import isfinite
from typing import Any, Final, cast

from laconic_bench.model.exchanges import Exchange
from laconic_codec.messages import Call, Send

ENERGY: Final = "Energy.Active.Import.Register"
"""The measurand of a sample that names none (OCPP 1.6, 7.43; 2.0.1 part 2, 2.47)."""

Json = dict[str, Any]


class Kind(StrEnum):
    """Why meter values were sent."""

    SAMPLED = "sampled"
    """Every so many seconds of a transaction; nothing but the interval is behind it."""
    ALIGNED = "aligned"
    """Every so many seconds of the day, or outside of a transaction."""
    OTHER = "other"
    """Begin, end, trigger, signed: what must not be touched."""


@dataclass(frozen=True, slots=True)
class Readings:
    """The meter values of one exchange."""

    kind: Kind
    place: str
    """Connector or EVSE, and the transaction if there is one."""
    payload: Json
    meter_values: tuple[Json, ...]

    def samples(self) -> Iterator[Json]:
        """Yield all samples."""
        for meter_value in self.meter_values:
            yield from samples_of(meter_value)


def readings_of(exchange: Exchange) -> Readings | None:
    """Return the meter values of an exchange; None if it has none."""
    if not exchange.is_up or exchange.message.action not in ("MeterValues", "TransactionEvent"):
        return None
    payload = _payload(exchange)
    if payload is None:
        return None
    values = payload.get("meterValue")
    found = tuple(_objects(values))
    if not found:
        return None
    is_event = exchange.message.action == "TransactionEvent"
    kind = _kind_of_event(payload) if is_event else _kind_of_meter_values(payload, found)
    if any(_is_signed(sample) for one in found for sample in samples_of(one)):
        kind = Kind.OTHER
    return Readings(kind, _place(payload), payload, found)


def samples_of(meter_value: Json) -> list[Json]:
    """Return the samples of a meter value; what is not in order is left out."""
    return _objects(meter_value.get("sampledValue"))


def measurand_of(sample: Json) -> str:
    """Return what a sample measures."""
    return str(sample.get("measurand", ENERGY))


def number_of(sample: Json) -> float | None:
    """Return the value of a sample in its base unit; None if it is no number."""
    value: Any = sample.get("value")
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    if not isfinite(number):
        return None
    unit: Any = sample.get("unit", "")
    if isinstance(sample.get("unitOfMeasure"), dict):
        unit = cast(Json, sample["unitOfMeasure"]).get("unit", "")
    return number * 1000 if str(unit).startswith("k") else number


def with_samples(exchange: Exchange, keeps: Callable[[Json], bool]) -> Exchange | None:
    """Return an exchange with some of its samples only; None if nothing is left."""
    readings = readings_of(exchange)
    if readings is None:
        return exchange
    kept: list[Json] = []
    for meter_value in readings.meter_values:
        samples = [sample for sample in samples_of(meter_value) if keeps(sample)]
        if samples:
            kept.append({**meter_value, "sampledValue": samples})
    if not kept:
        return None
    return with_payload(exchange, {**readings.payload, "meterValue": kept})


def with_payload(exchange: Exchange, payload: Json) -> Exchange:
    """Return an exchange with another payload, written as tightly as the first one was."""
    before = exchange.message.payload
    separators = (", ", ": ") if '": ' in before else (",", ":")
    text = json.dumps(payload, ensure_ascii=False, separators=separators)
    return with_message(exchange, replace(exchange.message, payload=text))


def with_message(exchange: Exchange, message: Call | Send) -> Exchange:
    """Return an exchange with another message."""
    return replace(exchange, message=message, text=message.to_text())


def _objects(values: object) -> list[Json]:
    """Return the objects in a JSON array; none if it is no array."""
    if not isinstance(values, list):
        return []
    return [cast(Json, one) for one in cast(list[object], values) if isinstance(one, dict)]


def _payload(exchange: Exchange) -> Json | None:
    try:
        payload: Any = json.loads(exchange.message.payload, strict=False)
    except (ValueError, RecursionError):
        return None
    return cast(Json, payload) if isinstance(payload, dict) else None


def _kind_of_event(payload: Json) -> Kind:
    if payload.get("eventType") != "Updated" or "idToken" in payload:
        return Kind.OTHER
    return {"MeterValuePeriodic": Kind.SAMPLED, "MeterValueClock": Kind.ALIGNED}.get(
        str(payload.get("triggerReason")), Kind.OTHER
    )


def _kind_of_meter_values(payload: Json, meter_values: tuple[Json, ...]) -> Kind:
    contexts = {
        str(sample.get("context", "Sample.Periodic"))
        for one in meter_values
        for sample in samples_of(one)
    }
    if contexts == {"Sample.Clock"}:
        return Kind.ALIGNED
    if contexts == {"Sample.Periodic"}:
        return Kind.SAMPLED if payload.get("transactionId") is not None else Kind.ALIGNED
    return Kind.OTHER


def _place(payload: Json) -> str:
    transaction: Any = payload.get("transactionInfo")
    number = (
        cast(Json, transaction).get("transactionId")
        if isinstance(transaction, dict)
        else payload.get("transactionId")
    )
    where = payload.get("connectorId", payload.get("evseId", payload.get("evse")))
    return f"{where} {number}"


def _is_signed(sample: Json) -> bool:
    return sample.get("format") == "SignedData" or "signedMeterValue" in sample

"""Messages of the stories, as chargers write them."""

import json

from laconic_codec.items import Item, MessageItem
from laconic_codec.messages import Call


def call(channel: int, action: str, payload: object, message_id: str = "", **style: object) -> Item:
    """Return a CALL; a payload that is no text is written as JSON."""
    return MessageItem(channel, Call(message_id, action, text_of(payload, **style)))


def text_of(payload: object, **style: object) -> str:
    """Return a payload as compact JSON, or in another style."""
    if isinstance(payload, str):
        return payload
    arguments = {"separators": (",", ":"), "ensure_ascii": False, **style}
    return json.dumps(payload, **arguments)  # type: ignore[arg-type]


def time_text(seconds: int, tail: str = "Z") -> str:
    """Return a timestamp some seconds after the start of the stories."""
    day, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, rest = divmod(rest, 60)
    return f"2026-03-{2 + day:02}T{hours:02}:{minutes:02}:{rest:02}{tail}"


def boot_16(vendor: str, model: str, firmware: str) -> dict[str, object]:
    return {
        "chargePointVendor": vendor,
        "chargePointModel": model,
        "chargePointSerialNumber": "ACA-0042-17",
        "firmwareVersion": firmware,
    }


def status_16(connector: int, status: str, **more: object) -> dict[str, object]:
    fields: dict[str, object] = {"connectorId": connector, "errorCode": "NoError", "status": status}
    return {**fields, **more}


def status_2x(evse: int, connector: int, status: str) -> dict[str, object]:
    return {
        "timestamp": time_text(5),
        "connectorStatus": status,
        "evseId": evse,
        "connectorId": connector,
    }


def sample(value: str, measurand: str, unit: str, **more: str) -> dict[str, object]:
    return {"value": value, "measurand": measurand, "unit": unit, **more}


def trimmed(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def meter_16(connector: int, moment: str, samples: list[dict[str, object]]) -> dict[str, object]:
    return {
        "connectorId": connector,
        "transactionId": 417_612,
        "meterValue": [{"timestamp": moment, "sampledValue": samples}],
    }


def plain_samples(
    watt_hours: float, watts: float, volts: float, amperes: float
) -> list[dict[str, object]]:
    return [
        sample(str(round(watt_hours)), "Energy.Active.Import.Register", "Wh"),
        sample(f"{watts:.1f}", "Power.Active.Import", "W"),
        sample(str(40 + round(watt_hours) // 60 % 50), "SoC", "Percent"),
        sample(f"{volts:.1f}", "Voltage", "V"),
        sample(f"{amperes:.2f}", "Current.Import", "A"),
    ]


def padded_samples(
    watt_hours: float, watts: float, volts: float, amperes: float
) -> list[dict[str, object]]:
    return [
        sample(f"{watt_hours:.2f}0000", "Energy.Active.Import.Register", "Wh"),
        sample(f"{volts:.2f}0000", "Voltage", "V", phase="L1-N"),
        sample(f"{amperes:.2f}0000", "Current.Import", "A", phase="L1-N"),
        sample(f"{watts:.2f}0000", "Power.Active.Import", "W"),
    ]


def meter_apart(
    moment: str, watt_hours: float, watts: float, volts: float, amperes: float
) -> dict[str, object]:
    samples = [
        sample(f"{watt_hours / 1000:.3f}", "Energy.Active.Import.Register", "kWh"),
        sample(f"{watts / 1000:.3f}", "Power.Active.Import", "kW"),
        sample(f"{amperes:.2f}", "Current.Import", "A"),
        sample(f"{volts:.1f}", "Voltage", "V"),
    ]
    elements = [{"timestamp": moment, "sampledValue": [sample]} for sample in samples]
    return {"connectorId": 1, "meterValue": elements}


def transaction_event(
    evse: int, step: int, kind: str, register: float, charge: float
) -> dict[str, object]:
    moment = time_text(900 * step + 60 * evse)
    watts, volts = 968.0 + step % 5, 78.0 + charge / 14
    values = {
        "SoC": (charge, "Percent"),
        "Energy.Active.Import.Register": (register, "Wh"),
        "Power.Active.Import": (watts, "W"),
        "Voltage": (volts, "V"),
        "Current.Import": (watts / volts, "A"),
    }
    samples = [
        {"value": round(value, 1), "measurand": name, "unitOfMeasure": {"unit": unit}}
        for name, (value, unit) in values.items()
    ]
    return {
        "eventType": kind,
        "timestamp": moment,
        "triggerReason": "MeterValuePeriodic" if kind == "Updated" else "CablePluggedIn",
        "seqNo": step // 3,
        "offline": False,
        "transactionInfo": {
            "transactionId": f"7a8501d8-4d08-401d-82b6-8439c89aa{evse:03}",
            "chargingState": "Charging",
        },
        "evse": {"id": evse, "connectorId": 1},
        "meterValue": [{"timestamp": moment, "sampledValue": samples}],
    }


def battery_swap(step: int, number: int) -> dict[str, object]:
    return {
        "eventType": "BatteryIn" if number % 2 else "BatteryOut",
        "requestId": 100 + number // 2,
        "idToken": {"idToken": f"04A29F{number % 3:02X}", "type": "ISO14443"},
        "batteryData": [
            {
                "evseId": 1 + step % 6,
                "serialNumber": f"BAT-{1000 + number * 37 % 90}",
                "soC": 20.5 + number,
                "soH": 97.0,
            }
        ],
    }


def periodic_stream(number: int, step: int) -> dict[str, object]:
    data = [
        {"t": 300 * place, "v": f"{21.5 + 0.1 * ((step + place) % 7):.1f}"} for place in range(6)
    ]
    return {"id": number, "pending": 0, "basetime": time_text(900 * step), "data": data}

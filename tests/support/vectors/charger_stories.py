"""Stories of what chargers and CSMSs say, in the `adaptive` coding."""

import itertools
from dataclasses import replace

from laconic_bench.workloads.boda_site import boda_site
from laconic_codec import messages
from laconic_codec.frame import Direction
from laconic_codec.items import Bind, Item, MessageItem, Presence
from laconic_codec.messages import Call, CallResult, Send
from tests.support.vectors.payloads import (
    battery_swap,
    boot_16,
    call,
    meter_16,
    meter_apart,
    padded_samples,
    periodic_stream,
    plain_samples,
    sample,
    status_2x,
    status_16,
    text_of,
    time_text,
    transaction_event,
    trimmed,
)
from tests.support.vectors.tape import Tape


def cold_start(tape: Tape) -> None:
    """Three chargers, one of each version, say who they are."""
    tape.begin("boot and status of one charger on each version", 1)
    tape.send(
        [
            Bind(0, "/BODA-01", "1.6"),
            Presence(0, 1),
            call(0, "BootNotification", boot_16("Acacia", "A-1100", "1.4.2")),
            call(0, "StatusNotification", status_16(1, "Available")),
        ]
    )
    station = {"model": "Station 7", "vendorName": "Baobab", "firmwareVersion": "7.0.1"}
    tape.send(
        [
            Bind(1, "/STATION-7", "2.0.1"),
            call(1, "BootNotification", {"reason": "PowerUp", "chargingStation": station}),
            call(1, "StatusNotification", status_2x(1, 1, "Available")),
        ]
    )
    cabinet = {"model": "Swap 12", "vendorName": "Cassia", "serialNumber": "CS-000017"}
    tape.send(
        [
            Bind(2, "/SWAP-01", "2.1", preserve_ids=True),
            call(2, "BootNotification", {"reason": "PowerUp", "chargingStation": cabinet}, "19"),
            call(2, "StatusNotification", status_2x(1, 1, "Occupied"), "20"),
        ]
    )
    for _ in range(3):
        tape.send([call(0, "Heartbeat", {}), call(1, "Heartbeat", {})])


def meter_values(tape: Tape) -> None:
    """A charge on each of three makes, which write numbers and times in their own ways."""
    tape.begin("meter values: voltage, current, power, energy and state of charge", 2)
    watt_hours = 1_204_417.0
    for step in range(40):
        amperes = 6.2 - 0.03 * (step % 7) - 0.05 * (step > 30)
        volts = 231.4 + 0.3 * ((step * 5) % 9 - 4)
        watts = volts * amperes
        watt_hours += watts / 120
        moment = 3_600 + 30 * step
        compact = meter_16(1, time_text(moment), plain_samples(watt_hours, watts, volts, amperes))
        padded = meter_16(
            2, time_text(moment, ".839Z"), padded_samples(watt_hours, watts, volts, amperes)
        )
        apart = meter_apart(time_text(moment, "+00:00"), watt_hours, watts, volts, amperes)
        tape.send(
            [
                call(0, "MeterValues", compact),
                call(1, "MeterValues", padded),
                call(2, "MeterValues", apart, separators=(", ", ": ")),
            ]
        )


def phases(tape: Tape) -> None:
    """Three phases: the power of each; of all at connector 1, and not at connector 2."""
    tape.begin("three phases, numbers with and without decimals, negative ones", 3)
    watt_hours = 17_137_326.0
    for step in range(16):
        of_phases, total_watts = _three_phases(step)
        watt_hours += total_watts / 60
        at_1 = [
            *of_phases,
            sample(f"{total_watts:.2f}", "Power.Active.Import", "W"),
            sample(trimmed(17_137_326 + 6.47 * step), "Energy.Active.Import.Register", "Wh"),
            sample(trimmed(49.94 + 0.01 * (step % 3)), "Frequency", "Hertz"),
            sample(str(-12 - step), "Temperature", "Celsius"),
            sample("3.48e-05" if step % 4 else "0.5", "Power.Offered", "kW"),
        ]
        at_2 = [*of_phases, sample(f"{watt_hours:.1f}", "Energy.Active.Import.Register", "Wh")]
        moment = time_text(60 * step, ".123456Z")
        tape.send(
            [
                call(0, "MeterValues", meter_16(1, moment, at_1)),
                call(0, "MeterValues", meter_16(2, moment, at_2)),
            ]
        )


def _three_phases(step: int) -> tuple[list[dict[str, object]], float]:
    """Return current, power and voltage of each phase, and the power of all in W."""
    samples: list[dict[str, object]] = []
    total_watts = 0.0
    for phase in (1, 2, 3):
        volts, amperes = 229.9 + phase + 0.1 * (step % 4), 7.01 - 0.02 * (step % 5) * phase
        total_watts += round(volts * amperes, 2)
        samples += [
            sample(f"{amperes:.2f}", "Current.Import", "A", phase=f"L{phase}"),
            sample(f"{volts * amperes:.2f}", "Power.Active.Import", "W", phase=f"L{phase}"),
            sample(f"{volts:.2f}", "Voltage", "V", phase=f"L{phase}-N"),
        ]
    return samples, total_watts


def cabinet(tape: Tape) -> None:
    """A swap cabinet: each slot is an EVSE with a state of its own."""
    tape.begin("a swap cabinet with transactions and swaps", 4)
    slots = {evse: [1_000.0 * evse, 20.0 + evse] for evse in range(1, 7)}
    numbers = itertools.count()
    for step in range(30):
        batch: list[Item] = []
        for evse in [e for e in slots if (e + step) % 3 == 0]:
            register, charge = slots[evse]
            kind = "Started" if step < 3 else "Ended" if charge > 90 else "Updated"
            batch.append(
                call(0, "TransactionEvent", transaction_event(evse, step, kind, register, charge))
            )
            slots[evse] = [register + 242.0 + evse, charge + 8.8 if charge <= 90 else 21.5]
        if step % 7 == 6:
            batch.append(call(0, "BatterySwap", battery_swap(step, next(numbers))))
        if step % 5 == 4:
            stream = periodic_stream(1 + step % 2, step)
            batch.append(MessageItem(0, Send("", "NotifyPeriodicEventStream", text_of(stream))))
        tape.send(batch)


def downlink(tape: Tape) -> None:
    """The way down: answers, and commands of the CSMS."""
    tape.begin("answers and commands", 8, Direction.DOWN)
    for step in range(20):
        moment = time_text(240 * step + step % 3, f".{(step * 37) % 1000:03}Z")
        items: list[Item] = [
            MessageItem(0, CallResult("", text_of({"currentTime": moment})), 2 * step),
            MessageItem(1, CallResult("", "{}"), 2 * step + 1),
        ]
        if step % 4 == 2:
            start = {"connectorId": 1, "idTag": f"RIDER{step:03}"}
            items.append(call(0, "RemoteStartTransaction", start))
            keys = ["HeartbeatInterval", "MeterValueSampleInterval"]
            items.append(call(1, "GetConfiguration", {"key": keys}))
        tape.send(items, acknowledged=3 * step, backlog=step % 3)


def a_site(tape: Tape) -> None:
    """Two and a half hours of a whole site, in frames of five minutes."""
    tape.begin("the reference site of the benchmark, 2.4 hours", 10)
    channels: dict[str, int] = {}
    windows: dict[int, list[Item]] = {}
    for record in boda_site(3, 0.1).records():
        if record.direction != "up":
            continue
        message = messages.parse(record.raw)
        if not isinstance(message, Call | Send):
            continue
        window = windows.setdefault(int(record.time_seconds or 0) // 300, [])
        if record.identity not in channels:
            channels[record.identity] = len(channels)
            window.append(Bind(channels[record.identity], f"/{record.identity}", record.version))
        window.append(MessageItem(channels[record.identity], replace(message, message_id="")))
    for window in windows.values():
        tape.send_all(window)


def entities(tape: Tape) -> None:
    """Slots that say what others are about, one about another one; empty texts."""
    tape.begin("a transaction that names its connector, an EVSE inside a list", 12)
    for step in range(8):
        inner = {"transactionId": f"tx-{step // 2}", "connectorId": 3 + step % 4}
        event = {"transactionInfo": inner, "x": "" if step % 3 else "yy", "n": 5 + step}
        data = [
            {"evseId": evse, "serialNumber": f"B{evse}{step // 4}", "soC": 10.0 * evse + step}
            for evse in (2, 1, 3)
        ]
        tape.send([call(0, "NotifyEvent", event), call(0, "BatterySwap", {"batteryData": data})])

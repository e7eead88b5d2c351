"""Stories in the `adaptive` coding."""

import itertools
import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from laconic_bench.workloads.boda_site import boda_site
from laconic_codec import messages
from laconic_codec.frame import Direction
from laconic_codec.items import Bind, Item, MessageItem, Presence, Void
from laconic_codec.messages import Call, CallError, CallResult, CallResultError, Send
from tests.support.vectors.tape import Tape


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


def cold_start(tape: Tape) -> None:
    """Three chargers, one of each version, say who they are."""
    tape.begin("boot and status of one charger on each version", 1)
    tape.send(
        [
            Bind(0, "/BODA-01", "1.6"),
            Presence(0, 1),
            call(0, "BootNotification", _boot_16("Acacia", "A-1100", "1.4.2")),
            call(0, "StatusNotification", _status_16(1, "Available")),
        ]
    )
    station = {"model": "Station 7", "vendorName": "Baobab", "firmwareVersion": "7.0.1"}
    tape.send(
        [
            Bind(1, "/STATION-7", "2.0.1"),
            call(1, "BootNotification", {"reason": "PowerUp", "chargingStation": station}),
            call(1, "StatusNotification", _status_2x(1, 1, "Available")),
        ]
    )
    cabinet = {"model": "Swap 12", "vendorName": "Cassia", "serialNumber": "CS-000017"}
    tape.send(
        [
            Bind(2, "/SWAP-01", "2.1", preserve_ids=True),
            call(2, "BootNotification", {"reason": "PowerUp", "chargingStation": cabinet}, "19"),
            call(2, "StatusNotification", _status_2x(1, 1, "Occupied"), "20"),
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
        compact = _meter_16(1, time_text(moment), _plain(watt_hours, watts, volts, amperes))
        padded = _meter_16(
            2, time_text(moment, ".839Z"), _padded(watt_hours, watts, volts, amperes)
        )
        apart = _meter_apart(time_text(moment, "+00:00"), watt_hours, watts, volts, amperes)
        tape.send(
            [
                call(0, "MeterValues", compact),
                call(1, "MeterValues", padded),
                call(2, "MeterValues", apart, separators=(", ", ": ")),
            ]
        )


def phases(tape: Tape) -> None:
    """Three phases: the power of each, and of all."""
    tape.begin("three phases, numbers with and without decimals, negative ones", 3)
    for step in range(16):
        samples: list[dict[str, object]] = []
        total = 0.0
        for phase in (1, 2, 3):
            volts, amperes = 229.9 + phase + 0.1 * (step % 4), 7.01 - 0.02 * (step % 5) * phase
            total += round(volts * amperes, 2)
            samples += [
                _sample(f"{amperes:.2f}", "Current.Import", "A", phase=f"L{phase}"),
                _sample(f"{volts * amperes:.2f}", "Power.Active.Import", "W", phase=f"L{phase}"),
                _sample(f"{volts:.2f}", "Voltage", "V", phase=f"L{phase}-N"),
            ]
        samples += [
            _sample(f"{total:.2f}", "Power.Active.Import", "W"),
            _sample(_trimmed(17_137_326 + 6.47 * step), "Energy.Active.Import.Register", "Wh"),
            _sample(_trimmed(49.94 + 0.01 * (step % 3)), "Frequency", "Hertz"),
            _sample(str(-12 - step), "Temperature", "Celsius"),
            _sample("3.48e-05" if step % 4 else "0.5", "Power.Offered", "kW"),
        ]
        tape.send([call(0, "MeterValues", _meter_16(1, time_text(60 * step, ".123456Z"), samples))])


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
            batch.append(call(0, "TransactionEvent", _event(evse, step, kind, register, charge)))
            slots[evse] = [register + 242.0 + evse, charge + 8.8 if charge <= 90 else 21.5]
        if step % 7 == 6:
            batch.append(call(0, "BatterySwap", _swap(step, next(numbers))))
        if step % 5 == 4:
            stream = _stream(1 + step % 2, step)
            batch.append(MessageItem(0, Send("", "NotifyPeriodicEventStream", text_of(stream))))
        tape.send(batch)


def losses(tape: Tape) -> None:
    """Frames are lost, repeated, overtaken; urgent ones leave beside a committing one."""
    tape.begin("a committing frame is lost, urgent frames overtake it", 5)
    statuses = itertools.cycle(("Preparing", "Charging", "SuspendedEV", "Finishing", "Available"))
    for step in range(40):
        batch = [
            call(0, "StatusNotification", _status_16(1 + step % 2, next(statuses))),
            call(1, "Heartbeat", {}),
        ]
        urgent = [call(0, "Authorize", {"idTag": f"04A2{step % 5:02X}7C"})]
        committing = tape.encode(batch)
        if step % 4 == 1:  # it arrives after an urgent one, which moves nothing
            tape.arrive(tape.encode(urgent, commit=False))
            tape.arrive(committing)
            tape.acknowledge()
        elif (
            step % 4 == 2
        ):  # its answer is lost; another one against the same state takes its place
            tape.arrive(committing)
            tape.lose()
            tape.send(urgent)
        elif step % 4 == 3:  # an urgent one that left before it arrives after it
            overtaken = tape.encode(urgent, commit=False)
            tape.arrive(committing)
            tape.arrive(overtaken)
            tape.acknowledge()
            tape.arrive(committing)  # once more: it changes nothing
        else:
            tape.arrive(committing)
            tape.acknowledge()
    _late_attempts(tape)


def _late_attempts(tape: Tape) -> None:
    """The sender gives frames up and makes others; they arrive in every order."""

    def attempts(count: int) -> list[bytes]:
        made: list[bytes] = []
        for number in range(count):
            batch = [call(number % 2, "Authorize", {"idTag": f"04B3{number:02X}7C"})]
            made.append(tape.encode(batch, acknowledged=number, advance=False))
            if number + 1 < count:
                tape.lose()
        return made

    def arrive(*frames: bytes) -> None:
        for encoded in frames:
            tape.arrive(encoded)
        tape.acknowledge()
        tape.send([call(0, "Heartbeat", {}), call(1, "Heartbeat", {})], commit=False)

    first, second = attempts(2)
    arrive(second, first)  # late: what is in it counts, but it moves nothing
    first, second = attempts(2)
    arrive(first, second, first)
    _, second, third = attempts(3)
    arrive(third, second)
    _, _, third = attempts(3)
    arrive(third, third)
    tape.send([call(0, "Heartbeat", {})])


def oddities(tape: Tape) -> None:
    """Whatever real chargers write, and what no charger should."""
    tape.begin("white space, escapes, duplicate keys, long and strange texts", 6)
    status = _status_16(1, "Available")
    nested = '{"ä":"\u00fc / \\\\ \\" \\n \\u0007","k":[[],{},[{}],[1,[2,[3.5,-0.0]]]]}'
    texts = [
        text_of(status, separators=(", ", ": ")),
        text_of(status, separators=(",", ": ")),
        '{\n\t\t"connectorId":\t1,\n\t\t"errorCode":\t"NoError",\n\t\t"status":\t"Available"\n\t}',
        '{"data":{\n}}',
        '{"data":"a\\/b"}',
        '{"data":"\\u00e4\\u2028\\ud83d\\ude00"}',
        '{"data":"\u2028\U0001f600"}',
        '{"data":"\\u0000 is a NUL"}',
        '{"data":"lone \\ud800"}',
        '{"a":1,"a":2}',
        '{ "odd" :1 }',
        '{"data":null,"value":true,"reason":false,"info":""}',
        '{"t":"2026-02-30T00:00:00Z","u":"0001-01-01T00:00:00","v":"9999-12-31T23:59:59.999999+05:45"}',
        '{"n":[0,-0,1e3,1E-7,12345678901234567890,0.10,100,1.000000000,0.1234567890,-7]}',
        '{"q":["0","-0","007","1.50","+1","1.","999999999999999","1000000000000000"]}',
        '{"u":"9f2c4e0a-1b2d-4c3e-9f00-0123456789ab","v":"9f2c4e0a-1b2d-1c3e-9f00-0123456789ab"}',
        '{"h":"00112233445566778899aabbccddeeff","H":"00112233445566778899AABBCCDDEEFF"}',
        nested,
        "[" * 40 + "]" * 40,
        '"a payload that is a text"',
        "17",
        text_of({"x" * 200: "y" * 300}),
    ]
    for text in texts:
        tape.send([call(0, "DataTransfer", text)])
    for text in reversed(texts):
        tape.send([call(0, "DataTransfer", text), call(1, "NoSuchAction", text)], commit=False)
    items: list[Item] = [
        Void(),
        MessageItem(1, CallResult("", '{"status":"Accepted"}'), 7),
        MessageItem(1, CallResult("", "{}"), 8),
        MessageItem(1, CallResult("", "{}"), -3),
        MessageItem(1, CallError("", '["NotSupported","",{}]'), 12),
        MessageItem(1, CallResultError("", '["FormatViolation","no",{"x":1}]'), 13),
        MessageItem(1, Call("343", "Heartbeat", "{}"), answered=True),
        MessageItem(1, Call("344", "Heartbeat", "{}"), answered=True),
        MessageItem(1, Call("a-1", "Heartbeat", "{}")),
        Presence(1, 2),
        Presence(0, 3),
        MessageItem(3, Send("", "NotifyPeriodicEventStream", '{"id":1,"pending":0}')),
    ]
    tape.send(items, acknowledged=5)
    tape.send(items[1:], acknowledged=9)


def crowding(tape: Tape) -> None:
    """More texts, names, templates, entities and channels than the state holds."""
    tape.begin("everything that is bounded overflows", 7)
    random_ = random.Random(7)
    for step in range(60):
        batch: list[Item] = []
        for _ in range(10):
            tag = "".join(random_.choices("0123456789ABCDEF", k=random_.choice((8, 14, 20))))
            extra = {f"vendorKey{random_.randrange(160)}": random_.randrange(10**6)}
            payload = {"connectorId": random_.randrange(300), "idTag": tag, **extra}
            batch.append(call(random_.randrange(40), "Authorize", payload))
            status = _status_16(random_.randrange(2_000), "Faulted", info=tag * 3)
            batch.append(call(random_.randrange(40), "StatusNotification", status))
        tape.send_all(sorted(batch, key=lambda item: getattr(item, "channel", 0)))
        if step % 6 == 0:
            text = "".join(random_.choices("abcdefghij \u00e9", k=400))
            tape.send([call(0, "DataTransfer", {"vendorId": f"v{step}", "data": text})])


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


def refusals(tape: Tape) -> None:
    """Frames that must be refused, between frames that must not."""
    tape.begin("frames that were cut, lengthened, changed, or belong elsewhere", 9)
    batch = [
        call(0, "BootNotification", _boot_16("Acacia", "A-1100", "1.4.2")),
        call(0, "StatusNotification", _status_16(1, "Available")),
    ]
    first = tape.encode(batch)
    for size in range(len(first)):
        tape.refuse(first[:size])
    for added in (b"\0", b"\x01", b"\xff", b"\0\x01", bytes(4)):
        tape.refuse(first + added)
    for place in range(len(first)):
        tape.refuse(first[:place] + bytes([first[place] ^ 1]) + first[place + 1 :])
    tape.arrive(first)
    tape.acknowledge()
    second = tape.encode(batch)
    tape.refuse(bytes([second[0] ^ 0x10]) + second[1:])
    tape.refuse(bytes([second[0] + 1]) + second[1:])
    tape.refuse(bytes([second[0] ^ 0x40]) + second[1:])
    repeated = bytes([second[0] ^ 0x04])
    for attempt in (b"\0\0", b"\0\1", b"\0", b""):  # never, another check, cut off
        tape.refuse(repeated + second[1:3] + attempt + second[3 if len(attempt) > 1 else 99 :])
    tape.refuse(bytes([repeated[0] ^ 0x20]) + second[1:3] + b"\0\1" + second[3:])
    random_ = random.Random(9)
    for _ in range(60):
        tape.refuse(bytes([second[0]]) + random_.randbytes(random_.randrange(1, 60)))
    tape.arrive(second)
    tape.begin("a frame of the epoch before", 11)
    tape.refuse(first)
    tape.refuse(second)


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


def _boot_16(vendor: str, model: str, firmware: str) -> dict[str, object]:
    return {
        "chargePointVendor": vendor,
        "chargePointModel": model,
        "chargePointSerialNumber": "ACA-0042-17",
        "firmwareVersion": firmware,
    }


def _status_16(connector: int, status: str, **more: object) -> dict[str, object]:
    fields: dict[str, object] = {"connectorId": connector, "errorCode": "NoError", "status": status}
    return {**fields, **more}


def _status_2x(evse: int, connector: int, status: str) -> dict[str, object]:
    return {
        "timestamp": time_text(5),
        "connectorStatus": status,
        "evseId": evse,
        "connectorId": connector,
    }


def _sample(value: str, measurand: str, unit: str, **more: str) -> dict[str, object]:
    return {"value": value, "measurand": measurand, "unit": unit, **more}


def _meter_16(connector: int, moment: str, samples: list[dict[str, object]]) -> dict[str, object]:
    return {
        "connectorId": connector,
        "transactionId": 417_612,
        "meterValue": [{"timestamp": moment, "sampledValue": samples}],
    }


def _plain(
    watt_hours: float, watts: float, volts: float, amperes: float
) -> list[dict[str, object]]:
    return [
        _sample(str(round(watt_hours)), "Energy.Active.Import.Register", "Wh"),
        _sample(f"{watts:.1f}", "Power.Active.Import", "W"),
        _sample(str(40 + round(watt_hours) // 60 % 50), "SoC", "Percent"),
        _sample(f"{volts:.1f}", "Voltage", "V"),
        _sample(f"{amperes:.2f}", "Current.Import", "A"),
    ]


def _padded(
    watt_hours: float, watts: float, volts: float, amperes: float
) -> list[dict[str, object]]:
    return [
        _sample(f"{watt_hours:.2f}0000", "Energy.Active.Import.Register", "Wh"),
        _sample(f"{volts:.2f}0000", "Voltage", "V", phase="L1-N"),
        _sample(f"{amperes:.2f}0000", "Current.Import", "A", phase="L1-N"),
        _sample(f"{watts:.2f}0000", "Power.Active.Import", "W"),
    ]


def _meter_apart(
    moment: str, watt_hours: float, watts: float, volts: float, amperes: float
) -> dict[str, object]:
    samples = [
        _sample(f"{watt_hours / 1000:.3f}", "Energy.Active.Import.Register", "kWh"),
        _sample(f"{watts / 1000:.3f}", "Power.Active.Import", "kW"),
        _sample(f"{amperes:.2f}", "Current.Import", "A"),
        _sample(f"{volts:.1f}", "Voltage", "V"),
    ]
    elements = [{"timestamp": moment, "sampledValue": [sample]} for sample in samples]
    return {"connectorId": 1, "meterValue": elements}


def restarts(tape: Tape) -> None:
    """The sender restarts, with old rows and young ones; frames go beside it, or are lost."""
    tape.begin("the sender restarts and condenses its state", 12)
    tape.send([Bind(0, "/BODA-01", "1.6"), Bind(1, "/SWAP-01", "2.1")])
    tape.send([call(0, "StatusNotification", _status_16(1, "Available"))])
    tape.send([call(1, "TransactionEvent", _event(3, 0, "Started", 12_000.0, 20.5))])
    tape.restart()
    tape.send([call(1, "TransactionEvent", _event(3, 1, "Updated", 12_240.5, 27.0))])
    tape.send_all([call(0, "Heartbeat", {})] * 1_019)
    tape.send([call(1, "TransactionEvent", _event(3, 2, "Updated", 12_481.0, 33.5))])
    tape.restart()
    beside = tape.encode(
        [call(1, "TransactionEvent", _event(3, 3, "Updated", 12_721.5, 40.0))], commit=False
    )
    tape.arrive(beside)
    lost = tape.encode([call(0, "Heartbeat", {})], advance=False)
    tape.lose()
    tape.restart()
    tape.send([call(0, "StatusNotification", _status_16(1, "Preparing"))])
    for step in range(4, 7):
        event = _event(3, step, "Updated", 12_000.0 + 240.5 * step, 20.5 + 6.5 * step)
        tape.send([call(1, "TransactionEvent", event)])
    tape.refuse(lost)
    tape.refuse(beside)


def _trimmed(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _event(evse: int, step: int, kind: str, register: float, charge: float) -> dict[str, object]:
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


def _swap(step: int, number: int) -> dict[str, object]:
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


def _stream(number: int, step: int) -> dict[str, object]:
    data = [
        {"t": 300 * place, "v": f"{21.5 + 0.1 * ((step + place) % 7):.1f}"} for place in range(6)
    ]
    return {"id": number, "pending": 0, "basetime": time_text(900 * step), "data": data}


STORIES: Final[dict[str, Callable[[Tape], None]]] = {
    "01-cold-start": cold_start,
    "02-meter-values": meter_values,
    "03-phases": phases,
    "04-cabinet": cabinet,
    "05-losses": losses,
    "06-oddities": oddities,
    "07-crowding": crowding,
    "08-downlink": downlink,
    "09-refusals": refusals,
    "10-a-site": a_site,
    "11-entities": entities,
    "12-restarts": restarts,
}

"""Stories of odd texts, and of more than the state holds."""

import random

from laconic_codec.items import Item, MessageItem, Presence, Void
from laconic_codec.messages import Call, CallError, CallResult, CallResultError, Send
from tests.support.vectors.payloads import call, status_16, text_of
from tests.support.vectors.tape import Tape


def oddities(tape: Tape) -> None:
    """Whatever real chargers write, and what no charger should."""
    tape.begin("white space, escapes, duplicate keys, long and strange texts", 6)
    status = status_16(1, "Available")
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
            status = status_16(random_.randrange(2_000), "Faulted", info=tag * 3)
            batch.append(call(random_.randrange(40), "StatusNotification", status))
        tape.send_all(sorted(batch, key=lambda item: getattr(item, "channel", 0)))
        if step % 6 == 0:
            text = "".join(random_.choices("abcdefghij \u00e9", k=400))
            tape.send([call(0, "DataTransfer", {"vendorId": f"v{step}", "data": text})])

"""A story of an express channel (wire profile 7.6), in the `adaptive` coding."""

from laconic_codec.items import Bind, Item, MessageItem, Presence
from laconic_codec.messages import CallResult
from tests.support.vectors.payloads import call, time_text
from tests.support.vectors.tape import Tape


def express(tape: Tape) -> None:
    """A driver comes while a site tells of an outage; then the CSMS asks for something."""
    tape.begin("questions and answers that overtake a backlog", 9)
    tape.send([Bind(0, "/BODA-01", "1.6"), Presence(0, 1), *_backlog(0)])
    question = call(1, "Authorize", {"idTag": "04D2A7B1905E80"})
    tape.send([Bind(1, "/BODA-01", "1.6", express=True), question, *_backlog(10)])
    tape.send([MessageItem(1, CallResult("", '{"status":"Accepted"}'), 3), *_backlog(20)])
    tape.send([call(1, "Authorize", {"idTag": "04D2A7B1905E81"}), *_backlog(30)])


def _backlog(first: int) -> list[Item]:
    return [
        call(
            0,
            "MeterValues",
            {
                "connectorId": 1,
                "transactionId": 71,
                "meterValue": [
                    {
                        "timestamp": time_text(60 * number),
                        "sampledValue": [{"value": str(1_500 + 11 * number)}],
                    }
                ],
            },
        )
        for number in range(first, first + 10)
    ]

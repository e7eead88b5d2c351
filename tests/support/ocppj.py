"""The tests' own reader of OCPP-J text. It shares nothing with the product that it judges."""

import json
from dataclasses import dataclass

CALL, CALL_RESULT, CALL_ERROR, CALL_RESULT_ERROR, SEND = 2, 3, 4, 5, 6
REQUESTS = (CALL, SEND)
ANSWERS = (CALL_RESULT, CALL_ERROR)

_WHITE_SPACE = " \t\r\n"
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Message:
    """One OCPP-J message with the exact text of what it carries."""

    kind: int
    """2 CALL, 3 CALLRESULT, 4 CALLERROR, 5 CALLRESULTERROR, 6 SEND."""
    id: str
    action: str
    """Empty for answers."""
    payload: str
    """Exact text of the payload; of an error, its code, description and details, tab between."""
    text: str
    """The whole message as sent."""

    @property
    def content(self) -> tuple[int, str, str]:
        """Everything but the message id, which may be minted anew on the way."""
        return self.kind, self.action, self.payload


def elements(text: str) -> list[str]:
    """Cut a JSON array into the exact texts of its elements, without the space around them.

    Raises:
        ValueError: `text` is not a JSON array.
    """
    start = _skip(text, 0)
    if text[start : start + 1] != "[":
        raise ValueError(f"not a JSON array: {text[:60]!r}")
    spans: list[str] = []
    while text[start] != "]":
        begin = _skip(text, start + 1)
        _, end = _DECODER.raw_decode(text, begin)
        spans.append(text[begin:end])
        start = _skip(text, end)
        if text[start : start + 1] not in (",", "]"):
            raise ValueError(f"not a JSON array: {text[:60]!r}")
    return spans


def parse(text: str) -> Message:
    """Read one message.

    Raises:
        ValueError: `text` is not an OCPP-J message of type 2 to 6.
    """
    spans = elements(text)
    if len(spans) < 3 or (spans[0] in ("2", "6") and len(spans) < 4):
        raise ValueError(f"too few elements: {text[:60]!r}")
    kind, message_id = int(spans[0]), str(json.loads(spans[1]))
    if kind in REQUESTS:
        return Message(kind, message_id, str(json.loads(spans[2])), spans[3], text)
    if kind == CALL_RESULT:
        return Message(kind, message_id, "", spans[2], text)
    if kind in (CALL_ERROR, CALL_RESULT_ERROR):
        return Message(kind, message_id, "", "\t".join(spans[2:]), text)
    raise ValueError(f"unknown message type {kind}")


def _skip(text: str, index: int) -> int:
    while index < len(text) and text[index] in _WHITE_SPACE:
        index += 1
    return index

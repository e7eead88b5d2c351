"""OCPP 1.6 in SOAP 1.2, by rule from its JSON.

What OCPP 1.6-S and its WSDL ask for and is here: the envelope, both namespaces, the names of
actions and elements, `chargeBoxIdentity` in requests, and of WS-Addressing MessageID, From,
ReplyTo, To, Action and RelatesTo; CALLERROR is a SOAP fault with a subcode. Elements are those of
the JSON, in its order. Simplified: the order of elements is not brought into that of the schema;
there is no white space, no comment and no second declaration of a namespace, which real libraries
like to add; a null and an empty list are left out, since XML has no such thing.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from laconic_bench.model.tcp.certificates import HOST
from laconic_bench.trace import Direction

SOAP: Final = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING: Final = "http://www.w3.org/2005/08/addressing"
SERVICES: Final = {"up": "urn://Ocpp/Cs/2015/10/", "down": "urn://Ocpp/Cp/2015/10/"}
"""Namespace of the service that a request of that way asks: of the CSMS, or of the charger."""
ANONYMOUS: Final = f"{ADDRESSING}/anonymous"
CSMS_URL: Final = f"https://{HOST}/ocpp/1.6"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>'
_CALL: Final = 2
_RESULT: Final = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """The request that an answer belongs to."""

    way: Direction
    action: str
    message_id: str


def charger_url(identity: str) -> str:
    """Return where a charger takes commands."""
    return f"http://{identity.lower()}.chargers.example.com:8080/"


def request(way: Direction, identity: str, call: list[Any]) -> bytes:
    """Return the envelope of a CALL, parsed by `parse`."""
    _, message_id, action, payload = call
    ours, csms = charger_url(identity), CSMS_URL
    sender, receiver = (ours, csms) if way == "up" else (csms, ours)
    header = (
        f'<o:chargeBoxIdentity s:mustUnderstand="true">{escape(identity)}</o:chargeBoxIdentity>'
        f"<a:MessageID>{_uri(message_id)}</a:MessageID>"
        f"<a:From><a:Address>{sender}</a:Address></a:From>"
        f"<a:ReplyTo><a:Address>{ANONYMOUS}</a:Address></a:ReplyTo>"
        f'<a:To s:mustUnderstand="true">{receiver}</a:To>'
        f'<a:Action s:mustUnderstand="true">/{action}</a:Action>'
    )
    return _envelope(way, header, _element(f"o:{_lower(action)}Request", payload))


def response(asked: Asked, answer: list[Any]) -> bytes:
    """Return the envelope of a CALLRESULT, or the fault of a CALLERROR."""
    is_result = answer[0] == _RESULT
    action = f"/{asked.action}Response" if is_result else f"{ADDRESSING}/soap/fault"
    header = (
        f"<a:RelatesTo>{_uri(asked.message_id)}</a:RelatesTo>"
        f"<a:To>{ANONYMOUS}</a:To><a:Action>{action}</a:Action>"
    )
    if is_result:
        body = _element(f"o:{_lower(asked.action)}Response", answer[2])
    else:
        body = _fault(*answer[2:])
    return _envelope(asked.way, header, body)


def parse(text: str) -> list[Any]:
    """Return the array of an OCPP-J text; numbers stay as they are written."""
    found: list[Any] = json.loads(text, parse_float=str, parse_int=_integer, parse_constant=str)
    return found


def carries(envelope: bytes, message: list[Any]) -> bool:
    """Tell whether an envelope has the content of a message, apart from types.

    The receiver knows types and lists by the schema; here all values are compared as texts, and a
    list of one like its only item.
    """
    try:
        root = ElementTree.fromstring(envelope)
    except ElementTree.ParseError:
        return False
    body = root.find(f"{{{SOAP}}}Body")
    assert body is not None
    if message[0] not in (_CALL, _RESULT):
        value = body.findtext(f".//{{{SOAP}}}Subcode/{{{SOAP}}}Value")
        return value == f"o:{message[2]}" and (_text_of_fault(body) or "") == message[3]
    return bool(_value(body[0]) == normal(message[-1]))


def normal(value: Any) -> Any:
    """Return a JSON value as it is found in XML, for comparison."""
    if isinstance(value, dict):
        fields = {str(key): normal(one) for key, one in value.items()}  # pyright: ignore
        return {key: one for key, one in fields.items() if one is not None} or ""
    if isinstance(value, list):
        items = [normal(one) for one in value if one is not None]  # pyright: ignore
        return None if not items else items[0] if len(items) == 1 else items
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _integer(text: str) -> Any:
    """Keep the kind of message a number; it is the only short integer that is looked at."""
    return int(text) if len(text) == 1 else text


def _envelope(way: Direction, header: str, body: str) -> bytes:
    text = (
        f'{_HEAD}<s:Envelope xmlns:s="{SOAP}" xmlns:a="{ADDRESSING}" xmlns:o="{SERVICES[way]}">'
        f"<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
    return text.encode("utf-8", "replace")


def _fault(code: str, description: str, _details: Any = None) -> str:
    return (
        f"<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>o:{escape(code)}"
        f"</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="
        f'"en">{escape(description)}</s:Text></s:Reason></s:Fault>'
    )


def _text_of_fault(body: ElementTree.Element) -> str | None:
    return body.findtext(f".//{{{SOAP}}}Reason/{{{SOAP}}}Text")


def _element(name: str, value: Any) -> str:
    content = "".join(_content(value))
    return f"<{name}>{content}</{name}>" if content else f"<{name}/>"


def _content(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():  # pyright: ignore
            name = f"o:{key}"
            for item in one if isinstance(one, list) else [one]:  # pyright: ignore
                if item is not None:
                    yield _element(name, item)
    elif value is not None:
        yield escape(normal(value) if isinstance(value, bool) else str(value))


def _value(element: ElementTree.Element) -> Any:
    if not len(element):
        return element.text or ""
    found: dict[str, Any] = {}
    for child in element:
        name, value = child.tag.partition("}")[2], _value(child)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


def _lower(action: str) -> str:
    return action[:1].lower() + action[1:]


def _uri(message_id: str) -> str:
    return f"urn:uuid:{escape(message_id)}"

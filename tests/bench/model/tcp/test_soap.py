"""OCPP 1.6 in SOAP."""

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.model.tcp import soap

XML_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters="\r"))
NAMES = st.sampled_from(["idTag", "value", "connectorId", "meterValue", "sampledValue"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | XML_TEXT
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.dictionaries(NAMES, inner | st.lists(inner, max_size=3), max_size=3),
)
"""As in OCPP: no list is directly in a list."""
PAYLOADS = st.dictionaries(NAMES, VALUES | st.lists(VALUES, max_size=3), max_size=4)


def boot() -> list[Any]:
    """Return a CALL."""
    payload = '{"chargePointVendor":"V & W","chargePointModel":"M"}'
    return soap.parse(f'[2,"5f8a","BootNotification",{payload}]')


def test_a_request_has_what_the_specification_asks_for() -> None:
    root = ElementTree.fromstring(soap.request("up", "BODA-01", boot()))
    assert root.tag == f"{{{soap.SOAP}}}Envelope"
    header, body = root
    service = "urn://Ocpp/Cs/2015/10/"
    found = {one.tag: one.text or one[0].text for one in header}
    assert found == {
        f"{{{service}}}chargeBoxIdentity": "BODA-01",
        f"{{{soap.ADDRESSING}}}MessageID": "urn:uuid:5f8a",
        f"{{{soap.ADDRESSING}}}From": "http://boda-01.chargers.example.com:8080/",
        f"{{{soap.ADDRESSING}}}ReplyTo": "http://www.w3.org/2005/08/addressing/anonymous",
        f"{{{soap.ADDRESSING}}}To": "https://csms.example.com/ocpp/1.6",
        f"{{{soap.ADDRESSING}}}Action": "/BootNotification",
    }
    assert body[0].tag == f"{{{service}}}bootNotificationRequest"
    assert body[0].findtext(f"{{{service}}}chargePointVendor") == "V & W"
    understood = [one.tag for one in header if one.get(f"{{{soap.SOAP}}}mustUnderstand") == "true"]
    assert len(understood) == 3


def test_a_response_relates_to_its_request() -> None:
    answer = soap.parse('[3,"5f8a",{"status":"Accepted","interval":300}]')
    asked = soap.Asked("down", "ChangeConfiguration", "5f8a")
    envelope = soap.response(asked, answer)
    root = ElementTree.fromstring(envelope)
    assert root.findtext(f".//{{{soap.ADDRESSING}}}RelatesTo") == "urn:uuid:5f8a"
    assert root.findtext(f".//{{{soap.ADDRESSING}}}Action") == "/ChangeConfigurationResponse"
    assert root[1][0].tag == "{urn://Ocpp/Cp/2015/10/}changeConfigurationResponse"
    assert soap.carries(envelope, answer)


def test_a_call_error_is_a_fault() -> None:
    answer = soap.parse('[4,"5f8a","NotSupported","No <such> thing",{}]')
    envelope = soap.response(soap.Asked("down", "GetDiagnostics", "5f8a"), answer)
    assert soap.carries(envelope, answer)
    assert not soap.carries(envelope, [*answer[:2], "InternalError", *answer[3:]])
    assert ElementTree.fromstring(envelope)[1][0].tag == f"{{{soap.SOAP}}}Fault"


@given(PAYLOADS)
def test_content_comes_back_whole(payload: dict[str, Any]) -> None:
    call = soap.parse(json.dumps([2, "1", "DataTransfer", payload]))
    assert soap.carries(soap.request("up", "CP-1", call), call)


@pytest.mark.parametrize("other", ["V", "V & W ", ""])
def test_another_content_is_noticed(other: str) -> None:
    call = boot()
    envelope = soap.request("up", "CP-1", call)
    call[3]["chargePointVendor"] = other
    assert not soap.carries(envelope, call)


def test_what_xml_cannot_have_is_noticed() -> None:
    call = soap.parse('[2,"1","DataTransfer",{"data":"\\u0000"}]')
    assert not soap.carries(soap.request("up", "CP-1", call), call)

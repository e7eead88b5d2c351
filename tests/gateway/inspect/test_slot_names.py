"""Slots are called by their key and what qualifies them."""

from laconic_codec.adaptive.templates import Template
from laconic_codec.adaptive.tokens import Flattened
from laconic_codec.registry import CORE
from laconic_gateway.inspect.slot_names import slot_names


def names(kind: int, action: str, payload: str) -> tuple[str, ...]:
    flattened = Flattened(kind, action, payload, CORE)
    template = Template(flattened.tokens, flattened.names, CORE)
    found = slot_names(template)
    assert len(found) == len(template.slots)
    return found


def test_what_is_measured_stands_in_brackets() -> None:
    sample = '{"value":"1.5","measurand":"Voltage","phase":"L1"}'
    payload = f'{{"connectorId":1,"meterValue":[{{"sampledValue":[{sample},{{"value":"7"}}]}}]}}'
    assert names(2, "MeterValues", payload) == ("connectorId", "value (Voltage, L1)", "value")


def test_constants_count_wherever_they_stand() -> None:
    assert names(2, "X", '{"unit":"Wh","value":1}') == names(2, "X", '{"value":1,"unit":"Wh"}')


def test_what_has_no_key() -> None:
    assert names(0, "", '["/CP1",0,1]') == ("path", "version", "flags")
    assert names(7, "", "3") == ("(payload)",)
    assert names(2, "X", '{ "odd" :1}') == ("(payload)",)
    assert names(2, "X", '{"list":[1,{"own":2}],"last":3}') == ("list", "own", "last")

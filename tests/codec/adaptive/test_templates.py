"""Templates: what the shape of a message says about its slots."""

import pytest
from hypothesis import given

from laconic_codec.adaptive import tokens
from laconic_codec.adaptive.quantities import CHARGE, CURRENT, ENERGY, POWER, VOLTAGE
from laconic_codec.adaptive.slots import Slot
from laconic_codec.adaptive.templates import Template, name_of
from laconic_codec.adaptive.tokens import Flattened, type_of
from laconic_codec.registry import CORE, VendorPart
from tests.support.strategies import payload_texts


def _template(text: str, action: str = "MeterValues") -> Template:
    flattened = Flattened(2, action, text, CORE)
    return Template(flattened.tokens, flattened.names, CORE)


def _slots(template: Template) -> dict[str, list[Slot]]:
    """Return the slots by the name of their key."""
    found: dict[str, list[Slot]] = {}
    for slot in template.slots:
        found.setdefault(name_of(slot.key, template.names, CORE), []).append(slot)
    return found


def _sampled(*samples: str) -> Template:
    return _template('{"sampledValue":[' + ",".join(samples) + "]}")


@given(payload_texts())
def test_every_payload_has_a_template(text: str) -> None:
    try:
        template = _template(text)
    except UnicodeEncodeError:
        return  # a lone surrogate
    count = len(template.slots)
    assert sorted(template.order) == list(range(count))
    assert len(template.pieces) == count + 1
    coded: set[int] = {-1}
    for number in template.order:
        slot = template.slots[number]
        coded.add(number)
        assert slot.entity in coded  # what the context needs is known before
        assert slot.names_entity == (slot.entity == number)
        for hash_ in (slot.class_, slot.coarse, slot.place):
            assert 0 <= hash_ < 2**32


def test_the_digest_is_that_of_the_tokens() -> None:
    template = _template('{"connectorId":1}')
    assert template.digest == tokens.digest(list(template.tokens))
    assert template.digest != _template('{"connectorId":1}', "StatusNotification").digest
    assert template.digest != _template('{"connectorId": 1}').digest
    assert template.digest == _template('{"connectorId":2}').digest


@pytest.mark.parametrize("key", ["connectorId", "evseId"])
def test_what_stands_around_belongs_to_the_connector(key: str) -> None:
    template = _template(f'{{"status":"A","{key}":1,"info":[{{"value":"x"}}]}}')
    assert [slot.entity for slot in template.slots] == [1, 1, 1]
    assert template.order[0] == 1


def test_an_evse_in_an_object_of_its_own_names_what_stands_around_it() -> None:
    template = _template('{"seqNo":1,"evse":{"id":1,"connectorId":2},"offline":true}')
    slots = _slots(template)
    assert slots["id"][0].names_entity
    assert {slot.entity for slot in template.slots} == {template.slots.index(slots["id"][0])}


def test_the_nearest_connector_counts() -> None:
    template = _template('{"connectorId":1,"inner":{"connectorId":2,"value":3}}')
    assert [slot.entity for slot in template.slots] == [0, 1, 1]


def test_a_transaction_counts_where_no_connector_is_named() -> None:
    template = _template('{"seqNo":1,"transactionInfo":{"transactionId":"x","a":1},"b":1}')
    assert [slot.entity for slot in template.slots] == [1, 1, 1, 1]
    template = _template('{"evse":{"id":1},"transactionInfo":{"transactionId":"x"}}')
    assert [slot.entity for slot in template.slots] == [0, 0]


def test_without_a_name_it_is_the_charger_itself() -> None:
    assert [slot.entity for slot in _template('{"status":"A","id":"text"}').slots] == [-1, -1]


@pytest.mark.parametrize(
    ("constants", "role", "phase", "kilo"),
    [
        ('"measurand":"Voltage","phase":"L1-N","unit":"V"', VOLTAGE, 1, 0),
        ('"measurand":"Current.Import","phase":"L2"', CURRENT, 2, 0),
        ('"measurand":"Power.Active.Import","unit":"kW"', POWER, 0, 3),
        ('"measurand":"Energy.Active.Import.Register","unit":"kWh"', ENERGY, 0, 3),
        ('"measurand":"SoC","unit":"Percent"', CHARGE, 0, 0),
        ('"measurand":"Temperature"', 0, 0, 0),
        ('"unit":"Wh"', 0, 0, 0),
    ],
)
def test_what_a_value_measures(constants: str, role: int, phase: int, kilo: int) -> None:
    for sample in (f'{{"value":"1",{constants}}}', f'{{{constants},"value":1}}'):
        (slot,) = _sampled(sample).slots
        assert (slot.role, slot.phase, slot.kilo) == (role, phase, kilo)


def test_a_unit_may_stand_in_an_object_of_its_own() -> None:
    measured = '"measurand":"Power.Active.Import","unitOfMeasure":{"unit":"kW"}'
    (slot,) = _sampled(f'{{"value":1,{measured}}}').slots
    assert (slot.role, slot.kilo) == (POWER, 3)


def test_power_is_coded_before_energy_and_charge_and_after_what_it_is_made_of() -> None:
    measurands = (
        *("SoC", "Energy.Active.Import.Register", "Power.Active.Import"),
        *("Voltage", "Current.Import"),
    )
    samples = [f'{{"value":"1","measurand":"{measurand}"}}' for measurand in measurands]
    template = _template(
        '{"sampledValue":[' + ",".join(samples) + '],"timestamp":"2026-03-01T08:00:00Z",'
        '"connectorId":1}'
    )
    assert template.order == [6, 5, 3, 4, 2, 1, 0]


def test_slots_of_one_class_have_different_places() -> None:
    alike = _template('{"values":[1,2,3],"other":4}').slots
    places = [slot.place for slot in alike]
    assert len({slot.class_ for slot in alike[:3]}) == 1
    assert len(set(places[:3])) == 3 and 0 not in places[:3]
    assert places[3] == 0


def test_what_a_value_is_depends_on_its_measurand_but_not_on_why_it_was_sent() -> None:
    def class_of(constants: str) -> int:
        return _sampled(f'{{"value":"1",{constants}}}').slots[0].class_

    assert class_of('"measurand":"SoC"') != class_of('"measurand":"Voltage"')
    assert class_of('"context":"Sample.Clock"') == class_of('"context":"Trigger"')


def test_names_come_from_the_registry_or_are_learned() -> None:
    registry = CORE.extended(VendorPart("own", 1, keys=("ownKey",)))
    flattened = Flattened(2, "OwnAction", '{"ownKey":1,"other":2,"unit":"Wh"}', registry)
    names = [
        name_of(token, flattened.names, registry)
        for token in flattened.tokens
        if type_of(token) in (tokens.TYPE_ACTION, tokens.TYPE_KEY, tokens.TYPE_CONSTANT)
    ]
    assert names == ["OwnAction", "ownKey", "other", "unit", "Wh"]
    assert sorted(flattened.names.values()) == ["OwnAction", "other"]

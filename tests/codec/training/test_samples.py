"""The texts that the dictionary is trained on are of the profile, of every kind, and repeatable."""

import json
from collections.abc import Iterator

import pytest

from laconic_codec import cbor, frame, items
from laconic_codec.cbor import Cbor
from laconic_codec.frame import Direction
from laconic_codec.items import MessageItem
from laconic_codec.messages import Call, CallResult, Send
from laconic_codec.registry import CORE
from laconic_codec.training.chargers import Charger
from laconic_codec.training.dice import Dice
from laconic_codec.training.meters import Meter
from laconic_codec.training.samples import samples
from laconic_codec.training.settings import DEVICE_MODEL, SETTINGS_16
from laconic_codec.training.texts import ocmf

SAMPLES = samples(60)
VERSIONS = ("1.6", "2.0.1", "2.1")


def _is_frame(value: Cbor) -> bool:
    return isinstance(value, list) and value[0] == 1 and type(value[2]) is int


def _values() -> Iterator[Cbor]:
    """Yield all items, as CBOR values."""
    for text in SAMPLES:
        value = cbor.load(text)
        assert isinstance(value, list)
        if _is_frame(value):
            yield from value[4:]
        else:
            yield value


def test_the_same_seed_gives_the_same_samples_and_another_seed_others() -> None:
    assert samples(5) == samples(5)
    assert samples(5) != samples(5, seed=1)


def test_every_sample_is_a_frame_or_an_item_of_the_profile() -> None:
    frames = [text for text in SAMPLES if _is_frame(cbor.load(text))]
    assert len(frames) == 120
    for text in frames:
        frame.decode_content(text, Direction.UP)
    for value in _values():
        items.from_cbor(value)


def test_no_payload_is_escaped() -> None:
    assert not any(items.is_escape(cbor.dump(value)) for value in _values() if _is_message(value))


def _is_message(value: Cbor) -> bool:
    return isinstance(items.from_cbor(value), MessageItem)


def test_every_request_of_the_registry_is_among_them() -> None:
    found: set[str] = set()
    answers = 0
    for value in _values():
        item = items.from_cbor(value)
        if isinstance(item, MessageItem) and isinstance(item.message, Call | Send):
            found.add(item.message.action)
        answers += isinstance(item, MessageItem) and isinstance(item.message, CallResult)
    assert found == {action for _, action, response in CORE.skeletons if not response}
    assert answers >= sum(response for _, _, response in CORE.skeletons)


@pytest.mark.parametrize("version", VERSIONS)
def test_samples_of_a_meter_have_a_value_and_a_registered_measurand(version: str) -> None:
    for seed in range(20):
        value = Meter(Charger.draw(version, Dice(seed))).value("Sample.Periodic")
        assert isinstance(value, dict)
        entries = value["sampledValue"]
        assert isinstance(entries, list)
        for entry in entries:
            assert isinstance(entry, dict)
            assert isinstance(entry["value"], str if version == "1.6" else float)
            assert entry["measurand"] in CORE.text_numbers
            assert ("unitOfMeasure" in entry or "unit" not in entry) or version == "1.6"


def test_the_meter_counts_up() -> None:
    meter = Meter(Charger.draw("1.6", Dice(0)))
    readings = [json.dumps(meter.value("Sample.Periodic")) for _ in range(5)]
    assert len(set(readings)) == 5


def test_settings_of_the_standards_are_in_the_registry() -> None:
    keys = {key for key, _, _ in SETTINGS_16}
    assert len(keys & CORE.text_numbers.keys()) >= 50
    for component, variable, *_ in DEVICE_MODEL:
        assert {component, variable} <= CORE.text_numbers.keys()


def test_a_signed_value_has_the_parts_of_the_format() -> None:
    name, data, signature = ocmf(Charger.draw("1.6", Dice(0))).split("|")
    assert name == "OCMF"
    assert json.loads(data)["FV"] == "1.0"
    assert set(json.loads(signature)) == {"SA", "SD"}


@pytest.mark.parametrize("limit", [1, 2, 10, 1000])
def test_dice_stay_below_their_limit(limit: int) -> None:
    dice = Dice(0)
    drawn = {dice.below(limit) for _ in range(200)}
    assert drawn <= set(range(limit))
    assert limit == 1 or len(drawn) > 1

"""Registries: numbers and names are inverses, parts add, editions let a new end be an old one."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import cbor, items, payload
from laconic_codec.items import MessageItem
from laconic_codec.messages import Call
from laconic_codec.registry import CORE, Edition, PartError, Registry, VendorPart
from laconic_codec.registry.names import NUMBER_LIMIT, VENDOR_FIRST
from tests.support.registries import editions, parts, registries
from tests.support.strategies import payload_texts

PART = VendorPart(
    "example.swap",
    1,
    actions=("SlotReport",),
    keys=("slotVoltage", "doorState"),
    enumerated_keys=("doorState", "info"),
    texts=("Ajar", "Shut"),
)
WITH_PART = CORE.with_parts([PART])


# --- numbers and names


@given(registries())
def test_names_and_numbers_are_inverses(registry: Registry) -> None:
    for numbers, name_of in (
        (registry.action_numbers, registry.action_name),
        (registry.key_numbers, registry.key_name),
        (registry.text_numbers, registry.text_name),
    ):
        assert {name_of(number): number for number in numbers.values()} == numbers
        for number in {-1, *(number + 1 for number in numbers.values())} - set(numbers.values()):
            with pytest.raises(ValueError, match="no entry"):
                name_of(number)


@given(registries())
def test_a_part_changes_no_number(registry: Registry) -> None:
    more = registry.extended(VendorPart("new", 1, ("A",), ("k",), ("k",), ("T",)))
    assert registry.action_numbers.items() < more.action_numbers.items()
    assert registry.key_numbers.items() < more.key_numbers.items()
    assert registry.text_numbers.items() < more.text_numbers.items()
    assert registry.enumerated_keys < more.enumerated_keys


def test_parts_count_on_in_their_order() -> None:
    second = VendorPart("example.meter", 1, keys=("phaseAngle",), texts=("Lagging",))
    registry = CORE.with_parts([PART, second])
    assert [registry.key_numbers[key] for key in ("slotVoltage", "doorState", "phaseAngle")] == [
        VENDOR_FIRST,
        VENDOR_FIRST + 1,
        VENDOR_FIRST + 2,
    ]
    assert registry.text_name(VENDOR_FIRST + 2) == "Lagging"
    assert registry.action_name(VENDOR_FIRST) == "SlotReport"


# --- the fingerprint


def test_the_fingerprint_is_made_as_the_profile_says() -> None:
    registry = Registry(
        (Edition(("A",), ("k",), (), ("ä",), ("X :",)),), (VendorPart("v", 2, texts=("t",)),)
    )
    content = (
        '{"actions":["A"],"enumerated_keys":[],"keys":["k"],"parts":[{"actions":[],'
        '"enumerated_keys":[],"keys":[],"name":"v","texts":["t"],"version":2}],'
        '"shapes":["X :"],"texts":["\\u00e4"],"trained":[]}'
    )
    assert registry.fingerprint == hashlib.sha256(content.encode()).digest()[:8]


@given(registries(), registries())
def test_registries_have_one_fingerprint_only_if_their_content_is_one(
    one: Registry, other: Registry
) -> None:
    same = (one.editions[-1], one.parts) == (other.editions[-1], other.parts)
    assert (one.fingerprint == other.fingerprint) == same


@pytest.mark.parametrize("table", ["actions", "keys", "enumerated_keys", "texts", "shapes"])
@given(edition=editions(), name=st.text("xyz", min_size=1))
def test_any_entry_changes_the_fingerprint(table: str, edition: Edition, name: str) -> None:
    tables = {field: getattr(edition, field) for field in edition.__slots__}
    changed = Edition(**{**tables, table: (*tables[table], name)})
    assert Registry((edition,)).fingerprint != Registry((changed,)).fingerprint


# --- editions


def _grown() -> Registry:
    """Return the registry of a later edition: more of everything, `info` now enumerated."""
    now = CORE.editions[-1]
    later = Edition(
        (*now.actions, "Purr"),
        (*now.keys, "mood"),
        (*now.enumerated_keys, "info"),
        (*now.texts, "Content"),
        now.shapes,
    )
    return Registry((now, later))


NEWER = _grown()
TEXT = '{"info":"Charging","count":7,"mood":"Content","status":"Charging"}'


def test_a_newer_end_acts_as_an_older_one() -> None:
    acting = NEWER.edition(CORE.fingerprint)
    assert acting is not None
    assert acting.fingerprint == CORE.fingerprint != NEWER.fingerprint
    assert payload.encode(TEXT, acting) == payload.encode(TEXT, CORE)
    assert payload.decode(payload.encode(TEXT, CORE), acting) == TEXT
    assert payload.decode(payload.encode(TEXT, acting), CORE) == TEXT


def test_an_older_end_does_not_know_a_newer_edition() -> None:
    assert CORE.edition(NEWER.fingerprint) is None


def test_in_a_newer_edition_the_same_bytes_mean_something_else() -> None:
    """This is why the fingerprints must be the same."""
    encoded = payload.encode('{"info":7}', CORE)
    assert payload.decode(encoded, NEWER) == f'{{"info":"{CORE.text_name(7)}"}}'


@given(registries(edition_count=3, part_count=2), registries(edition_count=3, part_count=2))
def test_who_knows_whom(one: Registry, other: Registry) -> None:
    found = one.edition(other.fingerprint)
    inside = other.editions[-1] in one.editions and one.parts[: len(other.parts)] == other.parts
    assert (found is not None) == inside
    if found is not None:
        assert (found.editions[-1], found.parts) == (other.editions[-1], other.parts)


@given(registries(edition_count=3, part_count=2))
def test_a_registry_knows_itself_first_and_the_first_edition_alone_last(
    registry: Registry,
) -> None:
    fingerprints = [one.fingerprint for one in registry.known]
    assert registry.edition(registry.fingerprint) is registry
    assert fingerprints[0] == registry.fingerprint
    assert fingerprints[-1] == Registry(registry.editions[:1]).fingerprint
    assert len(set(fingerprints)) == len(registry.editions) * (len(registry.parts) + 1)


# --- parts on the wire


@given(payload_texts())
def test_any_payload_comes_back_with_a_part(text: str) -> None:
    assert payload.decode(payload.encode(text, WITH_PART), WITH_PART) == text


def test_the_names_of_a_part_become_numbers() -> None:
    text = '{"slotVoltage":57,"doorState":"Ajar","status":"Shut","info":"Charging"}'
    body = payload.encode(text, WITH_PART)
    numbers = CORE.key_numbers
    assert body == {
        VENDOR_FIRST: 57,
        VENDOR_FIRST + 1: VENDOR_FIRST,
        numbers["status"]: VENDOR_FIRST + 1,
        numbers["info"]: CORE.text_numbers["Charging"],
    }
    assert payload.decode(body, WITH_PART) == text
    with pytest.raises(ValueError, match="no entry 16384"):
        payload.decode(body, CORE)


def test_the_action_of_a_part_becomes_a_number() -> None:
    item = MessageItem(0, Call("", "SlotReport", "{}"))
    encoded = items.encode(item, WITH_PART)
    assert encoded == cbor.dump([2, VENDOR_FIRST, {}])
    assert items.decode(encoded, WITH_PART) == item


# --- parts that are refused


@pytest.mark.parametrize(
    ("part", "complaint"),
    [
        (VendorPart("p", 3, texts=("New", "Charging")), '3: "Charging" is among the texts'),
        (VendorPart("p", 1, keys=("status",)), '"status" is among the keys already; remove it'),
        (VendorPart("p", 1, actions=("Reset",)), '"Reset" is among the actions already'),
        (VendorPart("p", 1, enumerated_keys=("status",)), '"status" is among the enumerated_keys'),
        (VendorPart("p", 1, enumerated_keys=("mood",)), '"mood" is no key; add it to keys'),
        (VendorPart("p", 1, texts=("Ajar",)), '"Ajar" is among the texts already'),
        (VendorPart("example.swap", 2), "a part of this name is there already"),
    ],
)
def test_a_part_that_does_not_fit_is_refused(part: VendorPart, complaint: str) -> None:
    with pytest.raises(PartError, match=f"^registry part {part.name}, version .*{complaint}"):
        WITH_PART.extended(part)


def test_all_numbers_fit_16_bits() -> None:
    room = NUMBER_LIMIT - VENDOR_FIRST
    texts = tuple(f"text {number}" for number in range(room + 1))
    full = CORE.extended(VendorPart("full", 1, texts=texts[:room]))
    assert max(full.text_numbers.values()) == NUMBER_LIMIT - 1
    with pytest.raises(PartError, match="too many texts"):
        full.extended(VendorPart("p", 1, texts=texts[room:]))


@given(parts("p"))
def test_a_part_twice_is_refused(part: VendorPart) -> None:
    with pytest.raises(PartError, match="remove"):
        Registry(CORE.editions, (part,)).extended(part)

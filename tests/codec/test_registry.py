"""The registry is frozen: numbers never change, and its generator reproduces it."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import registry
from laconic_codec.registry import build, tables
from laconic_codec.registry.vocabulary import FREQUENT_KEYS, FREQUENT_TEXTS
from tests.support.schema_instances import PACKAGE_VERSION, is_available

needs_schemas = pytest.mark.skipif(
    not is_available(), reason=f"needs the package ocpp {PACKAGE_VERSION}"
)


def test_the_fingerprint_is_the_one_that_peers_in_the_field_compare() -> None:
    # A new registry is a change of the wire format: pin the new fingerprint together with a line
    # in CHANGELOG.md, and pin the length and the hash of each table below once more.
    assert registry.FINGERPRINT.hex() == "c864176c27613798"


@pytest.mark.parametrize(
    ("table", "length", "digest"),
    [
        (tables.ACTIONS, 102, "115fb3eaf63cdaba"),
        (tables.KEYS, 579, "316ecb79068e83ff"),
        (tables.ENUMERATED_KEYS, 70, "e8a1b26c88e19ec9"),
        (tables.TEXTS, 677, "577d993a67f1a098"),
    ],
    ids=["actions", "keys", "enumerated keys", "texts"],
)
def test_what_was_released_keeps_its_number(
    table: tuple[str, ...], length: int, digest: str
) -> None:
    released = "\n".join(table[:length])
    assert hashlib.sha256(released.encode()).hexdigest()[:16] == digest


@pytest.mark.parametrize(
    "table", [tables.ACTIONS, tables.KEYS, tables.ENUMERATED_KEYS, tables.TEXTS]
)
def test_no_name_has_two_numbers_and_none_breaks_the_fingerprint(table: tuple[str, ...]) -> None:
    assert len(set(table)) == len(table)
    assert not any("\n" in name for name in table)


def test_names_and_numbers_are_inverses() -> None:
    for numbers, name_of in (
        (registry.ACTION_NUMBERS, registry.action_name),
        (registry.KEY_NUMBERS, registry.key_name),
        (registry.TEXT_NUMBERS, registry.text_name),
    ):
        assert [name_of(number) for number in range(len(numbers))] == list(numbers)
        for number in (-1, len(numbers)):
            with pytest.raises(ValueError, match="no entry"):
                name_of(number)


def test_enumerated_keys_are_keys() -> None:
    assert set(registry.KEY_NUMBERS) >= registry.ENUMERATED_KEYS


def test_the_most_frequent_names_take_one_byte_on_the_wire() -> None:
    one_byte = 24  # CBOR, RFC 8949 section 3
    assert tables.KEYS[:one_byte] == FREQUENT_KEYS[:one_byte]
    assert tables.TEXTS[:one_byte] == FREQUENT_TEXTS[:one_byte]


@pytest.mark.parametrize(
    ("version", "action", "is_empty"),
    [
        ("1.6", "StatusNotification", True),
        ("1.6", "MeterValues", True),
        ("1.6", "Heartbeat", False),
        ("1.6", "StopTransaction", False),
        ("1.6", "DataTransfer", False),
        ("2.0.1", "StatusNotification", True),
        ("2.0.1", "NotifyEvent", True),
        ("2.0.1", "TransactionEvent", False),
        ("2.1", "BatterySwap", True),
        ("2.1", "RequestBatterySwap", False),
    ],
)
def test_empty_responses(version: str, action: str, is_empty: bool) -> None:
    assert (action in registry.EMPTY_RESPONSES[version]) == is_empty


@needs_schemas
def test_the_generator_reproduces_the_tables() -> None:
    assert build.render(build.collect()) == build.TARGET.read_text(encoding="utf-8")


_names = st.text("abc", min_size=1, max_size=3)


@given(
    st.lists(_names, unique=True).map(tuple),
    st.lists(_names, unique=True).map(tuple),
    st.sets(_names),
)
def test_a_table_only_grows_at_its_end(
    now: tuple[str, ...], first: tuple[str, ...], found: set[str]
) -> None:
    table = build.append(now, first, found)
    assert table[: len(now)] == now
    assert len(set(table)) == len(table)
    assert set(table) == {*now, *first, *found}
    assert build.append(table, first, found) == table

"""The registry is frozen: numbers never change, and the frequent names have the short ones."""

import hashlib
from itertools import pairwise

import pytest

from laconic_codec import cbor, payload, registry, zstd_coding
from laconic_codec.adaptive import prior
from laconic_codec.registry import CORE, tables
from laconic_codec.registry.names import VENDOR_FIRST
from laconic_codec.registry.shapes import ROWS
from laconic_codec.registry.vocabulary import WORDS, frequent

TABLES = {
    "actions": tables.ACTIONS,
    "keys": tables.KEYS,
    "enumerated keys": tables.ENUMERATED_KEYS,
    "texts": tables.TEXTS,
    "shapes": ROWS,
}

ONE_BYTE, TWO_BYTES = 24, 256  # first number that takes more in CBOR: RFC 8949, section 3


def test_the_fingerprint_is_the_one_that_peers_in_the_field_compare() -> None:
    # A new registry is a change of the wire format: pin the new fingerprint together with a line
    # in CHANGELOG.md, and pin the length and the hash of each table below once more.
    assert registry.FINGERPRINT.hex() == "036a07a3aedcd42e"


@pytest.mark.parametrize(
    ("name", "length", "digest"),
    [
        ("actions", 102, "115fb3eaf63cdaba"),
        ("keys", 580, "75c04277ad5cc30d"),
        ("enumerated keys", 82, "5cd3bbfd6e0a6d48"),
        ("texts", 1329, "9895527eabfc18a9"),
        ("shapes", 940, "5bb832288982c389"),
    ],
)
def test_what_was_released_keeps_its_number(name: str, length: int, digest: str) -> None:
    released = "\n".join(TABLES[name][:length])
    assert hashlib.sha256(released.encode()).hexdigest()[:16] == digest


@pytest.mark.parametrize("name", ["actions", "keys", "enumerated keys", "texts"])
def test_no_name_has_two_numbers_and_vendors_have_room(name: str) -> None:
    table = TABLES[name]
    assert len(set(table)) == len(table) < VENDOR_FIRST
    assert all(table)


def test_editions_grow_and_the_last_one_is_everything() -> None:
    assert list(tables.EDITIONS) == list(range(1, len(tables.EDITIONS) + 1))
    for older, newer in pairwise(tables.EDITIONS.values()):
        assert older != newer
        assert all(a <= b for a, b in zip(older, newer, strict=True))
    assert CORE.editions[-1].lengths == tuple(map(len, TABLES.values()))


def test_enumerated_keys_are_keys() -> None:
    assert set(CORE.key_numbers) >= CORE.enumerated_keys


def test_the_most_frequent_names_have_the_first_numbers() -> None:
    assert tables.ACTIONS[:ONE_BYTE] == frequent.ACTIONS[:ONE_BYTE]
    assert tables.KEYS[:ONE_BYTE] == frequent.KEYS[:ONE_BYTE]
    assert tables.TEXTS[: len(frequent.TEXTS)] == frequent.TEXTS


def test_fault_codes_and_their_namespaces_take_two_bytes() -> None:
    faults = ["https://chargex.inl.gov", "com.evgo.mrec", "org.charin.uec.v1"]
    faults += [f"CX{number:03}" for number in range(1, 27)]
    for fault in faults:
        assert CORE.text_numbers[fault] < TWO_BYTES
    assert {"vendorId", "vendorErrorCode", "techCode"} <= CORE.enumerated_keys


def test_all_words_of_the_vocabulary_are_in_the_registry() -> None:
    assert set(tables.TEXTS) >= WORDS


@pytest.mark.parametrize("key", ["status", "value"])
def test_a_text_of_the_registry_costs_at_most_what_it_costs_as_text(key: str) -> None:
    for text in tables.TEXTS:
        body = payload.encode(f'{{"{key}":"{text}"}}')
        assert len(cbor.dump(body)) <= len(cbor.dump({CORE.key_numbers[key]: text}))


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


def test_empty_responses_are_those_whose_skeletons_are_empty() -> None:
    empty = {
        (version, action)
        for version, action, response in CORE.skeletons
        if response
        and not {each.name for each in registry.skeleton(version, action, True).properties}
        - {"customData"}
    }
    assert empty == {
        (version, action)
        for version, actions in registry.EMPTY_RESPONSES.items()
        for action in actions
    }


def test_the_fingerprint_covers_what_was_trained() -> None:
    dictionary = hashlib.sha256(zstd_coding.dictionary_bytes()).hexdigest()
    trained = hashlib.sha256(prior.dump(prior.load())).hexdigest()
    assert registry.CORE.editions[-1].trained == (dictionary, trained)

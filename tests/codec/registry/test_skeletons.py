"""Skeletons say of every message what its schema says."""

import json
import random

import pytest

from laconic_codec.jsontext import Number, Tree
from laconic_codec.registry import CORE, skeleton
from laconic_codec.registry.shapes import ROWS
from laconic_codec.registry.skeletons import (
    Array,
    Enumerated,
    Property,
    Scalar,
    Skeleton,
    Skeletons,
    Type,
)
from tests.support import ocpp_schemas
from tests.support.schema_instances import PACKAGE_VERSION, draw_instance, is_available, schemas

needs_schemas = pytest.mark.skipif(
    not is_available(), reason=f"needs the package ocpp {PACKAGE_VERSION}"
)

MESSAGES = sorted(CORE.skeletons)
VERSIONS = ["1.6", "2.0.1", "2.1"]


def test_rows_are_read_as_the_profile_describes_them() -> None:
    rows = (
        "Mood = Content | Grumpy",
        "Paw : id i, toes? [n], mood? Mood",
        "1.6 Walk request -> Paw",
        "Legs : paws [Paw], at? d",
        "2.1 Walk response -> Legs",
        "Nothing :",
        "1.6 Walk response -> Nothing",
    )
    read = Skeletons(rows, {"id": 5, "toes": 6, "mood": 7, "paws": 8, "at": 9})
    paw = Skeleton(
        (
            Property(5, "id", True, Scalar.INTEGER),
            Property(6, "toes", False, Array(Scalar.NUMBER)),
            Property(7, "mood", False, Enumerated(("Content", "Grumpy"))),
        )
    )
    legs = Skeleton(
        (
            Property(8, "paws", True, Array(paw)),
            Property(9, "at", False, Scalar.DATE_TIME),
        )
    )
    assert list(read) == [("1.6", "Walk", False), ("2.1", "Walk", True), ("1.6", "Walk", True)]
    assert read.skeleton("1.6", "Walk", False) == paw
    assert read.skeleton("2.1", "Walk", True) == legs
    assert read.skeleton("1.6", "Walk", True) == Skeleton(())
    with pytest.raises(KeyError):
        read.skeleton("2.1", "Walk", False)


def test_a_later_row_takes_the_place_of_an_earlier_one() -> None:
    rows = ("A : k s", "1.6 X request -> A", "B : k i", "1.6 X request -> B")
    read = Skeletons(rows, {"k": 0})
    assert read.skeleton("1.6", "X", False) == Skeleton((Property(0, "k", True, Scalar.INTEGER),))
    assert list(read) == [("1.6", "X", False)]


def test_no_row_stands_twice() -> None:
    assert len({row.partition(" ->")[0] for row in ROWS}) == len(ROWS)


def test_keys_are_numbers_of_the_registry() -> None:
    for version, action, response in MESSAGES:
        for each in _all_properties(skeleton(version, action, response)):
            assert CORE.key_name(each.key) == each.name


def test_texts_of_enumerations_are_in_the_registry_and_their_keys_are_enumerated() -> None:
    for version, action, response in MESSAGES:
        for each in _all_properties(skeleton(version, action, response)):
            inner = each.type.entry if isinstance(each.type, Array) else each.type
            if isinstance(inner, Enumerated):
                assert each.name in CORE.enumerated_keys
                assert CORE.text_numbers.keys() >= set(inner.values)


def test_no_enumerated_key_has_integers() -> None:
    """Under an enumerated key a JSON integer costs a byte more."""
    costly = {
        each.name
        for version, action, response in MESSAGES
        for each in _all_properties(skeleton(version, action, response))
        if each.type in (Scalar.INTEGER, Scalar.NUMBER) and each.name in CORE.enumerated_keys
    }
    assert costly == {"priority"}  # of DER curves; of display messages it is an enumeration


@needs_schemas
@pytest.mark.parametrize("version", VERSIONS)
def test_every_instance_of_a_schema_fits_its_skeleton(version: str) -> None:
    draws = random.Random(f"skeletons {version}")
    for schema in schemas(version):
        action = schema.name.removesuffix("Request").removesuffix("Response")
        message = skeleton(version, action, schema.name.endswith("Response"))
        for _ in range(5):
            _fits(draw_instance(schema, draws), message)


@needs_schemas
@pytest.mark.parametrize("is_full", [False, True], ids=["required", "all"])
@pytest.mark.parametrize(("version", "action", "response"), MESSAGES)
def test_what_a_skeleton_describes_is_valid_by_its_schema(
    version: str, action: str, response: bool, is_full: bool
) -> None:
    payload = json.dumps(_instance(skeleton(version, action, response), is_full))
    if action == "NotifyPeriodicEventStream":
        ocpp_schemas.check(6, action, payload, version)
    else:
        ocpp_schemas.check(3 if response else 2, action, payload, version)


def _all_properties(shape: Type) -> list[Property]:
    if isinstance(shape, Array):
        return _all_properties(shape.entry)
    if isinstance(shape, Skeleton):
        inner = [deeper for each in shape.properties for deeper in _all_properties(each.type)]
        return [*shape.properties, *inner]
    return []


def _fits(tree: Tree, shape: Type) -> None:
    if isinstance(shape, Skeleton):
        assert isinstance(tree, dict)
        types = {each.name: each.type for each in shape.properties}
        assert {each.name for each in shape.properties if each.is_required} <= tree.keys()
        for name, value in tree.items():
            _fits(value, types[name])
    elif isinstance(shape, Array):
        assert isinstance(tree, list)
        for entry in tree:
            _fits(entry, shape.entry)
    elif isinstance(shape, Enumerated):
        assert tree in shape.values
    elif shape is not Scalar.ANY:
        kinds: dict[Scalar, type] = {
            Scalar.BOOLEAN: bool,
            Scalar.INTEGER: Number,
            Scalar.NUMBER: Number,
        }
        assert isinstance(tree, kinds.get(shape, str))


def _instance(shape: Type, is_full: bool) -> object:
    if isinstance(shape, Skeleton):
        return {
            each.name: _instance(each.type, is_full)
            for each in shape.properties
            if is_full or each.is_required
        }
    if isinstance(shape, Array):
        return [_instance(shape.entry, is_full)]
    if isinstance(shape, Enumerated):
        return shape.values[-1]
    values: dict[Scalar, object] = {
        Scalar.DATE_TIME: "2026-03-01T08:00:00Z",
        Scalar.NUMBER: 0,
        Scalar.INTEGER: 1,
        Scalar.BOOLEAN: True,
    }
    return values.get(shape, "1")

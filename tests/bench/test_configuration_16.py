"""The configuration of a 1.6 charger answers as the schemas and OCPP 1.6, 5.3 and 5.8 say."""

import json

import pytest

from laconic_bench.configuration_16 import Configuration
from laconic_bench.makes import Json
from tests.support import ocpp_schemas


def _value(configuration: Configuration, key: str) -> str:
    value: str = configuration.get({"key": [key]})["configurationKey"][0]["value"]
    return value


@pytest.mark.parametrize("request_", [{}, {"key": []}, {"key": ["HeartbeatInterval", "Nonsense"]}])
def test_answers_are_valid_by_the_schema(request_: Json) -> None:
    answer = Configuration().get(request_)
    ocpp_schemas.check(3, "GetConfiguration", json.dumps(answer), "1.6")


def test_without_keys_all_of_them_are_told() -> None:
    answer = Configuration().get({})
    keys = [entry["key"] for entry in answer["configurationKey"]]
    assert len(keys) == len(set(keys)) >= 25
    assert answer["unknownKey"] == []


def test_unknown_keys_are_told_apart() -> None:
    answer = Configuration().get({"key": ["Nonsense", "HeartbeatInterval"]})
    assert [entry["key"] for entry in answer["configurationKey"]] == ["HeartbeatInterval"]
    assert answer["unknownKey"] == ["Nonsense"]


@pytest.mark.parametrize(
    ("key", "status", "value"),
    [("HeartbeatInterval", "Accepted", "17"), ("NumberOfConnectors", "Rejected", "2")],
)
def test_only_what_may_be_changed_changes(key: str, status: str, value: str) -> None:
    configuration = Configuration()
    assert configuration.change({"key": key, "value": "17"}) == {"status": status}
    assert _value(configuration, key) == value
    assert _value(Configuration(), key) != "17", "each charger has its own"


def test_a_key_that_is_not_there_is_not_supported() -> None:
    configuration = Configuration()
    assert configuration.change({"key": "Nonsense", "value": "1"}) == {"status": "NotSupported"}
    assert configuration.get({"key": ["Nonsense"]})["configurationKey"] == []

"""Configuration messages are valid and as large as real ones."""

import json

import pytest

from laconic_bench.workloads.chargers_16.configuration import (
    all_keys,
    change,
    settings,
)
from laconic_bench.workloads.chargers_16.make import Make
from tests.support.ocpp_schemas import check
from tests.support.workload_life import MAKES


@pytest.mark.parametrize("make", MAKES)
def test_the_answer_has_all_keys_and_the_size_of_real_ones(make: Make) -> None:
    text = all_keys(make, 240)
    check(3, "GetConfiguration", text, "1.6")
    told = {entry["key"]: entry["value"] for entry in json.loads(text)["configurationKey"]}
    assert told == dict(settings(make, 240))
    assert 1_200 < len(text) < 3_300
    assert (": " in text) is (make.comma == ", ")


@pytest.mark.parametrize("make", MAKES)
def test_the_configuration_tells_what_the_make_does(make: Make) -> None:
    told = dict(settings(make, 240))
    assert told["HeartbeatInterval"] == "240"
    assert told["MeterValueSampleInterval"] == str(make.sample_seconds)
    assert ("Temperature" in told["MeterValuesSampledData"]) is make.tells_temperature


def test_changes_are_valid() -> None:
    check(2, "ChangeConfiguration", change("HeartbeatInterval", 240), "1.6")

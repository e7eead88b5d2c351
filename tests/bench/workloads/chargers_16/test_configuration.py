"""Configuration messages are valid and as large as real ones."""

import json

import pytest

from laconic_bench.workloads.chargers_16.configuration import (
    all_keys,
    change,
    get_variables,
    settings,
    variable_results,
)
from laconic_bench.workloads.chargers_16.make import Make
from tests.support.ocpp_schemas import check
from tests.support.workload_life import MAKES

VARIABLES = (("TxCtrlr", "TxStartPoint", "EVConnected"), ("OCPPCommCtrlr", "Retries", "3"))


@pytest.mark.parametrize("make", MAKES)
def test_the_answer_has_all_keys_and_the_size_of_real_ones(make: Make) -> None:
    text = all_keys(make)
    check(3, "GetConfiguration", text, "1.6")
    told = {entry["key"]: entry["value"] for entry in json.loads(text)["configurationKey"]}
    assert told == dict(settings(make))
    assert 1_200 < len(text) < 3_300
    assert (": " in text) is (make.comma == ", ")


@pytest.mark.parametrize("make", MAKES)
def test_the_configuration_tells_what_the_make_does(make: Make) -> None:
    told = dict(settings(make))
    assert told["MeterValueSampleInterval"] == str(make.sample_seconds)
    assert ("Temperature" in told["MeterValuesSampledData"]) is make.tells_temperature


def test_requests_and_results_are_valid() -> None:
    check(2, "ChangeConfiguration", change("HeartbeatInterval", 240), "1.6")
    check(2, "GetVariables", get_variables(VARIABLES), "2.1")
    check(3, "GetVariables", variable_results(VARIABLES), "2.1")
    results = json.loads(variable_results(VARIABLES))["getVariableResult"]
    assert [result["attributeValue"] for result in results] == ["EVConnected", "3"]

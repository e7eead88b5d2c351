"""Messages about variables are valid, and the answers name what was asked for."""

import pytest

from laconic_bench.workloads.device_model.variables import (
    Variable,
    get_variables,
    set_results,
    set_variables,
    variable_results,
)
from laconic_bench.workloads.json_style import COMPACT
from tests.support.ocpp_schemas import check

VARIABLES = (
    Variable("OCPPCommCtrlr", "HeartbeatInterval", "600"),
    Variable("EVSE", "Power", "3680", evse=2),
    Variable("Connector", "Available", "true", evse=2, connector=1),
)


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_they_are_valid(version: str) -> None:
    check(2, "GetVariables", COMPACT.text(get_variables(VARIABLES)), version)
    check(3, "GetVariables", COMPACT.text(variable_results(VARIABLES)), version)
    check(2, "SetVariables", COMPACT.text(set_variables(VARIABLES)), version)
    check(3, "SetVariables", COMPACT.text(set_results(VARIABLES)), version)


def test_components_are_named_with_their_evse_and_connector() -> None:
    evses = [variable.named()["component"].get("evse") for variable in VARIABLES]
    assert evses == [None, {"id": 2}, {"id": 2, "connectorId": 1}]


def test_results_have_the_values_in_order() -> None:
    results = variable_results(VARIABLES)["getVariableResult"]
    assert [result["attributeValue"] for result in results] == ["600", "3680", "true"]
    wanted = set_variables(VARIABLES)["setVariableData"]
    assert [data["attributeValue"] for data in wanted] == ["600", "3680", "true"]

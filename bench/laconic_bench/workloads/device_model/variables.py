"""Variables of components, and the messages that read and set them (OCPP 2.0.1 and 2.1, B)."""

from collections.abc import Sequence
from dataclasses import dataclass

from laconic_bench.workloads.json_style import JsonObject


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a component with its value."""

    component: str
    name: str
    value: str
    data_type: str = "string"
    """Of OCPP: string, integer, decimal, boolean, OptionList, MemberList or dateTime."""
    unit: str = ""
    options: str = ""
    """The values of a list, with commas between them."""
    is_writable: bool = False
    evse: int = 0
    """Number of the EVSE; 0 for the whole station."""
    connector: int = 0
    """Number of the connector; 0 for the whole EVSE."""

    def named(self) -> JsonObject:
        """Return component and variable as OCPP names them."""
        component: JsonObject = {"name": self.component}
        if self.evse:
            component["evse"] = {"id": self.evse}
        if self.connector:
            component["evse"]["connectorId"] = self.connector
        return {"component": component, "variable": {"name": self.name}}


def get_variables(variables: Sequence[Variable]) -> JsonObject:
    """Return the payload of a GetVariables."""
    return {"getVariableData": [variable.named() for variable in variables]}


def variable_results(variables: Sequence[Variable]) -> JsonObject:
    """Return the answer to a GetVariables, all of them known."""
    results = [
        {
            "attributeStatus": "Accepted",
            "attributeType": "Actual",
            "attributeValue": variable.value,
            **variable.named(),
        }
        for variable in variables
    ]
    return {"getVariableResult": results}


def set_variables(variables: Sequence[Variable]) -> JsonObject:
    """Return the payload of a SetVariables that sets the values."""
    data = [{"attributeValue": variable.value, **variable.named()} for variable in variables]
    return {"setVariableData": data}


def set_results(variables: Sequence[Variable]) -> JsonObject:
    """Return the answer to a SetVariables, all of them accepted."""
    results = [{"attributeStatus": "Accepted", **variable.named()} for variable in variables]
    return {"setVariableResult": results}

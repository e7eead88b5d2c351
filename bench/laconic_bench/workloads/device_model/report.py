"""The device model as a station reports it: NotifyReport in parts (OCPP 2.0.1 and 2.1, B07)."""

from collections.abc import Iterator, Sequence

from laconic_bench.workloads.device_model.variables import Variable
from laconic_bench.workloads.json_style import JsonObject


def report_parts(
    request: int, generated_at: str, variables: Sequence[Variable], items: int
) -> Iterator[JsonObject]:
    """Yield the payloads of the NotifyReports of a request, with so many variables in each."""
    for part, first in enumerate(range(0, len(variables), items)):
        yield {
            "requestId": request,
            "generatedAt": generated_at,
            "seqNo": part,
            "tbc": first + items < len(variables),
            "reportData": [_datum(variable) for variable in variables[first : first + items]],
        }


def _datum(variable: Variable) -> JsonObject:
    mutability = "ReadWrite" if variable.is_writable else "ReadOnly"
    characteristics: JsonObject = {"dataType": variable.data_type, "supportsMonitoring": False}
    if variable.unit:
        characteristics["unit"] = variable.unit
    if variable.options:
        characteristics["valuesList"] = variable.options
    return {
        **variable.named(),
        "variableAttribute": [
            {
                "type": "Actual",
                "value": variable.value,
                "mutability": mutability,
                "persistent": True,
                "constant": False,
            }
        ],
        "variableCharacteristics": characteristics,
    }

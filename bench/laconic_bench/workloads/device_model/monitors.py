"""Monitors of variables, which a CSMS sets (OCPP 2.0.1 and 2.1, N)."""

from laconic_bench.workloads.device_model.variables import Variable
from laconic_bench.workloads.json_style import JsonObject

_SEVERITY = 8
"""Informational."""


def periodic_monitor(
    variable: Variable, number: int, seconds: int
) -> tuple[JsonObject, JsonObject]:
    """Return SetVariableMonitoring for an event every so many seconds, and the answer to it."""
    kind = {"type": "Periodic", "severity": _SEVERITY, **variable.named()}
    data = {"value": seconds, **kind}
    result = {"id": number, "status": "Accepted", **kind}
    return {"setMonitoringData": [data]}, {"setMonitoringResult": [result]}

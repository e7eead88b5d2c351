"""The device model of a charger on OCPP 2.x."""

from collections.abc import Sequence

from laconic_bench.workloads.chargers_2x.make import Make2x
from laconic_bench.workloads.device_model.controllers import Intervals, controllers
from laconic_bench.workloads.device_model.variables import Variable

_STATES = "Available,Occupied,Reserved,Unavailable,Faulted"


def all_variables(
    make: Make2x, intervals: Intervals, serial: int, firmware: str, states: Sequence[str]
) -> Sequence[Variable]:
    """Return the whole device model; `states` are those of the EVSEs, in their order."""
    points = "EVConnected" if make.spans_plug else "PowerPathClosed"
    evses = (part for evse, state in enumerate(states, start=1) for part in _evse(evse, state))
    return (
        Variable("ChargingStation", "Model", make.model),
        Variable("ChargingStation", "SerialNumber", make.serial_format.format(serial)),
        Variable("ChargingStation", "VendorName", make.vendor),
        Variable("ChargingStation", "AvailabilityState", "Available", "OptionList", "", _STATES),
        Variable("ChargingStation", "SupplyPhases", "1", data_type="integer"),
        Variable("Controller", "FirmwareVersion", firmware),
        *controllers(intervals, points, make.items_per_report),
        *evses,
    )


def _evse(evse: int, state: str) -> Sequence[Variable]:
    return (
        Variable("EVSE", "AvailabilityState", state, "OptionList", "", _STATES, False, evse),
        Variable("EVSE", "Available", "true", "boolean", evse=evse),
        Variable("EVSE", "Power", "3680", "decimal", "W", evse=evse),
        Variable("EVSE", "SupplyPhases", "1", "integer", evse=evse),
        Variable("Connector", "Available", "true", "boolean", evse=evse, connector=1),
        Variable("Connector", "ConnectorType", "sType2", "string", evse=evse, connector=1),
        Variable("Connector", "SupplyPhases", "1", "integer", evse=evse, connector=1),
    )

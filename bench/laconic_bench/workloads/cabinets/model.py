"""The device model of a swap cabinet."""

from collections.abc import Sequence

from laconic_bench.workloads.device_model.controllers import Intervals, controllers
from laconic_bench.workloads.device_model.variables import Variable
from laconic_bench.workloads.site import Site

_ITEMS = 12
_STATES = "Available,Occupied,Reserved,Unavailable,Faulted"


def swap_variables(site: Site) -> Sequence[Variable]:
    """Return what the CSMS reads of a cabinet every night."""
    return (
        Variable("BatterySwapCtrlr", "TargetSoc", "100"),
        Variable("BatterySwapCtrlr", "MaxSoc", "100"),
        Variable("OCPPCommCtrlr", "HeartbeatInterval", str(site.heartbeat_seconds)),
        Variable("SampledDataCtrlr", "TxUpdatedInterval", str(site.slot_sample_seconds)),
        Variable("SampledDataCtrlr", "TxUpdatedMeasurands", "SoC,Energy.Active.Import.Register"),
        Variable("TxCtrlr", "TxStartPoint", "EVConnected"),
        Variable("TxCtrlr", "TxStopPoint", "EVConnected"),
    )


def all_variables(
    site: Site, serial: int, firmware: str, states: Sequence[str]
) -> Sequence[Variable]:
    """Return the whole device model; `states` are those of the slots, in their order."""
    intervals = Intervals(site.heartbeat_seconds, site.slot_sample_seconds, 0)
    slots = (part for slot, state in enumerate(states, start=1) for part in _slot(slot, state))
    return (
        Variable("ChargingStation", "Model", "Swap 12"),
        Variable("ChargingStation", "SerialNumber", f"ES12-{serial:08d}"),
        Variable("ChargingStation", "VendorName", "Elaeis"),
        Variable("ChargingStation", "SupplyPhases", "3", data_type="integer"),
        Variable("Controller", "FirmwareVersion", firmware),
        Variable("BatterySwapCtrlr", "TargetSoc", "100", data_type="integer", unit="Percent"),
        Variable("BatterySwapCtrlr", "MaxSoc", "100", data_type="integer", unit="Percent"),
        *controllers(intervals, "EVConnected", _ITEMS),
        *slots,
    )


def _slot(slot: int, state: str) -> Sequence[Variable]:
    return (
        Variable(
            "Connector", "AvailabilityState", state, "OptionList", "", _STATES, False, slot, 1
        ),
        Variable("EVSE", "Power", "1008", "decimal", "W", "", False, slot),
        Variable("EVSE", "Available", "true", "boolean", "", "", False, slot),
        Variable("BatteryCartridge", "Present", str(state != "Available").lower(), evse=slot),
    )

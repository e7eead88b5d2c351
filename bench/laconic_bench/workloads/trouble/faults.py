"""Faults of chargers with their minimum required error codes (MREC).

The codes are those of the ChargeX consortium. In OCPP 1.6 they are vendorErrorCodes beside the
errorCode of the specification, in 2.x techCodes of an event about a component's variable Problem.
"""

from dataclasses import dataclass
from typing import Final

from laconic_bench.workloads.causes import FAULT
from laconic_bench.workloads.draws import Draws

VENDOR_ID: Final = "https://chargex.inl.gov"


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault in the words of both families of OCPP."""

    code: str
    name: str
    error_code: str
    """Of OCPP 1.6."""
    component: str
    """Of OCPP 2.x."""


_FAULTS: Final = (
    (8.0, Fault("CX006", "UnderVoltage", "UnderVoltage", "ElectricalFeed")),
    (6.0, Fault("CX014", "PilotFault", "EVCommunicationError", "CPPWMController")),
    (5.0, Fault("CX002", "GroundFailure", "GroundFailure", "RCD")),
    (4.0, Fault("CX001", "ConnectorLockFailure", "ConnectorLockFailure", "Connector")),
    (4.0, Fault("CX003", "HighTemperature", "HighTemperature", "TemperatureSensor")),
    (3.0, Fault("CX005", "OverVoltage", "OverVoltage", "ElectricalFeed")),
    (3.0, Fault("CX007", "WeakSignal", "WeakSignal", "DataLink")),
    (2.0, Fault("CX004", "OverCurrentFailure", "OverCurrentFailure", "OverCurrentProtection")),
    (2.0, Fault("CX017", "EVSEContactorFault", "PowerSwitchFailure", "PowerContactor")),
    (2.0, Fault("CX020", "PartialInsertion", "OtherError", "Connector")),
    (1.0, Fault("CX008", "EmergencyStop", "OtherError", "EmergencyStopSensor")),
    (1.0, Fault("CX025", "BrokenLatch", "OtherError", "Connector")),
)
"""Weights (assumption: a weak grid comes first, as in the log of a flapping station)."""

FAULTS: Final = tuple(fault for _, fault in _FAULTS)
_WEIGHTS: Final = [weight for weight, _ in _FAULTS]


def draw_fault(draws: Draws) -> Fault:
    """Draw what breaks."""
    return FAULTS[draws.weigh(FAULT, _WEIGHTS)]

"""What the device models of all stations have: their controllers (OCPP 2.0.1, part 2, appendix 3).

The choice follows the variables that OCPP requires; the values are those of one operator.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from laconic_bench.workloads.device_model.variables import Variable

_SAMPLED = "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,SoC"


@dataclass(frozen=True, slots=True)
class Intervals:
    """What the operator has set, in seconds."""

    heartbeat_seconds: int
    sample_seconds: int
    aligned_seconds: int
    """0 if there are no clock-aligned readings."""

    def variables(self) -> Sequence[Variable]:
        """Return the variables that a CSMS sets after a boot."""
        return (
            _seconds("OCPPCommCtrlr", "HeartbeatInterval", self.heartbeat_seconds),
            _seconds("SampledDataCtrlr", "TxUpdatedInterval", self.sample_seconds),
            _seconds("AlignedDataCtrlr", "Interval", self.aligned_seconds),
        )


def controllers(intervals: Intervals, transaction_points: str, items: int) -> Sequence[Variable]:
    """Return the variables of the logical components of a station.

    `transaction_points` are the values of TxStartPoint and of TxStopPoint, `items` is how many
    variables go into one message.
    """
    return (
        *intervals.variables(),
        _flag("AlignedDataCtrlr", "Enabled", intervals.aligned_seconds > 0),
        _list("AlignedDataCtrlr", "Measurands", "Energy.Active.Import.Register,Voltage"),
        _flag("AuthCacheCtrlr", "Enabled", True),
        _flag("AuthCtrlr", "AuthorizeRemoteStart", False),
        _flag("AuthCtrlr", "Enabled", True),
        _flag("AuthCtrlr", "LocalAuthorizeOffline", True),
        _flag("AuthCtrlr", "LocalPreAuthorize", False),
        _list("ClockCtrlr", "TimeSource", "Heartbeat"),
        _number("DeviceDataCtrlr", "BytesPerMessage", 65_536),
        _number("DeviceDataCtrlr", "ItemsPerMessage", items),
        _flag("LocalAuthListCtrlr", "Enabled", False),
        _number("LocalAuthListCtrlr", "Entries", 0),
        _list("OCPPCommCtrlr", "FileTransferProtocols", "HTTPS"),
        _number("OCPPCommCtrlr", "MessageAttempts", 3),
        _seconds("OCPPCommCtrlr", "MessageAttemptInterval", 60),
        _seconds("OCPPCommCtrlr", "MessageTimeout", 30),
        _list("OCPPCommCtrlr", "NetworkConfigurationPriority", "1"),
        _number("OCPPCommCtrlr", "NetworkProfileConnectionAttempts", 3),
        _seconds("OCPPCommCtrlr", "OfflineThreshold", 120),
        _number("OCPPCommCtrlr", "ResetRetries", 3),
        _seconds("OCPPCommCtrlr", "RetryBackOffWaitMinimum", 10),
        _seconds("OCPPCommCtrlr", "WebSocketPingInterval", 240),
        _list("SampledDataCtrlr", "TxEndedMeasurands", "Energy.Active.Import.Register"),
        _list("SampledDataCtrlr", "TxStartedMeasurands", "Energy.Active.Import.Register"),
        _list("SampledDataCtrlr", "TxUpdatedMeasurands", _SAMPLED),
        _number("SecurityCtrlr", "CertificateEntries", 4),
        _text("SecurityCtrlr", "OrganizationName", "Boda Energy"),
        _number("SecurityCtrlr", "SecurityProfile", 2),
        _flag("SmartChargingCtrlr", "Enabled", True),
        _number("SmartChargingCtrlr", "PeriodsPerSchedule", 24),
        _number("SmartChargingCtrlr", "ProfileStackLevel", 8),
        _list("SmartChargingCtrlr", "RateUnit", "A,W"),
        _seconds("TxCtrlr", "EVConnectionTimeOut", 120),
        _flag("TxCtrlr", "StopTxOnEVSideDisconnect", True),
        _flag("TxCtrlr", "StopTxOnInvalidId", True),
        _list("TxCtrlr", "TxStartPoint", transaction_points),
        _list("TxCtrlr", "TxStopPoint", transaction_points),
    )


def _text(component: str, name: str, value: str) -> Variable:
    return Variable(component, name, value, is_writable=True)


def _flag(component: str, name: str, value: bool) -> Variable:
    text = "true" if value else "false"
    return Variable(component, name, text, data_type="boolean", is_writable=True)


def _number(component: str, name: str, value: int) -> Variable:
    return Variable(component, name, str(value), data_type="integer")


def _seconds(component: str, name: str, value: int) -> Variable:
    return Variable(component, name, str(value), data_type="integer", unit="s", is_writable=True)


def _list(component: str, name: str, value: str) -> Variable:
    return Variable(component, name, value, data_type="MemberList", options=value, is_writable=True)

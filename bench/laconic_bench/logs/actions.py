"""Who may send which action, and in which OCPP versions it exists."""

from functools import cache
from typing import Final

from laconic_bench.trace import Direction, Version
from laconic_codec.messages import Call, Message, Send
from laconic_codec.registry import ACTION_NUMBERS, skeleton

_OF_CHARGERS: Final = frozenset(
    # OCPP 1.6, and its security extension.
    """
    Authorize BootNotification DiagnosticsStatusNotification FirmwareStatusNotification Heartbeat
    LogStatusNotification MeterValues SecurityEventNotification SignCertificate
    SignedFirmwareStatusNotification StartTransaction StatusNotification StopTransaction
    """
    # OCPP 2.0.1.
    """
    ClearedChargingLimit Get15118EVCertificate GetCertificateStatus NotifyChargingLimit
    NotifyCustomerInformation NotifyDisplayMessages NotifyEVChargingNeeds NotifyEVChargingSchedule
    NotifyEvent NotifyMonitoringReport NotifyReport PublishFirmwareStatusNotification
    ReportChargingProfiles ReservationStatusUpdate TransactionEvent
    """
    # OCPP 2.1.
    """
    BatterySwap ClosePeriodicEventStream GetCertificateChainStatus NotifyDERAlarm
    NotifyDERStartStop NotifyPeriodicEventStream NotifyPriorityCharging NotifySettlement
    OpenPeriodicEventStream PullDynamicScheduleUpdate ReportDERControl VatNumberValidation
    """.split()
)
"""Use case by use case, OCPP 1.6 chapter 4 and part 2 of 2.0.1 and 2.1."""
_OF_BOTH: Final = frozenset({"DataTransfer"})

_VERSIONS: Final[tuple[Version, ...]] = ("1.6", "2.0.1", "2.1")


def sender(action: str) -> Direction | None:
    """Return the way of a CALL or SEND with an action; None if both sides may send it."""
    if action in _OF_CHARGERS:
        return "up"
    if action in _OF_BOTH or action not in ACTION_NUMBERS:
        return None
    return "down"


def version_shown(message: Message) -> Version | None:
    """Return the OCPP version that a message proves; None if it may be of several."""
    if isinstance(message, Send):
        return "2.1"
    if not isinstance(message, Call):
        return None
    if message.action == "BootNotification":
        return "2.0.1" if '"chargingStation"' in message.payload else None
    versions = _versions(message.action)
    return None if not versions or "1.6" in versions else versions[0]


@cache
def _versions(action: str) -> tuple[Version, ...]:
    return tuple(version for version in _VERSIONS if _exists(version, action))


def _exists(version: Version, action: str) -> bool:
    try:
        skeleton(version, action, False)
    except KeyError:
        return False
    return True

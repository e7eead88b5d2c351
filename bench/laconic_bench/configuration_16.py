"""Configuration keys of a simulated OCPP 1.6 charger (OCPP 1.6, 9)."""

from typing import Final

from laconic_bench.makes import Json

_KEYS: Final[tuple[tuple[str, bool, str], ...]] = (
    ("AllowOfflineTxForUnknownId", False, "false"),
    ("AuthorizationCacheEnabled", False, "true"),
    ("AuthorizeRemoteTxRequests", False, "true"),
    ("ChargeProfileMaxStackLevel", True, "8"),
    ("ChargingScheduleAllowedChargingRateUnit", True, "Current,Power"),
    ("ChargingScheduleMaxPeriods", True, "24"),
    ("ClockAlignedDataInterval", False, "0"),
    ("ConnectionTimeOut", False, "60"),
    ("ConnectorPhaseRotation", False, "NotApplicable"),
    ("GetConfigurationMaxKeys", True, "50"),
    ("HeartbeatInterval", False, "60"),
    ("LocalAuthListEnabled", False, "false"),
    ("LocalAuthListMaxLength", True, "200"),
    ("LocalAuthorizeOffline", False, "true"),
    ("LocalPreAuthorize", False, "false"),
    ("MeterValueSampleInterval", False, "10"),
    (
        "MeterValuesSampledData",
        False,
        "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,SoC,Temperature",
    ),
    ("NumberOfConnectors", True, "2"),
    ("ResetRetries", False, "3"),
    ("StopTransactionOnEVSideDisconnect", False, "true"),
    ("StopTransactionOnInvalidId", False, "true"),
    ("StopTxnSampledData", False, ""),
    (
        "SupportedFeatureProfiles",
        True,
        "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger",
    ),
    ("TransactionMessageAttempts", False, "3"),
    ("TransactionMessageRetryInterval", False, "60"),
    ("UnlockConnectorOnEVSideDisconnect", False, "true"),
    ("WebSocketPingInterval", False, "300"),
)
"""Key, whether it is read-only, value."""


class Configuration:
    """The configuration of one charger."""

    def __init__(self) -> None:
        self._values = {key: value for key, _, value in _KEYS}
        self._readonly = frozenset(key for key, readonly, _ in _KEYS if readonly)

    def get(self, request: Json) -> Json:
        """Answers GetConfiguration; without keys in the request, with all of them."""
        asked: list[str] = request.get("key") or list(self._values)
        return {
            "configurationKey": [self._entry(key) for key in asked if key in self._values],
            "unknownKey": [key for key in asked if key not in self._values],
        }

    def change(self, request: Json) -> Json:
        """Answers ChangeConfiguration."""
        key: str = request["key"]
        if key not in self._values:
            return {"status": "NotSupported"}
        if key in self._readonly:
            return {"status": "Rejected"}
        self._values[key] = request["value"]
        return {"status": "Accepted"}

    def _entry(self, key: str) -> Json:
        return {"key": key, "readonly": key in self._readonly, "value": self._values[key]}

"""Configuration as a CSMS reads and sets it: the large, seldom messages.

Recorded answers to GetConfiguration have 1.2 kB on average and up to 4 kB.
"""

from typing import Final

from laconic_bench.workloads.chargers_16.make import Make

_PROFILES: Final = "Core,FirmwareManagement,LocalAuthListManagement,SmartCharging,RemoteTrigger"
_READONLY: Final = frozenset(
    """
    ChargeProfileMaxStackLevel ChargingScheduleAllowedChargingRateUnit GetConfigurationMaxKeys
    LocalAuthListMaxLength NumberOfConnectors SupportedFeatureProfiles
    """.split()
)


def sampled_data(make: Make) -> str:
    """Return the measurands of a make as the configuration key names them."""
    optional = ",Temperature" if make.tells_temperature else ""
    return "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,SoC" + optional


def settings(make: Make, heartbeat_seconds: int) -> list[tuple[str, str]]:
    """Return all keys and values of a charger (OCPP 1.6, 9)."""
    return [
        ("AllowOfflineTxForUnknownId", "false"),
        ("AuthorizationCacheEnabled", "true"),
        ("AuthorizeRemoteTxRequests", "false"),
        ("ChargeProfileMaxStackLevel", "8"),
        ("ChargingScheduleAllowedChargingRateUnit", "Current"),
        ("ClockAlignedDataInterval", str(make.clock_seconds)),
        ("ConnectionTimeOut", "120"),
        ("ConnectorPhaseRotation", "NotApplicable"),
        ("GetConfigurationMaxKeys", "50"),
        ("HeartbeatInterval", str(heartbeat_seconds)),
        ("LocalAuthListEnabled", "false"),
        ("LocalAuthListMaxLength", "200"),
        ("LocalAuthorizeOffline", "true"),
        ("LocalPreAuthorize", "false"),
        ("MeterValueSampleInterval", str(make.sample_seconds)),
        ("MeterValuesAlignedData", "Energy.Active.Import.Register,Voltage"),
        ("MeterValuesSampledData", sampled_data(make)),
        ("NumberOfConnectors", str(make.connectors)),
        ("ResetRetries", "3"),
        ("StopTransactionOnEVSideDisconnect", "true"),
        ("StopTransactionOnInvalidId", "true"),
        ("SupportedFeatureProfiles", _PROFILES),
        ("TransactionMessageAttempts", "3"),
        ("TransactionMessageRetryInterval", "60"),
        ("UnlockConnectorOnEVSideDisconnect", "true"),
        ("WebSocketPingInterval", "240"),
    ]


def all_keys(make: Make, heartbeat_seconds: int) -> str:
    """Return the answer to GetConfiguration without keys, in the white space of the make."""
    gap = make.comma[1:]
    entries = (
        f'{{"key":{gap}"{key}",{gap}"readonly":{gap}{"true" if key in _READONLY else "false"},'
        f'{gap}"value":{gap}"{value}"}}'
        for key, value in settings(make, heartbeat_seconds)
    )
    return f'{{"configurationKey":{gap}[{make.comma.join(entries)}]}}'


def change(key: str, value: int) -> str:
    """Return the payload of a ChangeConfiguration."""
    return f'{{"key":"{key}","value":"{value}"}}'

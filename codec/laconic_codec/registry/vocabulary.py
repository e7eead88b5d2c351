"""Names that OCPP messages carry although no schema lists them, and what is frequent.

Input of build.py. Sources: the configuration keys of OCPP 1.6 (edition 2, chapter 9, and the
security white paper), the components and variables of OCPP 2.0.1 and 2.1 (part 2, chapter 3), the
error codes of OCPP-J (1.6 and 2.1, section 4.3). The frequent names, which get the numbers of one
byte, were counted over 6,300 messages logged by real chargers.
"""

from typing import Final

FREQUENT_ACTIONS: Final = tuple(
    """
    Heartbeat MeterValues StatusNotification TransactionEvent StartTransaction StopTransaction
    Authorize BootNotification BatterySwap NotifyEvent DataTransfer NotifyPeriodicEventStream
    FirmwareStatusNotification SecurityEventNotification RemoteStartTransaction
    RemoteStopTransaction RequestStartTransaction RequestStopTransaction RequestBatterySwap
    SetChargingProfile TriggerMessage GetConfiguration ChangeConfiguration Reset
    """.split()
)

FREQUENT_KEYS: Final = tuple(
    """
    value measurand unit timestamp connectorId status transactionId sampledValue meterValue
    errorCode context phase location format idTag evseId seqNo transactionInfo triggerReason
    eventType evse id idToken unitOfMeasure currentTime info key type interval idTagInfo
    batteryData serialNumber soC soH requestId reason readonly meterStart meterStop
    """.split()
)

FREQUENT_TEXTS: Final = tuple(
    """
    Energy.Active.Import.Register Wh Voltage V Current.Import A Power.Active.Import W Temperature
    Celsius SoC Percent Sample.Periodic NoError Available Charging Accepted Preparing Finishing
    Outlet Body L1 Updated MeterValuePeriodic L2 L3 N Transaction.Begin Transaction.End Raw kWh kW
    """.split()
)

ENUMERATED_BESIDES: Final = ("key", "name", "unit", "unknownKey", "vendorErrorCode")
"""Keys whose text usually stands in the registry although a schema leaves it free."""

_KEYS_16: Final = """
    AllowOfflineTxForUnknownId AuthorizationCacheEnabled AuthorizeRemoteTxRequests BlinkRepeat
    ClockAlignedDataInterval ConnectionTimeOut ConnectorPhaseRotation
    ConnectorPhaseRotationMaxLength GetConfigurationMaxKeys HeartbeatInterval LightIntensity
    LocalAuthorizeOffline LocalPreAuthorize MaxEnergyOnInvalidId MeterValuesAlignedData
    MeterValuesAlignedDataMaxLength MeterValuesSampledData MeterValuesSampledDataMaxLength
    MeterValueSampleInterval MinimumStatusDuration NumberOfConnectors ResetRetries
    StopTransactionOnEVSideDisconnect StopTransactionOnInvalidId StopTxnAlignedData
    StopTxnAlignedDataMaxLength StopTxnSampledData StopTxnSampledDataMaxLength
    SupportedFeatureProfiles SupportedFeatureProfilesMaxLength TransactionMessageAttempts
    TransactionMessageRetryInterval UnlockConnectorOnEVSideDisconnect WebSocketPingInterval
    LocalAuthListEnabled LocalAuthListMaxLength SendLocalListMaxLength
    ReserveConnectorZeroSupported ChargeProfileMaxStackLevel
    ChargingScheduleAllowedChargingRateUnit ChargingScheduleMaxPeriods
    ConnectorSwitch3to1PhaseSupported MaxChargingProfilesInstalled AdditionalRootCertificateCheck
    AuthorizationKey CertificateSignedMaxChainSize CertificateStoreMaxLength CpoName
    SecurityProfile SupportedFileTransferProtocols
"""

_NAMES_2X: Final = """
    AlignedDataCtrlr AuthCacheCtrlr AuthCtrlr BatteryCartridge BatterySwapCtrlr CHAdeMOCtrlr
    ChargingStation ChargingStatusIndicator ClockCtrlr Connector Controller CustomizationCtrlr
    DeviceDataCtrlr DisplayMessageCtrlr EVSE ISO15118Ctrlr LocalAuthListCtrlr LocalController
    LocalEnergyStorage MonitoringCtrlr OCPPCommCtrlr ReservationCtrlr SampledDataCtrlr SecurityCtrlr
    SmartChargingCtrlr TariffCostCtrlr TemperatureSensor TokenReader TxCtrlr
    Active AllowNewSessionsPendingFirmwareUpdate AuthorizeRemoteStart AvailabilityState Available
    BasicAuthPassword BytesPerMessage ChargingStationModel ConnectorType DateTime Enabled
    EVConnectionTimeOut FileTransferProtocols HeartbeatInterval Identity Interval ItemsPerMessage
    LocalAuthorizeOffline LocalPreAuthorize MaxEnergyOnInvalidId MaxSoc Measurands MessageTimeout
    MessageAttempts MessageAttemptInterval Model NetworkConfigurationPriority
    NetworkProfileConnectionAttempts OfflineThreshold OrganizationName Power Problem
    QueueAllMessages ResetRetries RetryBackOffRandomRange RetryBackOffRepeatTimes
    RetryBackOffWaitMinimum SampledDataEnded SecurityProfile SerialNumber SupplyPhases
    StopTxOnEVSideDisconnect StopTxOnInvalidId TargetSoc TimeSource TimeZone Timeout
    TxEndedInterval TxEndedMeasurands TxStartedMeasurands TxStartPoint TxStopPoint
    TxUpdatedInterval TxUpdatedMeasurands UnlockOnEVSideDisconnect VendorName
    WebSocketPingInterval
"""

_ERROR_CODES: Final = """
    FormatViolation FormationViolation GenericError InternalError MessageTypeNotSupported
    NotImplemented NotSupported OccurenceConstraintViolation OccurrenceConstraintViolation
    PropertyConstraintViolation ProtocolError RpcFrameworkError SecurityError
    TypeConstraintViolation
"""

WORDS: Final = frozenset((_KEYS_16 + _NAMES_2X + _ERROR_CODES).split())
"""Texts of the registry beside the enumerations of the schemas."""

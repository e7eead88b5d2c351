"""Settings as stations report them: the keys of OCPP 1.6, the device model of 2.0.1 and 2.1.

Sources: OCPP 1.6 edition 2, chapter 9, and the security white paper; OCPP 2.0.1, part 2, chapter 2
(referenced components and variables). The values are usual ones. Vendors' keys are made up.
"""

from typing import Final

_MEASURANDS: Final = "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage"

_MORE_MEASURANDS: Final = f"{_MEASURANDS},SoC,Temperature,Power.Offered,Current.Offered"
_PROFILES: Final = "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging"

_ROWS_16: Final = f"""
    AllowOfflineTxForUnknownId rw false
    AuthorizationCacheEnabled rw false
    AuthorizationKey rw
    AuthorizeRemoteTxRequests rw true
    BlinkRepeat rw 3
    ClockAlignedDataInterval rw 900
    ConnectionTimeOut rw 60
    ConnectorPhaseRotation rw 0.RST,1.RST
    ConnectorPhaseRotation rw NotApplicable
    ConnectorPhaseRotationMaxLength r 1
    GetConfigurationMaxKeys r 60
    HeartbeatInterval rw 300
    LightIntensity rw 100
    LocalAuthorizeOffline rw true
    LocalPreAuthorize rw false
    MaxEnergyOnInvalidId rw 0
    MeterValuesAlignedData rw {_MEASURANDS}
    MeterValuesAlignedDataMaxLength r 20
    MeterValuesSampledData rw {_MEASURANDS}
    MeterValuesSampledData rw {_MORE_MEASURANDS}
    MeterValuesSampledDataMaxLength r 20
    MeterValueSampleInterval rw 60
    MinimumStatusDuration rw 0
    NumberOfConnectors r 1
    ResetRetries rw 3
    StopTransactionOnEVSideDisconnect rw true
    StopTransactionOnInvalidId rw true
    StopTxnAlignedData rw Energy.Active.Import.Register
    StopTxnAlignedDataMaxLength r 10
    StopTxnSampledData rw Energy.Active.Import.Register
    StopTxnSampledDataMaxLength r 10
    SupportedFeatureProfiles r {_PROFILES},RemoteTrigger
    SupportedFeatureProfiles r {_PROFILES}
    SupportedFeatureProfilesMaxLength r 6
    TransactionMessageAttempts rw 3
    TransactionMessageRetryInterval rw 60
    UnlockConnectorOnEVSideDisconnect rw true
    WebSocketPingInterval rw 30
    LocalAuthListEnabled rw true
    LocalAuthListMaxLength r 1000
    SendLocalListMaxLength r 100
    ReserveConnectorZeroSupported r false
    ChargeProfileMaxStackLevel r 10
    ChargingScheduleAllowedChargingRateUnit r Current,Power
    ChargingScheduleAllowedChargingRateUnit r Current
    ChargingScheduleMaxPeriods r 24
    ConnectorSwitch3to1PhaseSupported r false
    MaxChargingProfilesInstalled r 10
    SupportedFileTransferProtocols r HTTP,HTTPS,FTP,FTPS
    AdditionalRootCertificateCheck r false
    CertificateSignedMaxChainSize r 10000
    CertificateStoreMaxLength r 10
    CpoName rw Operator
    SecurityProfile rw 1
    ISO15118PnCEnabled rw false
    ContractValidationOffline rw false
    CentralContractValidationAllowed rw false
"""
# Vendors write such things: the words of the trade, in the usual ways of joining them.
_ROWS_VENDORS: Final = """
    AuthEnabled rw true
    AuthMode rw RFID
    AutoCharge rw false
    BackendUrl rw wss://csms.example.com/ocpp/
    ChargerMaxCurrent rw 32
    ChargePointId rw CP000001
    ChargePointSerialNumber r 000001
    CentralSystemUrl rw ws://192.168.1.10:8080/steve/websocket/CentralSystemService/
    DefaultIdTag rw 00000000
    DisplayLanguage rw en
    EthernetDHCP rw true
    FirmwareVersion r V1.0.0
    FreeVendEnabled rw false
    FreeVendIdTag rw 00000000
    GridMaxCurrent rw 63
    LoadBalancing rw false
    MaxChargingCurrent rw 32
    MaxCurrent rw 32
    MaxPower rw 22000
    MeterSerialNumber r 00000000
    MinChargingCurrent rw 6
    ModemAPN rw internet
    NetworkMode rw WiFi
    OcppServerUrl rw wss://
    OCPP.HeartbeatInterval rw 60
    PhaseRotation rw RST
    PlugAndCharge rw false
    RandomDelay rw 0
    ServerAddress rw 127.0.0.1
    ServerPort rw 80
    StationMaxCurrent rw 32
    TimeZone rw Europe/Berlin
    TimeZone rw Africa/Nairobi
    WifiSSID rw
    WebSocketPingTimeout rw 10
"""
_TX_MEASURANDS: Final = "Energy.Active.Import.Register,Current.Import,Voltage,Power.Active.Import"
_ROWS_MODEL: Final = f"""
    AlignedDataCtrlr Enabled boolean rw true
    AlignedDataCtrlr Interval integer rw 900
    AlignedDataCtrlr Measurands MemberList rw {_TX_MEASURANDS}
    AlignedDataCtrlr SendDuringIdle boolean rw false
    AlignedDataCtrlr SignReadings boolean rw false
    AlignedDataCtrlr TxEndedInterval integer rw 900
    AlignedDataCtrlr TxEndedMeasurands MemberList rw {_TX_MEASURANDS}
    AuthCacheCtrlr Enabled boolean rw true
    AuthCacheCtrlr LifeTime integer rw 86400
    AuthCacheCtrlr Policy OptionList rw LRU
    AuthCacheCtrlr Storage integer r 1000
    AuthCtrlr AdditionalInfoItemsPerMessage integer r 1
    AuthCtrlr AuthorizeRemoteStart boolean rw true
    AuthCtrlr Enabled boolean rw true
    AuthCtrlr LocalAuthorizeOffline boolean rw true
    AuthCtrlr LocalPreAuthorize boolean rw false
    AuthCtrlr MasterPassGroupId string rw
    AuthCtrlr OfflineTxForUnknownIdEnabled boolean rw false
    ChargingStation AllowNewSessionsPendingFirmwareUpdate boolean rw false
    ChargingStation AvailabilityState OptionList r Available
    ChargingStation Available boolean r true
    ChargingStation Model string r Model
    ChargingStation SupplyPhases integer r 3
    ChargingStation VendorName string r Vendor
    ClockCtrlr DateTime dateTime r 2026-01-01T00:00:00Z
    ClockCtrlr NtpServerUri string rw pool.ntp.org
    ClockCtrlr NtpSource OptionList rw manual
    ClockCtrlr TimeAdjustmentReportingThreshold integer rw 20
    ClockCtrlr TimeOffset string rw +00:00
    ClockCtrlr TimeSource SequenceList rw NTP,Heartbeat
    ClockCtrlr TimeZone string rw Europe/Berlin
    Connector AvailabilityState OptionList r Available
    Connector Available boolean r true
    Connector ConnectorType string r cCCS2
    Connector SupplyPhases integer r 3
    CustomizationCtrlr CustomImplementationEnabled boolean rw false
    DeviceDataCtrlr BytesPerMessage integer r 65000
    DeviceDataCtrlr ConfigurationValueSize integer r 1000
    DeviceDataCtrlr ItemsPerMessage integer r 50
    DeviceDataCtrlr ReportingValueSize integer r 2500
    DeviceDataCtrlr ValueSize integer r 2500
    DisplayMessageCtrlr Enabled boolean rw true
    DisplayMessageCtrlr DisplayMessages integer r 0
    DisplayMessageCtrlr PersonalMessageSize integer r 512
    DisplayMessageCtrlr SupportedFormats MemberList r ASCII,HTML,URI,UTF8
    DisplayMessageCtrlr SupportedPriorities MemberList r AlwaysFront,InFront,NormalCycle
    EVSE AllowReset boolean r true
    EVSE AvailabilityState OptionList r Available
    EVSE Available boolean r true
    EVSE EvseId string rw DE*ABC*E000001
    EVSE Power decimal r 22000
    EVSE SupplyPhases integer r 3
    ISO15118Ctrlr Enabled boolean rw false
    ISO15118Ctrlr CentralContractValidationAllowed boolean rw false
    ISO15118Ctrlr ContractValidationOffline boolean rw true
    ISO15118Ctrlr PnCEnabled boolean rw false
    ISO15118Ctrlr SeccId string r
    ISO15118Ctrlr CountryName string rw DE
    ISO15118Ctrlr OrganizationName string rw Operator
    LocalAuthListCtrlr BytesPerMessage integer r 65000
    LocalAuthListCtrlr Enabled boolean rw true
    LocalAuthListCtrlr Entries integer r 0
    LocalAuthListCtrlr ItemsPerMessage integer r 100
    LocalAuthListCtrlr Storage integer r 100000
    LocalAuthListCtrlr DisablePostAuthorize boolean rw false
    MonitoringCtrlr ActiveMonitoringBase OptionList r All
    MonitoringCtrlr ActiveMonitoringLevel integer r 9
    MonitoringCtrlr BytesPerMessage integer r 65000
    MonitoringCtrlr Enabled boolean rw true
    MonitoringCtrlr ItemsPerMessage integer r 10
    MonitoringCtrlr MonitoringBase OptionList r All
    MonitoringCtrlr MonitoringLevel integer r 9
    MonitoringCtrlr OfflineQueuingSeverity integer rw 5
    OCPPCommCtrlr ActiveNetworkProfile integer r 0
    OCPPCommCtrlr FieldLength integer r 1000
    OCPPCommCtrlr FileTransferProtocols MemberList r HTTP,HTTPS,FTP,SFTP
    OCPPCommCtrlr HeartbeatInterval integer rw 300
    OCPPCommCtrlr MessageAttemptInterval integer rw 10
    OCPPCommCtrlr MessageAttempts integer rw 3
    OCPPCommCtrlr MessageTimeout integer r 30
    OCPPCommCtrlr NetworkConfigurationPriority SequenceList rw 1,0
    OCPPCommCtrlr NetworkProfileConnectionAttempts integer rw 3
    OCPPCommCtrlr OfflineThreshold integer rw 60
    OCPPCommCtrlr PublicKeyWithSignedMeterValue OptionList rw Never
    OCPPCommCtrlr QueueAllMessages boolean rw true
    OCPPCommCtrlr ResetRetries integer rw 3
    OCPPCommCtrlr RetryBackOffRandomRange integer rw 10
    OCPPCommCtrlr RetryBackOffRepeatTimes integer rw 5
    OCPPCommCtrlr RetryBackOffWaitMinimum integer rw 10
    OCPPCommCtrlr UnlockOnEVSideDisconnect boolean rw true
    OCPPCommCtrlr WebSocketPingInterval integer rw 30
    ReservationCtrlr Enabled boolean rw true
    ReservationCtrlr NonEvseSpecific boolean rw true
    SampledDataCtrlr Enabled boolean rw true
    SampledDataCtrlr RegisterValuesWithoutPhases boolean r false
    SampledDataCtrlr SignReadings boolean rw false
    SampledDataCtrlr TxEndedInterval integer rw 0
    SampledDataCtrlr TxEndedMeasurands MemberList rw Energy.Active.Import.Register
    SampledDataCtrlr TxStartedMeasurands MemberList rw Energy.Active.Import.Register
    SampledDataCtrlr TxUpdatedInterval integer rw 60
    SampledDataCtrlr TxUpdatedMeasurands MemberList rw {_TX_MEASURANDS}
    SecurityCtrlr AdditionalRootCertificateCheck boolean r false
    SecurityCtrlr BasicAuthPassword string w
    SecurityCtrlr CertSigningRepeatTimes integer rw 3
    SecurityCtrlr CertSigningWaitMinimum integer rw 30
    SecurityCtrlr CertificateEntries integer r 3
    SecurityCtrlr Identity string rw CP000001
    SecurityCtrlr MaxCertificateChainSize integer r 10000
    SecurityCtrlr OrganizationName string rw Operator
    SecurityCtrlr SecurityProfile integer r 1
    SmartChargingCtrlr ACPhaseSwitchingSupported boolean r false
    SmartChargingCtrlr Enabled boolean rw true
    SmartChargingCtrlr Entries integer r 10
    SmartChargingCtrlr ExternalControlSignalsEnabled boolean rw false
    SmartChargingCtrlr LimitChangeSignificance decimal rw 1.0
    SmartChargingCtrlr NotifyChargingLimitWithSchedules boolean rw false
    SmartChargingCtrlr PeriodsPerSchedule integer r 24
    SmartChargingCtrlr Phases3to1 boolean r false
    SmartChargingCtrlr ProfileStackLevel integer r 10
    SmartChargingCtrlr RateUnit MemberList r A,W
    TariffCostCtrlr Currency string rw EUR
    TariffCostCtrlr Enabled boolean rw false
    TariffCostCtrlr TariffFallbackMessage string rw
    TariffCostCtrlr TotalCostFallbackMessage string rw
    TokenReader Enabled boolean rw true
    TxCtrlr ChargingTime integer r 0
    TxCtrlr EVConnectionTimeOut integer rw 60
    TxCtrlr MaxEnergyOnInvalidId integer rw 0
    TxCtrlr StopTxOnEVSideDisconnect boolean rw true
    TxCtrlr StopTxOnInvalidId boolean rw true
    TxCtrlr TxBeforeAcceptedEnabled boolean rw false
    TxCtrlr TxStartPoint MemberList rw PowerPathClosed
    TxCtrlr TxStopPoint MemberList rw EVConnected,Authorized
"""

_MUTABILITY: Final = {"r": "ReadOnly", "w": "WriteOnly", "rw": "ReadWrite"}


def _rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.split("\n") if line.strip()]


def _value(row: list[str], place: int) -> str:
    return row[place] if len(row) > place else ""


SETTINGS_16: Final = tuple(
    (row[0], row[1] == "r", _value(row, 2)) for row in _rows(_ROWS_16 + _ROWS_VENDORS)
)
"""Key, whether it is read-only, value."""

DEVICE_MODEL: Final = tuple(
    (row[0], row[1], row[2], _MUTABILITY[row[3]], _value(row, 4)) for row in _rows(_ROWS_MODEL)
)
"""Component, variable, data type, mutability, value."""

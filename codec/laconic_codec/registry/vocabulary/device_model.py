"""Components, variables and instances of the device model of OCPP 2.0.1 and 2.1.

Source: part 2, appendices 1.4 (2.0.1) and 2.0 (2.1): standardized components, standardized
variables and the table of both.
"""

from typing import Final

_CONTROLLERS: Final = """
    ACDERCtrlr AlignedDataCtrlr AuthCacheCtrlr AuthCtrlr BatterySwapCtrlr CHAdeMOCtrlr ClockCtrlr
    CustomizationCtrlr DCDERCtrlr DataCollector DeviceDataCtrlr DisplayMessageCtrlr
    FrequencySimulator ISO15118Ctrlr LocalAuthListCtrlr MonitoringCtrlr NetworkConfiguration
    OCPPCommCtrlr PaymentCtrlr ReservationCtrlr SampledDataCtrlr SecurityCtrlr SmartChargingCtrlr
    TariffCostCtrlr TxCtrlr V2XChargingCtrlr WebPaymentsCtrlr
"""

_PHYSICAL: Final = """
    AcDcConverter AcPhaseSelector AccessBarrier Actuator AirCoolingSystem AreaVentilation
    BatteryCartridge BayOccupancySensor BeaconLighting CPPWMController CableBreakawaySensor
    CaseAccessSensor ChargingStation ChargingStatusIndicator ConnectedEV Connector
    ConnectorHolsterRelease ConnectorHolsterSensor ConnectorPlugRetentionLock
    ConnectorProtectionRelease ControlMetering Controller DataLink Display DistributionPanel
    ELVSupply EVRetentionLock EVSE ElectricalFeed EmergencyStopSensor EnvironmentalLighting
    ExternalTemperatureSensor FiscalMetering FloodSensor GroundIsolationProtection Heater
    HumiditySensor LightSensor LiquidCoolingSystem LocalAvailabilitySensor LocalController
    LocalEnergyStorage OverCurrentProtection OverCurrentProtectionRecloser PowerContactor RCD
    RCDRecloser RealTimeClock ShockSensor SpacesCountSignage Switch TemperatureSensor TiltSensor
    TokenReader UIInput UpstreamProtectionTrigger VehicleIdSensor
"""

_VARIABLES: Final = """
    ACCurrent ACPhaseSwitchingSupported ACVoltage Active ActiveMonitoringBase
    ActiveMonitoringLevel ActiveNetworkProfile ActiveTransactionId AdditionalInfoItemsPerMessage
    AdditionalRootCertificateCheck AllowEnergyTransferResumption
    AllowNewSessionsPendingFirmwareUpdate AllowReset AllowSecurityProfileDowngrade Angle Apn
    ApnAuthentication ApnEnabled ApnPassword ApnUserName Attempts AuthorizationAmount
    AuthorizeDirectPayment AuthorizeRemoteStart AutoManufacturerCode AvailabilityState Available
    BasicAuthPassword BatteryCapacity BatteryOvervoltage BatteryTemperature BatteryUndervoltage
    BytesPerMessage CHAdeMOProtocolNumber Capacity CentralContractValidationAllowed
    CertSigningRepeatTimes CertSigningWaitMinimum Certificate CertificateEntries
    CertificateStatusSource ChargeProtocol ChargerConnectorLockFault ChargingCompleteBulk
    ChargingCompleteFull ChargingCurrentDeviation ChargingProfilePersistence ChargingState
    ChargingStationId ChargingSystemError ChargingSystemIncompatibility ChargingTime Color
    CommunicationParent Complete ConditionsSupported ConfigurationValueSize Connected
    ConnectedTime ConnectorType ContractCertificateInstallationEnabled ContractValidationOffline
    Count CountryName CsmsRootCertificateHashAlgorithm CsmsRootCertificateIssuerKeyHash
    CsmsRootCertificateIssuerNameHash CsmsRootCertificateSerialNumber Currency CurrentImbalance
    CustomImplementationEnabled CustomTriggers DCCurrent DCInputPhaseControl DCVoltage DataText
    DateTime DepartureTime DisablePostAuthorize DisableRemoteAuthorization DischargePower
    DisplayMessages DynamicControl ECVariant EVConnectionTimeOut ElectricalParent Enabled Energy
    EnergyCapacity EnergyExport EnergyExportRegister EnergyImport EnergyImportRegister Entries
    EvseId ExternalConfigChangeDate ExternalConstraintsProfileDisallowed
    ExternalControlSignalsEnabled Fallback FanSpeed FieldLength FileTransferProtocols
    FirmwareVersion Force Formats Frequency FrequencySchedule Fuse FuseRating HandleFailedTariff
    HeartbeatInterval Height HighCurrentControl HighVoltageControl Humidity Hysteresis ICCID IMSI
    ISO15118EvseId IdToken Identity Impedance IncrementalAuthorizationAmount
    IncrementalAuthorizationThreshold InstanceName Interval InverterHwVersion
    InverterManufacturer InverterModel InverterSerialNumber InverterSwVersion
    IslandingDetectionMethod IslandingDetectionTripTime ItemsPerMessage Label Language Length
    LifeTime Light LimitChangeSignificance LocalAuthorizeOffline LocalFrequencyUpdateThreshold
    LocalLoadBalancing LocalPreAuthorize LogicalParent Manufacturer MasterPassGroupId
    MaxCertificateChainSize MaxChargeRateVA MaxChargeRateW MaxElements MaxEnergyOnInvalidId
    MaxExternalConstraintsId MaxMsgElements MaxPeriodicEventStreams MaxPriceElements
    MaxScheduleEntries MaxSoc MaxV MaxVA MaxVar MaxVarNeg MaxW Measurands Merchant Message
    MessageAttemptInterval MessageAttempts MessageTimeout MinV MinimumStatusDuration Mode Model
    ModesSupported MonitoringBase MonitoringLevel NetworkAddress NetworkConfigurationPriority
    NetworkProfileConnectionAttempts NextTimeOffsetTransitionDateTime NonEvseSpecific
    NotificationMaxDelay NotifyChargingLimitWithSchedules NtpServerUri NtpSource OcppCsmsUrl
    OcppInterface OcppTransport OcppVersion OfflineQueuingSeverity OfflineTariffFallbackMessage
    OfflineThreshold OfflineTxForUnknownIdEnabled Operated OperatingTimes OrganizationName
    OverExcitedPF OverExcitedW Overload PaymentDetails PaymentServiceProvider Percent Percentage
    PeriodsPerSchedule PersonalMessageSize PhaseRotation Phases3to1 PhysicalParent PnCEnabled
    Policy PostChargingTime Power PowerType PreferredNetwork Present Problem ProfileStackLevel
    Protecting ProtocolAgreed ProtocolSupported ProtocolSupportedByEV PublicKey
    PublicKeyWithSignedMeterValue QRCodeQuality QueueAllMessages RateUnit ReactiveSusceptance
    ReceiptByCSMS ReceiptServerUrl RegisterValuesWithoutPhases RemainingTimeBulk
    RemainingTimeFull ReportingValueSize RequestMeteringReceipt RequestedEnergyTransferMode
    ResetRetries ResumptionTimeout RetryBackOffRandomRange RetryBackOffRepeatTimes
    RetryBackOffWaitMinimum SampledMeasurands SamplingInterval SeccId SecurityProfile
    SelftestActive SendDuringIdle SerialNumber ServiceRenegotiationSupport SetpointPriority
    SettlementByCSMS SharedSecret SignReadings SignStartedReadings SignUpdatedReadings
    SignalStrength SimPin SlotStatus SoC SoH State StateOfCharge StateOfChargeBulk
    StopTxOnEVSideDisconnect StopTxOnInvalidId Storage SupplyPhases SupportedAdditionalPurposes
    SupportedEnergyTransferModes SupportedFormats SupportedIdTokenTypes SupportedLimits
    SupportedOperationModes SupportedPriorities SupportedProviders SupportedStates
    SupportsDynamicProfiles SupportsEvseSleep SupportsExpiryDateTime SupportsLimitAtSoC
    SupportsMaxOfflineDuration SupportsRandomizedDelay SupportsUseLocalTime Suspending Suspension
    TOTPVersion TargetSoC TargetSoc TariffFallbackMessage Temperature TerminalID Time
    TimeAdjustmentReportingThreshold TimeOffset TimeOffsetNextTransition TimeSource TimeZone
    Timeout Token TokenType TotalCostFallbackMessage Tries Tripped TxBeforeAcceptedEnabled
    TxEndedInterval TxEndedMeasurands TxStartPoint TxStartedMeasurands TxStopPoint
    TxUpdatedInterval TxUpdatedMeasurands URLParameters URLTemplate UnderExcitedPF UnderExcitedW
    UnlockOnEVSideDisconnect UpstreamInterval UpstreamMeasurands UseOnlyPreferredNetwork
    V2GCertificateInstallationEnabled VNom ValidityTime ValueSize VehicleCertificate
    VehicleChargingEnabled VehicleId VehicleShiftPosition VehicleStatus VendorName VersionDate
    VersionNumber VoltageDeviation VoltageImbalance VpnEnabled VpnGroup VpnKey VpnPassword
    VpnServer VpnType VpnUser WebSocketPingInterval WorkingMode
"""

_INSTANCES: Final = """
    ChargingProfiles ClearVariableMonitoring Cost Default GetReport GetVariables Id In Leaf
    LowerOffset Meter Out Root SetVariableMonitoring SetVariables SubCA1 SubCA2 Tariff
    TransactionEvent UpperOffset
"""

WORDS: Final = frozenset((_CONTROLLERS + _PHYSICAL + _VARIABLES + _INSTANCES).split())

"""What is frequent, in the order of its numbers.

CBOR writes a number below 24 in one byte and one below 256 in two. The first 32 texts, and the
keys and actions, were counted over 6,300 messages logged by real chargers. The texts after them
are those of everyday messages: states, reasons, fault codes, events of the device model.
"""

from typing import Final

ACTIONS: Final = tuple(
    """
    Heartbeat MeterValues StatusNotification TransactionEvent StartTransaction StopTransaction
    Authorize BootNotification BatterySwap NotifyEvent DataTransfer NotifyPeriodicEventStream
    FirmwareStatusNotification SecurityEventNotification RemoteStartTransaction
    RemoteStopTransaction RequestStartTransaction RequestStopTransaction RequestBatterySwap
    SetChargingProfile TriggerMessage GetConfiguration ChangeConfiguration Reset
    """.split()
)

_COUNTED_KEYS: Final = """
    value measurand unit timestamp connectorId status transactionId sampledValue meterValue
    errorCode context phase location format idTag evseId seqNo transactionInfo triggerReason
    eventType evse id idToken unitOfMeasure currentTime info key type interval idTagInfo
    batteryData serialNumber soC soH requestId reason readonly meterStart meterStop
"""

_EVERYDAY_KEYS: Final = """
    vendorId vendorErrorCode messageId data transactionData customData statusInfo reasonCode
    additionalInfo parentIdTag expiryDate groupIdToken idTokenInfo cacheExpiryDateTime
    chargePointVendor chargePointModel chargePointSerialNumber chargeBoxSerialNumber
    firmwareVersion iccid imsi meterType meterSerialNumber chargingStation model vendorName modem
    heartbeatInterval connectorStatus configurationKey unknownKey
    stoppedReason chargingState timeSpentCharging remoteStartId offline numberOfPhasesUsed
    cableMaxCurrent reservationId operationMode evseSleep preconditioningStatus transactionLimit
    multiplier signedMeterValue signedMeterData signingMethod encodingMethod publicKey
    totalCost chargingPriority updatedPersonalMessage costDetails language content
    eventData eventId trigger cause actualValue techCode techInfo cleared severity generatedAt tbc
    component variable name instance variableMonitoringId eventNotificationType
    reportData variableAttribute variableCharacteristics mutability persistent constant dataType
    minLimit maxLimit valuesList supportsMonitoring reportBase
    getVariableData getVariableResult setVariableData setVariableResult attributeType
    attributeValue attributeStatus attributeStatusInfo
    setMonitoringData setMonitoringResult monitor variableMonitoring transaction
    pending basetime t v constantStreamData params values productionDate vendorInfo
    chargingProfile csChargingProfiles chargingProfileId stackLevel chargingProfilePurpose
    chargingProfileKind recurrencyKind validFrom validTo chargingSchedule duration startSchedule
    chargingRateUnit chargingSchedulePeriod startPeriod limit numberPhases phaseToUse
    minChargingRate setpoint dischargeLimit limit_L2 limit_L3 maxOfflineDuration
    chargingLimitSource requestedMessage operationalStatus reservationUpdateStatus
    retries retryInterval retrieveDate log logType remoteLocation oldestTimestamp latestTimestamp
    filename fileName startTime stopTime listVersion localAuthorizationList updateType
    certificate certificateType certificateHashData certificateChain hashAlgorithm issuerNameHash
    issuerKeyHash responderURL csr certificateStatus
    energy power soc schedule scheduleStart
"""

KEYS: Final = tuple((_COUNTED_KEYS + _EVERYDAY_KEYS).split())

_COUNTED: Final = """
    Energy.Active.Import.Register Wh Voltage V Current.Import A Power.Active.Import W Temperature
    Celsius SoC Percent Sample.Periodic NoError Available Charging Accepted Preparing Finishing
    Outlet Body L1 Updated MeterValuePeriodic L2 L3 N Transaction.Begin Transaction.End Raw kWh kW
"""

_STATES: Final = """
    true false Occupied Unavailable Faulted SuspendedEV SuspendedEVSE Reserved EVConnected Idle
    Started Ended Authorized CablePluggedIn ChargingStateChanged StopAuthorized Deauthorized
    RemoteStart RemoteStop EVDeparted EVDetected MeterValueClock ChargingRateChanged Trigger
    Local Remote EVDisconnected DeAuthorized PowerLoss Reboot HardReset SoftReset EmergencyStop
    UnlockCommand Other PowerUp RemoteReset Watchdog Unknown
    Rejected Pending Invalid Blocked Expired ConcurrentTx NotSupported Scheduled
    ISO14443 ISO15693 Central KeyCode MacAddress NoAuthorization eMAID
"""

_MEASURES: Final = """
    Sample.Clock Frequency Hz Power.Offered Current.Offered Power.Factor K Inlet Cable EV
    Energy.Active.Export.Register Power.Active.Export Current.Export Power.Reactive.Import
    Energy.Active.Import.Interval Energy.Reactive.Import.Register L1-N L2-N L3-N L1-L2 L2-L3 L3-L1
    VA var kvar varh Amp s m h B SignedData RPM
"""

_FAULTS: Final = """
    OtherError InternalError GroundFailure HighTemperature ConnectorLockFailure
    EVCommunicationError OverCurrentFailure OverVoltage UnderVoltage PowerMeterFailure
    PowerSwitchFailure ReaderFailure ResetFailure WeakSignal
    https://chargex.inl.gov com.evgo.mrec org.charin.uec.v1
""" + " ".join(f"CX{number:03}" for number in range(1, 27))

_EVENTS: Final = """
    BatteryIn BatteryOut BatteryOutTimeout BatteryCartridge SoH
    EVSE Connector ChargingStation AvailabilityState Problem Active Enabled Power Tripped
    Alerting Delta Periodic HardWiredNotification PreconfiguredMonitor CustomMonitor
    Downloading Downloaded Installing Installed DownloadFailed InstallationFailed Uploading
    Uploaded UploadFailed
    Operative Inoperative Hard Soft Immediate OnIdle Unlocked TxProfile TxDefaultProfile Absolute
    Relative Recurring Actual ReadOnly ReadWrite boolean integer string
    UnknownVendorId UnknownMessageId RebootRequired NotImplemented EVConnectTimeout
    EVCommunicationLost EnergyLimitReached TimeLimitReached SignedDataReceived Triggered
    ConnectorPlugRetentionLock TemperatureSensor HardWiredMonitor ChargePointMaxProfile
    ChargingStationMaxProfile Daily Interruption.Begin Interruption.End
    BootNotification Heartbeat MeterValues StatusNotification
"""

_SETTINGS: Final = """
    AuthorizationCacheEnabled AuthorizeRemoteTxRequests ClockAlignedDataInterval ConnectionTimeOut
    HeartbeatInterval LocalPreAuthorize MeterValueSampleInterval MeterValuesSampledData
    NumberOfConnectors StopTransactionOnInvalidId StopTxnSampledData SupportedFeatureProfiles
    TransactionMessageAttempts TransactionMessageRetryInterval WebSocketPingInterval
"""

TEXTS: Final = tuple((_COUNTED + _STATES + _MEASURES + _FAULTS + _EVENTS + _SETTINGS).split())

"""Configuration keys of OCPP 1.6 and the values that the texts define for them.

Sources: OCPP 1.6 edition 2, chapter 9; the security white paper, edition 3; the application note
on ISO 15118 Plug & Charge with OCPP 1.6; the white paper on California pricing requirements.
"""

from typing import Final

_CORE: Final = """
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
    ConnectorSwitch3to1PhaseSupported MaxChargingProfilesInstalled SupportedFileTransferProtocols
"""

_SECURITY: Final = """
    AdditionalRootCertificateCheck AuthorizationKey CertificateSignedMaxChainSize
    CertificateStoreMaxLength CpoName SecurityProfile
"""

_PLUG_AND_CHARGE: Final = """
    ISO15118PnCEnabled CentralContractValidationAllowed CertSigningRepeatTimes
    CertSigningWaitMinimum ContractValidationOffline
    org.openchargealliance.iso15118pnc Authorize CertificateSigned DeleteCertificate
    Get15118EVCertificate GetCertificateStatus GetInstalledCertificateIds InstallCertificate
    SignCertificate TriggerMessage
"""

_PRICING: Final = """
    CustomDisplayCostAndPrice CustomIdleFeeAfterStop DefaultPrice DefaultPriceText Language
    NextTimeOffsetTransitionDateTime NumberOfDecimalsForCostValues SupportedLanguages TimeOffset
    TimeOffsetNextTransition WaitForSetUserPriceTimeout
    org.openchargealliance.costmsg ConnectorUnplugged FinalCost RunningCost SetUserPrice
"""

_VALUES: Final = """
    Core FirmwareManagement LocalAuthListManagement Reservation SmartCharging RemoteTrigger
    Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger
    NotApplicable RST RTS SRT STR TRS TSR Current Power Current,Power FTP FTPS HTTP HTTPS SFTP
"""

WORDS: Final = frozenset((_CORE + _SECURITY + _PLUG_AND_CHARGE + _PRICING + _VALUES).split())

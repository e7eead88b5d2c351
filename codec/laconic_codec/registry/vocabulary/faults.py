"""Codes of errors and faults, and the namespaces that they stand in.

Sources: OCPP-J 1.6 and its errata, 4.2.3 and 5.1; OCPP-J 2.1, 4.3; the minimum required error
codes of the ChargeX consortium (CX001 to CX026); those of EVgo, version 1.0 (the first sixteen of
each of its two ranges); the draft of CharIN's unified error codes; security events of OCPP 2.1,
part 2, appendix 1, and of the security white paper for OCPP 1.6.
"""

from typing import Final

_OCPP_J: Final = """
    FormatViolation FormationViolation GenericError InternalError MessageTypeNotSupported
    NotImplemented NotSupported OccurenceConstraintViolation OccurrenceConstraintViolation
    PropertyConstraintViolation ProtocolError RpcFrameworkError SecurityError
    TypeConstraintViolation
"""

_CHARGEX: Final = ("https://chargex.inl.gov", *(f"CX{number:03}" for number in range(1, 27)))

_EVGO: Final = (
    "com.evgo.mrec",
    *(f"{letter}{number:03X}" for letter in "AF" for number in range(16)),
)

_CHARIN: Final = """
    org.charin.uec.v1 ConnectorLockFailure ContactorPosition EVShiftPosition GridPowerLoss
    HighTemperature Overvoltage PowerModuleFault
"""

_SECURITY_EVENTS: Final = """
    AttemptedReplayAttacks CentralSystemFailedToAuthenticate CsmsFailedToAuthenticate
    DiscardedRenewedClientCertificate FailedToAuthenticateAtCentralSystem
    FailedToAuthenticateAtCsms FirmwareUpdated InvalidCentralSystemCertificate
    InvalidChargePointCertificate InvalidChargingStationCertificate InvalidCsmsCertificate
    InvalidFirmwareSignature InvalidFirmwareSigningCertificate InvalidMessages
    InvalidTLSCipherSuite InvalidTLSVersion MaintenanceLoginAccepted MaintenanceLoginFailed
    MemoryExhaustion ReconfigurationOfSecurityParameters ResetOrReboot SecurityLogWasCleared
    SettingSystemTime StartupOfTheDevice TamperDetectionActivated
"""

_SEEN: Final = ("Error",)
"""Error codes of real chargers that no text defines."""

WORDS: Final = frozenset(
    (*(_OCPP_J + _CHARIN + _SECURITY_EVENTS).split(), *_CHARGEX, *_EVGO, *_SEEN)
)

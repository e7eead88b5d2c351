"""Values of texts that the schemas leave free.

Sources: OCPP 2.1, part 2, appendix 2.0 (units, reason codes, types of additionalInfo, id tokens,
connectors, sources of charging limits, signing methods), with the names that only the appendix of
2.0.1 or its first editions have; part 2, chapter 2 for the values of configuration variables;
OCPP-J for the WebSocket subprotocols.
"""

from typing import Final

_UNITS: Final = """
    A ASU B Celsius Deg Fahrenheit Hz K N Ohm Percent RH RPM V VA VAh W Wh dB dBm h kPa kVA kVAh kW
    kWh kvar kvarh lx m mHz ms2 s var varh Pa
"""

_REASON_CODES: Final = """
    BatteryDamaged BatterySoC BatterySoHLow BatteryType BatteryUnknown CSNotAccepted
    DuplicateProfile DuplicateRequestId FixedCable FwUpdateInProgress InternalError InvalidCSR
    InvalidCertificate InvalidIdToken InvalidMessageSeq InvalidProfile InvalidProfileId
    InvalidSchedule InvalidStackLevel InvalidURL InvalidValue MissingDevModelInfo
    MissingDeviceModelInfo MissingParam NoBatteryAvailable NoCable NoError NoFreqWattCurve
    NoPhaseForDC NoSignalWattCurve NotEnabled NotFound OutOfMemory OutOfStorage RateLimitExceeded
    ReadOnly RedirectNotAllowed TooLargeElement TooManyElements TxInProgress TxNotFound TxStarted
    UnknownConnectorId UnknownConnectorType UnknownEvse UnknownTxId Unspecified UnsupportedKind
    UnsupportedParam UnsupportedPurpose UnsupportedRateUnit UnsupportedRequest ValueOutOfRange
    ValuePositiveOnly ValueTooHigh ValueTooLow ValueZeroNotAllowed WriteOnly
"""

_TOKENS: Final = """
    Central DirectPayment EVCCID ISO14443 ISO15693 KeyCode Local MacAddress NoAuthorization VIN
    eMAID CardBin CardExpiryDate CardLast4Digits HashedCardNr ISO14443SubType MerchantRef
    PaymentBrand PaymentRecognition PspRef ReadingMethod SessionRef WalletUserId
"""

_PAYMENT: Final = """
    AMEX Alipay ApplePay Bancontact BankAxept CC Carnet CartesBancaires Contact Contactless
    Dankort Debit Diners Discover EftposAustralia Elo Girocard GooglePay GrabPay Hipercard Interac
    JCB Maestro Magstripe Mastercard PayPal SamsungPay UnionPay VPay Visa WeChatPay
"""

_CONNECTORS: Final = """
    Other1PhMax16A Other1PhOver16A Other3Ph OppCharge Pan Undetermined Unknown cCCS1 cCCS1-NACS
    cCCS2 cChaoJi cG105 cGBT cGBT-DC cLECCS cMCS cNACS cNACS-CCS1 cTesla cType1 cType2
    cUltraChaoJi s309-1P-16A s309-1P-32A s309-3P-16A s309-3P-32A sBS1361 sCEE-7-7 sType1 sType2
    sType3 wInductive wResonant
"""

_LIMIT_SOURCES: Final = "CSO EMS Other SO"

_SIGNING_METHODS: Final = """
    ECDSA-brainpool256r1-SHA256 ECDSA-brainpool384r1-SHA256 ECDSA-secp192k1-SHA256
    ECDSA-secp192r1-SHA256 ECDSA-secp256k1-SHA256 ECDSA-secp256r1-SHA256 ECDSA-secp384r1-SHA256
    EDL OCMF
"""

_CONFIGURATION: Final = """
    CHAdeMO CPPWM CRL CUSTOM DHCP DataSigned Deauthorize EVConnected EnergyTransfer
    EveryMeterValue FIFO FTP FTPS GPS HTTP HTTPS Heartbeat High ISO15118 LFU LRU Locked Low Medium
    MobileNetwork NTP Never OCSP OncePerTransaction Open ParkingBayOccupancy PowerPathClosed
    Quartile RadioTimeTransmitter RealTimeClock SFTP Uncontrolled UseDefaultTariff false manual
    true
"""

_SUBPROTOCOLS: Final = "ocpp1.2 ocpp1.5 ocpp1.6 ocpp2.0 ocpp2.0.1 ocpp2.1"

_SEEN: Final = ("Amp", "Occupied")
"""Of real chargers: the unit of current, and the state of a connector in OCPP 1.5, sent as 1.6."""

WORDS: Final = frozenset(
    (
        _UNITS
        + _REASON_CODES
        + _TOKENS
        + _PAYMENT
        + _CONNECTORS
        + _LIMIT_SOURCES
        + _SIGNING_METHODS
        + _CONFIGURATION
        + _SUBPROTOCOLS
    ).split()
) | frozenset(_SEEN)

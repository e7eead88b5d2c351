"""Texts of the journal, packed: what is written wears the flash, and an outage has to fit on it.

A packed text is the byte `MARK`, then a zstd frame without its magic number (RFC 8878), made with
`DICTIONARY`. What does not become shorter stays as it is. JSON does not begin with that byte; a
text that does is packed in any case.
"""

from threading import local
from typing import Final

import zstandard

MARK: Final = 1
"""Names the dictionary: another one needs another mark."""
SHORTEST_BYTES: Final = 64
"""Shorter texts are not tried."""
TEXT_MAX_BYTES: Final = 2**20
"""Longest text: far more than a message may have."""
LEVEL: Final = -1
"""The fastest: a higher level saves some more bytes, and takes twice the time."""

_VALUES: Final = (
    '"value":"0.0","context":"Sample.Periodic","format":"Raw","measurand":"{}",'
    '"location":"Outlet","unit":"{}"'
)
_MEASURANDS: Final = (
    ("Frequency", "Hertz"),
    ("Power.Offered", "W"),
    ("Current.Offered", "A"),
    ("Energy.Active.Import.Interval", "Wh"),
    ("Temperature", "Celsius"),
    ("SoC", "Percent"),
    ("Voltage", "V"),
    ("Current.Import", "A"),
    ("Power.Active.Import", "W"),
    ("Energy.Active.Import.Register", "Wh"),
)
_SAMPLES: Final = ",".join("{" + _VALUES.format(*pair) + "}" for pair in _MEASURANDS)
_TIME: Final = '"timestamp":"2026-01-01T00:00:00.000Z"'
_COMMAND_ANSWERS: Final = (
    '[3,"",{"status":"Accepted"}][3,"",{"status":"Rejected"}]'
    '[4,"","NotImplemented","",{}]{"idTagInfo":{"status":"Accepted"}}'
)

DICTIONARY: Final = "".join(
    (
        _COMMAND_ANSWERS,
        '[2,"","DataTransfer",{"vendorId":"","messageId":"","data":""}]',
        '[2,"","FirmwareStatusNotification",{"status":"Installed"}]',
        '[2,"","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"",'
        '"vendorName":"","serialNumber":"","firmwareVersion":"1.0.0","modem":{"iccid":"",'
        '"imsi":""}}}]',
        '[2,"","BootNotification",{"chargePointVendor":"","chargePointModel":"",'
        '"chargePointSerialNumber":"","chargeBoxSerialNumber":"","firmwareVersion":"1.0.0",'
        '"iccid":"","imsi":"","meterType":"","meterSerialNumber":""}]',
        f'[2,"","SecurityEventNotification",{{"type":"","techInfo":"",{_TIME}}}]',
        f'[2,"","NotifyEvent",{{"generatedAt":"2026-01-01T00:00:00Z","seqNo":0,"tbc":false,'
        f'"eventData":[{{"eventId":1,{_TIME},"trigger":"Delta","actualValue":"",'
        '"eventNotificationType":"HardWiredNotification","component":{"name":"","instance":"",'
        '"evse":{"id":1,"connectorId":1}},"variable":{"name":""}}]}]',
        '[2,"","BatterySwap",{"eventType":"BatteryIn","requestId":1,"idToken":{"idToken":"",'
        '"type":"ISO14443"},"batteryData":[{"evseId":1,"serialNumber":"","soC":0.0,"soH":0.0}]}]',
        f'[2,"","TransactionEvent",{{"eventType":"Started",{_TIME},"triggerReason":"Authorized",'
        '"seqNo":0,"offline":false,"transactionInfo":{"transactionId":"","chargingState":'
        '"Charging","stoppedReason":"Local"},"idToken":{"idToken":"","type":"ISO14443"},'
        f'"evse":{{"id":1,"connectorId":1}},"meterValue":[{{{_TIME},"sampledValue":[{{"value":0.0,'
        '"context":"Transaction.Begin","measurand":"Energy.Active.Import.Register",'
        '"unitOfMeasure":{"unit":"Wh","multiplier":0}}]}]}]',
        f'[2,"","StopTransaction",{{"transactionId":1,"idTag":"","meterStop":0,{_TIME},'
        '"reason":"Local","transactionData":[]}]',
        '[2,"","Authorize",{"idTag":""}][2,"","Heartbeat",{}]',
        f'[2,"","StartTransaction",{{"connectorId":1,"idTag":"","meterStart":0,{_TIME}}}]',
        f'[2,"","StatusNotification",{{{_TIME},"connectorStatus":"Occupied","evseId":1,'
        '"connectorId":1}]',
        '[2,"","StatusNotification",{"connectorId":1,"errorCode":"NoError","info":"",'
        f'"status":"Available",{_TIME},"vendorId":"","vendorErrorCode":""}}]',
        '[2,"","MeterValues",{"connectorId":1,"transactionId":1,"meterValue":[{'
        f'{_TIME},"sampledValue":[{_SAMPLES}]}}]}}]',
    )
).encode()
"""Frozen: journals in the field were written with it. What is likely stands at the end."""

_MAGICLESS: Final = zstandard.FORMAT_ZSTD1_MAGICLESS
_threads: Final = local()
"""A compressor serves one thread at a time."""


class _Tools:
    """What one thread packs and unpacks with."""

    def __init__(self) -> None:
        raw = zstandard.DICT_TYPE_RAWCONTENT
        dictionary = zstandard.ZstdCompressionDict(DICTIONARY, dict_type=raw)
        dictionary.precompute_compress(level=LEVEL)  # pyright: ignore[reportUnknownMemberType]
        parameters = zstandard.ZstdCompressionParameters(
            compression_level=LEVEL,
            format=_MAGICLESS,
            write_checksum=False,  # a record has one of its own
            write_content_size=False,
            write_dict_id=False,
        )
        self.compressor = zstandard.ZstdCompressor(
            dict_data=dictionary, compression_params=parameters
        )
        self.decompressor = zstandard.ZstdDecompressor(
            dict_data=zstandard.ZstdCompressionDict(DICTIONARY, dict_type=raw),
            format=_MAGICLESS,
            max_window_size=TEXT_MAX_BYTES,
        )


def pack(text: str) -> str | bytes:
    """Returns a text as it is stored."""
    encoded = text.encode()
    looks_packed = encoded[:1] == bytes([MARK])
    if len(encoded) < SHORTEST_BYTES and not looks_packed:
        return text
    packed = _tools().compressor.compress(encoded)
    is_shorter = len(packed) + 1 < len(encoded)
    return bytes([MARK]) + packed if is_shorter or looks_packed else text


def unpack(stored: bytes) -> bytes:
    """Returns the text, in UTF-8, of what is stored.

    Raises:
        ValueError: it is damaged.
    """
    if stored[:1] != bytes([MARK]):
        return stored
    # Not in one piece: a damaged frame may claim any size.
    try:
        text = _tools().decompressor.stream_reader(stored[1:]).read(TEXT_MAX_BYTES + 1)
    except zstandard.ZstdError as error:
        raise ValueError(f"a packed text is damaged: {error}") from error
    if not 0 < len(text) <= TEXT_MAX_BYTES:
        raise ValueError(f"a packed text is damaged: {len(text)} bytes")
    return text


def unpacked(stored: bytes) -> bytes:
    """Returns the text of what is stored, as `unpack`; if that is damaged, what is stored."""
    try:
        return unpack(stored)
    except ValueError:
        return stored


def _tools() -> _Tools:
    if not hasattr(_threads, "tools"):
        _threads.tools = _Tools()
    tools: _Tools = _threads.tools
    return tools

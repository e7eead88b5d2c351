"""Typical values of texts and numbers, by the key they stand under.

In a text, `#` stands for a digit, `~` for a hexadecimal digit in capitals.
"""

from typing import Final

_SERIALS: Final = ("T###########", "~~~~~~~~~~~~", "SN########", "0000######", "CP######-##")
_TAGS: Final = ("~~~~~~~~", "04~~~~~~~~~~~~", "######", "DE*ABC*C########*#", "VID:~~~~~~~~~~~~")
_VERSIONS: Final = ("1.#.#", "V#.#.##", "v1.#.##-rc#", "2.0.#", "##.#.#-####", "1.0.0.####")
_MODELS: Final = ("AC-22kW", "DC-60KW", "Wallbox", "Charger", "EVSE-32A", "Station-2", "Swap-12")
_VENDORS: Final = ("Vendor", "EV Power Co., Ltd.", "Energy GmbH", "Charging", "Technology Inc.")
_ADDRESSES: Final = (
    "ftp://user:password@ftp.example.com:21/logs/",
    "ftp://192.168.#.#/diagnostics/",
    "https://example.com/firmware/firmware_v1.#.#.bin",
    "https://firmware.example.com/ota/update-V#.##.zip",
    "http://ocpp.example.com:8080/upload",
    "https://storage.example.com/logs?token=",
    "sftp://user@example.com/",
)
_FILES: Final = (
    "diagnostics_20######_######.zip",
    "log_20######.tar.gz",
    "diagnostics.log",
    "SecurityLog_20######.txt",
)
_PATHS: Final = ("/ocpp/CP######", "/ocpp16/SN########", "/ocpp/2.0.1/CP###", "/steve/websocket/")
_ERRORS: Final = (
    "Emergency stop pressed",
    "Ground fault detected",
    "Over temperature",
    "Communication error with meter",
    "Connector lock failure",
    "Door open",
    "Power loss",
    "No error",
    "EV disconnected",
    "Insulation resistance low",
)
_HASHES: Final = ("~" * 40, "~" * 64)
_NUMBERS_AS_TEXT: Final = ("#", "##", "###", "true", "false", "0", "1", "230.#", "32", "16.0")

TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "chargePointVendor": _VENDORS,
    "vendorName": _VENDORS,
    "vendorId": ("", "com.example", "Vendor", *_VENDORS),
    "chargePointModel": _MODELS,
    "model": _MODELS,
    "chargePointSerialNumber": _SERIALS,
    "chargeBoxSerialNumber": _SERIALS,
    "meterSerialNumber": _SERIALS,
    "serialNumber": _SERIALS,
    "meterType": ("AC", "DC", "Modbus energy meter", "MID"),
    "firmwareVersion": _VERSIONS,
    "iccid": ("89##################", ""),
    "imsi": ("###############", ""),
    "idTag": _TAGS,
    "parentIdTag": _TAGS,
    "idToken": _TAGS,
    "stationId": ("CP######",),
    "transactionId": ("########-tx-#", "~~~~~~~~"),
    "info": ("", *_ERRORS),
    "vendorErrorCode": ("", "0", "E###", "0x~~", "CX0##", "####"),
    "techInfo": _ERRORS,
    "techCode": ("E###", "CX0##"),
    "errorDescription": _ERRORS,
    "additionalInfo": _ERRORS,
    "location": _ADDRESSES,
    "remoteLocation": _ADDRESSES,
    "responderURL": ("http://ocsp.example.com", "http://ocsp.example.com/ca/"),
    "ocppCsmsUrl": ("wss://csms.example.com/ocpp", "ws://192.168.#.#:8080/ocpp/"),
    "fileName": _FILES,
    "filename": _FILES,
    "path": _PATHS,
    "url": _ADDRESSES,
    "messageId": ("Status", "GetConfiguration", "heartbeat", "setting", "##"),
    "data": ('{"id":"#","value":"##"}', "OK", '{"status":"Accepted"}', "####", "{}"),
    "key": ("Vendor.Setting", "ServerUrl", "MaxCurrent", "LedBrightness"),
    "value": _NUMBERS_AS_TEXT,
    "attributeValue": _NUMBERS_AS_TEXT,
    "actualValue": _NUMBERS_AS_TEXT,
    "valuesList": ("Accepted,Rejected", "Available,Occupied,Reserved,Unavailable,Faulted"),
    "language": ("en", "de", "fr", "sw"),
    "currency": ("EUR", "USD", "KES"),
    "content": ("Charging started", "Please plug in your vehicle", "Total cost: #.## EUR"),
    "issuerNameHash": _HASHES,
    "issuerKeyHash": _HASHES,
    "apn": ("internet", "iot.provider"),
    "techType": ("cType2",),
    "type": ("cCCS2", "ISO14443", "Central"),
}
"""Texts, where the schema leaves the value free."""

NUMBERS: Final[dict[str, tuple[int, ...]]] = {
    "connectorId": (1, 2, 0, 3),
    "evseId": (1, 2, 3, 4, 5, 6, 8, 10, 12),
    "id": (1, 2, 3, 4, 5),
    "interval": (300, 60, 30, 600, 900, 3600, 14400, 86400),
    "seqNo": (0, 1, 2, 3, 4, 5, 6, 7, 10, 12, 30, 100),
    "stackLevel": (0, 1, 2, 5),
    "startPeriod": (0, 0, 3600, 7200, 28800, 64800),
    "numberPhases": (3, 1),
    "numberOfPhasesUsed": (3, 1),
    "limit": (16, 32, 6, 10, 0, 11000, 22000),
    "duration": (86400, 3600, 600),
    "retries": (3, 1, 5),
    "retryInterval": (60, 30, 180),
    "soC": (15, 22, 31, 60, 85, 97, 100),
    "soH": (100, 99, 98, 95, 90, 84),
    "severity": (0, 2, 4, 5, 7, 9),
    "batteryCapacity": (1500, 2000, 60000),
    "cableMaxCurrent": (32, 20, 63),
    "priority": (0, 1, 2),
    "listVersion": (0, 1, 2, 10, 55),
}
"""Integers that are not as good as random."""

"""Texts with a format of their own: certificates, signed meter values.

Sources of the formats: RFC 7468 (PEM), RFC 2986 and 5280 (what the DER in it begins with), the Open
Charge Metering Format of SAFE e.V., version 1.0.
"""

import base64
import json
from collections.abc import Callable
from typing import Final

from laconic_codec.training.chargers import HEX, Charger

_BASE64: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_LINE: Final = 64
_IDENTIFICATION: Final[tuple[dict[str, object], ...]] = (
    {"IS": True, "IL": "VERIFIED", "IF": ["RFID_PLAIN", "OCPP_RS_TLS"], "IT": "ISO14443"},
    {"IS": True, "IL": "TRUSTED", "IF": ["RFID_NONE", "OCPP_RS"], "IT": "ISO14443"},
    {"IS": True, "IF": ["RFID_RELATED", "OCPP_AUTH"], "IT": "CENTRAL"},
    {"IS": False, "IL": "NONE", "IF": [], "IT": "NONE"},
)
_CURVES: Final = ("secp256r1", "secp256r1", "secp384r1", "brainpool256r1", "secp192r1")
_SPACES: Final = ((",", ":"), (",", ":"), (", ", ": "))


def certificate(charger: Charger) -> str:
    """Return a certificate in PEM; its content is as good as random after the first bytes."""
    return _pem(
        "CERTIFICATE", "MIIC" + charger.dice.pick(("", "xjCCAa6gAwIBAgI", "DTCCAb")), charger
    )


def request(charger: Charger) -> str:
    """Return a certificate signing request in PEM."""
    return _pem("CERTIFICATE REQUEST", "MIIBIDCBxwIBADBlMQswCQYDVQQGEwJ", charger)


def chain(charger: Charger) -> str:
    """Return one to three certificates."""
    return "".join(certificate(charger) for _ in range(1 + charger.dice.below(3)))


def ocmf(charger: Charger) -> str:
    """Return a signed meter value: OCMF, its JSON and the signature, as they stand."""
    dice = charger.dice
    spaces = dice.pick(_SPACES)
    signature = {
        "SA": f"ECDSA-{dice.pick(_CURVES)}-SHA256",
        "SD": f"30{dice.pick(('45022100', '44022020', '46022100'))}" + dice.letters(HEX, 64),
    }
    return "|".join(("OCMF", _json(_ocmf_data(charger), spaces), _json(signature, spaces)))


def signed_data(charger: Charger) -> str:
    """Return a signed meter value in base64, as OCPP 2.0.1 and 2.1 ask for it."""
    return base64.b64encode(ocmf(charger).encode()).decode()


def public_key(charger: Charger) -> str:
    """Return a public key with the prefixes of OCPP and of DER, in base64."""
    start = "oca:base16:asn1:3059301306072A8648CE3D020106082A8648CE3D030107034200"
    return base64.b64encode((start + charger.dice.letters(HEX.upper(), 64)).encode()).decode()


def _json(fields: object, spaces: tuple[str, str]) -> str:
    return json.dumps(fields, separators=spaces)


def _pem(label: str, start: str, charger: Charger) -> str:
    text = start + charger.dice.letters(_BASE64, 280) + "=="
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return "\n".join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""))


def _ocmf_data(charger: Charger) -> dict[str, object]:
    dice = charger.dice
    energy = dice.near(9000, 0.9)
    readings = [_reading(charger, "B", energy)]
    if dice.chance(0.7):
        readings.append(_reading(charger, "E", energy + dice.near(20, 0.9)))
    return {
        "FV": "1.0",
        "GI": dice.pick(("Charger", "Gateway", "Gateway 1")),
        "GS": dice.letters(HEX[:10], 9),
        "GV": "1.0",
        "PG": f"T{dice.below(400)}",
        "MV": dice.pick(("Meter", "Maker", "METER")),
        "MM": dice.pick(("Model", "M1", "DC-METER")),
        "MS": dice.letters(HEX.upper(), 10),
        "MF": "1.0",
        **dice.pick(_IDENTIFICATION),
        "ID": dice.letters(HEX.upper(), 8),
        "CT": "EVSEID",
        "CI": f"DE*ABC*E{dice.letters(HEX[:10], 6)}",
        "RD": readings,
    }


def _reading(charger: Charger, kind: str, energy: float) -> dict[str, object]:
    moment = charger.now.strftime("%Y-%m-%dT%H:%M:%S,000+0000 S")
    identity = {"RI": charger.dice.pick(("1-b:1.8.0", "01-00:98.08.00.FF", "1-0:1.8.0*255"))}
    value = {"RV": round(energy, 3), **identity, "RU": "kWh", "RT": "AC"}
    return {"TM": moment, "TX": kind, **value, "EF": "", "ST": "G"}


SPECIAL: Final[dict[str, Callable[[Charger], str]]] = {
    "certificate": certificate,
    "certificateChain": chain,
    "signingCertificate": certificate,
    "csr": request,
    "signedMeterData": signed_data,
    "publicKey": public_key,
}
"""Texts of these formats, by the key they stand under."""

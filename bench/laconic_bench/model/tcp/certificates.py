"""The certificates of the CSMS: an ECDSA P-256 leaf, one intermediate, and the root of chargers.

Everything but the signature of the handshake is the same in every run, and as small as public
authorities make it, so contenders over TLS are not charged for a long chain. Real ones have about
1.5 kB more: time stamps of certificate logs, and more extensions.
"""

import datetime
import ssl
import tempfile
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOST: Final = "csms.example.com"
_ROOT: Final = "Example Root X1"
_FROM: Final = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
_UNTIL: Final = datetime.datetime(2049, 12, 31, tzinfo=datetime.UTC)
_SERIAL_BITS: Final = 126


def server_pem() -> bytes:
    """Return the server's key and its chain, for programs that read them from a file."""
    intermediate = _certificate("Example E1", _key(2), _ROOT, _key(1), 2, ca=True)
    leaf = _certificate(HOST, _key(3), "Example E1", _key(2), 3, ca=False)
    return _private(_key(3)) + _pem(leaf) + _pem(intermediate)


def contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what the server and the chargers speak TLS 1.3 with; chargers verify the chain."""
    root = _certificate(_ROOT, _key(1), _ROOT, _key(1), 1, ca=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory(prefix="laconic-bench-") as folder:
        file = Path(folder) / "server.pem"
        file.write_bytes(server_pem())
        server.load_cert_chain(file)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(cadata=_pem(root).decode())
    for context in (server, client):
        context.minimum_version = ssl.TLSVersion.TLSv1_3
    return server, client


def _key(number: int) -> ec.EllipticCurvePrivateKey:
    """Return a key that is the same in every run. It protects nothing."""
    return ec.derive_private_key(0x1D0C0DE << 200 | number, ec.SECP256R1())


def _certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    number: int,
    *,
    ca: bool,
) -> x509.Certificate:
    names = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in (subject, issuer)
    ]
    usage = x509.KeyUsage(
        digital_signature=not ca,
        **dict.fromkeys(("key_cert_sign", "crl_sign"), ca),
        **dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment"), False),
        **dict.fromkeys(("key_agreement", "encipher_only", "decipher_only"), False),
    )
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    built = (
        x509.CertificateBuilder()
        .subject_name(names[0])
        .issuer_name(names[1])
        .public_key(key.public_key())
        .serial_number((1 << _SERIAL_BITS) + number)
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.BasicConstraints(ca, 0 if ca and number > 1 else None), True)
        .add_extension(usage, True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(authority, False)
    )
    if not ca:
        built = built.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False
        ).add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), False)
    return built.sign(issuer_key, hashes.SHA256(), ecdsa_deterministic=True)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )

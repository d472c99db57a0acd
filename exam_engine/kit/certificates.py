"""Certificates and keys in files: read, checked before anything starts, named for people."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

SOON = timedelta(days=30)

_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aiou"


class CertificateUnusable(ValueError):
    """The message is one line for whoever starts the service."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What a TLS server needs, and what people should be told about it."""

    certificate: Path
    key: Path
    expires: datetime

    def expires_soon(self, now: datetime) -> bool:
        return self.expires - now < SOON


def given_pair(certificate: Path, key: Path, now: datetime | None = None) -> Pair:
    """Somebody else's certificate, refused now rather than by every browser."""
    now = now or datetime.now(UTC)
    found = read_certificate(certificate)
    if found.public_key() != _read_key(key).public_key():
        raise CertificateUnusable(f"the key {key} does not belong to the certificate {certificate}")
    if now > found.not_valid_after_utc:
        raise CertificateUnusable(f"the certificate {certificate} expired on {found.not_valid_after_utc:%Y-%m-%d}")
    if now < found.not_valid_before_utc:
        raise CertificateUnusable(
            f"the certificate {certificate} is valid from {found.not_valid_before_utc:%Y-%m-%d} on: "
            f"is this machine's clock right? It says {now:%Y-%m-%d}"
        )
    return Pair(certificate, key, found.not_valid_after_utc)


def read_certificate(path: Path) -> x509.Certificate:
    data = _bytes(path)
    try:
        return x509.load_pem_x509_certificates(data)[0]
    except (ValueError, IndexError):
        raise CertificateUnusable(f"{path} holds no certificate in PEM form") from None


def _read_key(path: Path) -> PrivateKeyTypes:
    data = _bytes(path)
    try:
        return serialization.load_pem_private_key(data, password=None)
    except TypeError:
        raise CertificateUnusable(f"the key {path} is locked with a password: give one without") from None
    except (ValueError, UnsupportedAlgorithm):
        raise CertificateUnusable(f"{path} holds no private key in PEM form") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as refused:
        raise CertificateUnusable(f"cannot read {path} ({refused.strerror})") from None


def names(certificate: x509.Certificate) -> list[str]:
    """DNS names and addresses that the certificate is made for, in its order."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in found if isinstance(name, (x509.DNSName, x509.IPAddress))]


def first_name(path: Path) -> str | None:
    """A name under which the certificate's service can be opened; none if it can't be read or names none."""
    try:
        found = names(read_certificate(path))
    except CertificateUnusable:
        return None
    return next((name for name in found if not name.startswith("*.")), None)


def holds_for(certificate: x509.Certificate, host: str) -> bool:
    found = names(certificate)
    parent = host.partition(".")[2]
    return host in found or (not _is_address(host) and f"*.{parent}" in found)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 as browsers and systems show it: AB:CD:…"""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def spoken(certificate: x509.Certificate) -> str:
    """The first 64 bits of the fingerprint as four words to read aloud (proquints, Wilkerson 2009)."""
    digest = certificate.fingerprint(hashes.SHA256())
    return "-".join(_proquint(int.from_bytes(digest[at : at + 2])) for at in range(0, 8, 2))


def _proquint(number: int) -> str:
    """Sixteen bits: consonant (4), vowel (2), consonant (4), vowel (2), consonant (4)."""
    return "".join(
        letters[number >> shift & (len(letters) - 1)]
        for letters, shift in ((_CONSONANTS, 12), (_VOWELS, 10), (_CONSONANTS, 6), (_VOWELS, 4), (_CONSONANTS, 0))
    )


def write_private(path: Path, data: bytes) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)

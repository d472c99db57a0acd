"""The school's own certificate authority: made on first use, for the school's network and nothing else.

Devices that trust it trust whoever holds its key. So the key never leaves the data directory (0600), and the root
itself is constrained (RFC 5280, 4.2.1.10) to private addresses and names of a local network: a stolen key cannot
impersonate a site on the internet.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from exam_engine.kit import lan
from exam_engine.kit.certificates import CertificateUnusable, Pair, given_pair, names, read_certificate, write_private
from exam_engine.kit.settings import Settings

ROOT_LIFE = timedelta(days=3652)
#: Browsers refuse more than 398 days of public authorities, Apple more than 825 of any.
LEAF_LIFE = timedelta(days=397)
RENEW_BEFORE = timedelta(days=90)  # a school year's half, not the middle of its exams
#: A lab PC's clock may stand a little behind the server's.
CLOCKS_APART = timedelta(days=2)

PRIVATE_NETWORKS = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "127.0.0.0/8",
    "::1/128", "fc00::/7", "fe80::/10",
)  # fmt: skip
LOCAL_DOMAINS = ("localhost", "local", "lan", "internal", "home.arpa", "test")
ALWAYS = ("localhost", "127.0.0.1", "::1")

type_of_key = ec.SECP256R1


@dataclass(frozen=True, slots=True)
class Authority:
    folder: Path

    @classmethod
    def of(cls, settings: Settings) -> Authority:
        return cls(settings.data_dir / "tls")

    @property
    def certificate_file(self) -> Path:
        return self.folder / "authority.crt"

    @property
    def key_file(self) -> Path:
        return self.folder / "authority.key"

    @property
    def server_files(self) -> tuple[Path, Path]:
        """Certificate and key."""
        return self.folder / "server.crt", self.folder / "server.key"

    @property
    def exists(self) -> bool:
        return self.certificate_file.is_file() and self.key_file.is_file()

    @property
    def certificate(self) -> x509.Certificate:
        return read_certificate(self.certificate_file)

    def server_pair(self, wanted: Iterable[str], now: datetime | None = None) -> Pair:
        """The certificate for ``wanted`` addresses and names; made anew when they have changed or its end is near."""
        now = now or datetime.now(UTC)
        wanted = list(dict.fromkeys((*wanted, *ALWAYS)))
        if not self.exists:
            self._found(wanted, now)
        root = self.certificate
        if not root.not_valid_before_utc <= now < root.not_valid_after_utc:
            raise CertificateUnusable(
                f"the authority in {self.folder} is valid from {root.not_valid_before_utc:%Y-%m-%d} to "
                f"{root.not_valid_after_utc:%Y-%m-%d}, and this machine's clock says {now:%Y-%m-%d}: set the clock, or "
                "move the folder away for a new authority that every device must be told to trust again"
            )
        certified = [name for name in wanted if _permitted(root, name)]
        pair = self.server_files
        if not self._still_good(*pair, certified, root, now):
            self._sign(*pair, certified, root, now)
        return Pair(*pair, read_certificate(pair[0]).not_valid_after_utc)

    def _found(self, wanted: list[str], now: datetime) -> None:
        """A new root. An address that is not private is permitted alone, and only if this machine has it today."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        key = ec.generate_private_key(type_of_key())
        subject = _subject(f"Exam Engine {now:%Y-%m-%d} {secrets.token_hex(2)}")
        certificate = (
            _builder(subject, subject, key, now, ROOT_LIFE)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.NameConstraints(_constraints(wanted), None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        write_private(self.key_file, _pem(key))
        self.certificate_file.write_bytes(certificate.public_bytes(Encoding.PEM))

    def _still_good(self, file: Path, key: Path, wanted: list[str], root: x509.Certificate, now: datetime) -> bool:
        if not (file.is_file() and key.is_file()):
            return False
        found = read_certificate(file)
        try:
            found.verify_directly_issued_by(root)
        except Exception:  # noqa: BLE001 - whichever way it fails, another root did not sign this
            return False
        lives = found.not_valid_before_utc <= now < found.not_valid_after_utc - RENEW_BEFORE
        return lives and set(names(found)) == set(wanted)

    def _sign(self, file: Path, key_file: Path, wanted: list[str], root: x509.Certificate, now: datetime) -> None:
        signing = load_pem_private_key(self.key_file.read_bytes(), password=None)
        assert isinstance(signing, ec.EllipticCurvePrivateKey)
        key = ec.generate_private_key(type_of_key())
        certificate = (
            _builder(_subject("Exam Engine server"), root.subject, key, now, LEAF_LIFE)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in wanted]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
            .sign(signing, hashes.SHA256())
        )
        write_private(key_file, _pem(key))
        file.write_bytes(certificate.public_bytes(Encoding.PEM))


def wanted_names(settings: Settings) -> list[str]:
    """Everything by which a device may call this machine, the printed address first."""
    public = urlsplit(settings.public_url).hostname
    return [*([public] if public else []), *lan.addresses(), *lan.hostnames()]


def prepare(settings: Settings) -> Pair | None:
    """The certificate to serve with: refused if it can't be used, made if it is the service's own. For the parent."""
    if settings.tls_cert is not None and settings.tls_key is not None:
        return given_pair(settings.tls_cert, settings.tls_key)
    return Authority.of(settings).server_pair(wanted_names(settings)) if settings.tls else None


def files_of(settings: Settings) -> tuple[Path, Path]:
    if settings.tls_cert is not None and settings.tls_key is not None:
        return settings.tls_cert, settings.tls_key
    return Authority.of(settings).server_files


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    begins = now - CLOCKS_APART
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + life)
    )


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _constraints(wanted: list[str]) -> list[x509.GeneralName]:
    networks = [ipaddress.ip_network(network) for network in PRIVATE_NETWORKS]
    odd = [
        ipaddress.ip_network(name)
        for name in wanted
        if (address := _address(name)) and not any(address in network for network in networks)
    ]
    own = [name for name in wanted if not _address(name) and "." not in name and name not in LOCAL_DOMAINS]
    return [x509.IPAddress(network) for network in (*networks, *odd)] + [
        x509.DNSName(name) for name in (*LOCAL_DOMAINS, *own)
    ]


def _permitted(root: x509.Certificate, name: str) -> bool:
    """Whether the root may sign for ``name``: what it may not would spoil the whole certificate."""
    constraints = root.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    if address := _address(name):
        networks = [ipaddress.ip_network(str(one.value)) for one in constraints if isinstance(one, x509.IPAddress)]
        return any(address in network for network in networks)
    return any(
        isinstance(one, x509.DNSName) and (name == one.value or name.endswith(f".{one.value}")) for one in constraints
    )


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _general_name(name: str) -> x509.GeneralName:
    address = _address(name)
    return x509.IPAddress(address) if address else x509.DNSName(name)

"""The service's own authority signs for the school's network and nothing else; a given certificate is checked first."""

from __future__ import annotations

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)  # fmt: skip
from cryptography.x509.oid import NameOID

from exam_engine.kit.authority import Authority
from exam_engine.kit.certificates import (
    CertificateUnusable,
    fingerprint,
    first_name,
    given_pair,
    holds_for,
    names,
    read_certificate,
    spoken,
)  # fmt: skip

NOW = datetime(2026, 9, 5, 7, tzinfo=UTC)
LAN = ["192.168.1.20", "phong-may-1", "phong-may-1.local"]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "tls")


def served(authority: Authority) -> x509.Certificate:
    return read_certificate(authority.server_files[0])


def handshake(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> None:
    """TLS in memory; raises what a client that verifies would raise."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    theirs = client.wrap_bio(to_client, to_server, server_hostname=host)
    ours = server.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(10):
        for side in (theirs, ours):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert theirs.cipher()


def visit(certificate: Path, key: Path, root: Path | None, host: str) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    client = ssl.create_default_context(cafile=root)
    handshake(server, client, host)


def test_a_client_that_trusts_the_root_gets_in_by_every_name_and_others_do_not(authority: Authority) -> None:
    pair = authority.server_pair(LAN)
    for host in (*LAN, "localhost", "127.0.0.1"):
        visit(pair.certificate, pair.key, authority.certificate_file, host)
    with pytest.raises(ssl.SSLCertVerificationError):
        visit(pair.certificate, pair.key, None, LAN[0])
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        visit(pair.certificate, pair.key, authority.certificate_file, "192.168.1.21")


def test_keys_are_readable_by_nobody_else(authority: Authority) -> None:
    authority.server_pair(LAN)
    assert stat.S_IMODE(authority.folder.stat().st_mode) == 0o700
    for key in authority.folder.glob("*.key"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert sorted(path.name for path in authority.folder.iterdir()) == [
        "authority.crt", "authority.key", "server.crt", "server.key",
    ]  # fmt: skip


@pytest.mark.parametrize(("host", "refused"), [("thi.example.vn", True), ("8.8.8.8", True), ("192.168.7.7", False)])
def test_a_stolen_root_key_cannot_sign_for_the_internet(authority: Authority, host: str, refused: bool) -> None:
    authority.server_pair(LAN)
    stolen = load_pem_private_key(authority.key_file.read_bytes(), None)
    assert isinstance(stolen, ec.EllipticCurvePrivateKey)
    certificate, key = made(authority.folder, host, issuer=authority.certificate.subject, signed_by=stolen)
    if not refused:
        visit(certificate, key, authority.certificate_file, host)
        return
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        visit(certificate, key, authority.certificate_file, host)


def test_the_certificate_lives_as_long_as_browsers_accept(authority: Authority) -> None:
    authority.server_pair(LAN, NOW)
    leaf, root = served(authority), authority.certificate
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=398)
    assert root.not_valid_after_utc - NOW > timedelta(days=3640)
    assert isinstance(leaf.public_key(), ec.EllipticCurvePublicKey)
    assert root.extensions.get_extension_for_class(x509.NameConstraints).critical
    constraints = root.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert constraints.ca
    assert constraints.path_length == 0


def test_a_restart_keeps_the_certificate_and_a_changed_address_renews_it_under_the_same_root(
    authority: Authority,
) -> None:
    authority.server_pair(LAN, NOW)
    root, first = fingerprint(authority.certificate), served(authority).serial_number
    authority.server_pair(LAN, NOW + timedelta(days=3))
    assert served(authority).serial_number == first
    authority.server_pair(["192.168.1.77", *LAN[1:]], NOW + timedelta(days=3))
    assert served(authority).serial_number != first
    assert "192.168.1.77" in names(served(authority))
    assert "192.168.1.20" not in names(served(authority))
    assert fingerprint(authority.certificate) == root


def test_it_is_renewed_long_before_its_end(authority: Authority) -> None:
    authority.server_pair(LAN, NOW)
    later = NOW + timedelta(days=320)
    assert authority.server_pair(LAN, later).expires > later + timedelta(days=390)


def test_a_certificate_of_another_root_is_replaced(authority: Authority) -> None:
    authority.server_pair(LAN)
    authority.key_file.unlink()  # lost: a new authority is founded
    before = spoken(authority.certificate)
    pair = authority.server_pair(LAN)
    assert spoken(authority.certificate) != before
    visit(pair.certificate, pair.key, authority.certificate_file, LAN[0])


def test_a_clock_that_is_years_off_is_told(authority: Authority) -> None:
    authority.server_pair(LAN, NOW)
    with pytest.raises(CertificateUnusable, match="clock says 2010-01-01"):
        authority.server_pair(LAN, datetime(2010, 1, 1, tzinfo=UTC))


def test_an_address_that_is_not_private_is_permitted_alone(authority: Authority) -> None:
    pair = authority.server_pair(["203.0.113.9", "may-chu"])
    visit(pair.certificate, pair.key, authority.certificate_file, "203.0.113.9")
    authority.server_pair(["203.0.113.10", "may-chu"])
    assert "203.0.113.10" not in names(served(authority)), "it would spoil the certificate for all other names"


def test_words_and_fingerprint_name_one_certificate(authority: Authority) -> None:
    authority.server_pair(LAN)
    first = authority.certificate
    assert len(spoken(first).split("-")) == 4
    assert all(len(word) == 5 and word.isalpha() for word in spoken(first).split("-"))
    assert fingerprint(first).count(":") == 31
    other = Authority(authority.folder.parent / "other")
    other.server_pair(LAN)
    assert spoken(other.certificate) != spoken(first)


# --- a given certificate ------------------------------------------------


def made(
    folder: Path,
    host: str,
    *,
    issuer: x509.Name | None = None,
    signed_by: ec.EllipticCurvePrivateKey | None = None,
    begins: datetime | None = None,
    days: int = 90,
    password: bytes = b"",
) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A server")])
    begins = begins or datetime.now(UTC) - timedelta(days=1)
    name: x509.GeneralName = x509.DNSName(host)
    if host[0].isdigit():
        import ipaddress

        name = x509.IPAddress(ipaddress.ip_address(host))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .sign(signed_by or key, hashes.SHA256())
    )
    locked = BestAvailableEncryption(password) if password else NoEncryption()
    files = folder / "given.crt", folder / "given.key"
    files[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    return files


def test_a_given_pair_is_used_as_it_is(tmp_path: Path) -> None:
    certificate, key = made(tmp_path, "thi.example.vn", days=20)
    pair = given_pair(certificate, key)
    assert (pair.certificate, pair.key) == (certificate, key)
    assert pair.expires_soon(datetime.now(UTC))
    assert first_name(certificate) == "thi.example.vn"


@pytest.mark.parametrize(
    ("host", "name", "holds"),
    [
        ("thi.example.vn", "thi.example.vn", True),
        ("thi.example.vn", "*.example.vn", True),
        ("example.vn", "*.example.vn", False),
        ("a.b.example.vn", "*.example.vn", False),
        ("192.168.1.2", "*.168.1.2", False),
    ],
)
def test_which_hosts_a_certificate_holds_for(tmp_path: Path, host: str, name: str, holds: bool) -> None:
    certificate, _key = made(tmp_path, name)
    assert holds_for(read_certificate(certificate), host) is holds
    assert first_name(certificate) == (None if name.startswith("*") else name)


def test_every_obstacle_has_one_line(tmp_path: Path) -> None:
    certificate, key = made(tmp_path, "thi.example.vn")
    other = tmp_path / "other"
    other.mkdir()
    _certificate, foreign = made(other, "thi.example.vn")
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("hello")
    told = {
        "cannot read": (tmp_path / "absent.crt", key),
        "no certificate": (nonsense, key),
        "no private key": (certificate, nonsense),
        "does not belong": (certificate, foreign),
    }
    for words, pair in told.items():
        with pytest.raises(CertificateUnusable, match=words) as refused:
            given_pair(*pair)
        assert "\n" not in str(refused.value)


def test_a_locked_key_is_told(tmp_path: Path) -> None:
    with pytest.raises(CertificateUnusable, match="password"):
        given_pair(*made(tmp_path, "thi.example.vn", password=b"secret"))


@pytest.mark.parametrize(("shift", "words"), [(-400, "expired on"), (30, "clock right")])
def test_a_certificate_out_of_its_time_is_told(tmp_path: Path, shift: int, words: str) -> None:
    begins = datetime.now(UTC) + timedelta(days=shift)
    with pytest.raises(CertificateUnusable, match=words):
        given_pair(*made(tmp_path, "thi.example.vn", begins=begins))

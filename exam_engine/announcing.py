"""What the person at the console is told: where devices find the service, and how they can tell that it is the one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from exam_engine.kit import lan
from exam_engine.kit.authority import Authority, prepare
from exam_engine.kit.certificates import (
    CertificateUnusable,
    Pair,
    fingerprint,
    holds_for,
    names,
    read_certificate,
    spoken,
)  # fmt: skip
from exam_engine.kit.settings import Settings


def told(settings: Settings) -> str:
    """Empty for a service that only this machine can reach over plain http."""
    pair = prepare(settings)
    lines = _changed(settings)
    if settings.lan:
        lines += _network(settings)
    if pair is not None:
        lines += _https(settings, pair)
    return "".join(f"\n  {line}" if line else "\n" for line in lines)


def _changed(settings: Settings) -> list[str]:
    former = lan.remember(settings.data_dir, settings.public_url) if settings.lan else None
    if former is None:
        return []
    return [
        "",
        f"ADDRESS CHANGED: at the last start it was {former}, now it is {settings.public_url}.",
        "Slips and QR codes printed before lead to the old one. Ask for a fixed address (docs/operations.md).",
    ]


def _network(settings: Settings) -> list[str]:
    others = [address for address in lan.addresses() if address not in settings.public_url]
    if urlsplit(settings.public_url).hostname == lan.LOOPBACK:
        return ["", "No network was found: only this machine can open the service. Connect it, then start again."]
    return [
        "",
        f"Devices on the same network open  {settings.public_url}",
        *([f"Other addresses of this machine:  {'  '.join(others)}"] if others else []),
        "",
        *(line.removeprefix("  ") for line in lan.terminal_qr(settings.public_url).splitlines()),
    ]


def _https(settings: Settings, pair: Pair) -> list[str]:
    lines = ["", f"Over https                        {settings.secure_url}"]
    if settings.own_authority:
        root = Authority.of(settings).certificate
        lines += [
            f"How devices come to trust it      {settings.public_url}/trust",
            f"Check words                       {spoken(root)}",
            f"SHA-256                           {fingerprint(root)}",
        ]
    else:
        host = urlsplit(settings.public_url).hostname or ""
        found = read_certificate(pair.certificate)
        if not holds_for(found, host):
            lines += [f"WARNING: the certificate is made for {', '.join(names(found))}, not for {host}."]
        if pair.expires_soon(datetime.now(UTC)):
            lines += [f"WARNING: the certificate expires on {pair.expires:%Y-%m-%d}."]
    return lines


def authority(settings: Settings) -> dict[str, Any]:
    found = Authority.of(settings)
    if not found.exists:
        raise CertificateUnusable(f"there is no authority in {found.folder} yet: exam-engine serve --lan makes one")
    root = found.certificate
    return {
        "certificate": str(found.certificate_file),
        "words": spoken(root),
        "sha256": fingerprint(root),
        "expires": f"{root.not_valid_after_utc:%Y-%m-%d}",
        "server_expires": f"{read_certificate(found.server_files[0]).not_valid_after_utc:%Y-%m-%d}",
    }

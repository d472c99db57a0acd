"""What devices will lack in a formal sitting because of how the service is reached: told before the day, not on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from exam_engine.kit.certificates import CertificateUnusable, read_certificate
from exam_engine.kit.errors import _
from exam_engine.kit.settings import Settings

WITHOUT_HTTPS = (
    _("If a page is reloaded while the network is away, it needs the network back before the work goes on."),
    _("Papers can't be fetched before the start: all devices load theirs in the first minute."),
    _("Others on the same network could read along."),
)


@dataclass(frozen=True, slots=True)
class Warned:
    """Texts are msgids, `params` fill the places of all of them."""

    title: str
    tone: Literal["info", "warning"]
    lines: Sequence[str] = ()
    advice: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


def warned(settings: Settings, sitting: Mapping[Any, Any], now: datetime) -> Warned | None:
    """Only for exams that are still to come or running; a quick quiz asks for nothing of this."""
    if sitting["kind"] != "exam" or now >= sitting["closes_at"]:
        return None
    if _only_here(settings):
        return None if settings.demo else _unreachable(settings)
    if ends := _certificate_ends(settings):
        return _ends(ends) if ends < sitting["closes_at"] else None
    if settings.behind_proxy:
        return None
    return _partly_trusted() if settings.own_authority else _plain()


def _only_here(settings: Settings) -> bool:
    return urlsplit(settings.public_url).hostname in {"127.0.0.1", "localhost", "::1"}


def _certificate_ends(settings: Settings) -> datetime | None:
    """Of a given certificate: the service's own are renewed long before."""
    if settings.tls_cert is None:
        return None
    try:
        return read_certificate(settings.tls_cert).not_valid_after_utc
    except CertificateUnusable:
        return None


def _unreachable(settings: Settings) -> Warned:
    return Warned(
        _("Other devices can't reach the service"),
        "warning",
        advice=_("Tickets lead to %(url)s, which only this machine opens. Start the service with --lan, or set its public address."),  # noqa: E501
        params={"url": settings.public_url},
    )  # fmt: skip


def _ends(ends: datetime) -> Warned:
    return Warned(
        _("The certificate ends before this sitting does"),
        "warning",
        advice=_("It ends on %(day)s; browsers refuse the service from then on. Renew it and start the service again."),
        params={"day": f"{ends:%d/%m/%Y}"},
    )


def _plain() -> Warned:
    return Warned(
        _("The service is reached over plain http"),
        "warning",
        WITHOUT_HTTPS,
        _("Answers are safe all the same. For https, start the service with --lan or with a certificate (operations guide)."),  # noqa: E501
    )  # fmt: skip


def _partly_trusted() -> Warned:
    return Warned(
        _("Devices that do not trust this service work over plain http"),
        "info",
        WITHOUT_HTTPS,
        _("Answers are safe all the same. Let the school's devices trust the service before the day, and check some."),
    )

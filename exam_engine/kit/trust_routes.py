"""How devices come to trust the service's own certificate: a page, a sheet to print, the certificate. Open to all."""

from __future__ import annotations

from functools import partial
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from litestar import Request, Response, get
from litestar.datastructures import State

from exam_engine.kit import printing, trusting
from exam_engine.kit.authority import Authority
from exam_engine.kit.certificates import fingerprint, spoken
from exam_engine.kit.errors import _, not_found
from exam_engine.kit.forms import local_path
from exam_engine.kit.identity import open_to_all
from exam_engine.kit.languages import translator
from exam_engine.kit.pages import locale_of, page
from exam_engine.kit.settings import Settings

FILE = "/trust/authority.crt"


@get("/trust", **open_to_all())
async def trust(request: Request[Any, Any, State], state: State, to: str = "") -> Response[str]:
    onward = state.settings.secure_url + local_path(to) if to and state.settings.secure_url else ""
    found = known(state.settings)
    address = state.settings.secure_url
    return page(
        request, "kit/trust.html", found=found, trusting=trusting, file=FILE, onward=onward, secure_address=address
    )


@get("/trust.pdf", **open_to_all())
async def sheet(request: Request[Any, Any, State], state: State) -> Response[bytes]:
    found = known(state.settings)
    if found is None:
        raise not_found()
    locale = locale_of(request)
    key = f"trust.pdf {locale} {found['sha256']} {found['secure_url']}"
    if key not in state:  # open to all: typeset each time, it would keep a core busy for whoever asks and asks
        state[key] = await printing.typeset("trust", partial(printed, found, locale, state.settings))
    headers = {"Content-Disposition": 'inline; filename="trust.pdf"', "Cache-Control": "no-store"}
    return Response(state[key], media_type="application/pdf", headers=headers)


@get(FILE, sync_to_thread=False, **open_to_all())
def certificate(state: State) -> Response[bytes]:
    """DER, which every system reads; Safari and Firefox offer to install it at once."""
    authority = Authority.of(state.settings)
    if not (state.settings.own_authority and authority.exists):
        raise not_found()
    data = authority.certificate.public_bytes(Encoding.DER)
    return Response(data, media_type="application/x-x509-ca-cert", headers={"Cache-Control": "no-store"})


@get("/trust/probe", media_type="text/plain", sync_to_thread=False, **open_to_all())
def probe() -> Response[str]:
    """Asked over https by pages of the plain side: an answer means that this device trusts the certificate."""
    return Response("trusted\n", headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"})


def known(settings: Settings) -> dict[str, str] | None:
    """What people compare; None where there is nothing to trust."""
    authority = Authority.of(settings)
    if not (settings.own_authority and authority.exists):
        return None
    root = authority.certificate
    name = root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    return {"name": str(name), "words": spoken(root), "sha256": fingerprint(root), "secure_url": settings.secure_url}


def printed(found: dict[str, str], locale: str, settings: Settings) -> dict[str, Any]:
    translate = translator(locale)
    address = f"{settings.public_url}/trust"
    return {
        "locale": locale,
        "texts": {
            "heading": translate(_("Let a device trust this service")),
            "why": translate(trusting.WHY),
            "compare": translate(trusting.COMPARE),
            "whom": translate(trusting.FOR_WHOM),
            "open": translate(_("Open this address on the device")),
            "words": translate(_("Check words")),
            "then": translate(_("Then open")),
            "afterwards": translate(trusting.AFTERWARDS),
        },
        "address": address,
        "qr": printing.qr(address),
        "secure": f"{found['secure_url']}/check",
        "words": found["words"],
        "sha256": found["sha256"],
        "devices": [
            {
                "name": translate(device.name),
                "steps": [translate(step, **_own(step, found)) for step in device.steps],
                "removal": translate(device.removal, name=found["name"]),
            }
            for device in trusting.DEVICES
        ],
    }


def _own(text: str, found: dict[str, str]) -> dict[str, str]:
    return {"name": found["name"]} if "%(name)s" in text else {}


ROUTES = (trust, sheet, certificate, probe)

"""How each kind of device comes to trust the service's own authority, and forgets it again: for the page and on paper.

Texts are msgids; `%(name)s` is the certificate's name in lists of the system.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exam_engine.kit.errors import _


@dataclass(frozen=True, slots=True)
class Device:
    id: str
    name: str
    steps: Sequence[str]
    removal: str


DEVICES = (
    Device(
        "windows",
        _("Windows 7, 10, 11: Chrome and Edge"),
        (
            _("Download the certificate and open the file."),
            _("Choose Install Certificate, then Local Machine (needs an administrator; all users of the PC) or Current User."),  # noqa: E501
            _("Choose “Place all certificates in the following store”, Browse, “Trusted Root Certification Authorities”, then Next, Finish and Yes."),  # noqa: E501
            _("Close the browser completely and open it again. For a whole lab, an administrator runs on each PC: certutil -addstore -f Root authority.crt"),  # noqa: E501
        ),
        _("Run certmgr.msc (certlm.msc for all users), Trusted Root Certification Authorities, delete “%(name)s”."),
    ),
    Device(
        "firefox",
        _("Firefox on a computer"),
        (
            _("Settings, Privacy & Security, Certificates, View Certificates, tab Authorities, Import: choose the downloaded file."),  # noqa: E501
            _("Tick “Trust this CA to identify websites”, then OK. From version 120 on, Firefox takes it over from Windows by itself."),  # noqa: E501
        ),
        _("In the same list choose “%(name)s” and Delete or Distrust."),
    ),
    Device(
        "android",
        _("Android: Chrome"),
        (
            _("Download the certificate."),
            _("Settings, Security and privacy, More, Encryption and credentials, Install a certificate, CA certificate, Install anyway: choose the file. Some makers name the places differently; the search of the settings finds “certificate”."),  # noqa: E501
            _("A screen lock is needed. Firefox on Android does not take the certificate; use Chrome."),
        ),
        _("Settings, Encryption and credentials, Trusted credentials, tab User: “%(name)s”, Remove."),
    ),
    Device(
        "apple",
        _("iPad and iPhone: Safari"),
        (
            _("Open this page in Safari, download the certificate and choose Allow."),
            _("Settings, General, VPN & Device Management: choose “%(name)s”, then Install."),
            _("Settings, General, About, Certificate Trust Settings: switch “%(name)s” on."),
        ),
        _("Settings, General, VPN & Device Management: “%(name)s”, Remove Profile."),
    ),
)  # fmt: skip

WHY = _(
    "Over https nobody on the network can read along, the paper can be fetched before the start, and a page may be "
    "reloaded while the network is away. This service signs its own certificate, so each device has to be told once to "
    "trust it. The certificate only holds for addresses of local networks, never for sites on the internet."
)
COMPARE = _(
    "First compare: the person who started the service sees these words on its screen (also with the command "
    "exam-engine authority). If a device shows other ones, stop: somebody may stand in between."
)
FOR_WHOM = _(
    "Meant for devices of the school: lab PCs, tablets, computers of teachers. Pupils' own phones need not do this: "
    "they work over plain http as well, and should only not reload the page while the network is away."
)
AFTERWARDS = _("When the school no longer uses the service, take the certificate off the devices again:")

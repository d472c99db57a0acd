"""The device check's code: what web/check/findings.js found missing, as one number that a pupil can read aloud."""

from __future__ import annotations

from collections.abc import Sequence

from exam_engine.kit.errors import _

#: Each bit means the same in web/check/findings.js.
LACKS = (
    (1, _("The browser is too old: another browser or device.")),
    (2, _("The browser refuses to keep answers, or the device is full: close private windows, make room, or another device.")),  # noqa: E501
    (128, _("The server does not answer, or slowly: look at the network.")),
    (256, _("Cookies are blocked: allow them for this address.")),
    (4, _("No https: a reload while the network is away needs it back.")),
    (8, _("The page can't be kept: a reload while the network is away needs it back.")),
    (16, _("Tabs are told apart slowly: keep the test in one tab.")),
    (32, _("The date is wrong: set it.")),
    (64, _("The screen or window is small.")),
)  # fmt: skip
CANNOT = 1 | 2 | 256
MOST = sum(bit for bit, _words in LACKS)


def read(code: str) -> Sequence[str] | None:
    """The msgids of what a device lacks, the worst first; None if this is no code."""
    plain = "".join(code.split())
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 3) or int(plain) > MOST:
        return None
    return [words for bit, words in LACKS if int(plain) & bit]

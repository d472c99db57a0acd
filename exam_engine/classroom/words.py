"""What the pages of a class's tests call things, and what they say after an act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request

from exam_engine.kit.errors import _
from exam_engine.kit.languages import translator
from exam_engine.kit.pages import locale_of

STATE_LABELS: Mapping[str, str] = {
    "ready": _("Expected"),
    "running": _("Working"),
    "paused": _("Stopped"),
    "submitted": _("Handed in"),
    "expired": _("Time over"),
    "ended": _("Ended"),
    "absent": _("Absent"),
}
STATE_TONES: Mapping[str, str] = {
    "ready": "",
    "running": "info",
    "paused": "warning",
    "submitted": "success",
    "expired": "success",
    "ended": "success",
    "absent": "",
}

_DONE = {
    "copied": _("A copy is made. Check it, then start."),
    "deleted": _("The draft is deleted."),
    "added": _("Questions added: %(n)s."),
    "only_bank": _("The new questions are in the bank. This test has begun or is full: not all of them are in it."),
    "known": _("These questions were in the test already."),
    "time": _("Pupils with more time: %(n)s."),
    "ended": _("The test is over. Pupils who have handed in: %(n)s."),
    "ended_guests": _("The test is over. Handed in by %(n)s pupils and %(guests)s guests."),
    "ended_one": _("This pupil's work is closed."),
    "closing": _("The closing time is changed."),
    "open": _("Pupils can join for 30 more minutes."),
    "guests": _("Guests may join by their name."),
    "no_guests": _("Guests can't join any more."),
    "renamed": _("The guest's name is corrected."),
    "matched": _("The work now counts for this pupil."),
    "device": _("The guest may go on, on the other device."),
    "no_device": _("The other device stays outside."),
    "removed": _("The guest is removed."),
    "confirmed": _("The marks are confirmed. Pupils see them now."),
    "unconfirmed": _("The marks are provisional again. Pupils no longer see them."),
}

#: Reasons that pupils read, when the teacher gives none.
MORE_TIME, OVER, REMOVED, OTHER_DEVICE = (
    _("More time from your teacher"),
    _("Your teacher has ended the test"),
    _("Removed from the list"),
    _("Your teacher has let another device in"),
)


def told(request: Request[Any, Any, Any]) -> list[str]:
    """The message of the act that led here (`?done=…&n=…`)."""
    n = request.query_params.get("n", "0")
    return said(request, request.query_params.get("done", ""), n if n.isdigit() else "0")


def said(request: Request[Any, Any, Any], done: str, n: int | str = 0, **more: object) -> list[str]:
    message = _DONE.get(done)
    return [translator(locale_of(request))(message, n=n, **more)] if message else []

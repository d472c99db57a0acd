"""What pages call things, and what they say after an act."""

from __future__ import annotations

from typing import Any

from litestar import Request

from exam_engine.kit import languages
from exam_engine.kit.errors import _
from exam_engine.kit.pages import locale_of

UNIT_KIND_LABELS = {
    "ministry": _("Ministry"),
    "province": _("Province"),
    "commune": _("Commune"),
    "school": _("School"),
    "class": _("Class"),
}

_DONE = {
    "saved": _("Saved."),
    "created": _("Created."),
    "moved": _("Moved."),
    "merged": _("Merged. The old code stays findable."),
    "granted": _("The role is granted."),
    "taken": _("The role is taken away."),
    "disabled": _("The account is closed and signed out everywhere."),
    "enabled": _("The account is open again."),
    "enrolled": _("The pupils are in the class."),
    "removed": _("The pupil has left the class."),
    "password": _("The password is changed. All other sign-ins have ended."),
    "session": _("The sign-in has ended."),
}


def told(request: Request[Any, Any, Any]) -> list[str]:
    """The message of the act that led here (`?done=…`)."""
    message = _DONE.get(request.query_params.get("done", ""))
    return [languages.translator(locale_of(request))(message)] if message else []

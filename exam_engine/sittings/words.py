"""What the pages of sittings call things, and what they say after an act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request

from exam_engine.kit import languages
from exam_engine.kit.errors import _
from exam_engine.kit.pages import locale_of

STATE_LABELS: Mapping[str, str] = {
    "draft": _("Draft"),
    "confirming": _("Papers are being built"),
    "confirmed": _("Ready"),
    "closed": _("Closed"),
}
STATE_TONES: Mapping[str, str] = {"draft": "warning", "confirming": "info", "confirmed": "success", "closed": ""}

WHEN_LABELS: Mapping[str, str] = {
    "upcoming": _("Upcoming"),
    "running": _("Running"),
    "over": _("Over"),
}

TIMING_LABELS: Mapping[str, str] = {
    "individual": _("Full time for each candidate, from the own start"),
    "common_end": _("Common end for all"),
}
DEVICE_LABELS: Mapping[str, str] = {
    "invigilator": _("An invigilator allows each move"),
    "free": _("Candidates move by signing in again"),
}
ADMISSION_LABELS: Mapping[str, str] = {
    "automatic": _("Candidates begin by themselves"),
    "invigilator": _("An invigilator admits each candidate"),
}
WORDING_LABELS: Mapping[str, str] = {
    "formal": _("Formal exam: candidate, invigilator"),
    "class": _("Class test: pupil, teacher"),
}

#: Signal → its name, and what is recorded of it. Candidates read the same before they start.
SIGNAL_LABELS: Mapping[str, tuple[str, str]] = {
    "focus_lost": (_("Another window in front"), _("When, and for how long; never which window.")),
    "hidden": (_("Page hidden"), _("When the page was hidden or minimised, and for how long.")),
    "full_screen_left": (_("Full screen left"), _("When full screen was left, and for how long.")),
    "paste": (_("Pasting into an answer"), _("When, into which item, and how many characters; never the text.")),
    "second_tab": (_("Second tab"), _("When the exam was opened in a second tab of the same browser.")),
    "second_device": (_("Second device"), _("When another device signed in, and the name of its browser.")),
    "address_changed": (_("Network address changed"), _("When the network address changed; kept as a short code.")),
}

_DONE = {
    "created": _("The sitting is created. Next: the roster."),
    "saved": _("Saved."),
    "enrolled": _("The roster has been taken over."),
    "added": _("The candidate is added."),
    "removed": _("The candidate is removed."),
    "renewed": _("A new PIN and ticket are made. The old ones no longer work."),
    "closed": _("The sitting is closed."),
    "deleted": _("The draft is deleted."),
    "refreshed": _("The sitting now uses the exam as it stands today."),
    "room": _("The room is saved."),
    "room_removed": _("The room is removed."),
}


def told(request: Request[Any, Any, Any]) -> list[str]:
    """The message of the act that led here (`?done=…`)."""
    message = _DONE.get(request.query_params.get("done", ""))
    return [languages.translator(locale_of(request))(message)] if message else []

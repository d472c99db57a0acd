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

#: Acts of this feature in the audit log; those of other features are shown by their name.
ACT_LABELS = {
    "signed_in": _("Signed in"),
    "school_set_up": _("Set the school up"),
    "password_changed": _("Changed the password"),
    "password_reset": _("Made a one-time password"),
    "session_revoked": _("Ended a sign-in"),
    "account_opened": _("Opened an account"),
    "account_disabled": _("Closed an account"),
    "account_enabled": _("Opened an account again"),
    "role_granted": _("Granted a role"),
    "role_taken": _("Took a role away"),
    "person_entered": _("Entered a person"),
    "person_corrected": _("Corrected a person"),
    "pupils_enrolled": _("Added pupils to a class"),
    "pupil_removed": _("Took a pupil out of a class"),
    "slips_printed": _("Printed sign-in slips"),
    "pins_shown": _("Looked at pupils' PINs"),
    "pins_renewed": _("Made new PINs for pupils"),
    "people_merged": _("Merged a pupil who was entered twice"),
    "closing_moved": _("Changed a closing time"),
    "people_told_apart": _("Told two pupils of one name apart"),
    "unit_created": _("Created a unit"),
    "unit_changed": _("Corrected a unit"),
    "unit_moved": _("Moved a unit"),
    "unit_merged": _("Merged a unit"),
    "created": _("Created"),
    "changed": _("Edited"),
    "confirmed": _("Confirmed"),
    "imported": _("Imported"),
    "exported": _("Exported"),
    "enrolled": _("Took a roster over"),
    "roster_refused": _("Roster refused"),
    "room_watched": _("Watched a room"),
    "signals_read": _("Read signals"),
    "attempt_started": _("Attempt started"),
    "acted_on_all": _("Acted on a whole sitting or room"),
    "attempt_add_time": _("Added time"),
    "attempt_pause": _("Paused an attempt"),
    "attempt_unpause": _("Let an attempt go on"),
    "attempt_end": _("Ended an attempt"),
    "attempt_reopen": _("Opened an attempt again"),
    "attempt_allow_device": _("Allowed another device"),
    "attempt_mark_absent": _("Marked absent"),
    "attempt_admit": _("Admitted a candidate"),
    "device_changed": _("Device changed"),
    "marked_by_hand": _("Marked by hand"),
    "results_released": _("Released results"),
    "item_decided": _("Decided about an item"),
    "sent_to_review": _("Sent to review"),
    "withdrew_from_review": _("Took back from review"),
    "approved": _("Approved"),
    "returned": _("Returned"),
    "retired": _("Retired"),
    "commented": _("Commented"),
    "comment_changed": _("Changed an own comment"),
    "comment_deleted": _("Deleted an own comment"),
    "resolved": _("Resolved a thread of comments"),
    "reopened": _("Opened a thread of comments again"),
    "shared": _("Shared a bank"),
    "copied": _("Copied"),
    "asked_release": _("Asked for the release of a paper"),
    "released_paper": _("Released a paper as the second person"),
    "key_corrected": _("Corrected a key in the bank"),
    "results_taken_back": _("Took results back"),
    "rehearsal_built": _("Built a rehearsal"),
    "rehearsal_removed": _("Removed a rehearsal"),
}

_BROWSERS = ("Edg", "OPR", "SamsungBrowser", "Firefox", "Chrome", "Safari")
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")


def browser_name(user_agent: str) -> str:
    """Enough for a person to know the own device again; the first name that fits, as browsers claim to be others."""
    browser = next((name for name in _BROWSERS if f"{name}/" in user_agent), "")
    system = next((name for name in _SYSTEMS if name in user_agent), "")
    return " · ".join(part.replace("Edg", "Edge").replace("OPR", "Opera") for part in (browser, system) if part) or "–"


_DONE = {
    "saved": _("Saved."),
    "created": _("Created."),
    "moved": _("Moved."),
    "apart": _("Remembered: these are two pupils. The pair is not shown again."),
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

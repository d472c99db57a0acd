"""Words that pages and files of results share."""

from __future__ import annotations

from exam_engine.kit.errors import _

#: State of an attempt → msgid.
STATES = {
    "ready": _("Not begun"),
    "running": _("Working"),
    "paused": _("Paused"),
    "submitted": _("Handed in"),
    "expired": _("Time over"),
    "ended": _("Ended by staff"),
    "absent": _("Absent"),
}
TONES = {"running": "info", "paused": "warning", "ended": "warning", "absent": "", "ready": ""}

#: Standing of a journal entry → msgid.
STANDINGS = {
    0: _("Counts"),
    1: _("Too late"),
    2: _("From a device that had been replaced"),
    3: _("After handing in"),
    4: _("Conflicting repeat"),
    5: _("After the attempt was closed"),
}

#: Why a new version of a result was made → msgid.
CAUSES = {
    "closed": _("Attempt ended"),
    "hand": _("Marked by hand"),
    "ruling": _("Ruling on an answer"),
    "remark": _("Marked again"),
    "item": _("Decision about an item"),
}

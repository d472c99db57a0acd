"""What a refused action is called, and how it is said to the candidate or to staff."""

from __future__ import annotations

from exam_engine.delivery.attempt import Denied
from exam_engine.kit.errors import Refused, _

_WORDS = {
    "not_started": _("This attempt has not been started yet."),
    "already_running": _("This attempt is running already."),
    "paused": _("The invigilator has paused this attempt. Your answers are kept and your time stands still."),
    "already_submitted": _("This attempt has been handed in."),
    "time_over": _("The time of this attempt is over. What was saved is recorded."),
    "ended_by_staff": _("The invigilator has ended this attempt. What was saved is recorded."),
    "marked_absent": _("This candidate was marked absent. Please tell the invigilator."),
}


def denied(answer: Denied) -> Refused:
    return Refused(answer.reason, 409, _WORDS[answer.reason])

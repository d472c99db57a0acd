"""Names that pages of reviews show, as msgids."""

from __future__ import annotations

from collections.abc import Mapping

from exam_engine.kit.errors import _

#: As the reviewer is asked.
CHECKLIST_LABELS: Mapping[str, str] = {
    "key": _("The key is right"),
    "one_best": _("One answer is best, and no other can be defended"),
    "level": _("Topic and level are stated rightly"),
    "language": _("The language is clear and correct"),
    "fairness": _("It is fair to every pupil"),
    "pictures": _("Pictures are legible and described"),
}
ANSWER_LABELS: Mapping[str, str] = {"yes": _("Yes"), "no": _("No"), "not_applicable": _("Does not apply")}
DONE: Mapping[str, str] = {
    "approved": _("The item is approved."),
    "counted": _("Your approval is counted; another reviewer is still needed."),
    "returned": _("The item went back to its author with your reasons."),
}

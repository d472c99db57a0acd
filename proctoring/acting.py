"""What staff may do from the room page: the words, the quick reasons, and what an act will change. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exam_engine.delivery.attempt import Action, Allowed, State, permits
from exam_engine.delivery.intervening import LONGEST_REASON, MOST_SECONDS, Order
from exam_engine.kit.errors import _
from exam_engine.kit.forms import Reading


@dataclass(frozen=True, slots=True)
class Act:
    """`one` and `many` tell what the act will change, before it is done; `reasons` are quick choices. All msgids."""

    label: str
    icon: str
    one: str
    many: str
    reasons: tuple[str, ...]
    minutes: int = 0  # the value proposed, where the act takes minutes
    danger: bool = False

    def consequence(self, n: int) -> str:
        return self.one if n == 1 else self.many


_TECHNICAL = _("The device or the network failed.")
_DISTURBED = _("The room was disturbed.")
_PAPER = _("A question about the paper is being cleared up.")

ACTS: Mapping[Action, Act] = {
    Action.ADMIT: Act(
        label=_("Admit"),
        icon="door-open",
        one=_("1 candidate may begin."),
        many=_("%(n)s candidates may begin."),
        reasons=(_("Identity checked."), _("Came late, with leave.")),
    ),
    Action.ALLOW_DEVICE: Act(
        label=_("Allow another device"),
        icon="monitor-smartphone",
        one=_("1 candidate may go on with another device. The one before stops."),
        many=_("%(n)s candidates may go on with another device. The one before stops."),
        reasons=(_TECHNICAL, _("The device was replaced by a spare one.")),
    ),
    Action.ADD_TIME: Act(
        label=_("Add time"),
        icon="clock",
        one=_("1 candidate gets +%(minutes)s minutes."),
        many=_("%(n)s candidates get +%(minutes)s minutes."),
        reasons=(_TECHNICAL, _DISTURBED, _("Time was lost at the start.")),
        minutes=5,
    ),
    Action.PAUSE: Act(
        label=_("Pause"),
        icon="pause",
        one=_("1 candidate is stopped. The time stands still until the attempt goes on."),
        many=_("%(n)s candidates are stopped. Their time stands still until they go on."),
        reasons=(_DISTURBED, _TECHNICAL, _PAPER),
    ),
    Action.UNPAUSE: Act(
        label=_("Go on"),
        icon="play",
        one=_("1 candidate goes on. The time of the pause is given back."),
        many=_("%(n)s candidates go on. The time of the pause is given back."),
        reasons=(_("The matter is settled."),),
    ),
    Action.END: Act(
        label=_("End the attempt"),
        icon="ban",
        one=_("The attempt of 1 candidate ends now. What was saved is recorded and will be marked."),
        many=_("The attempts of %(n)s candidates end now. What they saved is recorded and will be marked."),
        reasons=(_("The candidate has to leave for health reasons."), _("Decision of the head of the exam site.")),
        danger=True,
    ),
    Action.REOPEN: Act(
        label=_("Open again"),
        icon="undo-2",
        one=_("1 candidate goes on for %(minutes)s minutes from now; the receipt before is withdrawn."),
        many=_("%(n)s candidates go on for %(minutes)s minutes from now; the receipts before are withdrawn."),
        reasons=(_("Handed in by mistake."), _("Marked absent by mistake."), _TECHNICAL),
        minutes=10,
    ),
    Action.MARK_ABSENT: Act(
        label=_("Mark absent"),
        icon="user-x",
        one=_("1 candidate is marked absent and can't begin."),
        many=_("%(n)s candidates are marked absent and can't begin."),
        reasons=(_("Did not come."),),
    ),
}

#: What may be done to a whole room at once.
FOR_ALL = (Action.ADMIT, Action.ADD_TIME, Action.PAUSE, Action.UNPAUSE, Action.END)


def offered(row: Mapping[str, Any]) -> list[Action]:
    """The acts that make sense for one candidate now."""
    found = [action for action in ACTS if isinstance(permits(State(row["state"]), action), Allowed)]
    if row["admitted"]:
        found = [action for action in found if action is not Action.ADMIT]
    return found


def concerned(rows: Sequence[Mapping[str, Any]], action: Action) -> int:
    """How many of them an act for all would reach."""
    return sum(isinstance(permits(State(row["state"]), action), Allowed) for row in rows)


def order_of(form: Reading, *, reasons: Sequence[str]) -> Order | None:
    """The order as the form gives it; `reasons` are the quick choices in the language of who acts. None: see errors."""
    name = form.choice("action", [str(action) for action in ACTS])
    chosen = form.text("reason", required=False, longest=LONGEST_REASON)
    more = form.text("details", required=False, longest=LONGEST_REASON)
    reason = " ".join(part for part in (chosen if chosen in reasons else "", more) if part)
    if not form.errors and not reason:
        form.errors["details"] = _("Choose a reason, or write one. The candidate sees it.")
    action = Action(name) if name in {str(one) for one in ACTS} else None
    seconds = _seconds(form) if action is not None and ACTS[action].minutes else 0
    if form.errors or action is None:
        return None
    return Order(action, reason[:LONGEST_REASON], seconds)


def _seconds(form: Reading) -> int:
    typed = form.text("minutes", longest=10)
    minutes = int(typed) if typed.isascii() and typed.isdigit() else 0
    if not 0 < minutes * 60 <= MOST_SECONDS and "minutes" not in form.errors:
        form.errors["minutes"] = _("Give whole minutes, from 1 to 240.")
    return minutes * 60

"""What the pages of exam rooms are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response
from markupsafe import Markup

from exam_engine.delivery.attempt import Action
from exam_engine.kit import cursors
from exam_engine.kit.errors import _, not_found
from exam_engine.kit.forms import clean
from exam_engine.kit.identity import public_id
from exam_engine.kit.languages import moment, translator
from exam_engine.kit.pages import locale_of, page, render
from proctoring import acting
from proctoring.candidate_state import ATTENTION, LOOKS
from proctoring.showing import FILTERS, Seat, View, board

HttpRequest = Request[Any, Any, Any]


def view_of(request: HttpRequest) -> View:
    query = request.query_params
    show = query.get("show", "")
    room, q = (clean(query.get(name)) or "" for name in ("room", "q"))
    return View(room[:40], show if show in FILTERS else "", q[:100])


def address(sitting: str, view: View, **change: str) -> str:
    chosen = {"room": view.room, "show": view.show, "q": view.q} | change
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"/rooms/{sitting}" + (f"?{query}" if query else "")


#: Rooms of one sitting on the list. Of more, those that concern the reader; all of them are counted together.
MOST_ROOMS = 12


@dataclass(frozen=True, slots=True)
class Listed:
    """One sitting of the list: `rooms` to show, and in `whole` how many are where in all of its rooms."""

    rooms: Sequence[Mapping[str, Any]]
    hidden: int
    whole: Mapping[str, Any]


def _listed(rooms: Sequence[Mapping[str, Any]]) -> Listed:
    shown = rooms if len(rooms) <= MOST_ROOMS else [row for row in rooms if row["mine"] or row["devices"]][:MOST_ROOMS]
    sums = {name: sum(row[name] for row in rooms) for name in ("candidates", "working", "finished", "devices")}
    return Listed(shown, len(rooms) - len(shown), {**rooms[0], **sums, "room": None, "mine": False})


def rooms_page(
    request: HttpRequest, rows: Sequence[Mapping[str, Any]], last: Mapping[str, Any] | None, *, first: bool
) -> Response[str]:
    """`last`: the last sitting shown, where there are more; `first`: whether this is the first page."""
    locale = locale_of(request)
    return page(
        request,
        "proctoring/rooms.html",
        sittings=[_listed(list(group)) for _sitting, group in groupby(rows, key=lambda row: row["sitting"])],
        more_href="?" + urlencode({"after": cursors.written(last["starts_at"], last["id"])}) if last else "",
        first_href="" if first else "/rooms",
        at=lambda row, name: moment(row[name], locale, row["zone"]),
    )


#: Between two rows of `seats.html`: no text of a person can hold it, as texts are escaped.
BETWEEN = Markup("<!-- -->")

#: Of each seat that was shown last: what is told of it, and its row as markup.
Kept = dict[str, tuple[tuple[Any, ...], Markup]]


def room_context(
    request: HttpRequest,
    sitting: Any,
    rooms: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
    view: View,
    kept: Kept | None = None,
) -> dict[str, Any]:
    """`rooms`: names by public id; `rows`: of the whole sitting, or of the room in view. `kept`: rows that a live page
    was shown before; of a room of thirty, two change in a second."""
    locale, zone, public = locale_of(request), sitting["zone"], sitting["public_id"]
    live = address(public, view)
    kept = {} if kept is None else kept
    context = {
        "sitting": sitting,
        "view": view,
        "board": (found := board(rows, view)),
        "rooms": rooms,
        "room_name": rooms.get(view.room, ""),
        "filters": FILTERS,
        "looks": LOOKS,
        "needs_words": ATTENTION,
        "here": f"/rooms/{public}",
        "to": lambda **change: address(public, view, **change),
        "part_href": live,
        "live_href": live.replace(f"/rooms/{public}", f"/rooms/{public}/live", 1),
        "at": lambda value, form="time": moment(value, locale, zone, form),
    }
    return context | {"seat_rows": _seat_rows(request, found.seats, kept, context)}


def _seat_rows(request: HttpRequest, seats: Sequence[Seat], kept: Kept, context: Mapping[str, Any]) -> list[Markup]:
    told = {str(seat.row["public_id"]): seat.told for seat in seats}
    changed = [seat for seat in seats if kept.get(key := str(seat.row["public_id"]), ((),))[0] != told[key]]
    made: dict[str, Markup] = {}
    if changed:
        text = render(request, "proctoring/seats.html", **context, seats=changed, between=BETWEEN)
        parts = text.split(BETWEEN)
        made = {str(seat.row["public_id"]): Markup(part) for seat, part in zip(changed, parts, strict=True)}  # noqa: S704
    rows = [made.get(public) or kept[public][1] for public in told]
    kept.clear()
    kept.update(zip(told, zip(told.values(), rows, strict=True), strict=True))
    return rows


def reasons_of(request: HttpRequest) -> list[str]:
    """The quick reasons in the language of who acts: what is chosen is what the candidate reads."""
    translate = translator(locale_of(request))
    return [translate(reason) for act in acting.ACTS.values() for reason in act.reasons]


def action_of(data: Mapping[str, Any]) -> Action | None:
    found = [action for action in acting.ACTS if str(action) == data.get("action")]
    return found[0] if found else None


def confirm_page(
    request: HttpRequest,
    sitting: Any,
    rows: Sequence[Mapping[str, Any]],
    room: str,
    room_name: str,
    data: Mapping[str, Any],
    errors: Mapping[str, str],
) -> Response[str]:
    action = action_of(data)
    if action is None or action not in acting.FOR_ALL:
        raise not_found()
    return page(
        request,
        "proctoring/confirm.html",
        status=422 if errors else 200,
        sitting=sitting,
        action=action,
        act=acting.ACTS[action],
        n=acting.concerned(rows, action),
        room=room,
        room_name=room_name,
        typed=data,
        errors=errors,
        order=data.get("act") or public_id(),
        here=f"/rooms/{sitting['public_id']}",
    )


_DONE = {
    "admit": _("Candidates admitted: %(n)s."),
    "allow_device": _("Another device is allowed."),
    "add_time": _("Candidates with more time: %(n)s."),
    "pause": _("Candidates stopped: %(n)s."),
    "unpause": _("Candidates going on: %(n)s."),
    "end": _("Attempts ended: %(n)s."),
    "reopen": _("The attempt is open again."),
    "mark_absent": _("The candidate is marked absent."),
    "credit_grant": _("The time is given back."),
    "credit_decline": _("No time is given back."),
    "looked": _("Noted as looked at."),
}


def told(request: HttpRequest) -> list[str]:
    """The message of the act that led here."""
    message = _DONE.get(request.query_params.get("done", ""))
    n = request.query_params.get("n", "1")
    return [translator(locale_of(request))(message, n=n if n.isdigit() else "1")] if message else []

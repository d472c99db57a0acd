"""What the waiting room and the player are told about the attempt: one document, nothing secret in it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import attempt_queries, deadline, own_queries
from exam_engine.delivery.attempt import CLOSED, State
from exam_engine.delivery.entries import PROTOCOLS
from exam_engine.delivery.starting import milliseconds, time_rule
from exam_engine.kit.asking import Asking
from exam_engine.kit.errors import not_found
from exam_engine.kit.identity import Principal
from exam_engine.sittings import policy as policies


async def own_attempt(connection: AsyncConnection, principal: Principal) -> Any:
    found = await attempt_queries.attempt_of_candidate(connection, principal.id)
    if found is None:
        raise not_found()
    return found


async def state_of(asking: Asking, found: Any, device: str) -> dict[str, Any]:
    """`device` is the id that the asking browser keeps; empty where it has none yet. Moments in ms since 1970."""
    policy = policies.decode(found["policy"])
    closed = found["state"] in CLOSED and await asking.fetch(own_queries.HAS_RECEIPT, found["attempt_id"])
    return {
        "protocol": max(PROTOCOLS),
        "now": milliseconds(found["now"]),
        "candidate": {
            "id": found["candidate_public_id"],
            "name": found["full_name"],
            "number": found["number"],
            "class": found["class_name"],
            "room": found["room_name"],
            "seat": found["seat"],
        },
        "sitting": {
            "id": found["sitting_public_id"],
            "kind": found["kind"],
            "title": found["title"],
            "unit": found["unit_name"],
            "zone": found["zone"],
            "opens": milliseconds(found["opens_at"]),
            "starts": milliseconds(found["starts_at"]),
            "closes": milliseconds(found["closes_at"]),
            "timing": found["timing"],
            "form": found["form_number"],
        },
        "attempt": _attempt(found, bool(closed)),
        "device": _device(found, device, policy),
        "notices": found["notices"],
        # Each is a notice: nobody asks for what has not been.
        "interventions": await _interventions(asking, found["attempt_id"]) if found["notices"] else [],
        "policy": _policy(policy, found),
    }


def shown_state(found: Any) -> str:
    """An attempt is over at its deadline by rule, whether or not the sweep has been there yet."""
    if found["state"] == State.RUNNING and found["now"] > deadline.closing(found["deadline"], found["held_until"]):
        return State.EXPIRED
    return str(found["state"])


def _attempt(found: Any, closed: bool) -> dict[str, Any]:
    end = found["deadline"] and deadline.closing(found["deadline"], found["held_until"])
    return {
        "state": shown_state(found),
        "resume": found["resume"],
        "admitted": found["admitted"],
        "started": _ms(found["started_at"]),
        "deadline": _ms(end),
        "grace_s": found["grace_s"],
        "held": found["held_until"] is not None,
        "paused": _ms(found["paused_at"]),
        "ended": _ms(found["ended_at"]),
        "ended_by": found["ended_by"],
        "receipt": closed,
    }


def _device(found: Any, device: str, policy: policies.SittingPolicy) -> dict[str, Any]:
    """Both screens show a hand-over: the one that asks (`asked`) and the one that works (`other_waits`)."""
    here = bool(found["device"]) and found["device"] == device
    waiting = found["device_waiting"]
    return {
        "here": here,
        "bound": bool(found["device"]),
        "allowed": found["device_allowed"] or policy.device_change == "free",
        "asked": bool(waiting) and waiting == device,
        "other_waits": bool(waiting) and waiting != device,
    }


async def _interventions(asking: Asking, attempt_id: int) -> list[dict[str, Any]]:
    return [
        {"action": row["action"], "seconds": row["seconds"], "reason": row["reason"], "at": _ms(row["created_at"])}
        for row in await asking.fetch(own_queries.INTERVENTIONS, attempt_id)
    ]


def _policy(policy: policies.SittingPolicy, found: Any) -> dict[str, Any]:
    """`signals`: what is recorded while the candidate works; the page says why, and for how long it is kept."""
    return {
        "device_change": policy.device_change,
        "admission": policy.admission,
        "earliest_submit_s": policy.earliest_submit_s,
        "late_start_keeps_time": policy.late_start_keeps_time,
        "formal": policy.formal,
        "sealed_download": policy.sealed_download,
        "signals": list(policy.signals),
        "signal_days": policy.signal_days,
        "duration_s": found["duration_s"],
        "extra_s": int(time_rule(found).extra.total_seconds()),
        "feedback": policy.feedback,
    }


def _ms(moment: Any) -> int | None:
    return None if moment is None else milliseconds(moment)

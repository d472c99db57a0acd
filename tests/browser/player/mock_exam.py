"""The server's side of one exam in memory: what docs/architecture.md promises a player."""

from __future__ import annotations

import base64
import gzip
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.browser.player.paper import paper, variant

Reply = tuple[int, Any]


@dataclass
class Attempt:
    candidate: str
    name: str
    state: str = "ready"
    resume: int = 0
    device: str = ""
    waiting: str = ""
    allowed: bool = False
    deadline: float | None = None
    journal: dict[tuple[int, int], list[Any]] = field(default_factory=dict)  # (resume, counter) → entry and standing
    interventions: list[dict[str, Any]] = field(default_factory=list)
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    receipt: dict[str, Any] | None = None

    def answers(self) -> dict[int, Any]:
        """Slot → value that counts."""
        found: dict[int, Any] = {}
        for _key, (_counter, kind, slot, value, _ms, standing) in sorted(self.journal.items()):
            if kind == 0 and standing == 0:
                found[slot] = value
        return found


class Exam:
    def __init__(
        self, *, choices: int = 4, minutes: float = 60, starts_in: float = -5, signals: tuple[str, ...] = ()
    ) -> None:
        self.paper = paper(choices)
        self.variant = variant(self.paper)
        self.minutes, self.signals = minutes, signals
        self.starts = time.time() + starts_in
        self.device_change = "invigilator"
        self.formal = False
        self.attempts = {
            who: Attempt(who, name) for who, name in (("anh", "Nguyễn Thị Ánh"), ("binh", "Trần Văn Bình"))
        }
        self.tokens: dict[str, tuple[Attempt, int]] = {}
        self.refuse_value: Any = None
        self.requests: list[str] = []

    def now(self) -> int:
        return int(time.time() * 1000)

    # --- what the player calls ---

    def state(self, attempt: Attempt, device: str) -> Reply:
        return 200, {
            "protocol": 1,
            "now": self.now(),
            "candidate": {
                "id": attempt.candidate,
                "name": attempt.name,
                "number": "012345",
                "class": "12A1",
                "room": "P.201",
                "seat": "7",
            },
            "sitting": {
                "id": "s1",
                "title": "Kiểm tra giữa kì môn Toán",
                "unit": "Trường mẫu",
                "zone": "Asia/Ho_Chi_Minh",
                "form": "101",
                "opens": int(self.starts * 1000) - 600_000,
                "starts": int(self.starts * 1000),
                "closes": int(self.starts * 1000) + 7_200_000,
            },
            "attempt": {
                "state": self.shown_state(attempt),
                "resume": attempt.resume,
                "admitted": True,
                "deadline": ms(attempt.deadline),
                "receipt": attempt.receipt is not None,
            },
            "device": {
                "here": bool(attempt.device) and attempt.device == device,
                "bound": bool(attempt.device),
                "allowed": attempt.allowed or self.device_change == "free",
                "asked": bool(attempt.waiting) and attempt.waiting == device,
                "other_waits": bool(attempt.waiting) and attempt.waiting != device,
            },
            "notices": len(attempt.interventions),
            "interventions": attempt.interventions,
            "policy": {
                "device_change": self.device_change,
                "admission": "automatic",
                "earliest_submit_s": 0,
                "formal": self.formal,
                "sealed_download": True,
                "signals": list(self.signals),
                "signal_days": 30,
                "duration_s": int(self.minutes * 60),
                "extra_s": 0,
            },
        }

    def shown_state(self, attempt: Attempt) -> str:
        if attempt.state == "running" and attempt.deadline is not None and time.time() > attempt.deadline:
            return "expired"
        return attempt.state

    def start(self, attempt: Attempt, device: str) -> Reply:
        if attempt.state == "ready":
            if time.time() < self.starts:
                return problem(409, "not_open_yet", "This exam has not begun yet.")
            attempt.state, attempt.resume, attempt.device = "running", 1, device
            attempt.deadline = time.time() + self.minutes * 60
        elif attempt.device != device:
            if not attempt.allowed and self.device_change != "free":
                attempt.waiting = device
                return problem(409, "other_device", "This attempt is open on another device.")
            attempt.resume, attempt.device, attempt.allowed, attempt.waiting = attempt.resume + 1, device, False, ""
            attempt.interventions.append({"action": "device_changed", "seconds": 0, "reason": "", "at": self.now()})
        token = f"{attempt.candidate}-{attempt.resume}"
        self.tokens[token] = (attempt, attempt.resume)
        marks = {entry[2]: entry[3] for _key, entry in sorted(attempt.journal.items()) if entry[1] == 3}
        return 200, {
            "token": token,
            "resume": attempt.resume,
            "now": self.now(),
            "deadline": ms(attempt.deadline),
            "state": attempt.state,
            "counter": max((counter for resume, counter in attempt.journal if resume == attempt.resume), default=0),
            "key": base64.urlsafe_b64encode(attempt.key).decode(),
            "answers": list(attempt.answers().items()),
            "marks": list(marks.items()),
        }

    def sealed(self, attempt: Attempt) -> bytes:
        nonce = secrets.token_bytes(12)
        plain = gzip.compress(json.dumps({"paper": self.paper, "variant": self.variant}).encode())
        return nonce + AESGCM(attempt.key).encrypt(nonce, plain, None)

    def save(self, token: str, body: dict[str, Any]) -> Reply:
        if token not in self.tokens:
            return problem(401, "token_unknown", "Unknown token.")
        attempt, resume = self.tokens[token]
        for entry in body["e"]:
            if entry[1] == 0 and self.refuse_value is not None and entry[3] == self.refuse_value:
                return 422, {**problem(422, "entry_invalid", "This value does not fit.")[1], "counter": entry[0]}
        acknowledged = [[entry[0], self._journal(attempt, resume, entry)] for entry in body["e"]]
        return 200, {
            "now": self.now(),
            "deadline": ms(attempt.deadline),
            "state": self.shown_state(attempt),
            "a": acknowledged,
            "notices": len(attempt.interventions),
        }

    def _journal(self, attempt: Attempt, resume: int, entry: list[Any]) -> int:
        known = attempt.journal.get((resume, entry[0]))
        if known is not None:
            return int(known[5]) if known[:4] == entry[:4] else 4
        if attempt.state == "submitted":
            standing = 3
        elif resume != attempt.resume:
            standing = 2
        else:
            standing = 1 if self.shown_state(attempt) == "expired" else 0
        attempt.journal[(resume, entry[0])] = [*entry, standing]
        return standing

    def submit(self, token: str, body: dict[str, Any]) -> Reply:
        status, reply = self.save(token, body)
        if status != 200:
            return status, reply
        attempt, resume = self.tokens[token]
        if attempt.receipt is None:
            counters = {counter for known, counter in attempt.journal if known == resume}
            missing = [n for n in range(1, (body["counter"] or 0) + 1) if n not in counters]
            if missing:
                return 409, {**problem(409, "entries_missing", "Some answers are missing.")[1], "missing": missing}
            attempt.state = "submitted"
            answers = sum(value is not None for value in attempt.answers().values())
            attempt.receipt = {
                "code": "ABCD-EFGH",
                "state": "submitted",
                "answers": answers,
                "digest": "9f" * 32,
                "at": self.now(),
                "by": "candidate",
            }
        return 200, {**attempt.receipt, "a": reply["a"]}

    def receipt(self, attempt: Attempt) -> Reply:
        return (200, attempt.receipt) if attempt.receipt else problem(409, "not_closed", "No receipt yet.")


def ms(moment: float | None) -> int | None:
    return None if moment is None else int(moment * 1000)


def problem(status: int, code: str, detail: str) -> Reply:
    return status, {"type": "about:blank", "status": status, "code": code, "detail": detail}

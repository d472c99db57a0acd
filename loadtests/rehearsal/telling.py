"""How a report says its figures, in the language of the reader: kinds of requests, shares, limits, large numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loadtests.rehearsal.judging import AT_LEAST
from loadtests.rehearsal.words import words_in

SHARES = frozenset({"errors_share", "receipts_share", "cpu_headroom", "generator_cpu"})
YES_OR_NO = frozenset({"ended_early"})
Check = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Telling:
    language: str

    @property
    def say(self) -> Mapping[str, str]:
        return words_in(self.language)

    def number(self, value: float | None) -> str:
        """Thousands grouped and the decimal sign as the language has them."""
        if value is None:
            return "–"
        text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
        return text.translate(str.maketrans(",.", ".,")) if self.language == "vi" else text

    def share(self, value: float) -> str:
        return f"{self.number(round(100 * value, 2))} %"

    def kind(self, name: str) -> str:
        return self.say.get(f"kind {name}", name)

    def name(self, check: Check) -> str:
        told = self.say.get(check["name"], check["name"])
        return f"{told} · {self.kind(check['kind'])}" if check["kind"] else told

    def found(self, check: Check) -> str:
        return self._figure(check["name"], check["found"])

    def limit(self, check: Check) -> str:
        sign = "" if check["name"] in YES_OR_NO else "≥ " if check["name"] in AT_LEAST else "≤ "
        return sign + self._figure(check["name"], check["limit"])

    def _figure(self, name: str, value: float | None) -> str:
        if value is None:
            return "–"
        if name in YES_OR_NO:
            return self.say["yes" if value else "no"]
        return self.share(value) if name in SHARES else self.number(value)

    def facts(self, report: Mapping[str, Any]) -> str:
        plan = report["plan"]
        return self.say["facts"].format(
            candidates=self.number(plan["candidates"]),
            staff=self.number(plan["staff"]),
            minutes=self.number(round(plan["exam_seconds"] / 60)),
            seconds=self.number(plan["seconds"]),
            speed=self.number(plan["speed"]),
        )

    def where(self, report: Mapping[str, Any]) -> str:
        """When, where and with which version it was played."""
        parts = [report["begun"].replace("T", " "), report["url"]]
        return " · ".join([*parts, *([f"Exam Engine {report['version']}"] if report["version"] else [])])

    def bottleneck(self, report: Mapping[str, Any]) -> str:
        found, say = report["bottleneck"], self.say
        if not found["name"]:
            return say["unmeasured"]
        use = found["use"].get(found["name"], found["use"].get("machine", 0.0))
        if found["reached"]:
            use = max(use, found["use"].get("machine", 0.0))
        told = say["reached"] if found["reached"] else say["nearest"]
        told = told.format(part=say[f"part_{found['name']}"], share=round(100 * use))
        return f"{told} {say['generator_was_it']}" if found["name"] == "generator" and found["reached"] else told

    def capacity(self, report: Mapping[str, Any]) -> str:
        found, say = report["capacity"], self.say
        if found["candidates"] is None:
            return say[found["why"] or "unmeasured"]
        told = say["holds_told"].format(
            candidates=self.number(found["candidates"]),
            margin=round(100 * found["margin"]),
            cores=found["cores"],
            phase=say[f"phase_{found['limited_by']}"],
        )
        notes = [told]
        if found["needs"]:
            played = self.number(report["plan"]["candidates"])
            notes.append(say["rough"].format(candidates=played, needs=self.number(found["needs"])))
        if report["machine"]["without_database"]:
            notes.append(say["without_database"])
        return ". ".join(note.rstrip(".") for note in notes) + ("." if len(notes) > 1 else "")

    def warning(self, report: Mapping[str, Any]) -> str:
        """Empty where nothing else ran on the machine that could matter."""
        machine = report["machine"]
        if not machine["disturbed"]:
            return ""
        return self.say["disturbed"].format(
            others=self.number(round(machine["cpu_worst_10_s"]["other"], 1)), cores=self.number(machine["cores"])
        )

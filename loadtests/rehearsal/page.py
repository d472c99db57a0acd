"""The report as one page that needs nothing else: printable, in light and dark, from a phone's width on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

from loadtests.rehearsal.table import bottleneck_told, capacity_told, shown
from loadtests.rehearsal.words import words_in

WIDTH, HEIGHT = 600, 120
#: More points than this nobody sees.
POINTS = 300


def page(report: Mapping[str, Any], language: str) -> str:
    say = words_in(language)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(files("loadtests.rehearsal").joinpath("page.html").read_text(encoding="utf-8"))
    return template.render(
        r=report,
        say=say,
        language=language,
        facts=_facts(report, say),
        number=lambda value: _number(value, language),
        name_of=lambda check: say.get(check["name"], check["name"]) + (f" · {check['kind']}" if check["kind"] else ""),
        checks=sorted(report["checks"], key=lambda check: bool(check["ok"])),
        bottleneck=bottleneck_told(report, say),
        capacity=capacity_told(report, say),
        charts=_charts(report["course"], say),
        width=WIDTH,
        height=HEIGHT,
    )


def _facts(report: Mapping[str, Any], say: Mapping[str, str]) -> str:
    plan = report["plan"]
    return say["facts"].format(
        candidates=plan["candidates"],
        staff=plan["staff"],
        minutes=round(plan["exam_seconds"] / 60),
        seconds=plan["seconds"],
        speed=f"{plan['speed']:g}",
    )


def _number(value: Any, language: str) -> str:
    text = shown(value)
    return text.replace(".", ",") if language == "vi" and "e" not in text else text


def _charts(course: Sequence[Mapping[str, Any]], say: Mapping[str, str]) -> list[dict[str, Any]]:
    """Lines over the day; each chart has its own scale."""
    step = max(1, len(course) // POINTS)
    moments = [*course[::step], *course[-1:]]
    return [_chart(moments, names, say) for names in (("working", "handed_in"), ("requests_per_s",))] if course else []


def _chart(moments: Sequence[Mapping[str, Any]], names: Sequence[str], say: Mapping[str, str]) -> dict[str, Any]:
    first, last = moments[0]["now"], moments[-1]["now"]
    most = max((one[name] for one in moments for name in names), default=0) or 1
    lines = []
    for name in names:
        points = " ".join(
            f"{WIDTH * (one['now'] - first) / max(1, last - first):.1f},{HEIGHT * (1 - one[name] / most):.1f}"
            for one in moments
        )
        lines.append({"name": say["rate" if name == "requests_per_s" else name], "points": points})
    bell = WIDTH * (0 - first) / max(1, last - first)
    return {"lines": lines, "most": round(most), "first": round(first), "last": round(last), "bell": round(bell, 1)}

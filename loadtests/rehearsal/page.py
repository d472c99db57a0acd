"""The report as one page that needs nothing else: printable, in light and dark, from a phone's width on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

from loadtests.rehearsal.telling import Telling

WIDTH, HEIGHT = 600, 120
#: More points than this nobody sees.
POINTS = 300


def page(report: Mapping[str, Any], language: str) -> str:
    tell = Telling(language)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(files("loadtests.rehearsal").joinpath("page.html").read_text(encoding="utf-8"))
    return template.render(
        r=report,
        tell=tell,
        say=tell.say,
        number=tell.number,
        language=language,
        checks=sorted(report["checks"], key=lambda check: bool(check["ok"])),
        charts=_charts(report["course"], tell),
        width=WIDTH,
        height=HEIGHT,
    )


def _charts(course: Sequence[Mapping[str, Any]], tell: Telling) -> list[dict[str, Any]]:
    """Lines over the day; each chart has its own scale."""
    step = max(1, len(course) // POINTS)
    moments = [*course[::step], *course[-1:]]
    return [_chart(moments, names, tell) for names in (("working", "handed_in"), ("requests_per_s",))] if course else []


def _chart(moments: Sequence[Mapping[str, Any]], names: Sequence[str], tell: Telling) -> dict[str, Any]:
    first, last = moments[0]["now"], moments[-1]["now"]
    most = max((one[name] for one in moments for name in names), default=0) or 1
    lines = []
    for name in names:
        points = " ".join(
            f"{WIDTH * (one['now'] - first) / max(1, last - first):.1f},{HEIGHT * (1 - one[name] / most):.1f}"
            for one in moments
        )
        lines.append({"name": tell.say["rate" if name == "requests_per_s" else name], "points": points})
    bell = WIDTH * (0 - first) / max(1, last - first)
    marks = {"most": most, "first": first, "last": last}
    return {"lines": lines, "bell": round(bell, 1), **{name: tell.number(round(mark)) for name, mark in marks.items()}}

"""The report on a console: what fits a screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from loadtests.rehearsal.capacity import RECKONED_FROM
from loadtests.rehearsal.words import words_in


def table(report: Mapping[str, Any], language: str) -> str:
    return "\n".join(_lines(report, words_in(language)))


def _lines(report: Mapping[str, Any], say: Mapping[str, str]) -> Iterator[str]:
    plan, sums = report["plan"], report["reconciled"]
    yield ""
    yield f"{say['passed'] if report['passed'] else say['failed']}: {report['title']}"
    yield say["facts"].format(
        candidates=plan["candidates"],
        staff=plan["staff"],
        minutes=round(plan["exam_seconds"] / 60),
        seconds=plan["seconds"],
        speed=f"{plan['speed']:g}",
    )
    yield ""
    head = (say["kind"], say["count"], "p50", "p95", "p99", say["most"], say["errors"])
    rows = [
        (row["kind"], row["count"], row["p50"], row["p95"], row["p99"], row["max"], row["errors"])
        for row in report["requests"]
    ]
    yield from _columns([head, *rows])
    yield ""
    yield say["answers"].format(**sums)
    for one in report["errors"]:
        yield f"  {one['count']} × {one['kind']}: {one['code']}"
    yield f"{say['bottleneck']}: {bottleneck_told(report, say)}"
    yield f"{say['holds']}: {capacity_told(report, say)}"
    for check in report["checks"]:
        if not check["ok"]:
            name = say.get(check["name"], check["name"]) + (f" · {check['kind']}" if check["kind"] else "")
            yield say["missed"].format(name=name, found=shown(check["found"]), limit=shown(check["limit"]))


def bottleneck_told(report: Mapping[str, Any], say: Mapping[str, str]) -> str:
    found = report["bottleneck"]
    if not found["name"]:
        return say["unmeasured"]
    use = found["use"].get(found["name"], found["use"].get("machine", 0.0))
    if found["reached"]:
        use = max(use, found["use"].get("machine", 0.0))
    told = say["reached"] if found["reached"] else say["nearest"]
    told = told.format(part=say[f"part_{found['name']}"], share=round(100 * use))
    return f"{told} {say['generator_was_it']}" if found["name"] == "generator" and found["reached"] else told


def capacity_told(report: Mapping[str, Any], say: Mapping[str, str]) -> str:
    found = report["capacity"]
    if report["plan"]["arrival"] != RECKONED_FROM:
        return say["not_reckoned"]
    if found["candidates"] is None:
        return say["unmeasured"]
    told = say["holds_told"].format(
        candidates=found["candidates"],
        margin=round(100 * found["margin"]),
        cores=found["cores"],
        phase=say[f"phase_{found['limited_by']}"],
    )
    return f"{told}. {say['without_database']}" if report["machine"]["without_database"] else told


def shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _columns(rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for row in texts:
        first, *rest = zip(row, widths, strict=True)
        yield "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)])

"""The report on a console: what fits a screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from loadtests.rehearsal.telling import Telling


def table(report: Mapping[str, Any], language: str) -> str:
    return "\n".join(_lines(report, Telling(language)))


def _lines(report: Mapping[str, Any], tell: Telling) -> Iterator[str]:
    say, number = tell.say, tell.number
    yield ""
    yield f"{say['passed'] if report['passed'] else say['failed']}: {report['title']}"
    yield tell.where(report)
    yield tell.facts(report)
    if warning := tell.warning(report):
        yield f"{say['warning']}: {warning}"
    yield ""
    head = (say["kind"], say["count"], "p50", "p95", "p99", say["most"], say["errors"])
    rows = [
        (tell.kind(row["kind"]), *(number(row[name]) for name in ("count", "p50", "p95", "p99", "max", "errors")))
        for row in report["requests"]
    ]
    yield from _columns([head, *rows])
    yield ""
    sums = {name: number(value) for name, value in report["reconciled"].items() if isinstance(value, int)}
    yield say["answers"].format(**sums)
    for one in report["errors"]:
        yield f"  {number(one['count'])} × {tell.kind(one['kind'])}: {one['code']}"
    yield f"{say['bottleneck']}: {tell.bottleneck(report)}"
    yield f"{say['holds']}: {tell.capacity(report)}"
    for check in report["checks"]:
        if not check["ok"]:
            yield say["missed"].format(name=tell.name(check), found=tell.found(check), limit=tell.limit(check))


def _columns(rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for row in texts:
        first, *rest = zip(row, widths, strict=True)
        yield "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)])

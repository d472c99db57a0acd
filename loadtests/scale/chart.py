"""The growth curves as a picture for the documents: `python -m loadtests.scale.chart` reads build/scale.json."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

WIDTH, HEIGHT, GAP = 720, 300, 40
LEFT, RIGHT, TOP, BOTTOM = 48, 16, 44, 48
LINES = {"app_us": "application", "database_us": "PostgreSQL"}
STYLE = """
text{font:12px system-ui,sans-serif;fill:#3b3b3b}.title{font-weight:600}.end{text-anchor:end}.mid{text-anchor:middle}
.grid{stroke:#d8d8d8}.line{fill:none;stroke-width:2}.app_us{stroke:#0b6e99}.database_us{stroke:#b5541c}
circle.app_us{fill:#0b6e99}circle.database_us{fill:#b5541c}
@media(prefers-color-scheme:dark){text{fill:#d6d6d6}.grid{stroke:#484848}.app_us{stroke:#5cc0ea}
.database_us{stroke:#f0955c}circle.app_us{fill:#5cc0ea}circle.database_us{fill:#f0955c}}
"""

Point = dict[str, Any]


def drawn(points: Sequence[Point]) -> str:
    """Microseconds of CPU per save over the size, a panel for each curve, sizes on a logarithmic scale."""
    curves = list(dict.fromkeys(point["curve"] for point in points))
    most = _nice(max(point[line] for point in points for line in LINES))
    width = (WIDTH - GAP * (len(curves) - 1)) / len(curves)
    parts = [
        part
        for place, curve in enumerate(curves)
        for part in _panel(curve, [one for one in points if one["curve"] == curve], place * (width + GAP), width, most)
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
    title = "CPU per save, in microseconds, as open attempts and the journal grow"
    return "\n".join([f'{head} aria-label="{title}">', f"<style>{STYLE}</style>", *parts, "</svg>"]) + "\n"


def _panel(curve: str, points: Sequence[Point], x: float, width: float, most: float) -> Iterator[str]:
    low, high = (math.log10(pick(point["size"] for point in points)) for pick in (min, max))
    begin, end, base = x + LEFT, x + width - RIGHT, HEIGHT - BOTTOM

    def across(size: float) -> float:
        return begin + (end - begin) * (0.5 if high == low else (math.log10(size) - low) / (high - low))

    def up(value: float) -> float:
        return base - (base - TOP) * value / most

    yield f'<text class="title" x="{x + 4:.1f}" y="18">CPU per save, µs, by {curve}</text>'
    for step in range(5):
        value = most * step / 4
        yield f'<line class="grid" x1="{begin:.1f}" y1="{up(value):.1f}" x2="{end:.1f}" y2="{up(value):.1f}"/>'
        yield f'<text class="end" x="{begin - 6:.1f}" y="{up(value) + 4:.1f}">{value:g}</text>'
    for point in points:
        yield f'<text class="mid" x="{across(point["size"]):.1f}" y="{base + 18}">{_short(point["size"])}</text>'
    for line, name in LINES.items():
        places = [(across(point["size"]), up(point[line])) for point in points]
        yield f'<polyline class="line {line}" points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in places)}"/>'
        yield from (f'<circle class="{line}" cx="{a:.1f}" cy="{b:.1f}" r="3"/>' for a, b in places)
        yield f'<text x="{places[0][0] + 6:.1f}" y="{places[0][1] - 8:.1f}">{name}</text>'


def _nice(value: float) -> float:
    """The next number of the form 1, 2, 4 or 8 times a power of ten above it."""
    power: float = 10 ** math.floor(math.log10(value))
    return next(power * step for step in (1, 2, 4, 8, 10) if power * step >= value)


def _short(size: int) -> str:
    if size >= 1_000_000:
        return f"{size / 1e6:g}M"
    return f"{size / 1000:g}k"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("source", type=Path, nargs="?", default=Path("build/scale.json"))
    options.add_argument("--output", type=Path, default=Path("docs/images/growth.svg"))
    asked = options.parse_args()
    points = json.loads(asked.source.read_text(encoding="utf-8"))["curves"]
    asked.output.write_text(drawn(points), encoding="utf-8")
    print(f"written to {asked.output}")


if __name__ == "__main__":
    main()

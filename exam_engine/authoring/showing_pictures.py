"""The picture of an interaction as pages show it: its areas with their letters, and points that were marked on it."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from item_bank.content.model import Markup, Part
from item_bank.content.processing.declared import Area, Declaration
from item_bank.content.processing.values import ProcessingError, parsed_number

#: Marks of a picture are this part of its longer side.
_MARK = 36
_LETTER = 18


def picture_html(
    part: Part,
    as_html: Callable[[Markup | None], str],
    told: Mapping[str, str],
    points: Sequence[str] = (),
    right: Iterable[Area] = (),
) -> str:
    """`told`: the letters of areas, by id. `points`: "x y" in the picture's own pixels, as they were marked. `right`:
    areas that earn points. What cannot be drawn is left out: words say it, too."""
    shown = part.picture
    if shown is None or not shown.asset:
        return ""
    image = as_html(Markup(f'<img data-asset="{shown.asset}" alt="{html.escape(shown.alt)}"/>'))
    size = max(shown.width, shown.height)
    drawn = [_area(one, "mark-right", "", size) for one in right]
    drawn += [_area(spot.area, "mark-area", told[spot.id], size) for spot in part.spots]
    drawn += [_point(text, str(number), size) for number, text in enumerate(points, 1)]
    if not any(drawn) or not min(shown.width, shown.height):
        return f"<p>{image}</p>"
    box = f'viewBox="0 0 {shown.width} {shown.height}" preserveAspectRatio="none"'
    return f'<p class="marked-picture">{image}<svg {box} aria-hidden="true">{"".join(drawn)}</svg></p>'


def earning(declared: Declaration | None) -> list[Area]:
    """The areas in which a point earns something."""
    entries = declared.areas.entries if declared and declared.areas else ()
    return [one.area for one in entries if (_number(one.value) or 0) > 0]


def _area(area: Area, look: str, letter: str, size: int) -> str:
    numbers = [_number(one) for one in area.coords]
    known = [float(one) for one in numbers if one is not None]
    if len(known) < len(numbers):
        return ""
    match area.shape, known:
        case "rect", [left, top, right, bottom]:
            x, y, wide, high = min(left, right), min(top, bottom), abs(right - left), abs(bottom - top)
            shape, middle = (
                f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}"',
                (x + wide / 2, y + high / 2),
            )
        case "circle", [x, y, radius]:
            shape, middle = f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}"', (x, y)
        case "ellipse", [x, y, wide, high]:
            shape, middle = f'<ellipse cx="{x:g}" cy="{y:g}" rx="{wide:g}" ry="{high:g}"', (x, y)
        case "poly", [_, _, _, _, *_] if len(known) % 2 == 0:
            corners = " ".join(f"{one:g}" for one in known)
            middle = (sum(known[::2]) * 2 / len(known), sum(known[1::2]) * 2 / len(known))
            shape = f'<polygon points="{corners}"'
        case _:
            return ""
    return f'{shape} class="{look}"/>{_letter(letter, *middle, size)}'


def _point(text: str, number: str, size: int) -> str:
    numbers = [_number(one) for one in text.split()]
    match numbers:
        case [Fraction() as x, Fraction() as y]:
            circle = f'<circle cx="{float(x):g}" cy="{float(y):g}" r="{size / _MARK:g}" class="mark-point"/>'
            return circle + _letter(number, float(x) + size / _MARK * 1.6, float(y), size)
    return ""


def _letter(text: str, x: float, y: float, size: int) -> str:
    if not text:
        return ""
    place = f'x="{x:g}" y="{y:g}" font-size="{size / _LETTER:g}"'
    return f'<text {place} text-anchor="middle" dominant-baseline="central">{html.escape(text)}</text>'


def _number(text: str) -> Fraction | None:
    try:
        return parsed_number(text)
    except ProcessingError:
        return None

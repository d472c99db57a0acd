"""A picture as staff and candidates read it again: areas with letters, marked points, areas that earn points."""

from __future__ import annotations

import pytest

from exam_engine.authoring.showing import staff_html
from exam_engine.authoring.showing_parts import part_html
from exam_engine.authoring.showing_pictures import earning
from item_bank.content.interactions.composite import points_given
from item_bank.content.markup import Markup
from item_bank.content.model import Composite, Item, Part, Picture, Spot
from item_bank.content.processing.declared import Area, AreaEntry, AreaMap, Declaration

PICTURE = Picture("0" * 64, 200, 100, "Bản đồ")
ITEM = Item(Markup("Chỉ vào"), Composite((Part("A", "select_point", picture=PICTURE), Part("B", "text_entry")), ()))


def test_points_and_what_earns_points_are_drawn_on_the_picture() -> None:
    hit, missed = AreaEntry(Area("circle", ("50", "50", "9")), "1"), AreaEntry(Area("rect", ("0", "0", "9", "9")), "0")
    declared = Declaration("A", "response", "multiple", "point", areas=AreaMap((hit, missed)))
    points = points_given(ITEM, {"0": ["20 30", "180.5 70"], "1": "chữ"})
    assert points == {0: ["20 30", "180.5 70"]}
    part = Part("A", "select_point", picture=PICTURE)
    shown = part_html(part, staff_html, points[0], earning(declared))
    assert 'viewBox="0 0 200 100"' in shown
    assert '<circle cx="50" cy="50" r="9" class="mark-right"/>' in shown
    assert shown.count("mark-right") == 1
    assert '<circle cx="180.5" cy="70"' in shown
    assert ">1</text>" in shown
    assert ">2</text>" in shown
    assert "<svg" not in part_html(part, staff_html)
    assert 'alt="Bản đồ"' in part_html(part, staff_html)


@pytest.mark.parametrize(
    ("shape", "coords", "drawn"),
    [
        ("rect", "60 10 20 30", '<rect x="20" y="10" width="40" height="20"'),
        ("ellipse", "50 50 20 10", '<ellipse cx="50" cy="50" rx="20" ry="10"'),
        ("poly", "0 0 10 0 5 9", '<polygon points="0 0 10 0 5 9"'),
    ],
)
def test_areas_are_drawn_with_their_letters(shape: str, coords: str, drawn: str) -> None:
    spot = Spot("s", Area(shape, tuple(coords.split())), label="Hà <b>Nội")  # type: ignore[arg-type]
    shown = part_html(Part("A", "hotspot", picture=PICTURE, spots=(spot,)), staff_html)
    assert drawn in shown
    assert ">1</text>" in shown
    assert "Hà &lt;b&gt;Nội" in shown


@pytest.mark.parametrize("coords", ["50% 50% 9", "1 2", "x y z"])
def test_what_cannot_be_drawn_is_left_to_words(coords: str) -> None:
    spot = Spot("s", Area("circle", tuple(coords.split())))
    assert "<svg" not in part_html(Part("A", "hotspot", picture=PICTURE, spots=(spot,)), staff_html, ["a b", "1"])

"""Every key of the mathematics paper, found again by another way than the author's."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from exam_engine.demo.content.sources import source
from tests.demo.tex import rounded, value

ITEMS: dict[str, dict[str, Any]] = {item["id"]: item for item in source("toan")["items"]}
X = np.linspace(-0.9, 2.7, 13)


def key(name: str) -> str:
    item = ITEMS[f"toan-{name}"]
    return str(item["options"]["ABCD".index(item["key"])])


def only(name: str, holds: Any) -> None:
    """Exactly one option satisfies the condition, and it is the key."""
    item = ITEMS[f"toan-{name}"]
    assert [letter for letter, text in zip("ABCD", item["options"], strict=True) if holds(text)] == [item["key"]]


def truths(name: str) -> list[bool]:
    return [truth == "Đ" for _, truth, _ in ITEMS[f"toan-{name}"]["statements"]]


def accepted(name: str) -> list[str]:
    return list(ITEMS[f"toan-{name}"]["accepted"])


def vector(text: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    found = re.search(r"\(([^()]*;[^()]*)\)", text)
    assert found
    return np.array([float(part) for part in found[1].split(";")])


def grouped_quartile(edges: list[float], counts: list[int], share: float) -> float:
    """Linear interpolation of the cumulative frequencies, by numpy rather than by the textbook's formula."""
    return float(np.interp(share * sum(counts), np.cumsum([0, *counts]), edges))


def table_rows(stem: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", stem, re.DOTALL)
    return [re.findall(r"<td>(.*?)</td>", row) for row in rows]


def test_variation_table() -> None:
    low, high = sorted(np.roots([3, -6, -9]).real)
    f = np.poly1d([1, -3, -9, 0])
    cells = table_rows(ITEMS["toan-01"]["stem"])
    assert [round(low), round(f(low)), round(high), round(f(high))] == [-1, 5, 3, -27]
    assert [cells[0][2], cells[2][2], cells[0][4], cells[2][4]] == ["$-1$", "$5$", "$3$", "$-27$"]
    assert all(f.deriv()(np.linspace(low, high, 20)[1:-1]) < 0)
    only("01", lambda text: text == f"$({round(low)};{round(high)})$")


def test_graph_of_cubic_goes_through_the_points_in_the_picture() -> None:
    points = {-1: 3, 0: 1, 1: -1}
    only("02", lambda text: all(value(text.split("=")[1], x) == y for x, y in points.items()))
    assert all(
        f"({'−' if x < 0 else ''}{abs(x)}; {'−' if y < 0 else ''}{abs(y)})" in ITEMS["toan-02"]["alt"]
        for x, y in points.items()
    )


def test_antiderivative() -> None:
    step = 1e-6

    def slope(text: str, x: float) -> float:
        return (value(text, x + step) - value(text, x - step)) / (2 * step)

    only("03", lambda text: all(abs(slope(text, x) - 3 * x**2 - math.cos(x)) < 1e-4 for x in X))


def test_linearity_of_the_integral() -> None:
    def f(x: float) -> float:
        return 2.5 + (x - 2)

    def g(x: float) -> float:
        return -1 + 3 * (x - 2)

    assert quad(f, 1, 3)[0] == pytest.approx(5)
    assert quad(g, 1, 3)[0] == pytest.approx(-2)
    total = quad(lambda x: 2 * f(x) - 3 * g(x), 1, 3)[0]
    only("04", lambda text: value(text) == pytest.approx(total))


def test_dot_product() -> None:
    only("05", lambda text: value(text) == np.dot([2, -1, 3], [1, 4, -2]))


def test_normal_vector_is_perpendicular_to_the_plane() -> None:
    inside = np.array([[0, -5, 0], [2.5, 0, 0], [0, 0, 2.5]])
    only("06", lambda text: np.allclose((inside[1:] - inside[0]) @ vector(text), 0))


def test_sphere() -> None:
    def holds(text: str) -> bool:
        radius = float(text.split("R=")[1].rstrip("$"))
        x, y, z = vector(text) + radius * np.array([2, 1, 2]) / 3
        return bool(np.isclose((x - 1) ** 2 + (y + 2) ** 2 + z**2, 9))

    only("07", holds)


def test_range_of_grouped_data() -> None:
    groups, counts = table_rows(ITEMS["toan-08"]["stem"])
    edges = [int(edge) for group in groups for edge in re.findall(r"\d+", group)]
    assert sum(map(int, counts)) == 40
    only("08", lambda text: value(text) == max(edges) - min(edges))


def test_horizontal_asymptote() -> None:
    far = [(2 * x + 1) / (x - 3) for x in (-1e9, 1e9)]
    assert far == pytest.approx([2, 2])
    only("09", lambda text: text == "$y=2$")


def test_total_probability() -> None:
    exact = Fraction("0.6") * Fraction("0.5") + (1 - Fraction("0.6")) * Fraction("0.3")
    only("10", lambda text: Fraction(text.strip("$").replace("{,}", ".")) == exact)


def test_largest_value_on_a_segment() -> None:
    x = np.linspace(1, 4, 3001)
    only("11", lambda text: value(text) == pytest.approx(max(x**3 - 3 * x**2 + 2)))


def test_solid_of_revolution() -> None:
    only("12", lambda text: value(text) == pytest.approx(quad(lambda x: math.pi * math.sqrt(x) ** 2, 1, 4)[0]))


def test_rational_function() -> None:
    def f(x: float) -> float:
        return x + 4 / (x - 1)

    def slope(x: float) -> float:
        return (f(x + 1e-6) - f(x - 1e-6)) / 2e-6

    derivative = all(abs(slope(x) - (x**2 - 2 * x - 3) / (x - 1) ** 2) < 1e-3 for x in (-3, -0.5, 0.5, 2, 5))
    falling = f(0.9) > f(1.1)  # across x = 1 the values jump up, so it does not fall on the whole of (−1; 3)
    turning = [np.array([x, f(x)]) for x in (-1.0, 3.0)]
    distance = float(np.linalg.norm(turning[1] - turning[0]))
    assert [slope(x) for x in (-1, 3)] == pytest.approx([0, 0], abs=1e-6)
    assert truths("13") == [True, derivative, falling, math.isclose(distance, 4 * math.sqrt(5))]


def test_height_of_the_drone() -> None:
    def v(t: float) -> float:
        return 1.2 * t - 0.06 * t**2

    acceleration = math.isclose((v(5.001) - v(4.999)) / 0.002, 1.2 - 0.06 * 5)
    fastest = -minimize_scalar(lambda t: -v(t), bounds=(0, 20), method="bounded").fun
    height = [quad(v, 0, t)[0] for t in (0, 5, 10, 20)]
    formula = height == pytest.approx([0.6 * t**2 - 0.02 * t**3 for t in (0, 5, 10, 20)])
    assert truths("14") == [acceleration, math.isclose(fastest, 6, rel_tol=1e-6), formula, height[-1] > 100]


def test_line_and_plane() -> None:
    a, b, normal = np.array([2, 0, 1]), np.array([0, 2, 3]), np.array([1, 2, -2])
    ab = b - a
    distance = abs(normal @ a + 3) / np.linalg.norm(normal)
    angle = 90 - math.degrees(math.acos(abs(normal @ ab) / (np.linalg.norm(normal) * np.linalg.norm(ab))))
    parallel = bool(np.allclose(np.cross(ab, [1, -1, 1]), 0))
    assert truths("15") == [list(ab) == [-2, 2, 2], parallel, math.isclose(distance, 1), round(angle) == 79]


def test_light_bulbs_counted_one_by_one() -> None:
    first, second, bad_first, bad_second = 600, 400, 12, 20
    bad = bad_first + bad_second
    found = [
        Fraction(first, first + second) == Fraction("0.6"),
        Fraction(bad_second, second) == Fraction("0.02"),
        Fraction(bad, first + second) == Fraction("0.032"),
        Fraction(bad_first, bad) > Fraction("0.4"),
    ]
    assert truths("16") == found


def test_interquartile_range() -> None:
    groups, counts = table_rows(ITEMS["toan-17"]["stem"])
    numbers = [int(count) for count in counts]
    edges = sorted({float(edge) for group in groups for edge in re.findall(r"\d+", group)})
    assert sum(numbers) == 40
    spread = grouped_quartile(edges, numbers, 0.75) - grouped_quartile(edges, numbers, 0.25)
    assert accepted("17") == [rounded(spread, 1)]


def test_cheapest_tank() -> None:
    def cost(x: float) -> float:
        return 200 * x**2 + 100 * 4 * x * (4 / x**2)

    best = minimize_scalar(cost, bounds=(0.1, 10), method="bounded", options={"xatol": 1e-9}).x
    assert accepted("18") == [rounded(float(best), 2)]


def test_area_between_curves() -> None:
    low, high = sorted(np.roots([1, -2, -3]).real)
    assert accepted("19") == [rounded(quad(lambda x: abs(2 * x + 3 - x**2), low, high)[0], 1)]


def test_nearest_point_of_the_flight() -> None:
    def flight(t: float) -> float:
        return float(np.linalg.norm(np.array([-4, 3, 1]) + t * np.array([2, 1, 2])))

    nearest = minimize_scalar(flight, bounds=(0, 50), method="bounded", options={"xatol": 1e-9})
    assert nearest.x > 0.1
    assert accepted("20") == [rounded(round(nearest.fun, 6), 0)]


def test_spam_counted_in_ten_thousand_letters() -> None:
    caught, caught_wrongly = 3000 * 90 // 100, 7000 * 4 // 100
    assert accepted("21") == [rounded(Fraction(caught, caught + caught_wrongly), 2)]


def test_highest_concentration() -> None:
    best = minimize_scalar(lambda t: -5 * t / (t**2 + 4), bounds=(0, 24), method="bounded", options={"xatol": 1e-9})
    assert accepted("22") == [rounded(-round(best.fun, 9), 2)]

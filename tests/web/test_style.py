"""The design tokens: readable in every theme, and the two dark lists equal."""

from __future__ import annotations

import re

import pytest

from tests.web.built import WEB

TOKENS = (WEB / "style" / "tokens.css").read_text()
TEXT_ON = [
    ("text", "surface-page"), ("text", "surface"), ("text", "surface-raised"), ("text", "surface-sunken"),
    ("text", "surface-hover"), ("text-quiet", "surface-page"), ("text-quiet", "surface"),
    ("text-quiet", "surface-sunken"),
    ("text-quiet", "surface-hover"), ("accent", "surface"), ("accent", "surface-page"), ("accent", "accent-soft"),
    ("on-accent", "accent-fill"), ("on-accent", "accent-fill-hover"), ("on-danger", "danger-fill"),
    ("on-danger", "danger-fill-hover"), ("success", "success-soft"), ("warning", "warning-soft"),
    ("danger", "danger-soft"), ("danger", "surface"), ("info", "info-soft"), ("text", "danger-soft"),
    ("text", "info-soft"), ("text", "warning-soft"), ("text", "success-soft"),
]  # fmt: skip
BOUNDARIES = [("line-strong", "surface"), ("line-strong", "surface-page"), ("accent-fill", "surface")]


def tokens(selector: str) -> dict[str, str]:
    block = TOKENS.split(f"{selector} {{", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", block))


LIGHT = tokens(":root")
DARK = LIGHT | tokens(':root[data-theme="dark"]')
HIGH = LIGHT | tokens(':root[data-contrast="high"]')
HIGH_DARK = DARK | tokens(':root[data-contrast="high"]') | tokens(':root[data-contrast="high"][data-theme="dark"]')
THEMES = {"light": LIGHT, "dark": DARK, "high": HIGH, "high-dark": HIGH_DARK}


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2, section 6)."""
    digits = colour.removeprefix("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_is_readable(theme: str, text: str, ground: str) -> None:
    needed = 7 if theme.startswith("high") and text in {"text", "text-quiet"} else 4.5
    found = contrast(THEMES[theme][text], THEMES[theme][ground])
    assert found >= needed, f"{found:.2f}"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("line", "ground"), BOUNDARIES)
def test_boundaries_of_controls_are_visible(theme: str, line: str, ground: str) -> None:
    assert contrast(THEMES[theme][line], THEMES[theme][ground]) >= 3


def test_the_dark_lists_are_equal() -> None:
    assert tokens(':root[data-theme="dark"]') == tokens(":root:not([data-theme])")
    chosen = ':root[data-contrast="high"]'
    assert tokens(f'{chosen}[data-theme="dark"]') == tokens(f"{chosen}:not([data-theme])")


def test_files_know_colours_by_name_only() -> None:
    for path in (WEB / "style").glob("*.css"):
        if path.name in {"tokens.css", "print.css"}:
            continue
        named = re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*;)", path.read_text())
        assert not named, f"{path.name}: {named}"

"""Invented answers to “Paragraph on community work”, from the weakest to the best, with mistakes that pupils make."""

from __future__ import annotations

from pathlib import Path

_FILE = Path(__file__).parent / "content" / "essays.txt"

COMMUNITY_WORK: tuple[str, ...] = tuple(
    " ".join(paragraph.split()) for paragraph in _FILE.read_text(encoding="utf-8").split("\n\n")
)

"""What a whole school sees at the bell is ready before anybody asks, in the process that all others are forked from."""

from __future__ import annotations

import re
from pathlib import Path

from exam_engine import serving
from exam_engine.kit import pages

SOURCES = Path(serving.__file__).parent
FRAMED = re.compile(r'framed\(\s*request,\s*"([^"]+)"')


def test_the_pages_of_the_bell_are_compiled_with_all_that_they_are_made_of() -> None:
    pages.environment.cache_clear()
    pages.compile_pages(serving.FIRST_PAGES)
    cache = pages.environment().cache
    assert cache is not None
    ready = {name for _loader, name in cache.keys()}  # noqa: SIM118 - Jinja's own cache is no mapping
    assert {*serving.FIRST_PAGES, "kit/plain.html", "kit/macros.html"} <= ready


def test_every_page_that_is_kept_as_a_frame_is_among_them() -> None:
    framed = {name for path in SOURCES.rglob("*.py") for name in FRAMED.findall(path.read_text(encoding="utf-8"))}
    assert framed
    assert framed <= set(serving.FIRST_PAGES)

"""What a whole school sees at the bell is ready before anybody asks, in the process that all others are forked from."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import jinja2
import pytest

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


def test_a_compiled_page_is_found_again_and_never_an_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "package_path", lambda *_parts: tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    file = tmp_path / "page.html"
    file.write_text("{{ 1 + 1 }}", encoding="utf-8")
    assert shown() == "2"
    with monkeypatch.context() as forbidding:
        forbidding.setattr(jinja2.Environment, "compile", None)
        assert shown() == "2"
    file.write_text("{{ 1 + 2 }}", encoding="utf-8")
    assert shown() == "3"


def test_where_nothing_may_be_written_pages_are_compiled_by_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "package_path", lambda *_parts: tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(Path, "mkdir", refused)
    (tmp_path / "page.html").write_text("{{ 1 + 1 }}", encoding="utf-8")
    assert shown() == "2"


def refused(*_arguments: object, **_named: object) -> None:
    raise PermissionError


def shown() -> str:
    """As a process that has just begun shows it."""
    return pages.environment.__wrapped__().get_template("page.html").render()

"""QTI 2.0 to 3.0 under one set of names: `qti-simple-choice` and `simpleChoice` are both "simpleChoice"."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

Element = etree._Element  # noqa: SLF001 - lxml has no public name for its type


def local(element: Element) -> str:
    """The name without its namespace, prefix `qti-` and hyphens; "" for comments and entities."""
    tag: object = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=4096)
def _local(tag: str) -> str:
    name = tag.rpartition("}")[2]
    return camel(name.removeprefix("qti-")) if name.startswith("qti-") else name


def camel(name: str) -> str:
    first, *others = name.split("-")
    return first + "".join(part.capitalize() for part in others)


def attribute(element: Element, name: str, default: str = "") -> str:
    """`attribute(e, "responseIdentifier")` reads `responseIdentifier` or `response-identifier`."""
    return (element.get(name) or element.get(_hyphened(name)) or default).strip()


@lru_cache(maxsize=1024)
def _hyphened(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)


def flag(element: Element, name: str, default: bool = False) -> bool:
    said = attribute(element, name).lower()
    return said in {"true", "1"} if said else default


def whole(text: str, digits: int = 4) -> int | None:
    """A whole number of at most so many digits; None for anything else, as raised digits and numbers without end."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def children(element: Element, *names: str) -> Iterator[Element]:
    return element.iterchildren(*_tags(names)) if names else iter(element)


def child(element: Element | None, name: str) -> Element | None:
    return None if element is None else next(element.iterchildren(*_tags((name,))), None)


def descendants(element: Element, *names: str) -> Iterator[Element]:
    return element.iterdescendants(*_tags(names))


@lru_cache(maxsize=1024)
def _tags(names: tuple[str, ...]) -> tuple[str, ...]:
    """Both spellings of each name in any namespace: lxml compares them without a call for every element."""
    return tuple(f"{{*}}{tag}" for name in names for tag in dict.fromkeys((name, f"qti-{_hyphened(name)}")))


def text_of(element: Element) -> str:
    return "".join(map(str, element.itertext())).strip()


def line_of(element: Element) -> int | None:
    line: object = element.sourceline
    return line if isinstance(line, int) else None

"""Two languages from the first page: English msgids in the source, Vietnamese in `locale/vi/FEATURE.po`."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from babel import dates, numbers
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from item_bank.content.sentence import Sentence

LOCALES = ("vi", "en")
DEFAULT = "vi"
COOKIE = "lang"


class _Messages(gettext.NullTranslations):
    """All features' catalogues of one language together; an msgid without a translation stays English."""

    def __init__(self, texts: dict[str, str | tuple[str, ...]]) -> None:
        super().__init__()
        self._texts = texts

    def gettext(self, message: str) -> str:
        found = self._texts.get(message, message)
        return found if isinstance(found, str) else found[0]

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        found = self._texts.get(singular)
        if found is None:
            return singular if n == 1 else plural
        return found if isinstance(found, str) else found[min(len(found) - 1, int(n != 1))]


@cache
def catalogue(locale: str, feature: str) -> Catalog:
    path = files("exam_engine").joinpath("locale", locale, f"{feature}.po")
    with path.open("rb") as file:
        return read_po(file, locale=locale)


@cache
def features(locale: str) -> tuple[str, ...]:
    folder = files("exam_engine").joinpath("locale", locale)
    if not folder.is_dir():
        return ()
    return tuple(sorted(p.name.removesuffix(".po") for p in folder.iterdir() if p.name.endswith(".po")))


@cache
def messages(locale: str) -> gettext.NullTranslations:
    texts: dict[str, str | tuple[str, ...]] = {}
    # The player's page carries its own catalogue, where a word may read otherwise; elsewhere the others speak.
    for feature in sorted(features(locale), key=lambda name: (name != "player", name)):
        texts |= texts_of(locale, feature)
    return _Messages(texts)


def texts_of(locale: str, feature: str) -> dict[str, str | tuple[str, ...]]:
    """The translated messages of one feature, for instance those that the player's page carries."""
    if feature not in features(locale):
        return {}
    found: dict[str, str | tuple[str, ...]] = {}
    for message in catalogue(locale, feature):
        if message.id and message.string and all(message.string):
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[key] = message.string if isinstance(message.string, str) else tuple(message.string)
    return found


def translator(locale: str) -> Callable[..., str]:
    """`_("… %(n)s …", n=3)` in one language."""
    source = messages(locale)

    def in_turn(value: object) -> object:
        return translate(value.msgid, **value.params) if isinstance(value, Sentence) else value

    def translate(message: str, **params: object) -> str:
        text = source.gettext(message)
        return text % {name: in_turn(value) for name, value in params.items()} if params else text

    return translate


def negotiate(accept_language: str) -> str | None:
    """The first of our languages that the browser asks for."""
    wanted: list[tuple[float, str]] = []
    for part in accept_language.split(","):
        tag, _sep, quality = part.strip().partition(";q=")
        try:
            wanted.append((float(quality or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue
    for _quality, tag in sorted(wanted, key=lambda pair: -pair[0]):
        if tag in LOCALES:
            return tag
    return None


def moment(value: datetime, locale: str, zone: str, form: str = "short") -> str:
    """A point in time as people of the unit read it: 21/11/2026 08:00."""
    local = value.astimezone(ZoneInfo(zone))
    if form == "time":
        return local.strftime("%H:%M")
    if form == "date":
        return local.strftime("%d/%m/%Y") if locale == "vi" else dates.format_date(local, "d MMM y", locale=locale)
    if locale == "vi":
        return local.strftime("%H:%M, %d/%m/%Y")
    return dates.format_datetime(local, "d MMM y, HH:mm", locale=locale)


def number(value: Any, locale: str, decimals: int | None = None) -> str:
    """A number with the language's decimal mark; `None` is a dash."""
    if value is None:
        return "–"
    if isinstance(value, Fraction):
        value = float(value)
    return _written(value, locale, decimals)


@lru_cache(maxsize=8192)
def _written(value: Any, locale: str, decimals: int | None) -> str:
    """Tables and axes have the same few numbers over and over."""
    pattern = "#,##0.###" if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    text = numbers.format_decimal(value, format=pattern, locale=locale)
    # A true minus sign: a hyphen beside "from … to …" reads as a dash. What rounds to nothing has no sign.
    return text.replace("-", "\N{MINUS SIGN}" if any(one in "123456789" for one in text) else "")

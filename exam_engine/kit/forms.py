"""Reads what a form sent: every field checked and cleaned, all errors together, by field."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Mapping
from datetime import date, datetime
from typing import Annotated, Any

from litestar.enums import RequestEncodingType
from litestar.params import Body

from exam_engine.kit.errors import _
from item_bank.content.composing import composed

Form = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]


class Reading:
    """`errors` maps a field to the msgid of what is wrong with it."""

    def __init__(self, form: Mapping[str, Any]) -> None:
        self.form = form
        self.errors: dict[str, str] = {}

    def text(self, name: str, *, required: bool = True, longest: int = 200) -> str:
        found = clean(self.form.get(name))
        if found is None:
            self.errors[name] = _("This contains characters that can't be stored.")
        elif len(found) > longest:
            self.errors[name] = _("This is too long.")
        elif required and not found:
            self.errors[name] = _("Please fill in this field.")
        return found or ""

    def secret(self, name: str) -> str:
        """As typed: a password may begin and end with spaces."""
        found = self.form.get(name)
        if not isinstance(found, str) or not found:
            self.errors[name] = _("Please fill in this field.")
            return ""
        return found

    def day(self, name: str) -> date | None:
        found = self.text(name, required=False)
        if not found:
            return None
        try:
            return parse_day(found)
        except ValueError:
            self.errors[name] = _("Write a date like 31/12/2026.")
            return None

    def choice(self, name: str, allowed: Container[str]) -> str:
        found = self.text(name)
        if found and found not in allowed:
            self.errors[name] = _("Please choose one of the list.")
        return found


def clean(value: object) -> str | None:
    """NFC with single spaces; None for what a database or a page can't hold (NUL, controls, lone surrogates)."""
    if value is None:
        return ""
    if not isinstance(value, str) or any(unicodedata.category(c) in {"Cc", "Cs"} and not c.isspace() for c in value):
        return None
    return " ".join(composed(value).split())


def parse_day(text: str) -> date:
    """31/12/2026, 31-12-2026, 31.12.2026 or 2026-12-31; anything else raises ValueError."""
    plain = text.strip().replace("-", "/").replace(".", "/")
    form = "%Y/%m/%d" if plain[:4].isdigit() else "%d/%m/%Y"
    found = datetime.strptime(plain, form).date()  # noqa: DTZ007 - a birthday has no zone
    if not 1900 <= found.year <= 2200:
        raise ValueError(text)
    return found


def local_path(value: object, otherwise: str = "/") -> str:
    """Only a path of this service: a link in a mail must not send people elsewhere after signing in."""
    path = value if isinstance(value, str) else ""
    plain = path.isascii() and path.isprintable() and "\\" not in path
    return path if plain and path.startswith("/") and not path.startswith("//") else otherwise

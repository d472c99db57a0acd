"""What the product says, in both languages: tests name a control once, by its English text, as its source does."""

from __future__ import annotations

import re

import pytest

from exam_engine.kit import languages

#: (language, width of the screen): each path is walked once, and over all of them each pair occurs; every page is
#: looked at in both languages and widths (tests/browser/pages).
PHONE_IN_VIETNAMESE = pytest.mark.parametrize("look", [("vi", 360)], ids=["vi-phone"])
PHONE_IN_ENGLISH = pytest.mark.parametrize("look", [("en", 360)], ids=["en-phone"])
DESK_IN_VIETNAMESE = pytest.mark.parametrize("look", [("vi", 1280)], ids=["vi-desk"])
DESK_IN_ENGLISH = pytest.mark.parametrize("look", [("en", 1280)], ids=["en-desk"])
HOLE = re.compile(r"%\((\w+)\)s")


class Words:
    """The product's own catalogue. A text that it does not hold is a mistake of the test, in English as well."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._pages = languages.messages(language)

    def __call__(self, text: str, **values: object) -> str:
        _known(text)
        return self._pages.gettext(text) % values if values else self._pages.gettext(text)

    def many(self, one: str, more: str, n: int) -> str:
        _known(one)
        return self._pages.ngettext(one, more, n) % {"n": n}

    def player(self, text: str, **values: object) -> str:
        """As the player's page says it, which speaks to pupils in words of its own."""
        _known(text)
        found = languages.texts_of(self.language, "player").get(text, text)
        found = found if isinstance(found, str) else found[-1]
        return found % values if values else found

    def like(self, text: str) -> re.Pattern[str]:
        """The text with anything where it leaves room for a name or a number."""
        _known(text)
        parts = [re.escape(part) for part in HOLE.split(self._pages.gettext(text))[::2]]
        return re.compile(".+".join(parts))


def _known(text: str) -> None:
    if not any(text in languages.texts_of("vi", feature) for feature in languages.features("vi")):
        raise AssertionError(f"the product never says {text!r}")

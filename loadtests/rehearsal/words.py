"""The report's words in both languages, read from words.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def words_in(language: str) -> Mapping[str, str]:
    found = tomllib.loads(files("loadtests.rehearsal").joinpath("words.toml").read_text(encoding="utf-8"))
    return {key: pair[language] for key, pair in found.items()}

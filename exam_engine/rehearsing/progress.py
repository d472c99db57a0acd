"""How far a rehearsal is, on the console: one line that changes, or a line now and then where nobody looks."""

from __future__ import annotations

import sys
import time
from typing import Any

import click

EVERY_S = 10.0


class Progress:
    def __init__(self, language: str) -> None:
        from loadtests.rehearsal.words import words_in

        self._say = words_in(language)
        self._live = sys.stderr.isatty()
        self._told_at = 0.0

    def __call__(self, said: dict[str, Any]) -> None:
        if said["event"] == "progress":
            self._show(said)
        elif said["event"] in ("building", "ready", "settling"):
            click.echo(
                ("\n" if self._live and said["event"] == "settling" else "") + self._say[said["event"]], err=True
            )
        elif said["event"] == "left_behind":
            click.echo(self._say["left_behind"].format(why=said["why"]), err=True)

    def _show(self, said: dict[str, Any]) -> None:
        now = time.monotonic()
        if not self._live and now - self._told_at < EVERY_S:
            return
        self._told_at = now
        phase = self._say[f"phase_{said['phase']}"]
        line = self._say["progress"].format(**{**said, "phase": phase})
        click.echo(f"\r\x1b[2K{line}" if self._live else line, nl=not self._live, err=True)

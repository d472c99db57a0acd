"""Expected obstacles of an operator's command: one line each, exit code 2."""

from __future__ import annotations


class CannotOperate(RuntimeError):
    """The message is one line for whoever typed the command."""


def one_line(error: BaseException) -> str:
    """What happened, for a note, a log or a terminal: without what SQLAlchemy writes around it, and never empty."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    told = str(getattr(error, "orig", None) or error).strip()
    return told.splitlines()[0] if told else type(error).__name__

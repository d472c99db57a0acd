"""Expected obstacles of an operator's command: one line each, exit code 2."""

from __future__ import annotations


class CannotOperate(RuntimeError):
    """The message is one line for whoever typed the command."""

"""What is one of the usual kinds of item in every respect is read as one: it is edited and analysed with less ado."""

from __future__ import annotations


class NotUsual(Exception):
    """The item is not one of the usual kinds; whatever it is, it is read as it is written."""

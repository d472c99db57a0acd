"""The registry of interactions: one file each, found by the type name of the model's struct."""

from __future__ import annotations

from item_bank.content.interactions.base import Handler, InvalidResponse, Mark, Response
from item_bank.content.interactions.registry import HANDLERS, handler_for

__all__ = ["HANDLERS", "Handler", "InvalidResponse", "Mark", "Response", "handler_for"]

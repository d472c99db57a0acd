"""Marking as teachers say it: what is right in each part and what it earns; made into a composite's rules and back."""

from __future__ import annotations

from item_bank.formats.simple.describing import described
from item_bank.formats.simple.making import made
from item_bank.formats.simple.model import Answer, Simple, things
from item_bank.formats.simple.points import total_points
from item_bank.formats.simple.problems import marking_problems

__all__ = ["Answer", "Simple", "described", "made", "marking_problems", "things", "total_points"]

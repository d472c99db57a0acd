"""Imports every table, so that the one MetaData is complete (migrations, tests)."""

from __future__ import annotations

from exam_engine.accounts import tables as accounts
from exam_engine.assembly import tables as assembly
from exam_engine.authoring import tables as authoring
from exam_engine.delivery import tables as delivery
from exam_engine.kit import tables as kit
from exam_engine.reports import tables as reports
from exam_engine.reviewing import tables as reviewing
from exam_engine.scoring import tables as scoring
from exam_engine.sittings import tables as sittings
from item_bank.storage.tables import metadata
from proctoring import tables as proctoring

__all__ = [
    "accounts",
    "assembly",
    "authoring",
    "delivery",
    "kit",
    "metadata",
    "proctoring",
    "reports",
    "reviewing",
    "scoring",
    "sittings",
]

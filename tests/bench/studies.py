"""The analysis job without its database: figures, response model, groups and pages in both languages; and the PDF."""

from __future__ import annotations

import time

from exam_engine.kit.printing import compiled
from exam_engine.measuring.named import Found
from exam_engine.reports.item_analysis import found_in
from exam_engine.reports.study.making import make
from tests.bench.report import Figure
from tests.reports.seeded import seeded

WARM, SMALL, LARGE = 150, 3_000, 30_000


def figures() -> dict[str, Figure]:
    _job(WARM)  # a work process lives for weeks: catalogues of words are read once
    small, told = _job(SMALL)
    large, _pages = _job(LARGE)
    began = time.process_time()
    data = compiled("analysis", lambda: {**told, "texts": {}})
    printed = time.process_time() - began
    what = "candidates, 40 items, 2PL, two genders, four forms, two languages"
    return {
        "study.job_3000x40_s": Figure(small, "s of CPU", f"{SMALL} {what}"),
        "study.job_30000x40_s": Figure(large, "s of CPU", f"{LARGE} {what}"),
        "study.report_pdf_s": Figure(printed, "s of CPU", f"{len(data) / 1e3:.0f} kB"),
    }


def _job(persons: int) -> tuple[float, Found]:
    """Its cost, and the report."""
    sitting = seeded("clean", persons)
    began = time.process_time()
    made = make(sitting.gathered, found_in(sitting.gathered), sitting.groups, "Toán")
    assert made
    return time.process_time() - began, made.pages["vi", "report"]

"""docs/proctoring.md names every signal, everything recorded of it, every rule and every threshold as it is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from exam_engine.sittings.policy import SIGNALS
from proctoring.rules import RULES, Thresholds
from proctoring.signals import TYPES

PAGE = (Path(__file__).parents[2] / "docs" / "proctoring.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `([a-z_]+)` \|(.*)$", PAGE, re.MULTILINE))


def test_every_signal_of_the_policy_is_a_type_and_described() -> None:
    assert set(TYPES) == set(SIGNALS)
    for name, known in TYPES.items():
        assert ("the page" if known.by_page else "the service") in ROWS[name].split("|")[0], name
        assert all(f"`{number}`" in ROWS[name] for number in known.numbers), name


def test_every_rule_and_threshold_is_described() -> None:
    assert set(RULES) | set(TYPES) == set(ROWS)
    for rule in RULES:
        assert all(f"`{signal}`" in ROWS[rule] for signal in RULES[rule].signals), rule
    described = " ".join(ROWS[rule] for rule in RULES)
    for threshold in fields(Thresholds):
        assert f"`{threshold.name}`" in described
        assert re.search(rf"\b{threshold.default}\b", described), threshold.name

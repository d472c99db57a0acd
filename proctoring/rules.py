"""Pure rules: signals in, flags out. A flag is a place for a person to look (mục cần xem xét), never a verdict.

Rules count what the device did, by the device's own clock. When something arrived plays no part, so an attempt that
was offline for an hour looks like one that was not. The order and repetition of signals play no part either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from exam_engine.kit.errors import _

#: Signals shown as evidence; the counts say how many there were.
MOST_EVIDENCE = 100


@dataclass(frozen=True, slots=True)
class Fact:
    """One signal. `at_ms`: when it was reported on the device, ms since 1970 in the server's time; what took `ms` ended
    then."""

    resume: int
    counter: int
    position: int
    type: str
    at_ms: int
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int, int, int]:
        return self.resume, self.counter, self.position

    def number(self, name: str, otherwise: int = 0) -> int:
        return int(self.data.get(name, otherwise))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From how much on a rule raises its flag. Absences shorter than `away_least_s` do not count as times away."""

    away_times: int = 5
    away_total_s: int = 60
    away_least_s: int = 3
    essay_pastes: int = 3
    essay_paste_chars: int = 300
    full_screen_times: int = 3
    tabs: int = 3
    devices: int = 2
    addresses: int = 3


@dataclass(frozen=True, slots=True)
class Flag:
    """`params` fill the places of the rule's text; `facts` are the evidence."""

    rule: str
    version: int
    params: Mapping[str, int]
    facts: tuple[Fact, ...]

    def evidence(self, thresholds: Thresholds) -> dict[str, Any]:
        """As it is stored: what was counted, against what, and the signals themselves, the latest ones."""
        shown = [[*fact.key, fact.type, fact.at_ms, dict(fact.data)] for fact in self.facts[-MOST_EVIDENCE:]]
        return {"params": dict(self.params), "thresholds": asdict(thresholds), "signals": shown}


@dataclass(frozen=True, slots=True)
class Rule:
    """`label` and `text` are msgids; `signals` are the types that it looks at."""

    version: int
    label: str
    text: str
    signals: tuple[str, ...]
    counted: Callable[[Sequence[Fact], frozenset[int], Thresholds], tuple[dict[str, int], bool]]


def _away(facts: Sequence[Fact], _essays: frozenset[int], at_least: Thresholds) -> tuple[dict[str, int], bool]:
    """One absence reported twice (hidden, and without the focus) is one: overlapping spans are joined."""
    spans = sorted((fact.at_ms - fact.number("ms"), fact.at_ms) for fact in facts if fact.data.get("phase") != "begin")
    joined: list[list[int]] = []
    for begin, end in spans:
        if joined and begin <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([begin, end])
    lengths = [end - begin for begin, end in joined]
    times = sum(length >= at_least.away_least_s * 1000 for length in lengths)
    seconds = sum(lengths) // 1000
    return {"n": times, "seconds": seconds}, times >= at_least.away_times or seconds >= at_least.away_total_s


def _essay_paste(facts: Sequence[Fact], essays: frozenset[int], at_least: Thresholds) -> tuple[dict[str, int], bool]:
    pasted = [fact for fact in facts if fact.data.get("slot") in essays]
    times = sum(fact.number("n", 1) for fact in pasted)
    chars = sum(fact.number("chars") for fact in pasted)
    often = times >= at_least.essay_pastes
    return {"n": times, "chars": chars}, often or (times > 0 and chars >= at_least.essay_paste_chars)


def _times(name: str) -> Callable[[Sequence[Fact], frozenset[int], Thresholds], tuple[dict[str, int], bool]]:
    def counted(facts: Sequence[Fact], _essays: frozenset[int], at_least: Thresholds) -> tuple[dict[str, int], bool]:
        times = sum(fact.number("n", 1) for fact in facts if fact.data.get("phase") != "begin")
        return {"n": times}, times >= getattr(at_least, name)

    return counted


RULES: Mapping[str, Rule] = {
    "away": Rule(
        1,
        _("Away from the page"),
        _("%(n)s times away from the exam page, %(seconds)s seconds in all."),
        ("focus_lost", "hidden"),
        _away,
    ),
    "essay_paste": Rule(
        1,
        _("Pasting into essays"),
        _("%(n)s times pasted into an essay, %(chars)s characters in all."),
        ("paste",),
        _essay_paste,
    ),
    "full_screen": Rule(
        1,
        _("Full screen left again and again"),
        _("%(n)s times out of full screen."),
        ("full_screen_left",),
        _times("full_screen_times"),
    ),
    "tabs": Rule(
        1, _("Opened in several tabs"), _("%(n)s times opened in another tab."), ("second_tab",), _times("tabs")
    ),
    "devices": Rule(
        1, _("Several devices"), _("%(n)s times another device asked to go on."), ("second_device",), _times("devices")
    ),
    "addresses": Rule(
        1,
        _("Network address changed often"),
        _("%(n)s changes of the network address."),
        ("address_changed",),
        _times("addresses"),
    ),
}


def flags(
    facts: Iterable[Fact], essays: frozenset[int] = frozenset(), at_least: Thresholds | None = None
) -> list[Flag]:
    """`essays`: the slots of the paper that are answered with a long text."""
    at_least = at_least or Thresholds()
    ordered = sorted({fact.key: fact for fact in facts}.values(), key=lambda fact: (fact.at_ms, fact.key))
    found = []
    for name, rule in RULES.items():
        own = tuple(fact for fact in ordered if fact.type in rule.signals)
        params, raised = rule.counted(own, essays, at_least)
        if own and raised:
            found.append(Flag(name, rule.version, params, own))
    return found

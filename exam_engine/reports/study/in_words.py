"""What the figures say, in plain sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator

from exam_engine.kit.errors import _
from exam_engine.measuring.named import Row
from exam_engine.measuring.report.analysed import Analysed
from exam_engine.measuring.report.writer import Writer
from exam_engine.reports.enough import MISSING, enough, missing

#: Share of the points from which a paper is called so, the easiest first.
DIFFICULTY = (
    (0.80, _("For these candidates the paper was easy.")),
    (0.65, _("For these candidates the paper was rather easy.")),
    (0.45, _("For these candidates the paper was of medium difficulty.")),
    (0.30, _("For these candidates the paper was rather hard.")),
    (0.0, _("For these candidates the paper was hard.")),
)
#: Alpha from which scores carry what is said (after Nunnally 1978, ch. 7).
RELIABLE = (
    (0.90, _("Scores are very reliable (alpha %(alpha)s): they carry decisions about single candidates.")),
    (0.80, _("Scores are reliable (alpha %(alpha)s): they carry marks that count.")),
    (0.70, _("Scores are fairly reliable (alpha %(alpha)s): enough for a class test, not for close decisions.")),
    (-9.0, _("Scores are hardly reliable (alpha %(alpha)s): small differences between candidates mean nothing.")),
)
#: Shares who reached the last item and three quarters of them (Swineford 1974).
COMPLETED, THREE_QUARTERS = 0.80, 0.99


def too_few(figure: str, n: int, write: Writer) -> str:
    """In place of a figure that needs more candidates."""
    return write.say(MISSING, **missing(figure, n))


def summary(found: Analysed, write: Writer) -> Iterator[str]:
    """Five at most: who took it, how hard it was, how reliable and how exact scores are, and what to look at."""
    told, _ = found.told, write.say
    test, n = told["classical"], told["n_persons"]
    if test["design"] == "drawn":
        yield _("%(n)s candidates took it, each with items drawn for them.", n=write.told(n, 0))
    else:
        mean, most = test["scores"]["mean"], sum(row["maximum"] for row in test["items"])
        share = mean / most
        yield _(
            "%(n)s candidates took it; on average they earned %(mean)s of %(most)s points (%(percent)s %%).",
            n=write.told(n, 0),
            mean=write.told(mean),
            most=write.told(most),
            percent=write.told(100 * share, 0),
        )
        yield _(next(words for least, words in DIFFICULTY if share >= least))
        yield from _exact(found, write)
    looked = [name for name, hints in (found.looks or {}).items() if hints]
    if looked:
        yield _(
            "%(n)s of %(all)s items deserve a look, above all %(first)s.",
            n=len(looked),
            all=len(test["items"]),
            first=_first(found, write),
        )
    else:
        yield _("No item stands out by its figures.")


def _first(found: Analysed, write: Writer) -> str:
    """The item with the gravest hint."""
    tones = {"danger": 0, "warning": 1, "": 2}
    looks = found.looks or {}
    named = min((name for name, hints in looks.items() if hints), key=lambda one: tones[looks[one][0].tone])
    return write.say("Item %(n)s", n=named)


def _exact(found: Analysed, write: Writer) -> Iterator[str]:
    """Reliability, and what it means for a score."""
    _, test, n = write.say, found.told["classical"], found.told["n_persons"]
    alpha = test["alpha"]
    if not enough("reliability", n):
        yield _("How reliable scores are cannot be said.") + " " + too_few("reliability", n, write)
        return
    if alpha is None or math.isnan(alpha):
        yield _("How reliable scores are cannot be said: they do not differ.")
        return
    yield _(next(words for least, words in RELIABLE if alpha >= least), alpha=write.told(alpha))
    sem = write.told(test["sem"])
    found_cuts = test.get("classification")
    figures = found_cuts and (found_cuts["lee"] or found_cuts["livingston_lewis"])
    if figures:
        yield _(
            "On another paper like this one a candidate's score would typically be %(sem)s points higher or lower; of "
            "100 candidates %(accuracy)s are on the right side of the bands at 50, 65 and 80 %% of the points.",
            sem=sem,
            accuracy=write.told(100 * figures["accuracy"], 0),
        )
    else:
        yield _(
            "On another paper like this one a candidate's score would typically be %(sem)s points higher or lower.",
            sem=sem,
        )


def speed(found: Row, write: Writer) -> Iterator[str]:
    _ = write.say
    done, most = found["completed"], found["three_quarters"]
    yield _(
        "%(done)s %% of the candidates got to the last item, %(most)s %% to three quarters of the items.",
        done=write.told(100 * done, 0),
        most=write.told(100 * most, 0),
    )
    if done >= COMPLETED and most >= THREE_QUARTERS:
        yield _("Time was enough: the items decided, not the clock.")
    else:
        yield _("Time was short for many: scores also say how fast somebody works. Give more time, or fewer items.")

"""Distractors against CTT and base R: one test for each data set, way of grouping and statistic."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from item_bank.statistics.options import ItemOptions, distractors, option_statistics
from item_bank.statistics.responses import classify
from tests.reference.peers import close, reference, table

GROUPS: dict[str, int | tuple[float, ...]] = {
    "CTT_groups3": 3,
    "CTT_groups4": 4,
    "CTT_groups5": 5,
    "CTT_27_46_27": (0.27, 0.46, 0.27),
}
DISTRACTORS = ["sat12_raw", "sim_mc_500x40"]


@cache
def chosen(shared: Path, name: str) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Answers as option numbers from 1, and the key."""
    _columns, answers = table(shared, name)
    return answers.astype(np.int_), np.array(reference(shared, f"distractors_{name}")["key"])


@cache
def options(shared: Path, name: str, grouping: str) -> tuple[ItemOptions, ...]:
    answers, key = chosen(shared, name)
    marked = classify((answers == key).astype(np.float64))
    keys = [[one] for one in (key - 1).tolist()]
    return distractors(answers - 1, answers.max(axis=0).tolist(), marked, keys, GROUPS[grouping])


@pytest.mark.parametrize("grouping", GROUPS)
@pytest.mark.parametrize("name", DISTRACTORS)
def test_options_by_score_group(shared: Path, name: str, grouping: str) -> None:
    peers = reference(shared, f"distractors_{name}")["results"][grouping]["items"]
    for ours, theirs in zip(options(shared, name, grouping), peers.values(), strict=True):
        rows = {one.option: one for one in ours.options}
        labels = [label for label in theirs if label.startswith(("lower", "mid", "upper"))]
        for place, option in enumerate(theirs["key"]):
            if (one := rows.get(int(option) - 1)) is None:
                assert theirs["n"][place] == 0
                continue
            assert one.n == theirs["n"][place]
            close(one.share, theirs["rspP"][place])
            counts = [theirs[label][place] * size for label, size in zip(labels, ours.sizes, strict=True)]
            assert list(one.by_group) == [round(count) for count in counts]
            close(one.by_group, counts, 1e-10)
            close(one.discrimination, theirs["discrim"][place], 1e-10)


@pytest.mark.parametrize("name", DISTRACTORS)
def test_totals(shared: Path, name: str) -> None:
    answers, key = chosen(shared, name)
    totals, peers = (answers == key).sum(axis=1), reference(shared, f"distractors_{name}")["results"]["base_R"]
    close([totals.mean(), totals.std(ddof=1)], [peers["total_mean"], peers["total_sd"]])


@pytest.mark.parametrize("name", DISTRACTORS)
def test_correlations_of_ctt(shared: Path, name: str) -> None:
    """Of the key they are option-rest ones, as ours. For any other option CTT takes a point off the totals of those who
    chose it, as if it had earned one: its r is lower than ours."""
    answers, key = chosen(shared, name)
    peers = reference(shared, f"distractors_{name}")["results"]["CTT_groups3"]["items"]
    totals = (answers == key).sum(axis=1)
    for item, (ours, theirs) in enumerate(zip(options(shared, name, "CTT_groups3"), peers.values(), strict=True)):
        for one in ours.options:
            if one.n == 0:
                continue
            number = int(f"{one.option}") + 1
            r = theirs["pBis"][theirs["key"].index(f"{number}")]
            has = answers[:, item] == number
            close(np.corrcoef(has, totals - has)[0, 1], r)
            if one.option in ours.key:
                close(one.rest, r)
            else:
                assert one.rest > r


@pytest.mark.parametrize("figure", ["r_option_total", "r_option_rest", "mean_total", "prop", "n"])
@pytest.mark.parametrize("name", DISTRACTORS)
def test_option_correlations(shared: Path, name: str, figure: str) -> None:
    peers = reference(shared, f"distractors_{name}")["results"]["base_R"]["items"]
    attribute = {"r_option_total": "total", "r_option_rest": "rest", "mean_total": "mean", "prop": "share", "n": "n"}
    for ours, theirs in zip(options(shared, name, "CTT_groups3"), peers.values(), strict=True):
        rows = [getattr(ours.options[option - 1], attribute[figure]) for option in theirs["option"]]
        close(rows, theirs[figure], 1e-10)


@pytest.mark.parametrize("name", DISTRACTORS)
def test_one_item_alone_gives_the_same_options(shared: Path, name: str) -> None:
    answers, key = chosen(shared, name)
    scores = (answers == key).astype(np.float64)
    for item, whole in enumerate(options(shared, name, "CTT_groups4")):
        labels = [one.option for one in whole.options]
        alone = option_statistics((answers[:, item] - 1).tolist(), labels, scores[:, item], scores.sum(axis=1), 4)
        close(
            [(one.n, one.rest, *one.shares) for one in alone], [(one.n, one.rest, *one.shares) for one in whole.options]
        )

from __future__ import annotations

import numpy as np
import pytest

from item_bank.statistics.options import option_statistics, score_groups


def test_equal_totals_share_a_group_and_the_cut_belongs_below() -> None:
    assert score_groups(np.array([0.0, 1.0, 1.0, 2.0, 3.0, 3.0]), 2).tolist() == [0, 0, 0, 1, 1, 1]
    assert score_groups(np.array([1.0, 1.0, 1.0]), 3).tolist() == [0, 0, 0]


def test_counts_by_group() -> None:
    chosen = ["A", "B", None, "A", "A", "A"]
    scores = np.array([1.0, 0, 0, 1, 1, 1])
    totals = np.array([1.0, 0, 0, 4, 5, 6])
    key, distractor = option_statistics(chosen, "AB", scores, totals, 2)
    assert (key.n, key.by_group, key.shares) == (4, (1, 3), (1 / 3, 1.0))
    assert key.discrimination == pytest.approx(2 / 3)
    assert (distractor.n, distractor.share, distractor.by_group) == (1, 1 / 6, (1, 0))
    assert key.rest == pytest.approx(np.corrcoef(scores, totals - scores)[0, 1])
    assert distractor.total < 0


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="shapes"):
        option_statistics(["A"], "AB", np.array([1.0, 2.0]), np.array([1.0]))

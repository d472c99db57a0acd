"""Person fit without a model against aberrance, first 50 persons of 2,000."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from item_bank.statistics.person_fit import person_fit
from tests.reference.peers import reference, table

NAME = "sim_2pl_2000x40"
STATISTICS = {
    "G_S": "guttman",
    "NC_S": "norm_conformity",
    "U1_S": "guttman_share",
    "U3_S": "u3",
    "ZU3_S": "zu3",
    "C_S": "caution",
    "MC_S": "modified_caution",
}


@pytest.mark.parametrize("theirs", STATISTICS)
def test_of_scores_alone(shared: Path, theirs: str) -> None:
    peer = reference(shared, f"personfit_{NAME}")["nonparametric_first50"]["stat"]
    found = person_fit(table(shared, NAME)[1])
    np.testing.assert_allclose(getattr(found, STATISTICS[theirs])[:50], peer[theirs], rtol=1e-10, atol=1e-10)

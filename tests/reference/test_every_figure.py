"""Nothing of reference/ is passed over: every figure is compared by a test, or the reason why not is given here."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.reference.compared import COMPARED
from tests.reference.declared import cases, declared
from tests.reference.peers import Figures, reference
from tests.reference.rows import ROWS, blocks

#: What tells how a figure came about, in every block.
SETTINGS = (
    "peer version call settings note R model seconds converged iterations conv wall_s cpu_s numpy definition(s)? "
    r"persons meaning error names [a-z_A-Z0-9]+_note note_se design weight_w anchor_moments"
)

#: File/block/figure → why no test compares it.
NOT_COMPARED = {
    r"[^/]+/(anchor|columns|dataset|focal|group_column|items|key|pairs|peer|version|note|numpy|design)": (
        "what the file is about"
    ),
    r"ctt_[^/]+/psych_alpha/(mean_of_means|sd_of_means)": "mean and SD of the scores, divided by the number of items",
    r"ctt_[^/]+/psych_alpha/ase": "error for large samples; our interval is Feldt's, which is compared",
    r"ctt_sim_2pl_missing_2000x40/psych_alpha/(std_alpha|G6_smc|average_r)": (
        "of correlations of the persons that each pair of items has; ours take complete answers"
    ),
    r"ctt_[^/]+/psych_splitHalf/maxrb": "the best of split halves, drawn at random for long tests (disagreement 10)",
    r"ctt_[^/]+/omega_1factor/fit": "fit of the factor model, which serves omega alone here",
    r"ctt_[^/]+/eigen/values": "no figure of ours is made from them",
    r"dif_[^/]+/(standardization|breslow_day)/DIFitems": "flags by a limit of difR's own, of figures that are compared",
    r"dif_[^/]+/delta_plot/threshold": "a setting",
    r"dif_[^/]+/MH_purify(TRUE|FALSE)_correct(TRUE|FALSE)/(nrPur|purification_steps)": (
        "without purification none; the steps lead to the anchor and their number, which are compared"
    ),
    r"equating_actmath/[^/]+/see": "the error of the concordance once more",
    r"equating_[^/]+/[^/]+/coef": "the line or arc whose points the concordance gives",
    r"girth_[^/]+/[^/]+/BIC": "from its AIC, which is the deviance",
    r"girth_[^/]+/(onepl|rasch|threepl)_mml/AIC": "the deviance at difficulties of the margins, no maximum",
    r"irt_cml_(abortion|lsat6|lsat7)/eRm_CML/LRtest_median": "null: nobody is above the median",
    r"irt_mirt_abortion/Rasch/parameters_slope_intercept": "on a grid that cuts abilities off (disagreement 1)",
    r"irt_mirt_sim_2pl_missing_2000x40/[^/]+/(EAPsum|S_X2|infit_outfit|M2|personfit_first50)": (
        "null: mirt has them of complete answers only"
    ),
    r"irt_mirt_sat12_scored/3PL_prior/EAPsum": "mirt gave an error",
    r"irt_mirt_sim_3pl_5000x30/3PL/se": "null: no clean maximum (disagreement 4)",
    r"irt_mirt_[^/]+/[^/]+/infit_outfit_ML": "null: for Rasch models only",
    r"irt_peers_[^/]+/(TAM_Rasch|TAM_gpcm)/items": "number, mean and parameters once more",
    r"irt_peers_[^/]+/TAM_Rasch/tam_fit": "drawn from the posterior at random (docs/statistics/ability.md)",
    r"dif_[^/]+/logistic_(both|udif|nudif)_(LRT|Wald)/columns": "what the coefficients are called",
    r"similarity_[^/]+/pairs/(first|second|kind)": "which pairs were given",
    r"similarity_[^/]+/CopyDetect_[^/]+/(mirt|item\.loc|center\.id|person\.id|single\.pair2|key)": "settings",
    r"similarity_[^/]+/aberrance_[^/]+/(theta|rows_used)": "which abilities were given",
    r"rt_[^/]+/LNIRT_MCMC/(cov_person|cov_items|phi)": (
        "null; phi is a weight of speed that the lognormal model does not have"
    ),
}


def functions() -> dict[str, Callable[..., object]]:
    """The tests that `compared` names, and all others of their files."""
    modules = {test.split(".")[0] for tests in COMPARED.values() for test in tests}
    return {
        f"{module}.{name}": function
        for module in modules
        for name, function in vars(importlib.import_module(f"tests.reference.{module}")).items()
        if name.startswith("test_")
    }


@cache
def claims() -> frozenset[str]:
    """Patterns of the figures that the cases of all tests look up."""
    known = functions()
    named = {test for tests in COMPARED.values() for test in tests}
    return frozenset(pattern for test in named for case in cases(known[test]) for pattern in declared(test, case))


def names(part: Figures) -> list[str]:
    """Places of all figures below, settings left out."""
    found: list[str] = []
    for key in part:
        value: Any = dict.__getitem__(part, key)
        if key == "results" or re.fullmatch(SETTINGS.replace(" ", "|"), key):
            continue
        found += names(value) if isinstance(value, Figures) else ["/".join((*part.place, key))]
    return found


@cache
def every_figure(shared: Path) -> tuple[str, ...]:
    found: list[str] = []
    for path in sorted((shared / "psychometrics" / "reference").glob("*.json")):
        content = reference(shared, path.stem)
        found += names(content)
        if "results" in content:
            found += names(dict.__getitem__(content, "results"))
    return tuple(found)


@cache
def compared(shared: Path) -> frozenset[str]:
    pattern = re.compile("|".join(claims()))
    return frozenset(figure for figure in every_figure(shared) if pattern.fullmatch(figure))


def test_every_figure_is_compared_or_has_a_reason(shared: Path) -> None:
    reasons = re.compile("|".join(NOT_COMPARED))
    assert [one for one in every_figure(shared) if one not in compared(shared) and not reasons.fullmatch(one)] == []


def test_no_claim_and_no_reason_is_empty(shared: Path) -> None:
    """A test may be said to compare only what is there, and a reason is needed for what no test compares."""
    figures, left = every_figure(shared), set(every_figure(shared)) - compared(shared)
    assert [claim for claim in claims() if not any(re.fullmatch(claim, figure) for figure in figures)] == []
    assert [one for one in NOT_COMPARED if not any(re.fullmatch(one, figure) for figure in left)] == []


def test_every_named_test_exists() -> None:
    assert {test for tests in COMPARED.values() for test in tests} - functions().keys() == set()


def test_every_row_of_the_readme_is_met(shared: Path) -> None:
    """Rows are told by data and statistic, the first two columns."""
    text = (shared / "psychometrics" / "README.md").read_text("utf-8").split("\n## ")[1]
    lines = [[cell.strip(" *") for cell in line.split("|")[1:3]] for line in text.splitlines() if line.startswith("|")]
    assert [f"{data}: {statistic}" for data, statistic in lines[2:]] == list(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split(": ")[1][:30])
def test_row(shared: Path, row: str) -> None:
    asked = {figure for pattern in ROWS[row] for figure in blocks(pattern)}
    assert asked - compared(shared) == set()


def test_every_file_belongs_to_a_row(shared: Path) -> None:
    asked = {pattern.split("/")[0] for row in ROWS.values() for pattern in row}
    assert {figure.split("/")[0] for figure in every_figure(shared)} == asked

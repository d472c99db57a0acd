"""The table of an equating: what each score on form X is worth on form Y."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from item_bank.statistics.equating.choosing import Policy
from item_bank.statistics.equating.designs import Data, Design
from item_bank.statistics.equating.irt_linking import Scaling
from item_bank.statistics.equating.observed import Identity, Method
from item_bank.statistics.equating.standard_errors import bootstrap_equating, few
from item_bank.statistics.equating.tables import Scale
from item_bank.statistics.responses import Floats


@dataclass(frozen=True, slots=True)
class Concordance:
    """score: (points,) of form X; equivalent: on form Y, unrounded, and outside its scale where the method goes there;
    error: standard error of the equivalent in points, NaN where unknown, as where the policy chose identity, which
    equates nothing; count: persons of form X with that score.

    n_x, n_y: who took the forms. scale: that of form Y. samples: bootstrap samples behind the errors, 0 for a formula
    or none. scaling: of equating through a response model, how the forms came to one scale.
    """

    design: Design
    method: str
    n_x: int
    n_y: int
    scale: Scale
    score: Floats
    equivalent: Floats
    error: Floats
    count: Floats
    samples: int = 0
    warnings: tuple[str, ...] = ()
    scaling: Scaling | None = None

    def reported(self) -> Floats:
        """(points,) equivalents as scores that form Y has: cut off at its ends, rounded to its step, halves up."""
        places = np.floor((self.equivalent - self.scale.minimum) / self.scale.step + 0.5 + 1e-9)
        return self.scale.at(np.clip(places, 0, self.scale.size - 1))


def equate(
    data: Data,
    method: Method | None = None,
    *,
    policy: Policy | None = None,
    rng: np.random.Generator | None = None,
    samples: int = 1000,
) -> Concordance:
    """Equates form X to form Y. The type of `data` names the design, see `designs`.

    method: by default what `policy` chooses for the smaller form's number of persons. rng: with it standard errors are
    bootstrapped from `samples` samples; without it they come from formulas, where there are any.
    ValueError where the data cannot support the method; it says why, and what to do.
    """
    rules = policy or Policy()
    chosen = method or rules.choose(data)
    warnings = rules.warnings(data, chosen)
    equivalents = chosen.equivalents(data)
    if (np.diff(equivalents) < -1e-9).any():
        warnings += ("a higher score is worth less somewhere: the forms are too different for this method",)
    if method is None and isinstance(chosen, Identity):
        # Identity is exact only for forms known to be the same, and the policy knows nothing of them.
        errors, used = np.full(equivalents.size, np.nan), 0
    elif rng is None:
        errors, used = chosen.errors(data), 0
    else:
        drawn = bootstrap_equating(data, chosen, samples, rng)
        errors, used = drawn.errors, drawn.used
        if used < samples:
            failed = f"{samples - used} of {samples} bootstrap samples could not support {chosen.name}"
            warnings += (failed + few(drawn),)
    return Concordance(
        design=data.design,
        method=chosen.name,
        n_x=round(data.x.n),
        n_y=round(data.y.n),
        scale=data.y.scale,
        score=data.x.scale.points,
        equivalent=equivalents,
        error=errors,
        count=data.x.counts,
        samples=used,
        warnings=warnings,
    )

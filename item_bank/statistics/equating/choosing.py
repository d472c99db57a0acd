"""Which equating the data deserve (Kolen & Brennan 2014, chapter 8; Livingston & Kim 2010 for small groups)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from item_bank.statistics.equating.circle_arc import CircleArc
from item_bank.statistics.equating.designs import Data, Neat, SingleGroup, difference, together
from item_bank.statistics.equating.frequencies import ChainedEquipercentile, FrequencyEstimation
from item_bank.statistics.equating.loglinear import Smoothing
from item_bank.statistics.equating.neat import ChainedLinear, NominalWeights, Tucker
from item_bank.statistics.equating.observed import Equipercentile, Identity, Linear, Mean, Method

#: An anchor should have a fifth of the form's points (Kolen & Brennan 2014, chapter 8).
ANCHOR_SHARE = 0.2
#: Groups further apart than this, in standard deviations, make all methods disagree (the same chapter).
FAR_APART = 0.5
#: Forms of one test that correlate less than this over the same persons leave it in doubt whether they are.
HARDLY_TOGETHER = 0.3


@dataclass(frozen=True, slots=True)
class Policy:
    """Methods by the smaller form's number of persons n.

    n < identity_below: identity if the forms have the same scale, else `small`; n < small_below: `small`; n <
    linear_below: linear; from there on equipercentile with `smoothing`. Under NEAT linear is Tucker's, and
    equipercentile is frequency estimation, while the groups lie within `alike` standard deviations on the anchor;
    beyond that both are chained, which leans less on the groups' likeness.
    """

    identity_below: int = 100
    small_below: int = 400
    linear_below: int = 1500
    small: Literal["circle-arc", "mean"] = "circle-arc"
    smoothing: Smoothing = field(default_factory=Smoothing)
    alike: float = 0.1

    def choose(self, data: Data) -> Method:
        n = min(data.x.n, data.y.n)
        if n < self.identity_below and data.x.scale == data.y.scale:
            return Identity()
        if n < self.small_below:
            return self._small(data)
        if n < self.linear_below:
            return self._linear(data)
        return self._equipercentile(data)

    def _small(self, data: Data) -> Method:
        if self.small == "circle-arc":
            return CircleArc()
        return NominalWeights() if isinstance(data, Neat) else Mean()

    def _linear(self, data: Data) -> Method:
        if not isinstance(data, Neat):
            return Linear()
        return Tucker() if abs(difference(data)) <= self.alike else ChainedLinear()

    def _equipercentile(self, data: Data) -> Method:
        smoothing = self.fitting(data)
        if not isinstance(data, Neat):
            return Equipercentile(smoothing)
        if abs(difference(data)) <= self.alike:
            return FrequencyEstimation(smoothing)
        return ChainedEquipercentile(smoothing)

    def fitting(self, data: Data) -> Smoothing:
        """No more moments than the scales have, with two to spare."""
        total = min(data.x.scale.size, data.y.scale.size) - 2
        anchor = data.of_x.across.size - 2 if isinstance(data, Neat) else total
        wanted = zip(self.smoothing.joint, (total, anchor, total, anchor), strict=True)
        first, second, down, across = (max(1, min(one, most)) for one, most in wanted)
        degree = max(1, min(self.smoothing.degree, total))
        return replace(self.smoothing, degree=degree, joint=(first, second, down, across))

    def warnings(self, data: Data, method: Method) -> tuple[str, ...]:
        """What a reader of the table should know; nothing here stops the equating."""
        found = []
        n = min(data.x.n, data.y.n)
        least = self._least(method)
        if n < least:
            found.append(f"{n:.0f} persons took the smaller form: the policy asks for {least} for {method.name}")
        if isinstance(method, Identity):
            found.append(f"nothing is equated: scores count as they are, and {n:.0f} persons took the smaller form")
        if isinstance(data, SingleGroup) and together(data) < HARDLY_TOGETHER:
            found.append(
                f"the forms correlate at {together(data):.2f} only: see that rows are of the same persons in the same "
                "order, and that both forms measure the same"
            )
        if isinstance(data, Neat):
            found.extend(_anchor_warnings(data))
        return tuple(found)

    def _least(self, method: Method) -> int:
        if isinstance(method, Identity):
            return 0
        if isinstance(method, CircleArc | Mean | NominalWeights):
            return self.identity_below
        if isinstance(method, Equipercentile | ChainedEquipercentile | FrequencyEstimation):
            return self.linear_below
        return self.small_below


def _anchor_warnings(data: Neat) -> list[str]:
    found = []
    anchor = data.of_x.across
    share = (anchor.maximum - anchor.minimum) / (data.x.scale.maximum - data.x.scale.minimum)
    if share < ANCHOR_SHARE:
        found.append(f"the anchor is worth {share:.0%} of form X: {ANCHOR_SHARE:.0%} is the least that is trusted")
    apart = difference(data)
    if abs(apart) > FAR_APART:
        found.append(f"the groups lie {abs(apart):.2f} standard deviations apart on the anchor: methods will disagree")
    return found

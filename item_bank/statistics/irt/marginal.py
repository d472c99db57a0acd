"""The marginal likelihood of item and population parameters, its gradient and its information.

Bock & Aitkin (1981): persons' abilities are integrated out. By Fisher's identity the gradient is that of the complete
data, averaged over what the answers leave open; so one pass over the patterns gives likelihood and gradient.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from item_bank.statistics.irt.indicators import Indicators
from item_bank.statistics.irt.kinds import Terms
from item_bank.statistics.irt.layout import Layout
from item_bank.statistics.irt.posteriors import LEAST, Part, Window, parts
from item_bank.statistics.irt.quadrature import Lattice, lattice_for
from item_bank.statistics.responses import Floats


@dataclass(frozen=True, slots=True)
class GuessingPrior:
    """Prior of lower asymptotes: logit(c) is normal with this mean and standard deviation."""

    mean: float = -1.386
    sd: float = 0.5


class Point(NamedTuple):
    """The likelihood at some parameters, full (f,). gradient: (p,) of log likelihood + log prior by estimated ones.
    counts: (q, categories) expected answers by node. persons: (groups, q)."""

    full: Floats
    loglik: float
    log_prior: float
    gradient: Floats
    counts: Floats
    persons: Floats

    @property
    def value(self) -> float:
        return self.loglik + self.log_prior


@dataclass(frozen=True, slots=True)
class Marginal:
    """indicators: one for each group."""

    layout: Layout
    indicators: tuple[Indicators, ...]
    lattice: Lattice
    prior: GuessingPrior | None
    windows: dict[int, dict[int, Window]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def patterns(self) -> int:
        return sum(len(one.rows) for one in self.indicators)

    @property
    def persons(self) -> float:
        return float(sum(one.weights.sum() for one in self.indicators))

    def prior_information(self) -> Floats:
        """(p,) what the prior adds to the information of each estimated parameter."""
        return self.layout.reduce(self._prior(self.layout.held)[2])

    def thinned(self, size: int) -> Marginal:
        """The same with about `size` of the patterns, spread evenly over the scores."""
        step = self.patterns // size
        return self if step < 2 else replace(self, indicators=tuple(one.thinned(step) for one in self.indicators))

    def at(self, estimated: Floats) -> Point:
        layout, theta = self.layout, self.lattice.nodes
        full = layout.full(estimated)
        terms = self.terms(full, theta)
        logs = self.log_probabilities(terms)
        counts = np.zeros((theta.size, layout.categories))
        persons = np.zeros((layout.groups, theta.size))
        loglik = 0.0
        for group, one in enumerate(self.indicators):
            value, answers, persons[group] = self._expected(group, logs, full)
            loglik += value
            counts += one.of_categories(answers.T).T
        gradient = self._gradient(full, terms, counts, persons)
        log_prior, prior_gradient, _ = self._prior(full)
        return Point(full, loglik, log_prior, layout.reduce(gradient + prior_gradient), counts, persons)

    def _expected(self, group: int, logs: Floats, full: Floats) -> tuple[float, Floats, Floats]:
        """Log likelihood of a group, (q, d) expected counts of its columns, (q,) of its persons."""
        one = self.indicators[group]
        loglik, answers, persons = 0.0, np.zeros((len(logs), one.rows.shape[1])), np.zeros(len(logs))
        for rows, nodes, posterior, level in self.posteriors(group, logs, full):
            weights = one.weights[rows]
            loglik += float(weights @ level)
            persons[nodes] += weights @ posterior
            answers[nodes] += posterior.T @ (one.rows[rows] * weights[:, None])
        return loglik, answers, persons

    def posteriors(self, group: int, logs: Floats, full: Floats) -> Iterator[Part]:
        """A group's patterns, part by part. logs: (q, categories) of probabilities."""
        one = self.indicators[group]
        prior = self.lattice.log_weights(*self.layout.population(full, group))
        # At some node no pattern is less likely than this.
        least = np.minimum.reduceat(logs, self.layout.first_category, axis=1).sum(axis=1).max()
        return parts(one, one.of_columns(logs.T), prior, self.windows.setdefault(group, {}), shift=bool(least < LEAST))

    def terms(self, full: Floats, theta: Floats) -> list[Terms]:
        return [block.kind.terms(block.matrix(full), theta) for block in self.layout.blocks]

    def log_probabilities(self, terms: list[Terms]) -> Floats:
        """(q, categories)."""
        return np.concatenate([one.log_probability.reshape(len(one.log_probability), -1) for one in terms], axis=1)

    def population_scores(self, full: Floats) -> Floats:
        """(groups, 2, q) derivatives of a node's log density by the mean and by the spread."""
        scores = []
        for group in range(self.layout.groups):
            mean, sd = self.layout.population(full, group)
            away = (self.lattice.nodes - mean) / sd
            spread = full[self.layout.item_parameters + 2 * group + 1]
            scores.append(np.stack((away / sd, (away**2 - 1) * spread / sd**2)))
        return np.stack(scores)

    def _gradient(self, full: Floats, terms: list[Terms], counts: Floats, persons: Floats) -> Floats:
        parts = []
        for block, one in zip(self.layout.blocks, terms, strict=True):
            answers = counts[:, block.categories].reshape(one.log_probability.shape)
            parts.append(np.einsum("qjc,qjcp->jp", answers, one.score).ravel())
        parts.append(np.einsum("gkq,gq->gk", self.population_scores(full), persons).ravel())
        return np.concatenate(parts)

    def _prior(self, full: Floats) -> tuple[float, Floats, Floats]:
        """Log density of estimated asymptotes, its gradient and minus its second derivatives (all diagonal)."""
        gradient, curvature = np.zeros(full.size), np.zeros(full.size)
        if self.prior is None:
            return 0.0, gradient, curvature
        places = self._asymptotes()
        away = (full[places] - self.prior.mean) / self.prior.sd
        gradient[places], curvature[places] = -away / self.prior.sd, self.prior.sd**-2
        constant = np.log(self.prior.sd * np.sqrt(2 * np.pi))
        return float((-(away**2) / 2 - constant).sum()), gradient, curvature

    def _asymptotes(self) -> np.ndarray[tuple[int], np.dtype[np.int_]]:
        """Where the estimated logits of asymptotes stand in the whole vector."""
        layout = self.layout
        guessing = [
            first + 2 for slot, first in zip(layout.slots, layout.first_parameter, strict=True) if slot.model == "3pl"
        ]
        places = np.array(guessing, dtype=np.int_)
        return places[layout.index[places] >= 0]

    def complete_information(self, point: Point, *, expected: bool = False) -> Floats:
        """(f, f) information if abilities were known; `expected` takes the answers that the model expects, which keeps
        it positive definite far from the solution."""
        layout, theta = self.layout, self.lattice.nodes
        made = np.zeros((layout.index.size, layout.index.size))
        for block, one in zip(layout.blocks, self.terms(point.full, theta), strict=True):
            answers = point.counts[:, block.categories].reshape(one.log_probability.shape)
            if expected:
                answers = answers.sum(axis=2, keepdims=True) * np.exp(one.log_probability)
            parts = block.kind.information(answers, one)
            size = block.kind.size
            for number, part in enumerate(parts):
                first = block.parameters.start + number * size
                made[first : first + size, first : first + size] = part
        for group, persons in enumerate(point.persons):
            first = layout.item_parameters + 2 * group
            place = slice(first, first + 2)
            made[place, place] = self._population_information(point.full, group, persons, expected=expected)
        diagonal = np.arange(len(made))
        made[diagonal, diagonal] += self._prior(point.full)[2]
        return made

    def _population_information(self, full: Floats, group: int, persons: Floats, *, expected: bool) -> Floats:
        """(2, 2) of mean and spread τ: of a normal density with variance τ² + a constant."""
        mean, sd = self.layout.population(full, group)
        away, spread = (self.lattice.nodes - mean) / sd, full[self.layout.item_parameters + 2 * group + 1]
        n, first, second = persons.sum(), float(persons @ away), float(persons @ away**2)
        if expected:
            first, second = 0.0, n
        cross = 2 * spread * first / sd**3
        bend = 4 * spread**2 * (second - n / 2) / sd**4 - (second - n) / sd**2
        return np.array([[n / sd**2, cross], [cross, bend]])

    def sharpest(self, full: Floats) -> float:
        """The smallest standard deviation of a posterior that any answers could give: 1 / √(information + 1 / σ²)."""
        populations = [self.layout.population(full, group) for group in range(self.layout.groups)]
        narrow = min(sd for _, sd in populations)
        lower, upper = min(mean - 3 * sd for mean, sd in populations), max(mean + 3 * sd for mean, sd in populations)
        theta = np.linspace(lower, upper, 41)
        step = 1e-4
        information = np.zeros((self.layout.groups, theta.size))
        slots = np.zeros((theta.size, len(self.layout.slots)))
        for block in self.layout.blocks:
            here = block.kind.terms(block.matrix(full), theta).log_probability
            slope = (block.kind.terms(block.matrix(full), theta + step).log_probability - here) / step
            slots[:, block.slots] = (np.exp(here) * slope**2).sum(axis=2)
        for group, chosen in enumerate(self.layout.slot_of):
            information[group] = slots[:, chosen[chosen >= 0]].sum(axis=1)
        steepest = 2 * float(np.sqrt(slots.max(initial=0.0)))
        # The nearest pole of a logistic curve is π / slope away from the real line.
        return float(min((information.max() + narrow**-2) ** -0.5, 1.2 / max(steepest, 1e-9)))

    def refined(self, full: Floats, fineness: float) -> Lattice:
        """The lattice as these parameters need it: the present one when it serves."""
        means, sds = zip(*(self.layout.population(full, group) for group in range(self.layout.groups)), strict=True)
        sharpest = self.sharpest(full)
        if self.lattice.serves(means, sds, sharpest, fineness):
            return self.lattice
        return lattice_for(means, sds, sharpest, fineness)

"""The observed information of a marginal likelihood, from which standard errors come.

What is known about the parameters is what complete data would tell less what not knowing abilities costs (Louis 1982,
eq. 3.2): the mean of the complete information less the posterior covariance of the complete scores. Oakes (1999) gives
the same matrix.
"""

from __future__ import annotations

import numpy as np

from item_bank.statistics.irt.designs import Design
from item_bank.statistics.irt.kinds import Terms
from item_bank.statistics.irt.marginal import Marginal, Point
from item_bank.statistics.responses import Floats


def observed_information(marginal: Marginal, point: Point) -> Floats:
    """(p, p) minus the second derivatives of log likelihood + log prior by the estimated parameters."""
    layout = marginal.layout
    made = marginal.complete_information(point)
    terms = marginal.terms(point.full, marginal.lattice.nodes)
    for group in range(layout.groups):
        made -= lost_information(marginal, point, terms, group)
    return layout.reduce_matrix(made)


def covariance_of(marginal: Marginal, point: Point) -> Floats:
    """(p, p) inverse of the observed information; all NaN where that is not positive definite."""
    information = observed_information(marginal, point)
    # Scaled, so that a parameter of another size does not pass for an undetermined one.
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    try:
        values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    except np.linalg.LinAlgError:
        values, vectors = np.array([-1.0]), information
    if values[0] <= 1e-10:
        return np.full_like(information, np.nan)
    return np.asarray((vectors / values) @ vectors.T / np.outer(scale, scale))


def lost_information(marginal: Marginal, point: Point, terms: list[Terms], group: int) -> Floats:
    """(f, f) sum over a group's persons of the posterior covariance of their complete scores."""
    layout, one = marginal.layout, marginal.designs[group]
    logs = marginal.log_probabilities(terms)
    populations = np.zeros((2 * layout.groups, marginal.lattice.nodes.size))
    populations[2 * group : 2 * group + 2] = marginal.population_scores(point.full)[group]
    by_choice, choices = _scores_by_choice(marginal, terms)
    squares = np.zeros((len(logs), one.rows.shape[1], one.rows.shape[1]))
    means = np.zeros((layout.index.size, layout.index.size))
    for rows, nodes, posterior, _ in marginal.posteriors(group, logs, point.full):
        weights = one.weights[rows]
        mean = _mean_scores(
            one, rows, posterior, [scores[nodes] for scores in by_choice], choices, populations[:, nodes]
        )
        mean *= np.sqrt(weights)[:, None]
        means += mean.T @ mean
        roots = np.sqrt(posterior * weights[:, None]).T.copy()
        for node, root in enumerate(roots, start=nodes.start):
            scaled = one.rows[rows] * root[:, None]
            squares[node] += scaled.T @ scaled
    return np.asarray(_mean_squares(marginal, one, terms, squares, populations) - means)


def _scores_by_choice(marginal: Marginal, terms: list[Terms]) -> tuple[list[Floats], list[np.ndarray]]:
    """For the first, second … category of an item: (q, f) score of each parameter, (f,) number of that category."""
    layout = marginal.layout
    most = max(block.kind.categories for block in layout.blocks)
    scores = [np.zeros((len(marginal.lattice.nodes), layout.item_parameters)) for _ in range(most)]
    choices = [np.zeros(layout.item_parameters, dtype=np.int_) for _ in range(most)]
    for block, one in zip(layout.blocks, terms, strict=True):
        q, j, m, p = one.score.shape
        first = np.repeat(block.categories.start + m * np.arange(j), p)
        for category in range(m):
            scores[category][:, block.parameters] = one.score[:, :, category].reshape(q, j * p)
            choices[category][block.parameters] = first + category
    return scores, choices


def _mean_scores(
    one: Design,
    rows: slice,
    posterior: Floats,
    by_choice: list[Floats],
    choices: list[np.ndarray],
    populations: Floats,
) -> Floats:
    """(rows, f) posterior means of the complete scores."""
    chosen = one.rows[rows] @ one.signs
    items = sum(chosen[:, places] * (posterior @ scores) for scores, places in zip(by_choice, choices, strict=True))
    return np.concatenate((items, posterior @ populations.T), axis=1)


def _mean_squares(marginal: Marginal, one: Design, terms: list[Terms], squares: Floats, populations: Floats) -> Floats:
    """(f, f) sum over persons of the posterior mean of score scoreᵀ. squares: (q, d, d) products of the design."""
    layout = marginal.layout
    made = np.zeros((layout.index.size, layout.index.size))
    for node, product in enumerate(squares):
        scores = np.zeros((layout.categories, layout.item_parameters))
        for block, each in zip(layout.blocks, terms, strict=True):
            _, j, m, p = each.score.shape
            first, parameter = block.categories.start, block.parameters.start
            rows = (first + np.arange(j * m).reshape(j, m, 1)) * np.ones(p, dtype=np.int_)
            columns = (parameter + np.arange(j * p).reshape(j, 1, p)) * np.ones((m, 1), dtype=np.int_)
            scores[rows, columns] = each.score[node]
        # The design's first column is 1 for everybody: there stand what hangs on the ability alone.
        spread = np.concatenate((one.signs @ scores, np.zeros((len(one.signs), len(populations)))), axis=1)
        spread[0, layout.item_parameters :] = populations[:, node]
        made += spread.T @ product @ spread
    return made

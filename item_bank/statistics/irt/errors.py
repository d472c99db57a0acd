"""The observed information of a marginal likelihood, from which standard errors come.

What is known about the parameters is what complete data would tell less what not knowing abilities costs (Louis 1982,
eq. 3.2): the mean of the complete information less the posterior covariance of the complete scores. Oakes (1999) gives
the same matrix.
"""

from __future__ import annotations

import numpy as np

from item_bank.statistics.irt.indicators import Indicators
from item_bank.statistics.irt.kinds import Terms
from item_bank.statistics.irt.marginal import Marginal, Point
from item_bank.statistics.responses import Floats

#: Numbers that are held at once while products of answers are summed (40 MB).
MOST_CELLS = 5_000_000
#: Of the largest possible, a curvature that is none but for rounding.
LEVEL = 1e-8


def price(marginal: Marginal) -> float:
    """Multiplications that the observed information takes, about."""
    nodes = len(marginal.lattice.nodes)
    products = sum(len(one.rows) * one.rows.shape[1] ** 2 for one in marginal.indicators) / 2
    return float(nodes * (products + marginal.layout.groups * marginal.layout.index.size**2))


def observed_information(marginal: Marginal, point: Point) -> Floats:
    """(p, p) minus the second derivatives of log likelihood + log prior by the estimated parameters."""
    layout = marginal.layout
    made = marginal.complete_information(point)
    terms = marginal.terms(point.full, marginal.lattice.nodes)
    for group in range(layout.groups):
        made -= lost_information(marginal, point, terms, group)
    return layout.reduce_matrix(made)


def covariance_of(marginal: Marginal, point: Point) -> Floats:
    """(p, p) inverse of the observed information. NaN for parameters along which the likelihood is level, as the
    answers do not determine these; all NaN where it bends upwards, as that is no maximum."""
    information = observed_information(marginal, point)
    # Scaled, so that a parameter of another size does not pass for an undetermined one.
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    try:
        values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    except np.linalg.LinAlgError:
        values, vectors = np.array([-1.0]), information
    if values.min(initial=0.0) < -LEVEL:
        return np.full_like(information, np.nan)
    level = values <= LEVEL
    bent = vectors[:, ~level]
    found = np.asarray((bent / values[~level]) @ bent.T / np.outer(scale, scale))
    loose = (vectors[:, level] ** 2).sum(axis=1) > LEVEL
    found[loose], found[:, loose] = np.nan, np.nan
    return found


def lost_information(marginal: Marginal, point: Point, terms: list[Terms], group: int) -> Floats:
    """(f, f) sum over a group's persons of the posterior covariance of their complete scores: the mean of squares less
    the square of means."""
    layout, one = marginal.layout, marginal.indicators[group]
    logs = marginal.log_probabilities(terms)
    q, d = len(logs), one.rows.shape[1]
    populations = np.zeros((2 * layout.groups, q))
    populations[2 * group : 2 * group + 2] = marginal.population_scores(point.full)[group]
    by_choice, choices = _scores_by_choice(marginal, terms)
    made = np.zeros((layout.index.size, layout.index.size))
    together = max(1, MOST_CELLS // d**2)
    for first in range(0, q, together):
        squares = np.zeros((min(together, q - first), d, d))
        for rows, nodes, posterior, _ in marginal.posteriors(group, logs, point.full):
            weights = one.weights[rows]
            if first == 0:
                near = [scores[nodes] for scores in by_choice]
                mean = _mean_scores(one, rows, posterior, near, choices, populations[:, nodes])
                mean *= np.sqrt(weights)[:, None]
                made -= mean.T @ mean
            roots = np.sqrt(posterior * weights[:, None]).T.copy()
            for node in range(max(nodes.start, first), min(nodes.stop, first + together)):
                scaled = one.rows[rows] * roots[node - nodes.start, :, None]
                squares[node - first] += scaled.T @ scaled
        chunk = slice(first, first + len(squares))
        made += _mean_squares(one, marginal, [each.score[chunk] for each in terms], squares, populations[:, chunk])
    return made


def score_products(marginal: Marginal, point: Point) -> Floats:
    """(p, p) sum of products of persons' scores: the information as they show it (Berndt et al. 1974). It is never
    negative, and near the observed information where the model holds."""
    layout = marginal.layout
    terms = marginal.terms(point.full, marginal.lattice.nodes)
    logs = marginal.log_probabilities(terms)
    by_choice, choices = _scores_by_choice(marginal, terms)
    made = np.zeros((layout.index.size, layout.index.size))
    for group, one in enumerate(marginal.indicators):
        populations = np.zeros((2 * layout.groups, len(logs)))
        populations[2 * group : 2 * group + 2] = marginal.population_scores(point.full)[group]
        for rows, nodes, posterior, _ in marginal.posteriors(group, logs, point.full):
            near = [scores[nodes] for scores in by_choice]
            mean = _mean_scores(one, rows, posterior, near, choices, populations[:, nodes])
            made += mean.T @ (mean * one.weights[rows][:, None])
    return layout.reduce_matrix(made) + np.diag(marginal.prior_information())


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
    one: Indicators,
    rows: slice,
    posterior: Floats,
    by_choice: list[Floats],
    choices: list[np.ndarray],
    populations: Floats,
) -> Floats:
    """(rows, f) posterior means of the complete scores."""
    chosen = one.of_categories(one.rows[rows].T).T
    items = np.zeros((len(posterior), by_choice[0].shape[1]))
    for scores, places in zip(by_choice, choices, strict=True):
        items += chosen[:, places] * (posterior @ scores)
    return np.concatenate((items, posterior @ populations.T), axis=1)


def _mean_squares(
    one: Indicators, marginal: Marginal, scores: list[Floats], squares: Floats, populations: Floats
) -> Floats:
    """(f, f) some nodes' part in the sum over persons of the posterior mean of score scoreᵀ. scores: of each block.
    squares: (q, d, d) products of the columns; the first column is 1 for everybody, and there stands what hangs on the
    ability alone, populations (2 g, q)."""
    q, d, _ = squares.shape
    half = one.of_categories(squares.transpose(1, 0, 2).reshape(d, q * d)).reshape(-1, q, d)
    c = len(half)
    pairs = one.of_categories(half.transpose(2, 1, 0).reshape(d, q * c)).reshape(c, q, c)
    alone = half[:, :, :1] * populations.T  # the first column with the populations' scores: (categories, q, 2 g)
    blocks = list(zip(marginal.layout.blocks, scores, strict=True))
    by_parameter = np.concatenate([_weighted(score, pairs[block.categories]) for block, score in blocks])
    turned = by_parameter.transpose(2, 1, 0)
    items = np.concatenate([_summed(score, turned[block.categories]) for block, score in blocks])
    cross = np.concatenate([_summed(score, alone[block.categories]) for block, score in blocks])
    return np.block([[items, cross], [cross.T, (populations * squares[:, 0, 0]) @ populations.T]])


def _weighted(score: Floats, values: Floats) -> Floats:
    """score: (q, j, m, p), values: (j m, q, any) → (j p, q, any): summed over an item's categories, node by node."""
    q, j, m, p = score.shape
    by_node = score.transpose(1, 0, 3, 2) @ values.reshape(j, m, q, -1).transpose(0, 2, 1, 3)  # (j, q, p, any)
    return np.asarray(by_node.transpose(0, 2, 1, 3).reshape(j * p, q, -1))


def _summed(score: Floats, values: Floats) -> Floats:
    """The same, and summed over nodes: (j p, any)."""
    q, j, m, p = score.shape
    flat = score.transpose(1, 3, 2, 0).reshape(j, p, m * q)
    return np.asarray((flat @ values.reshape(j, m * q, -1)).reshape(j * p, -1))

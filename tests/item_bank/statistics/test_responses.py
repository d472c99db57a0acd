from __future__ import annotations

import numpy as np
import pytest

from item_bank.statistics.responses import Status, classify

A, M, R, P = Status  # answered, omitted, not reached, not presented
X = np.nan


def statuses(row: list[float], **more: object) -> list[int]:
    wrapped = {name: [value] for name, value in more.items()}
    return classify([row], **wrapped).status[0].tolist()  # type: ignore[arg-type, no-any-return]


@pytest.mark.pitfall("M4")
def test_the_run_at_the_end_that_was_never_shown_is_not_reached() -> None:
    assert statuses([1, X, 0, X, X, X], shown=[1, 1, 1, 1, 0, 0]) == [A, M, A, M, R, R]


def test_an_item_answered_without_a_record_of_being_shown_was_reached() -> None:
    assert statuses([1, X, 1, X], shown=[0, 0, 0, 0]) == [A, M, A, R]


def test_the_end_is_that_of_the_persons_own_order() -> None:
    # Seen in the order 3, 1, 0, 2.
    assert statuses([X, 1, X, X], position=[2, 1, 3, 0], shown=[0, 1, 0, 1]) == [R, A, R, M]


def test_what_was_not_presented_is_neither() -> None:
    assert statuses([1, X, X, X], position=[0, -1, 1, 2], shown=[1, 0, 1, 0]) == [A, P, M, R]


def test_without_a_record_the_first_of_the_last_run_was_omitted() -> None:
    assert statuses([1, X, 1, X, X, X]) == [A, M, A, M, R, R]
    assert statuses([1, X, X, X], position=[0, 9, 5, 7]) == [A, R, M, R]


def test_who_answered_nothing_reached_nothing() -> None:
    assert statuses([X, X]) == [R, R]


def test_marks_count_omitted_and_not_reached_as_zero_but_not_what_was_not_presented() -> None:
    responses = classify([[1, X, X, X]], position=[[0, 1, 2, -1]], shown=[[1, 1, 0, 0]])
    np.testing.assert_array_equal(responses.marked(), [[1, 0, 0, X]])
    assert responses.totals().tolist() == [1]


@pytest.mark.parametrize(
    ("scores", "more"),
    [([[1, 2]], {"maxima": [1]}), ([[1.0]], {"maxima": [0]}), ([[np.inf]], {}), ([[1, 1]], {"position": [[1]]})],
)
def test_what_does_not_fit_is_refused(scores: list[list[float]], more: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"shapes|worth|infinite"):
        classify(scores, **more)  # type: ignore[arg-type]


def test_the_criterion_is_the_total_or_the_share_of_what_was_presented() -> None:
    whole = classify(np.array([[1, 2], [X, 1]]), [1, 2])
    assert whole.criterion().tolist() == whole.totals().tolist() == [3, 1]
    forms = classify(np.array([[1, X], [0, 2], [X, X]]), [1, 2], position=[[0, -1], [0, 1], [-1, -1]])
    assert forms.criterion()[:2].tolist() == [3, 2]
    assert np.isnan(forms.criterion()[2])
    assert forms.points().tolist() == [[1, 0], [0, 2], [0, 0]]

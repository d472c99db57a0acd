"""Every cell of the table: what may happen in each state, and where it leads."""

from __future__ import annotations

import pytest

from exam_engine.delivery.attempt import CLOSED, TRANSITIONS, Action, Allowed, Denied, State, permits
from exam_engine.delivery.refusals import denied

# Columns: ready running paused submitted expired ended absent. A dot: not permitted.
TABLE = """
admit         ready     .         .         .        .        .        .
start         running   .         .         .        .        .        .
save          .         running   paused    .        .        .        .
resume        .         running   paused    .        .        .        .
submit        .         submitted .         .        .        .        .
expire        .         expired   .         .        .        .        .
pause         .         paused    .         .        .        .        .
unpause       .         .         running   .        .        .        .
end           .         ended     ended     .        .        .        .
reopen        .         .         .         running  running  running  ready
mark_absent   absent    .         .         .        .        .        .
allow_device  .         running   paused    .        .        .        .
add_time      ready     running   paused    .        .        .        .
"""
CELLS = [
    (state, Action(action), following)
    for action, *cells in (line.split() for line in TABLE.strip().splitlines())
    for state, following in zip(State, cells, strict=True)
]


@pytest.mark.parametrize(("state", "action", "following"), CELLS)
def test_cell(state: State, action: Action, following: str) -> None:
    answer = permits(state, action)
    if following == ".":
        assert isinstance(answer, Denied)
        assert denied(answer).status == 409
    else:
        assert answer == Allowed(State(following))


def test_the_table_is_complete() -> None:
    assert len(CELLS) == len(State) * len(Action)
    assert {(state, action) for state, action, following in CELLS if following != "."} == TRANSITIONS.keys()


def test_only_staff_lead_out_of_a_closed_state() -> None:
    assert {action for state, action in TRANSITIONS if state in CLOSED} == {Action.REOPEN}

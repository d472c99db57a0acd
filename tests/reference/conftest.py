"""Holds every test to the figures that it is said to compare: it must look them up."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.reference.declared import declared
from tests.reference.peers import LOOKED_UP


@pytest.fixture(autouse=True)
def figures_are_looked_up(request: pytest.FixtureRequest) -> Iterator[None]:
    LOOKED_UP.clear()
    yield
    item = request.node
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    for pattern in declared(f"{item.path.stem}.{item.originalname}", parameters):
        assert any(re.fullmatch(pattern, figure) for figure in LOOKED_UP), f"{pattern} was not looked up"

"""What `compared` says, spelt out: the figures that each case of each test compares."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.reference.compared import COMPARED


def declared(test: str, parameters: Mapping[str, object]) -> list[str]:
    """Patterns of file/block/figure, each of which a case of this test looks up. test: `test_module.test_function`."""
    names = {name: re.escape(str(value)) for name, value in parameters.items()}
    return [
        f"{block}/({figure})".format_map(names)
        for block, tests in COMPARED.items()
        for figure in tests.get(test, "").split()
    ]


def cases(function: Callable[..., object]) -> Iterator[dict[str, object]]:
    """The parameters of each case of a parametrised test."""
    marks: list[Any] = [mark for mark in getattr(function, "pytestmark", []) if mark.name == "parametrize"]
    for values in itertools.product(*(mark.args[1] for mark in marks)):
        found: dict[str, object] = {}
        for mark, value in zip(marks, values, strict=True):
            names = mark.args[0]
            single = isinstance(names, str)
            found.update({names: value} if single else zip(names, value, strict=True))
        yield found

"""What every interaction provides. Marking is pure: (item, response) → share of the points, an exact rational."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from item_bank.content.interactions.key import Filled, KeyField
from item_bank.content.model import Interaction, Item, Markup

#: A decoded response value: text, list of option ids, {statement id: bool}, {part of a composite item: its answer};
#: None is "taken back" or "never answered".
Response = str | list[str] | dict[str, bool] | dict[str, str | list[str]] | None

#: The item's own option ids → the opaque ids of one form.
KeyMap = Mapping[str, str]

#: Renders markup to the HTML a browser may get (formulas as MathML in place).
Render = Callable[[Markup], str]


class InvalidResponse(ValueError):
    """The value does not fit the interaction; the message says how, for a program's log, not for a pupil."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The share of the item's points that a response earns, or None while a person has to mark it.

    `share` may be negative only where a weight is. `detail` says what was counted: for a cluster how many statements
    were right, for a choice the ids chosen.
    """

    share: Fraction | None
    detail: Mapping[str, Any]


Kind = TypeVar("Kind", bound=Interaction)


def interaction_of(item: Item, kind: type[Kind]) -> Kind:
    """The item's interaction, known to be of this kind: the registry asks the right handler."""
    if not isinstance(item.interaction, kind):
        raise TypeError(f"{item.type} was handed to the handler of {kind.__name__}")
    return item.interaction


class Handler(Protocol):
    """One interaction. `option_ids` are made opaque, `body` goes to browsers: no key, weight or rationale is in it."""

    type: str

    def problems(self, item: Item) -> Sequence[str]:
        """Why the item may not be used (no key, one option, …), in English; empty when it may."""

    def option_ids(self, item: Item) -> Sequence[str]:
        """The ids that are made opaque and may be reordered, in the author's order; empty for types without options."""

    def movable(self, item: Item) -> Sequence[bool]:
        """Beside `option_ids`: whether each may move when options are shuffled (false: stays at its place)."""

    def sets(self, item: Item) -> Sequence[str]:
        """Beside `option_ids`: the set within which each moves; empty where all are one."""

    def body(self, item: Item, render: Render, keys: KeyMap) -> dict[str, Any]:
        """The rendering data of the paper's item (docs/architecture.md, Paper)."""

    def parse(self, value: Any, body: Mapping[str, Any]) -> Response:
        """Checks a journal value against the paper's body alone, normalised (NFC, sorted). Raises InvalidResponse."""

    def canonical(self, response: Response, keys: KeyMap) -> Response:
        """The response with the item's own ids for the form's opaque ones. Raises InvalidResponse, as `mark` does."""

    def mark(self, item: Item, response: Response) -> Mark:
        """Marks a canonical response."""

    def describe(self, item: Item, response: Response) -> str:
        """The canonical response in a few characters for tables and exports (A, B; ĐSSĐ; 0,5)."""

    def key_fields(self, item: Item) -> Sequence[KeyField]:
        """The form that states the key anew, filled with the present one; empty where a person marks."""

    def with_key(self, item: Item, filled: Filled) -> Item:
        """The item with that key and nothing else changed. Raises InvalidKey."""

    def second_fields(self, item: Item) -> Sequence[KeyField]:
        """The form that accepts one more answer beside the key."""

    def with_second(self, item: Item, filled: Filled) -> Item:
        """The item that accepts it, too. Raises InvalidKey."""

    def key_text(self, item: Item) -> str:
        """The key in a few characters, as `describe` writes a response; several answers with a slash between."""


class WithoutOptions:
    """For interactions that have nothing to reorder."""

    def option_ids(self, item: Item) -> Sequence[str]:
        return ()

    def movable(self, item: Item) -> Sequence[bool]:
        return ()

    def sets(self, item: Item) -> Sequence[str]:
        return ()

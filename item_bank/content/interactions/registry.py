"""Every interaction, by its type name. A new one is one file and one line here."""

from __future__ import annotations

from item_bank.content.interactions.base import Handler
from item_bank.content.interactions.composite import CompositeHandler
from item_bank.content.interactions.essay import EssayHandler
from item_bank.content.interactions.multiple_choice import MultipleChoiceHandler
from item_bank.content.interactions.numeric import NumericHandler
from item_bank.content.interactions.short_text import ShortTextHandler
from item_bank.content.interactions.single_choice import SingleChoiceHandler
from item_bank.content.interactions.true_false_cluster import TrueFalseClusterHandler
from item_bank.content.model import Item

_ALL: tuple[Handler, ...] = (
    SingleChoiceHandler(),
    MultipleChoiceHandler(),
    TrueFalseClusterHandler(),
    NumericHandler(),
    ShortTextHandler(),
    EssayHandler(),
    CompositeHandler(),
)

HANDLERS: dict[str, Handler] = {handler.type: handler for handler in _ALL}


def handler_for(item: Item | str) -> Handler:
    """The handler of an item or of a type name; KeyError for a type that nobody registered."""
    return HANDLERS[item if isinstance(item, str) else item.type]

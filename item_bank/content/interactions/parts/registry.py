"""Every interaction of composite items by its type name. A new one is one file and one line here."""

from __future__ import annotations

from item_bank.content.interactions.parts.associate import AssociatePart
from item_bank.content.interactions.parts.base import PartHandler
from item_bank.content.interactions.parts.choice import ChoicePart
from item_bank.content.interactions.parts.end_attempt import EndAttemptPart
from item_bank.content.interactions.parts.extended_text import ExtendedTextPart
from item_bank.content.interactions.parts.gap_match import GapMatchPart
from item_bank.content.interactions.parts.graphic_associate import GraphicAssociatePart
from item_bank.content.interactions.parts.graphic_gap_match import GraphicGapMatchPart
from item_bank.content.interactions.parts.graphic_order import GraphicOrderPart
from item_bank.content.interactions.parts.hotspot import HotspotPart
from item_bank.content.interactions.parts.hottext import HottextPart
from item_bank.content.interactions.parts.inline_choice import InlineChoicePart
from item_bank.content.interactions.parts.match import MatchPart
from item_bank.content.interactions.parts.media import MediaPart
from item_bank.content.interactions.parts.order import OrderPart
from item_bank.content.interactions.parts.position_object import PositionObjectPart
from item_bank.content.interactions.parts.select_point import SelectPointPart
from item_bank.content.interactions.parts.slider import SliderPart
from item_bank.content.interactions.parts.text_entry import TextEntryPart
from item_bank.content.interactions.parts.upload import UploadPart

_ALL: tuple[PartHandler, ...] = (
    AssociatePart(),
    ChoicePart(),
    EndAttemptPart(),
    ExtendedTextPart(),
    GapMatchPart(),
    GraphicAssociatePart(),
    GraphicGapMatchPart(),
    GraphicOrderPart(),
    HotspotPart(),
    HottextPart(),
    InlineChoicePart(),
    MatchPart(),
    MediaPart(),
    OrderPart(),
    PositionObjectPart(),
    SelectPointPart(),
    SliderPart(),
    TextEntryPart(),
    UploadPart(),
)

PARTS: dict[str, PartHandler] = {handler.type: handler for handler in _ALL}

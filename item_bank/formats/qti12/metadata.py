"""What is said about an item of QTI 1.2: fields of qtimetadata, and elements of itemmetadata (qmd_…, bbmd_…)."""

from __future__ import annotations

from fractions import Fraction

from item_bank.content.rational import rational_or_none
from item_bank.formats.qti.names import Element, attribute, child, children, descendants, local, text_of

#: Types that a person marks: Canvas, Common Cartridge, Blackboard.
BY_HAND = {"essay_question", "file_upload_question", "cc.essay.v0p1"}
BY_HAND |= {"essay", "short response", "file upload"}
UPLOADS = {"file_upload_question", "file upload"}
TEXT_ONLY = "text_only_question"
_MOST_FIELDS, _MOST_CHARS = 40, 300


class Metadata:
    def __init__(self, item: Element) -> None:
        self.fields: dict[str, str] = {}
        for block in children(item, "itemmetadata", "qtimetadata"):
            for one in block.iterdescendants():
                self._take(one)
        self._item = item

    def _take(self, element: Element) -> None:
        name = local(element)
        if name == "qtimetadatafield":
            label, entry = child(element, "fieldlabel"), child(element, "fieldentry")
            if label is not None and entry is not None:
                self.fields.setdefault(text_of(label), text_of(entry))
        elif name.startswith(("qmd_", "bbmd_")) and len(element) == 0:
            self.fields.setdefault(name, text_of(element))

    @property
    def type(self) -> str:
        """The maker's name of the kind of item, in small letters; empty where it is not told."""
        names = ("question_type", "cc_profile", "bbmd_questiontype")
        return next((self.fields[name].lower() for name in names if self.fields.get(name)), "")

    @property
    def blackboard(self) -> bool:
        return any(name.startswith("bbmd_") for name in self.fields)

    @property
    def identifier(self) -> str:
        return attribute(self._item, "ident") or self.fields.get("bbmd_asi_object_id", "")

    @property
    def by_hand(self) -> bool:
        if any(text_of(one) == "tutor_rated" for one in descendants(self._item, "other")):
            return True  # so ILIAS marks essays
        return self.type in BY_HAND or self.fields.get("qmd_computerscored", "").lower() == "no"

    @property
    def passage(self) -> str:
        return self.fields.get("parent_stimulus_item_ident", "") or attribute(self._item, "parent_stimulus_item_ident")

    def points(self) -> Fraction | None:
        """What the item is worth, where that is told apart from the scale of its score."""
        names = ("points_possible", "cc_weighting", "qmd_absolutescore_max", "qmd_maximumscore")
        found = (rational_or_none(self.fields.get(name, "")) for name in names)
        told = next((value for value in found if value is not None), None)
        if told is None and self.fields.get("qmd_questiontype"):  # D2L: its score is a percentage
            told = rational_or_none(self.fields.get("qmd_weighting", ""))
        if told is None and self.type.startswith("cc."):
            return Fraction(1)  # its score is a percentage
        return told

    def extra(self) -> dict[str, str]:
        """The fields as they are, for who takes the item further."""
        kept = {name[:_MOST_CHARS]: text for name, text in self.fields.items() if text and len(text) <= _MOST_CHARS}
        return dict(list(kept.items())[:_MOST_FIELDS])

"""Forms, papers and variants of a sitting, built ahead from a definition and a seed. Pure: no clock, no database."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from exam_engine.authoring.assembling import as_blueprint
from exam_engine.authoring.definition import ExamDefinition
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.errors import _ as N_
from item_bank.assembly import blueprint, opaque, variant
from item_bank.assembly.values import VERSION as VALUES
from item_bank.assembly.values import chance
from item_bank.content.interactions import handler_for
from item_bank.content.interactions.single_choice import only_key
from item_bank.content.interactions.telling import telling
from item_bank.content.markup import render
from item_bank.content.model import Asset, Composite, Item, Markup, MultipleChoice, Passage, SingleChoice, encode
from item_bank.content.processing.values import ProcessingError
from item_bank.content.recordings import is_recording, recordings_in
from item_bank.content.variants import is_parametric
from item_bank.content.variants import variant as with_values

LONG_ID = 7  # of version 1 (`item_bank.assembly.opaque`)
_encoder = msgspec.json.Encoder(order="deterministic")


@dataclass(frozen=True)
class Content:
    """Everything a definition refers to: versions by id, passages and assets by digest."""

    items: Mapping[int, Item]
    passages: Mapping[str, Passage]
    assets: Mapping[str, Asset]


@dataclass(frozen=True)
class BuiltForm:
    """One numbered form: `paper` is what a browser may see; `key_map`, `slots` and `keys` (item → the option
    that is its only key) stay on the server. `version`: of the rules of assembly."""

    number: str
    public_id: str
    form: blueprint.Form
    slot_of: Mapping[str, int]
    choices: Mapping[str, blueprint.Choices]
    keys: Mapping[str, str]
    key_map: Sequence[Mapping[str, Any]]
    slots: Sequence[Mapping[str, Any]]
    paper_json: bytes
    version: int

    @cached_property
    def paper(self) -> bytes:
        return gzip.compress(self.paper_json, 9, mtime=0)

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.paper_json).hexdigest()


def build_form(
    definition: ExamDefinition,
    content: Content,
    seed: str,
    key: bytes,
    number: str,
    public: str,
    ids: int = opaque.VERSION,
    version: int = variant.VERSION,
) -> BuiltForm:
    """Draws one form and renders its paper. Raises `blueprint.BlueprintError` where the pools cannot fill it.

    `ids`, `version`: of the opaque ids and of the rules of assembly; a form that was built before keeps its own."""
    plan, pools = as_blueprint(definition, content.items, int(number) - definition.first_form)
    drawn = variant.draw(seed if definition.one_draw else f"{seed}/{number}", version, plan, pools)
    order = opaque.neutral_order(key, f"form/{public}", drawn.items)
    slot_of = {name: slot for slot, name in enumerate(order)}
    placed = {
        entry.item: (index, section, entry) for index, section in enumerate(drawn.sections) for entry in section.entries
    }
    choices, right, key_map, slots, papers = {}, {}, [], [], []
    passage_ids = _passage_ids(key, public, [content.items[int(name)].passage for name in order], ids)
    met = []
    for slot, name in enumerate(order):
        index, section, entry = placed[name]
        own_values = _values(content.items[int(name)], f"{seed}/{number}/{name}")
        item = _as_drawn(content.items[int(name)], own_values)
        met.append(item)
        handler = handler_for(item)
        own = handler.option_ids(item)
        keys = opaque.opaque_ids(key, f"form/{public}/{name}", own, ids)
        body = handler.body(item, render, keys)
        if own:
            shown = _untold(key, f"form/{public}/{name}", item, own)
            choices[name] = blueprint.Choices(shown, tuple(handler.movable(item)), tuple(handler.sets(item)))
        if key_option := only_key(item):
            right[name] = key_option
        key_map.append(
            {
                "version": int(name),
                "points": entry.points,
                "section": index,
                "group": entry.alternative,
                "choose": section.choose,
                "keys": dict(keys),
                **own_values,
            }
        )
        slots.append({"type": item.type, "body": _skeleton(body)})
        papers.append(
            {
                "slot": slot,
                "type": item.type,
                "stem": render(item.stem),
                "points": entry.points,
                "body": body,
                "passage": passage_ids.get(item.passage or ""),
            }
        )
    paper = {
        "v": 1,
        "id": public,
        "language": definition.language,
        "title": definition.title,
        "instructions": _html(definition.instructions),
        "passages": {shown: render(content.passages[digest].markup) for digest, shown in passage_ids.items()},
        "items": papers,
        "assets": _assets(content, met),
    }
    return BuiltForm(number, public, drawn, slot_of, choices, right, key_map, slots, _encoder.encode(paper), version)


def build_variant(definition: ExamDefinition, built: BuiltForm, seed: str) -> dict[str, Any]:
    """The order in which one candidate meets the form; all candidates of a form share it unless `individual`.

    The letters of keys are balanced where all share it alone: whoever gathered many balanced orders of the same items
    could work the keys out of them (docs/decisions/balanced-forms.md)."""
    keys = None if definition.individual else built.keys
    arranged = variant.arrange(seed, built.version, built.form, built.choices, keys)
    sections = []
    for section, placed in zip(definition.sections, arranged.sections, strict=True):
        items = []
        for entry in placed:
            slot = built.slot_of[entry.item]
            ids = built.key_map[slot]["keys"]
            row: list[Any] = [slot, [ids[own] for own in entry.options]]
            items.append([*row, entry.alternative] if section.choose else row)
        sections.append(
            {
                "title": section.title,
                "instructions": _html(section.instructions),
                "choose": section.choose,
                "items": items,
            }
        )
    return {"v": built.version, "form": built.number, "sections": sections}


def rebuilt(
    definition: ExamDefinition, content: Content, seed: str, key: bytes, form: Mapping[str, Any], own: str = ""
) -> dict[str, Any]:
    """The variant of a stored form, made again by the rule by which all others were made. `form`: its number, public
    id, key map and version; `own`: the number of the candidate where each has an order of their own.

    The stored key map marks the attempts: Refused (409) where this version of the service makes another one."""
    ids = 1 if any(len(one) == LONG_ID for slot in form["key_map"] for one in slot["keys"].values()) else opaque.VERSION
    known = form["number"], form["public_id"]
    built = build_form(definition, content, seed, key, *known, ids=ids, version=form["variant_version"])
    if [dict(slot) for slot in built.key_map] != form["key_map"]:
        raise Refused("form_changed", 409, _("This paper was made by another version of the service. Start anew."))
    order = f"{seed}/{form['number']}" + (f"/{own}" if definition.individual else "")
    return build_variant(definition, built, order)


def as_met(item: Item, entry: Mapping[str, Any]) -> Item:
    """The item as the candidates of a form meet it. `entry`: that of its slot in the form's key map, which keeps the
    seed of a parametric item's numbers: marking, feedback and reports have the same variant years later."""
    drawn = entry.get("values")
    return with_values(item, chance(drawn["seed"], drawn["v"])) if drawn else item


def _values(item: Item, seed: str) -> dict[str, Any]:
    """What the key map keeps of a parametric item, beside what it keeps of every item."""
    return {"values": {"seed": seed, "v": VALUES}} if is_parametric(item) else {}


def _as_drawn(item: Item, kept: Mapping[str, Any]) -> Item:
    try:
        return as_met(item, kept)
    except ProcessingError as error:
        message = N_("No numbers meet the conditions of the item “%(title)s”.")
        raise blueprint.BlueprintError([blueprint.Problem(message, title=item.title)]) from error


def _untold(key: bytes, scope: str, item: Item, ids: Sequence[str]) -> tuple[str, ...]:
    """The options in the author's order, but where that is the key: a section or an item may shuffle none."""
    shown = list(ids)
    for names in telling(item):
        places = sorted(map(shown.index, names))
        for place, name in zip(places, opaque.neutral_order(key, scope, names), strict=True):
            shown[place] = name
    return tuple(shown)


def _passage_ids(key: bytes, public: str, digests: Sequence[str | None], ids: int) -> dict[str, str]:
    return opaque.opaque_ids(key, f"form/{public}/passages", [digest for digest in digests if digest], ids)


def _skeleton(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body without its texts: enough to check a response."""
    return {name: _bare(value) for name, value in body.items() if name not in _SHOWN}


#: Of the interactions of a composite item: what only a screen needs.
_SHOWN = frozenset({"prompt", "text", "picture", "thing", "areas"})


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return dict.fromkeys(value, "")
    return [_skeleton(one) if isinstance(one, dict) else one for one in value] if isinstance(value, list) else value


def _assets(content: Content, items: Sequence[Item]) -> dict[str, Any]:
    shown = [_before_answering(item) for item in items]
    wanted = mentioned_assets([*shown, *(content.passages[item.passage] for item in items if item.passage)])
    return {
        digest: {"type": asset.media_type, "data": base64.b64encode(asset.data).decode()}
        for digest, asset in sorted(content.assets.items())
        if digest in wanted and not is_recording(asset.media_type)  # players fetch those by themselves
    }


def _before_answering(item: Item) -> Item:
    """Without what is told only afterwards."""
    told = item.interaction
    if isinstance(told, Composite):
        told = msgspec.structs.replace(told, feedback=())
    elif isinstance(told, SingleChoice | MultipleChoice):
        options = tuple(msgspec.structs.replace(one, feedback=None) for one in told.options)
        told = msgspec.structs.replace(told, options=options)
    return msgspec.structs.replace(item, rationale=None, interaction=told)


def mentioned_assets(values: Sequence[Item | Passage]) -> set[str]:
    """Digests of the pictures in the values' markup (in their JSON each `data-asset="…"` has escaped quotes) and of
    those that interactions lie on or play."""
    texts = {part[:64] for value in values for part in encode(value).decode().split('data-asset=\\"')[1:]}
    return texts | {digest for value in values if isinstance(value, Item) for digest in _grounds(value)}


def _grounds(item: Item) -> set[str]:
    parts = item.interaction.parts if isinstance(item.interaction, Composite) else ()
    pictures = {part.picture.asset for part in parts if part.picture and part.picture.asset}
    return pictures.union(recordings_in(item))


def _html(markup: Markup | None) -> str:
    return render(markup) if markup else ""

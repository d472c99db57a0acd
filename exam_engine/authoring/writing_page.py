"""What the page of the editor carries: the item, the labels in use, and where it goes afterwards."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response
from markupsafe import Markup as SafeText
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import destinations
from exam_engine.authoring.passages import held
from exam_engine.authoring.previewing import example, preview
from exam_engine.authoring.reviews import said_of, since_approval
from exam_engine.authoring.showing import TYPE_LABELS
from exam_engine.authoring.showing_parts import PART_LABELS
from exam_engine.authoring.written import Json, Written, read
from exam_engine.kit.forms import clean, local_path
from exam_engine.kit.identity import Principal
from exam_engine.kit.languages import texts_of, translator
from exam_engine.kit.pages import Translator, locale_of, page
from item_bank.content.model import (
    Composite,
    Essay,
    Interaction,
    Item,
    Markup,
    MultipleChoice,
    Numeric,
    Option,
    Passage,
    ShortText,
    SingleChoice,
    Statement,
    TrueFalseCluster,
    encode,
)
from item_bank.storage import queries as storage

#: Offered beside those that the bank uses already (Công văn 7991/BGDĐT-GDTrH).
LEVELS = {"vi": ("Biết", "Hiểu", "Vận dụng"), "en": ("Knowing", "Understanding", "Applying")}
LABELS = ("subject", "grade", "topic", "level", "points", "language")
_BLANK = Markup("")
_OPTIONS = tuple(Option(f"o{number}", _BLANK) for number in range(1, 5))
_BLANKS: Mapping[str, Interaction] = {
    "single_choice": SingleChoice(_OPTIONS),
    "multiple_choice": MultipleChoice(_OPTIONS),
    "true_false_cluster": TrueFalseCluster(tuple(Statement(letter, _BLANK, False) for letter in "abcd")),
    "numeric": Numeric(()),
    "short_text": ShortText(()),
    "essay": Essay(),
    "composite": Composite((), ()),
}


def blank(kind: str, labels: Mapping[str, str], locale: str) -> Written:
    """A new item; `labels` are those of the question written before it."""
    given = {name: value for name in LABELS if (value := clean(labels.get(name)) or "") and len(value) <= 200}
    item = Item(_BLANK, _BLANKS.get(kind, _BLANKS["single_choice"]))
    own = {"language": "en" if locale == "en" else "vi", "stem": ""}
    written: Json = msgspec.json.decode(encode(item)) | own | given
    if written["language"] not in ("vi", "en"):
        written["language"] = "vi"
    tags = [tag for part in (labels.get("tags") or "").split(",") if (tag := clean(part))]
    if item.type == "composite":
        written["interaction"]["marking"] = []
    for part in (*written["interaction"].get("options", ()), *written["interaction"].get("statements", ())):
        part["markup"] = ""
        if "correct" in part:
            part["correct"] = None
    return Written(written | ({"tags": tags[:20]} if tags else {}))


def address_of_next(bank: str, item: Json, then: str) -> str:
    """A blank editor for another item of the same kind with the same labels."""
    labels = {name: item[name] for name in LABELS if item.get(name)}
    tags = {"tags": ",".join(item["tags"])} if item.get("tags") else {}
    way_back = {"then": then} if then else {}
    query = {"type": item["interaction"]["type"], **labels, **tags, **way_back, "put": "1"}
    return f"/bank/{bank}/write?{urlencode(query)}"


def way_back(request: Request[Any, Any, Any]) -> str:
    return local_path(request.query_params.get("then"), "")


async def editor(
    request: Request[Any, Any, Any],
    connection: AsyncConnection,
    bank: RowMapping,
    written: Written,
    *,
    draft: RowMapping | None = None,
    item: str = "",
    version: int | None = None,
    copy: bool = False,
) -> Response[str]:
    translate = translator(locale_of(request))
    shown = await previewed(connection, written, translate)
    labels = await storage.labels_in_use(connection, bank["id"])
    principal: Principal = request.scope["state"]["principal"]
    destination = await destinations.title_at(request.app.state.slots, connection, principal, way_back(request))
    language = "en" if written.item.get("language") == "en" else "vi"
    labels["level"] = list(dict.fromkeys([*labels["level"], *LEVELS[language]]))
    passage = await held(connection, bank["id"], written)
    data = {
        "item": written.item,
        "passage": passage,
        "kept": [formula.mathml for formula in written.kept],
        "writer": _writer(request),
        "bank": bank["public_id"],
        "draft": draft["public_id"] if draft else "",
        "revision": draft["revision"] if draft else 0,
        "saved": draft["updated_at"].isoformat() if draft else "",
        "source": item,
        "version": version,
        "copy": copy,
        "then": way_back(request),
        "destination": destination,
        "zone": request.app.state.settings.default_zone,
        "types": {name: translate(label) for name, label in TYPE_LABELS.items()},
        "parts": {name: translate(label) for name, label in PART_LABELS.items()},
        "labels": labels,
        "preview": shown,
        "texts": texts_of(locale_of(request), "player"),
    }
    put = request.query_params.get("put") == "1"
    stored = await storage.newest_version(connection, item) if item and not copy else None
    return page(
        request,
        "authoring/write.html",
        bank=bank,
        item="" if copy else item,
        destination=destination,
        then=way_back(request),
        put=put,
        returns=since_approval(await said_of(connection, stored.item_id)) if stored else [],
        count=await destinations.count_at(request.app.state.slots, connection, principal, way_back(request)),
        data=embedded(data),
    )


def _writer(request: Request[Any, Any, Any]) -> str:
    """Keeps what two people could not save apart, where they share a browser."""
    principal: Principal = request.scope["state"]["principal"]
    return hashlib.sha256(f"writer/{principal.id}".encode()).hexdigest()[:12]


async def previewed(connection: AsyncConnection, written: Written, translate: Translator) -> Json:
    """As the pupil sees it, and what is still missing. Formulas are set by an engine: beside the event loop."""
    found = await asyncio.to_thread(read, written.item, written.kept)
    passages = await storage.passages_by_digest(connection, [found.item.passage or ""])
    edited = found.passage.passage if found.passage else None
    shown = preview(found, edited or passages.get(found.item.passage or ""))
    return {**shown, "problems": [problem.told(translate) for problem in found.problems]}


async def to_be_tried(request: Request[Any, Any, Any], item: Item, passage: Passage | None) -> SafeText | None:
    """What the page of an item that is not written here needs to show it as the pupil sees it."""
    shown = await asyncio.to_thread(example, item, passage)
    if shown is None:
        return None
    texts = texts_of(locale_of(request), "player")
    return embedded({"shown": shown, "texts": texts, "zone": request.app.state.settings.default_zone})


def embedded(value: Any) -> SafeText:
    """JSON for a data block, harmless inside HTML whatever a text holds."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return SafeText(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704 - escaped

"""What a candidate sees of the own result: one function for every page that shows it."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar import Request, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.delivery import answer_files, file_queries
from exam_engine.delivery.answers import counting_answers
from exam_engine.kit.frames import framed, mark
from exam_engine.kit.pages import locale_of
from exam_engine.reports import queries, showing
from exam_engine.reports.decision_form import KIND_LABELS
from exam_engine.reports.own_items import own_items
from exam_engine.reports.slots import slot_views
from exam_engine.scoring import marking
from exam_engine.scoring import queries as scoring
from exam_engine.scoring.disclosure import Disclosed, disclosed
from exam_engine.scoring.notes import notes
from exam_engine.scoring.queries import CLOSED
from exam_engine.sittings import policy as policies
from exam_engine.sittings.wording import KINDS

#: Where `own_routes` hands out the pictures of the own paper.
PICTURES = "/play/result/assets/"


async def context(connection: AsyncConnection, found: RowMapping, pictures: str) -> dict[str, Any]:
    """For `reports/own_result.html`: exactly what the exam's policy shows, and nothing before. `found`: a row of
    `queries.own_attempt`, whose owner has been checked; `pictures`: the path below which `picture` is served."""
    definition = definitions.decode(found["definition"])
    shows = _shows(found)
    result = await queries.current_result(connection, found["id"]) if shows.anything else None
    items, comments, told = [], {}, []
    files: Mapping[int, Sequence[answer_files.Shown]] = {}
    if result is not None:
        rows = (await scoring.notes_for_attempts(connection, [found["id"]])).get(found["id"], ())
        told = notes(rows, score=shows.score, at_submission=definition.afterwards.score == "at_submission")
    if result is not None and (shows.responses or shows.key):
        known = await marking.forms(connection, found["sitting_id"], {found["form_id"]: found["form"]})
        slots = known[found["form_id"]].slots
        answers = (await counting_answers(connection, [found["id"]])).get(found["id"], {})
        values = {slot: answer.value for slot, answer in answers.items()}
        views = slot_views(slots, result["marks"], values, found["variant"])
        items = own_items(slots, views, values, found["variant"], shows, pictures)
        files = await answer_files.shown(connection, found["id"], values) if shows.responses else {}
        comments = await queries.comments(connection, found["id"]) if shows.responses else {}
    return {
        "found": found,
        "kinds": KINDS,
        "formal": policies.decode(found["policy"]).formal,
        "closed": found["state"] in CLOSED,
        "ever": definition.afterwards,
        "shows": shows,
        "result": result,
        "items": items,
        "comments": comments,
        "files": files,
        "file_path": pictures.removesuffix("assets/") + "files/",
        "notes": told,
        "kind_labels": KIND_LABELS,
        "scale": definition.scale,
        "slip": pictures == PICTURES and shows.score and found["released_at"] is not None,
        "score": showing.score,
        "exact": showing.exact,
    }


def short_page(request: Request[Any, Any, Any], found: Any, back: tuple[str, str]) -> Response[bytes] | None:
    """The page where it shows no more than the score: what differs between candidates is a few words. `found`: a row
    of `own_queries.RESULT`. None: there is more to show, see `context`."""
    afterwards = definitions.afterwards_of(found["afterwards"])
    shows = disclosed(afterwards, closed=found["state"] in CLOSED, released=found["released"])
    if shows.responses or shows.key or found["ruled"]:
        return None
    marked = shows.anything and found["rounded"] is not None
    shared = {name: found[name] for name in ("kind", "title", "unit_name")}
    words = {name: str(found[name]) for name in ("full_name", "number", "form_number", "class_name") if found[name]}
    pending = found["pending"] if marked else 0
    formal, closed = policies.decode(found["policy"]).formal, found["state"] in CLOSED
    slip = shows.score and found["released"]

    def context() -> dict[str, Any]:
        return {
            **_nothing_more(),
            "found": {"class_name": ""} | shared | {name: mark(name) for name in words},
            "formal": formal,
            "closed": closed,
            "ever": afterwards,
            "shows": shows,
            "result": {"rounded": None, "pending": pending} if marked else None,
            "scale": found["scale"],
            "slip": slip,
            "score": lambda _rounded, _locale: mark("score"),
            "back": back,
        }

    key = (*shared.values(), *words, formal, closed, afterwards, shows, marked, pending, found["scale"], slip, back)
    told = showing.score(found["rounded"], locale_of(request))
    path = request.url.path
    return framed(request, "reports/own_result.html", (path, *key), context, score=told, **words)


def _nothing_more() -> dict[str, Any]:
    return {
        "kinds": KINDS,
        "items": [],
        "comments": {},
        "files": {},
        "notes": [],
        "kind_labels": KIND_LABELS,
        "exact": showing.exact,
    }


async def picture(connection: AsyncConnection, found: RowMapping, digest: str) -> tuple[str, bytes] | None:
    """Media type and bytes of a picture of the own paper, as long as the page shows its items."""
    shows = _shows(found)
    if not (shows.responses or shows.key):
        return None
    paper = msgspec.json.decode(gzip.decompress(await queries.paper_of_form(connection, found["form_id"])))
    asset = paper["assets"].get(digest)
    return (asset["type"], base64.b64decode(asset["data"])) if asset else None


async def file(connection: AsyncConnection, found: RowMapping, digest: str) -> tuple[str, bytes] | None:
    """Media type and bytes of a file of the own, as long as the page shows the own answers."""
    return await file_queries.file_of(connection, found["id"], digest) if _shows(found).responses else None


def shows_score(found: RowMapping) -> bool:
    """found: a row of `queries.own_attempt`."""
    return _shows(found).score


def _shows(found: RowMapping) -> Disclosed:
    policy = definitions.decode(found["definition"]).afterwards
    return disclosed(policy, closed=found["state"] in CLOSED, released=found["released_at"] is not None)

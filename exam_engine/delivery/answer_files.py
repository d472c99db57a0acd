"""Files that candidates hand in: they come in pieces over a weak line, and go out as nothing but what they are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import file_queries
from exam_engine.delivery.answers import counting_answers
from exam_engine.delivery.tokens import Bearer
from exam_engine.kit.errors import Refused, _, not_found
from exam_engine.kit.settings import Settings
from item_bank.content.interactions.parts.handed import TAKEN, HandedFile, handed_in
from item_bank.content.pictures import PictureRefused, inspect

#: Of one piece: on a line of 50 kbit/s it takes some ten seconds.
MOST_PIECE = 64 * 1024
_PDF = "application/pdf"
#: Times the limit: what all files of an attempt may have together with those that no answer names any more.
_KEPT = 3
#: Of JPEG, PNG, WebP and PDF: what cannot be taken is refused before it has travelled.
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"%PDF-")
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", _PDF: "pdf"}


class Held(msgspec.Struct, frozen=True):
    """`held`: where the next piece begins; `done`: all of it is here, and is what its digest says."""

    held: int
    done: bool


async def take(
    connection: AsyncConnection, settings: Settings, bearer: Bearer, digest: str, size: int, at: int, data: bytes
) -> Held:
    """One piece. A piece that is here already, or comes too early, changes nothing: the reply says where to go on.

    Whether it comes in time is not asked here: the answer that names the file is judged as every answer is, and by its
    digest the file was chosen then."""
    if not await file_queries.asks_for_files(connection, bearer.attempt_id, bearer.form_id):
        raise Refused("no_files", 409, _("No file can be handed in here."))
    _refuse_large(size, settings.answer_file_limit)
    known = await file_queries.announce(connection, bearer.attempt_id, digest, size)
    if known.size != size:
        raise _misfit()
    if known.media_type:
        return Held(size, True)
    await _refuse_many(connection, bearer.attempt_id, known.total, settings.answer_files_limit)
    held = await file_queries.held(connection, bearer.attempt_id, digest)
    if at != held or not data:
        return Held(held, False)
    if len(data) > MOST_PIECE or at + len(data) > size:
        raise Refused("too_large", 413, _("What was sent is too large."))
    if at == 0 and not data.startswith(_BEGINNINGS):
        raise _refused()
    await file_queries.add_piece(connection, bearer.attempt_id, digest, at, data)
    if at + len(data) < size:
        return Held(at + len(data), False)
    return await _completed(connection, bearer.attempt_id, digest)


async def _completed(connection: AsyncConnection, attempt_id: int, digest: str) -> Held:
    data = await file_queries.whole(connection, attempt_id, digest)
    if hashlib.sha256(data).hexdigest() != digest:
        await file_queries.forget(connection, attempt_id, digest)
        return Held(0, False)  # the next piece is the first again
    media_type = media_type_of(data)
    if media_type is None:
        raise _refused()
    await file_queries.complete(connection, attempt_id, digest, media_type)
    return Held(len(data), True)


def media_type_of(data: bytes) -> str | None:
    """Told by the bytes; None for what is not taken."""
    if data.startswith(b"%PDF-"):
        return _PDF
    try:
        found = inspect(data, len(data)).media_type
    except PictureRefused:
        return None
    return found if found in TAKEN else None


@dataclass(frozen=True, slots=True)
class Shown:
    """A file that an answer names; `here`: its bytes have arrived."""

    digest: str
    name: str
    picture: bool
    here: bool


async def shown(connection: AsyncConnection, attempt_id: int, responses: Mapping[int, Any]) -> dict[int, list[Shown]]:
    """Slot → the files that its answer names, in order; slots without any are absent."""
    found = {slot: files for slot, response in responses.items() if (files := handed_in(response))}
    types = await file_queries.types_of(connection, [attempt_id]) if found else {}

    def one(file: HandedFile) -> Shown:
        media_type = types.get((attempt_id, file.digest), "")
        return Shown(file.digest, file.name, media_type.startswith("image/"), bool(media_type))

    return {slot: [one(file) for file in files] for slot, files in found.items()}


def reply(found: tuple[str, bytes] | None) -> Response[bytes]:
    """The file as a browser may have it: pictures are shown, everything else is only saved."""
    if found is None:
        raise not_found()
    media_type, data = found
    way = "inline" if media_type.startswith("image/") else "attachment"
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'{way}; filename="file.{ending_of(media_type)}"',
    }
    return Response(data, media_type=media_type, headers=headers)


def ending_of(media_type: str) -> str:
    return _ENDINGS[media_type]


def _refuse_large(size: int, limit: int) -> None:
    if not 0 < size <= limit:
        message = _("The file is larger than %(limit)s MB. Take a photo of it instead.")
        raise Refused("answer_file_too_large", 413, message, limit=limit // 2**20)


async def _refuse_many(connection: AsyncConnection, attempt_id: int, total: int, limit: int) -> None:
    """Only what current answers name takes room, and what is on its way. What was removed stays all the same: a ruling,
    or an entry of another device, may bring back the answer that names it."""
    if total <= limit:
        return
    if total > _KEPT * limit:
        message = _(
            "There is no room for more files: those that were removed are kept, too. Choose them again if needed."
        )
        raise Refused("too_many_files", 409, message)
    answers = (await counting_answers(connection, [attempt_id])).get(attempt_id, {})
    named = {file.digest for answer in answers.values() for file in handed_in(answer.value)}
    if total - await file_queries.removed(connection, attempt_id, named) > limit:
        message = _("There is no room for more files. Remove some, or take fewer photos.")
        raise Refused("too_many_files", 409, message)


def _refused() -> Refused:
    message = _("This file cannot be handed in: it is no picture that can be shown, and no PDF.")
    return Refused("file_refused", 422, message)


def _misfit() -> Refused:
    return Refused("file_refused", 422, _("The file does not fit to what was said of it. Choose it again."))

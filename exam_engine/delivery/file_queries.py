"""SQL of the files that candidates hand in, and of the recordings in their papers, named by the question it answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery.tables import answer_file, answer_file_piece, attempt

_ASKS = text("""
select exists (select from exam.attempt join exam.form on form.id = attempt.form_id
  where attempt.id = :attempt and form.id = :form
    and jsonb_path_exists(to_jsonb(form.slots), '$[*].body.parts[*] ? (@.type == "upload")'))
""")
_REMOVED = text("""
select coalesce(sum(size), 0) from exam.answer_file file
where attempt_id = :attempt and digest <> all(:named) and exists (select from exam.journal entry
  where entry.attempt_id = :attempt and kind = 0 and position(file.digest in value) > 0)
""")
#: Nothing of a paper leaves the server before its attempt has begun.
_RECORDING = text("""
select asset.media_type, length(asset.data) as size from exam.attempt join exam.form on form.id = attempt.form_id
join item_bank.asset on asset.digest = :digest
where attempt.candidate_id = :candidate and attempt.state in ('running', 'paused')
  and jsonb_path_exists(to_jsonb(form.slots), '$[*].body.parts[*] ? (@.type == "media" && @.source == $digest)',
                        jsonb_build_object('digest', cast(:digest as text)))
""")
_PART_OF_RECORDING = text("select substring(data from :begin for :count) from item_bank.asset where digest = :digest")
_BYTES = func.string_agg(answer_file_piece.c.data, aggregate_order_by(text("''::bytea"), answer_file_piece.c.at))


async def asks_for_files(connection: AsyncConnection, attempt_id: int, form_id: int) -> bool:
    """Whether the attempt's paper has a place where something can be handed in."""
    return bool((await connection.execute(_ASKS, {"attempt": attempt_id, "form": form_id})).scalar_one())


@dataclass(frozen=True, slots=True)
class Announced:
    """A file of an attempt, and how many bytes all its files have; `media_type`: None until all of it is there."""

    size: int
    media_type: str | None
    total: int


async def announce(connection: AsyncConnection, attempt_id: int, digest: str, size: int) -> Announced:
    """The file as it was, or new. Two that come at once see each other: the attempt's row is held."""
    await connection.execute(select(attempt.c.id).where(attempt.c.id == attempt_id).with_for_update(key_share=True))
    values = {"attempt_id": attempt_id, "digest": digest, "size": size}
    await connection.execute(upsert(answer_file).values(values).on_conflict_do_nothing())
    of_attempt = select(func.sum(answer_file.c.size)).where(answer_file.c.attempt_id == attempt_id)
    total = int((await connection.execute(of_attempt)).scalar_one())
    columns = select(answer_file.c.size, answer_file.c.media_type)
    row = (await connection.execute(columns.where(*_of(answer_file, attempt_id, digest)))).one()
    return Announced(row.size, row.media_type, total)


async def removed(connection: AsyncConnection, attempt_id: int, named: Iterable[str]) -> int:
    """Bytes of the attempt's files that an answer named once and that are not among `named`, those of today."""
    values = {"attempt": attempt_id, "named": list(named)}
    return int((await connection.execute(_REMOVED, values)).scalar_one())


async def held(connection: AsyncConnection, attempt_id: int, digest: str) -> int:
    """How many bytes are there, from the first on: pieces come in order."""
    length = func.coalesce(func.sum(func.length(answer_file_piece.c.data)), 0)
    return int(
        (await connection.execute(select(length).where(*_of(answer_file_piece, attempt_id, digest)))).scalar_one()
    )


async def add_piece(connection: AsyncConnection, attempt_id: int, digest: str, at: int, data: bytes) -> None:
    values = {"attempt_id": attempt_id, "digest": digest, "at": at, "data": data}
    await connection.execute(insert(answer_file_piece).values(values))


async def whole(connection: AsyncConnection, attempt_id: int, digest: str) -> bytes:
    found = await connection.execute(select(_BYTES).where(*_of(answer_file_piece, attempt_id, digest)))
    return bytes(found.scalar_one() or b"")


async def complete(connection: AsyncConnection, attempt_id: int, digest: str, media_type: str) -> None:
    statement = update(answer_file).where(*_of(answer_file, attempt_id, digest)).values(media_type=media_type)
    await connection.execute(statement)


async def forget(connection: AsyncConnection, attempt_id: int, digest: str) -> None:
    """With its pieces."""
    await connection.execute(delete(answer_file).where(*_of(answer_file, attempt_id, digest)))


async def file_of(connection: AsyncConnection, attempt_id: int, digest: str) -> tuple[str, bytes] | None:
    """Media type and bytes of a file that is there as a whole."""
    known = select(answer_file.c.media_type).where(*_of(answer_file, attempt_id, digest))
    media_type = (await connection.execute(known)).scalar_one_or_none()
    return (media_type, await whole(connection, attempt_id, digest)) if media_type else None


async def file_of_candidate(connection: AsyncConnection, candidate_id: int, digest: str) -> tuple[str, bytes] | None:
    own = select(attempt.c.id).where(attempt.c.candidate_id == candidate_id)
    attempt_id = (await connection.execute(own)).scalar_one_or_none()
    return await file_of(connection, attempt_id, digest) if attempt_id is not None else None


async def recording_of_candidate(connection: AsyncConnection, candidate_id: int, digest: str) -> tuple[str, int] | None:
    """Media type and size in bytes of a recording in the candidate's own paper, while the attempt goes on."""
    values = {"candidate": candidate_id, "digest": digest}
    row = (await connection.execute(_RECORDING, values)).one_or_none()
    return (row.media_type, row.size) if row else None


async def part_of_recording(connection: AsyncConnection, digest: str, begin: int, end: int) -> bytes:
    values = {"digest": digest, "begin": begin + 1, "count": end - begin}
    return bytes((await connection.execute(_PART_OF_RECORDING, values)).scalar_one())


async def types_of(connection: AsyncConnection, attempt_ids: Iterable[int]) -> dict[tuple[int, str], str]:
    """(attempt, digest) → media type, of the files that are there."""
    statement = select(answer_file.c.attempt_id, answer_file.c.digest, answer_file.c.media_type).where(
        answer_file.c.attempt_id.in_(list(attempt_ids)), answer_file.c.media_type.is_not(None)
    )
    rows: Sequence[Any] = (await connection.execute(statement)).all()
    return {(row.attempt_id, row.digest): row.media_type for row in rows}


def _of(table: Any, attempt_id: int, digest: str) -> tuple[Any, Any]:
    return table.c.attempt_id == attempt_id, table.c.digest == digest

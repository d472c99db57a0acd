"""`exam-engine backup`: a base backup of the running database, checked, and only then called by its name."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine import migrations
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from exam_engine.operating import place as places
from exam_engine.operating import queries, tools
from exam_engine.operating.keeping import prune
from exam_engine.operating.obstacle import CannotOperate
from exam_engine.operating.place import PARTIAL, Base, Place

#: Kilobytes a second that pg_basebackup accepts; its own refusal would come after the backup had begun, and count as
#: one that failed.
RATES = range(32, 1_048_577)
_RATE = re.compile(r"(\d+(?:\.\d+)?)([kM]?)")
_LABEL = re.compile(r"START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)")


def refuse_keys_beside(settings: Settings, root: Path) -> None:
    """With both in one place the encryption protects nobody."""
    key, data, place = (path.resolve() for path in (settings.master_key_file, settings.data_dir, root))
    beside = key if key.is_relative_to(place) else data
    if key.is_relative_to(place) or place.is_relative_to(data) or data.is_relative_to(place):
        raise CannotOperate(
            f"{root} is no place for backups: {beside} lies in the same place; "
            "choose a folder on another disk, and keep the keys elsewhere (exam-engine backup --keys FILE)"
        )


def is_rate(text: str) -> bool:
    """As PostgreSQL reads it: a number, in kilobytes or with k or M."""
    found = _RATE.fullmatch(text)
    return found is not None and int(float(found[1]) * (1024 if found[2] == "M" else 1)) in RATES


def noting(root: Path) -> AbstractContextManager[None]:
    """Around the whole command: a database that does not answer is a backup that failed, too."""
    return Place(root).noting(lambda why: {"last_failure": places.now(), "failure": why})


async def back_up(settings: Settings, root: Path, *, keep: int, rate: str | None = None) -> dict[str, Any]:
    """``settings`` name a database that answers; whoever calls notes a failure (:func:`noting`)."""
    refuse_keys_beside(settings, root)
    place = Place(root)
    with place.alone():
        made = await _make(settings, place, rate)
        place.note(last_success=made.ended_at, failure="")
        gone = prune(place, keep, made.system)
    return {**places.shown(made), "place": str(root), "removed": gone, "keys": "not inside"}


async def _make(settings: Settings, place: Place, rate: str | None) -> Base:
    place.throw_away_halves()
    began = places.now()
    facts = await _facts(settings)
    name = f"{began:%Y-%m-%dT%H%M%SZ}"
    half = place.bases / (name + PARTIAL)
    half.mkdir(mode=0o700)
    try:
        cluster = half / "cluster"
        _copy(settings, cluster, rate)
        _check(cluster, int(facts["server"]))
        base = _described(facts, name, began, cluster, embedded=is_own(settings))
        places.write_whole(half / "about.json", msgspec.json.format(msgspec.json.encode(base)))
        half.rename(place.bases / name)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)  # on a disk that is full this is the room for the next try
        raise
    places.sync_folder(place.bases)
    return base


def is_own(settings: Settings) -> bool:
    """Whether the database is the one that the service brings along."""
    server = Embedded(settings.data_dir)
    return server.pid is not None and settings.database_url == server.url()


def url_of(settings: Settings) -> str:
    """Past any pooler, by a role that may replicate."""
    url = settings.backup_database_url or settings.past_the_pooler().database_url
    assert url is not None
    return url


async def _facts(settings: Settings) -> Mapping[str, Any]:
    assert settings.database_url is not None
    async with asked(settings.database_url) as connection:
        schema = await migrations.current(connection)
        if schema is None:
            raise CannotOperate("the database is empty: there is nothing to back up")
        counts = dict(await queries.counts(connection))
    async with asked(url_of(settings)) as connection:
        return {**await queries.identity(connection), "schema": schema, "counts": counts}


@asynccontextmanager
async def asked(url: str) -> AsyncIterator[AsyncConnection]:
    engine = make_engine(url, pool_size=1)
    try:
        async with transaction(engine) as connection:
            yield connection
    finally:
        await engine.dispose()


def _copy(settings: Settings, cluster: Path, rate: str | None) -> None:
    there = tools.Connection.of(url_of(settings), "exam-engine backup")
    # With the log of its own time inside, a base is a backup by itself, whatever happens to the archive beside it.
    arguments = ["--pgdata", str(cluster), "--wal-method=stream", "--checkpoint=fast", "--no-password"]
    arguments += ["--manifest-checksums=SHA256", *([f"--max-rate={rate}"] if rate else [])]
    tools.run(tools.own() / "pg_basebackup", f"--dbname={there.conninfo}", *arguments, environment=there.environment)


def _check(cluster: Path, server: int) -> None:
    programs = tools.of_major(server)
    # Without the server's own version the log inside cannot be parsed; checksums of all files are still compared.
    blind = [] if programs else ["--no-parse-wal"]
    tools.run((programs or tools.own()) / "pg_verifybackup", "--quiet", *blind, str(cluster))


def check_again(place: Place, base: Base) -> None:
    """Disks forget: the same check before a replay."""
    cluster = place.cluster(base)
    found = _sha256(cluster / "backup_manifest")
    if found != base.manifest_sha256:
        raise CannotOperate(f"the manifest of {base.name} is not the one that was written: this backup is damaged")
    _check(cluster, base.server)


def _described(facts: Mapping[str, Any], name: str, began: datetime, cluster: Path, *, embedded: bool) -> Base:
    label = _LABEL.search((cluster / "backup_label").read_text(encoding="utf-8"))
    if label is None:
        raise CannotOperate(f"{cluster} carries no label of a backup")
    return Base(
        name=name,
        began_at=began,
        ended_at=places.now(),
        program=_program(),
        schema=str(facts["schema"]),
        server=int(facts["server"]),
        system=str(facts["system"]),
        timeline=int(label[1][:8], 16),
        first_segment=label[1],
        segment_bytes=int(facts["segment_bytes"]),
        embedded=embedded,
        user=str(facts["user_name"]),
        database=str(facts["database"]),
        size=sum(path.stat().st_size for path in cluster.rglob("*") if path.is_file()),
        manifest_sha256=_sha256(cluster / "backup_manifest"),
        counts=facts["counts"],
    )


def _program() -> str:
    try:
        return version("exam-engine")
    except PackageNotFoundError:  # run from a checkout
        return "unreleased"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

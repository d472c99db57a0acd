"""`exam-engine restore`: a base backup and the log after it become a database again, to a moment or to the end."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from exam_engine.delivery import verifying
from exam_engine.kit import postgres_account
from exam_engine.kit.embedded import Embedded, write_secret
from exam_engine.kit.keys import Keys
from exam_engine.kit.postgres_account import Account
from exam_engine.operating import chains, queries, tools
from exam_engine.operating.backing_up import asked, check_again
from exam_engine.operating.obstacle import CannotOperate
from exam_engine.operating.place import Base, Place, existing
from exam_engine.operating.replaying import Replay

#: Beside the copy itself: what a server writes while it replays.
ROOM_BESIDE = 1.2


@dataclass(frozen=True, slots=True)
class Proof:
    """What stands in the replayed database. `verified` is None where the master key was not there; `missing` says what
    of the log was not replayed although it, or what follows it, lies in the place."""

    counts: Mapping[str, int]
    verified: Mapping[str, Any] | None
    last_answer_at: datetime | None
    ended_at: datetime | None = None
    missing: str | None = None

    @property
    def ok(self) -> bool:
        return self.verified is not None and bool(self.verified["ok"])


def choose(place: Place, to_time: datetime | None, name: str | None, *, system: str | None = None) -> Base:
    """The newest whole backup that ended before the moment; by name where one is asked for. Never one of several
    databases by chance: of ``system``, or of the only one there is."""
    known = place.whole()
    if name is not None:
        known = [base for base in known if base.name == name]
    elif system is not None:
        known = [base for base in known if base.system == system]
    else:
        _refuse_several(place, known)
    if to_time is not None:
        known = [base for base in known if base.ended_at <= to_time]
    if not known:
        of_it = " of this database" if system else ""
        before = f" that ended before {to_time.isoformat()}" if to_time else ""
        raise CannotOperate(f"{place.root} holds no whole backup{of_it}{f' called {name}' if name else ''}{before}")
    return known[-1]


def _refuse_several(place: Place, known: Sequence[Base]) -> None:
    newest = {base.system: base.name for base in known}
    if len(newest) > 1:
        told = ", ".join(f"{name} is the newest of {system}" for system, name in sorted(newest.items()))
        raise CannotOperate(f"{place.root} holds backups of several databases: choose one with --backup ({told})")


def empty(data_dir: Path) -> Embedded:
    """The server that will serve it; refused where there is one already."""
    server = Embedded(data_dir)
    if server.cluster.exists():
        raise CannotOperate(
            f"{server.cluster} is not empty: restore into another EXAM_ENGINE_DATA_DIR, or move it away"
        )
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return server


async def restore(
    place: Place, data_dir: Path, key: Path, *, to_time: datetime | None = None, name: str | None = None
) -> dict[str, Any]:
    """Into an empty data directory, which `exam-engine serve` then serves."""
    base = choose(place, to_time, name)
    server = empty(data_dir)
    password = secrets.token_urlsafe(32)
    fresh = data_dir / "postgresql.restoring"
    proof = await replayed(place, base, fresh, key, to_time=to_time, password=password if base.embedded else None)
    if base.embedded:
        write_secret(server.password_file, password)
    fresh.rename(server.cluster)
    return {
        "backup": base.name,
        "to": to_time.isoformat() if to_time else "the end of the log" if proof.missing is None else "a gap in the log",
        "missing": proof.missing,
        "ended_at": proof.ended_at,
        "data_dir": str(data_dir),
        "last_answer_at": proof.last_answer_at,
        **proof.counts,
        "verified": proof.ok if proof.verified is not None else None,
        "report": dict(proof.verified) if proof.verified is not None else "not verified: the master key is not here",
        "next": _next(base, server.cluster, key),
    }


def _next(base: Base, cluster: Path, key: Path) -> str:
    if not key.exists():  # before anything else: a service refuses to begin without it
        return "exam-engine restore --keys FILE --only-keys, then exam-engine verify"
    if base.embedded:
        return "exam-engine serve"
    return f"start PostgreSQL {base.server} on {cluster} with its own configuration files"


async def replayed(
    place: Place,
    base: Base,
    target: Path,
    key: Path,
    *,
    to_time: datetime | None = None,
    password: str | None = None,
) -> Proof:
    """``target`` holds the replayed cluster afterwards, stopped; nothing of it remains if that fails."""
    programs = tools.of_major(base.server)
    if programs is None:
        raise CannotOperate(f"the backup is of PostgreSQL {base.server}, and no programs of that version are here")
    check_again(place, base)
    refuse_no_room(place, base, target)
    lacking = chains.gap(place, base)
    account = postgres_account.for_this_user(target.parent)
    shutil.rmtree(target, ignore_errors=True)
    try:
        laid = _copy(place, base, target, account)
        mine = account.binaries if programs == tools.own() else programs
        with Replay(target, account, mine, base, to_time).running() as url:
            proof, ended = await _proof(url, keys_of(key), base.user, password)
        if to_time is not None:
            return proof
        return replace(proof, missing=lacking or chains.cut_short(laid, base, ended))
    except CannotOperate as failed:
        shutil.rmtree(target, ignore_errors=True)
        raise CannotOperate(f"{failed}; {lacking}" if lacking else str(failed)) from None
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def refuse_no_room(place: Place, base: Base, target: Path) -> None:
    wanted = base.size + sum(path.stat().st_size for path, _name in chains.files_since(place, base))
    free = shutil.disk_usage(existing(target)).free
    if free < wanted * ROOM_BESIDE:
        raise CannotOperate(
            f"the replay needs {wanted * ROOM_BESIDE / 1e9:.1f} GB at {target.parent}, {free / 1e9:.1f} are free"
        )


def _copy(place: Place, base: Base, target: Path, account: Account) -> list[str]:
    def own(path: Path) -> None:
        os.chown(path, account.uid, account.gid)
        path.chmod(0o700 if path.is_dir() else 0o600)

    shutil.copytree(place.cluster(base), target, symlinks=True)
    own(target)
    for path in target.rglob("*"):
        if not path.is_symlink():
            own(path)
    return chains.lay_out(place, base, target / "pg_wal", own)


def keys_of(path: Path) -> Keys | None:
    """Never made here: a new key would find every signature wrong."""
    return Keys(path.read_bytes()) if path.exists() else None


async def _proof(url: str, keys: Keys | None, user: str, password: str | None) -> tuple[Proof, int]:
    """And the byte of the log at which the replay ended."""
    async with asked(url) as connection:
        ended, ended_at = await queries.replayed(connection)
        counts = await queries.counts(connection)
        last = await queries.last_answer(connection)
        report = None if keys is None else await verifying.report(connection, keys)
        if password is not None:
            await queries.new_password(connection, user, password)
    return Proof(counts, None if report is None else asdict(report), last, ended_at), ended

"""Candidates save, a backup is made in mid-storm, more saves come, PostgreSQL is destroyed: what comes back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from exam_engine.kit import clock
from exam_engine.kit.database import transaction
from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from exam_engine.operating.place import Place
from tests.chaos.commands import command
from tests.hall import found
from tests.live import LiveServer
from tests.operating.conftest import PASSPHRASE, asked
from tests.operating.disaster import destroy, texts_of, until_received
from tests.operating.storm import Storm, stored

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(180)]
CANDIDATES, BEFORE, BETWEEN, AFTER = 12, 100, 400, 500


async def test_what_was_acknowledged_before_a_moment_is_there_after_a_restore_to_it(
    kept: Settings, service: LiveServer, own_postgres: Embedded, tmp_path: Path
) -> None:
    hall = await found(kept, own_postgres.url())
    room = await hall.sitting(CANDIDATES)
    storm = Storm(kept.port, room.seats)
    await storm.begin()
    await storm.reach(BEFORE)
    made = asyncio.create_task(asyncio.to_thread(asked, kept, "backup"))
    await storm.reach(BETWEEN)
    await made
    early = list(storm.acknowledged)
    async with transaction(hall.engine) as connection:
        moment = await clock.read(connection)
    await storm.reach(len(early) + AFTER)
    drilled = await asyncio.to_thread(asked, kept, "restore", "--drill")
    assert drilled["ok"], drilled
    everything = await storm.end()
    assert not storm.cut_off
    await until_received(own_postgres.url())
    await hall.close()
    destroy(service, own_postgres)

    # To the moment, on another machine, with the keys from their own file.
    elsewhere = replace(kept, data_dir=tmp_path / "elsewhere", master_key_file=tmp_path / "elsewhere" / "master.key")
    keys = await asyncio.to_thread(_keys_elsewhere, kept, tmp_path)
    told = await asyncio.to_thread(asked, elsewhere, "restore", "--to-time", moment.isoformat(), *keys)
    assert told["verified"], told
    texts = await texts_of(elsewhere)
    assert set(early) <= set(texts)
    assert len(texts) == len(set(texts)) == told["entries"]
    assert len(early) <= len(texts) < len(everything)

    # To the end of the log, here; and the service goes on from it, with backups.
    told = await asyncio.to_thread(asked, kept, "restore")
    assert told["verified"], told
    await asyncio.to_thread(service.start)
    assert sorted(await stored(own_postgres.url())) == sorted(everything)
    again = await asyncio.to_thread(asked, kept, "backup", "--keep", "1")
    assert again["timeline"] == 2
    assert len(again["removed"]) == 1
    await until_received(own_postgres.url())


def _keys_elsewhere(settings: Settings, folder: Path) -> tuple[str, ...]:
    secret, keys = folder / "passphrase", folder / "keys"
    secret.write_text(PASSPHRASE, encoding="utf-8")
    asked(settings, "backup", "--keys", str(keys), "--passphrase-file", str(secret))
    return "--keys", str(keys), "--passphrase-file", str(secret)


def test_a_place_beside_the_keys_is_refused(kept: Settings) -> None:
    for folder in (kept.data_dir, kept.data_dir / "backups", kept.data_dir.parent):
        done = command(kept, "backup", str(folder))
        assert done.returncode == 2
        assert "lies in the same place" in done.stderr


async def test_half_and_damaged_backups_are_none(
    kept: Settings, service: LiveServer, own_postgres: Embedded, backups: Path, tmp_path: Path
) -> None:
    assert service.process is not None
    half = backups / "base" / "2026-01-01T000000Z.partial"
    half.mkdir(parents=True)
    unfinished = backups / "base" / "2026-01-02T000000Z"
    unfinished.mkdir()
    assert asked(kept, "restore", "--list") == {}
    name = asked(kept, "backup")["name"]
    assert list(asked(kept, "restore", "--list")) == [name]
    assert not half.exists()
    await until_received(own_postgres.url())
    levels = {one["subject"]: one["level"] for one in asked(kept, "doctor", code=1)["findings"]}
    assert [levels[name] for name in ("database log", "backup", "fsync")] == ["ok", "ok", "ok"]
    assert levels["keys elsewhere"] == "wrong", "that alone is enough for 1"
    base = Place(backups).whole()[-1]
    inside = Place(backups).cluster(base) / "global" / "pg_control"
    inside.write_bytes(b"x" + inside.read_bytes()[1:])
    done = command(replace(kept, data_dir=tmp_path, master_key_file=kept.master_key_file), "restore")
    assert done.returncode == 2
    assert "pg_verifybackup failed" in done.stderr
    assert not (tmp_path / "postgresql").exists()
    assert command(kept, "restore").returncode == 2, "a running service's data is never written over"


def test_keys_come_back_by_their_passphrase_alone(kept: Settings, tmp_path: Path) -> None:
    from exam_engine.kit.keys import Keys
    from exam_engine.operating import key_file
    from exam_engine.operating.obstacle import CannotOperate

    kept.data_dir.mkdir(parents=True, exist_ok=True)
    Keys.from_file(kept.master_key_file)
    assert key_file.confirmed(kept) is None
    key_file.write(kept, tmp_path / "keys", PASSPHRASE)
    assert kept.master_key_file.read_bytes() not in (tmp_path / "keys").read_bytes()
    assert key_file.confirmed(kept) is not None
    with pytest.raises(CannotOperate, match="does not open"):
        key_file.unpack(tmp_path / "keys", PASSPHRASE + "!", kept)
    elsewhere = replace(kept, data_dir=tmp_path / "new", master_key_file=tmp_path / "new" / "master.key")
    key_file.unpack(tmp_path / "keys", PASSPHRASE, elsewhere)
    assert elsewhere.master_key_file.read_bytes() == kept.master_key_file.read_bytes()
    assert elsewhere.master_key_file.stat().st_mode & 0o777 == 0o600
    for beside in (kept.data_dir / "keys", kept.backup_dir / "keys"):  # type: ignore[operator]
        with pytest.raises(CannotOperate, match="beside"):
            key_file.write(kept, beside, PASSPHRASE)

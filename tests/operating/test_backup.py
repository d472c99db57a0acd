"""Candidates save, a backup is made, more saves come, everything is destroyed: what comes back, on another machine.

`make chaos` does it in mid-storm, to a moment and to the end, with a drill beside the service.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from exam_engine.cli import main
from exam_engine.kit.embedded import Embedded
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings
from exam_engine.operating import key_file
from exam_engine.operating.obstacle import CannotOperate
from exam_engine.operating.place import Place
from tests.chaos.commands import command
from tests.hall import found
from tests.live import LiveServer
from tests.operating.conftest import PASSPHRASE, asked
from tests.operating.disaster import destroy, texts_of, until_received
from tests.operating.storm import Storm

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(180)]
CANDIDATES, BEFORE, AFTER = 4, 20, 40


async def test_what_was_acknowledged_comes_back_on_another_machine(
    kept: Settings, service: LiveServer, own_postgres: Embedded, backups: Path, tmp_path: Path
) -> None:
    half = backups / "base" / "2026-01-01T000000Z.partial"
    half.mkdir(parents=True)
    (backups / "base" / "2026-01-02T000000Z").mkdir()
    hall = await found(kept, own_postgres.url())
    storm = Storm(kept.port, (await hall.sitting(CANDIDATES)).seats)
    await storm.begin()
    await storm.reach(BEFORE)
    name = (await asyncio.to_thread(asked, kept, "backup"))["name"]
    await storm.reach(len(storm.acknowledged) + AFTER)
    everything = await storm.end()
    await hall.close()
    await until_received(own_postgres.url())
    assert [one.name for one in Place(backups).whole()] == [name]
    assert not half.exists(), "what was begun and not ended is thrown away"
    levels = {one["subject"]: one["level"] for one in asked(kept, "doctor", code=1)["findings"]}
    assert [levels[name] for name in ("database log", "backup", "fsync")] == ["ok", "ok", "ok"]
    assert levels["keys elsewhere"] == "wrong", "that alone is enough for 1"
    keys = _keys_elsewhere(kept, tmp_path)
    refused = command(kept, "restore")
    assert refused.returncode == 2
    assert "a service already runs" in refused.stderr
    destroy(service, own_postgres)

    elsewhere = _under(tmp_path / "elsewhere", kept)
    await asyncio.to_thread(_never_reached, elsewhere)
    await asyncio.to_thread(_without_keys, _under(tmp_path / "keyless", kept), keys)
    told = await asyncio.to_thread(asked, elsewhere, "restore", *keys)
    assert told["verified"], told
    assert sorted(await texts_of(elsewhere)) == sorted(everything)

    inside = Place(backups).cluster(Place(backups).whole()[-1]) / "global" / "pg_control"
    inside.write_bytes(b"x" + inside.read_bytes()[1:])
    damaged = command(kept, "restore")
    assert damaged.returncode == 2
    assert "pg_verifybackup failed" in damaged.stderr
    assert not own_postgres.cluster.exists()


def _under(data_dir: Path, settings: Settings) -> Settings:
    return replace(settings, data_dir=data_dir, master_key_file=data_dir / "master.key")


def _never_reached(settings: Settings) -> None:
    failed = command(settings, "restore", "--to-time", "2100-01-01T00:00:00+07:00")
    assert failed.returncode == 2
    assert "does not reach" in failed.stderr
    assert not settings.data_dir.exists(), "what fails half-way leaves nothing behind"


def _without_keys(settings: Settings, keys: tuple[str, ...]) -> None:
    told = asked(settings, "restore", code=1)
    assert told["next"].startswith("exam-engine restore --keys FILE --only-keys")
    refused = command(settings, "serve")
    assert refused.returncode == 2
    assert "restore --keys FILE --only-keys" in refused.stderr
    assert not settings.master_key_file.exists()
    asked(settings, "restore", *keys, "--only-keys")
    assert asked(settings, "verify")["ok"]


def _keys_elsewhere(settings: Settings, folder: Path) -> tuple[str, ...]:
    secret, keys = folder / "passphrase", folder / "keys"
    secret.write_text(PASSPHRASE, encoding="utf-8")
    asked(settings, "backup", "--keys", str(keys), "--passphrase-file", str(secret))
    return "--keys", str(keys), "--passphrase-file", str(secret)


@pytest.fixture
def unserved(tmp_path: Path) -> Settings:
    """Nobody has started anything yet."""
    return Settings.from_environment({}, data_dir=tmp_path / "data", backup_dir=tmp_path / "backups")


def test_a_place_beside_the_keys_is_refused(unserved: Settings) -> None:
    for folder in (unserved.data_dir, unserved.data_dir / "backups", unserved.data_dir.parent):
        done = CliRunner(env=unserved.to_environment()).invoke(main, ["backup", str(folder)])
        assert done.exit_code == 2
        assert "lies in the same place" in done.stderr


def test_keys_come_back_by_their_passphrase_alone(unserved: Settings, tmp_path: Path) -> None:
    unserved.data_dir.mkdir()
    Keys.from_file(unserved.master_key_file)
    assert key_file.confirmed(unserved) is None
    key_file.write(unserved, tmp_path / "keys", PASSPHRASE)
    assert unserved.master_key_file.read_bytes() not in (tmp_path / "keys").read_bytes()
    assert key_file.confirmed(unserved) is not None
    with pytest.raises(CannotOperate, match="does not open"):
        key_file.unpack(tmp_path / "keys", PASSPHRASE + "!", unserved)
    elsewhere = replace(unserved, data_dir=tmp_path / "new", master_key_file=tmp_path / "new" / "master.key")
    key_file.unpack(tmp_path / "keys", PASSPHRASE, elsewhere)
    assert elsewhere.master_key_file.read_bytes() == unserved.master_key_file.read_bytes()
    assert elsewhere.master_key_file.stat().st_mode & 0o777 == 0o600
    for beside in (unserved.data_dir / "keys", unserved.backup_dir / "keys"):  # type: ignore[operator]
        with pytest.raises(CannotOperate, match="beside"):
            key_file.write(unserved, beside, PASSPHRASE)

"""What lies in a backup place, judged by its names: whether the log goes on from the backup, whose it is, what goes."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from exam_engine.doctor import safety
from exam_engine.doctor.finding import Level
from exam_engine.kit.settings import Settings
from exam_engine.operating import chains, drilling, facts, flowing, keeping, listing, queries, restoring
from exam_engine.operating.backing_up import asked
from exam_engine.operating.drilling import Demand, compared
from exam_engine.operating.obstacle import CannotOperate
from exam_engine.operating.place import Base, Place
from exam_engine.operating.restoring import Proof
from tests.operating import filled
from tests.operating.filled import NIGHT, OTHER, SEGMENT, SYSTEM, segment


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path / "backups")
    made.make()
    return made


def slot(received: int, *, active: bool = True) -> Mapping[str, Any]:
    """What the server says of its one slot."""
    return {
        "system": SYSTEM, "segment_bytes": SEGMENT, "active": active, "received": received, "kept_bytes": 0,
        "exists": True, "lost": False,
    }  # fmt: skip


def said(place: Place, tmp_path: Path) -> tuple[Level, float]:
    """Of the doctor and of the metrics: whether the newest backup and the log go together."""
    settings = Settings.from_environment({}, data_dir=tmp_path, backup_dir=place.root)
    level = next(one.level for one in safety.examine_backups(settings) if one.subject == "backup and log")
    samples = {one.name: one.value for one in facts.of_place(place, None)}
    return level, samples["backup_ok"]


def test_log_that_began_after_the_newest_backup_is_a_gap_until_the_next_backup(place: Place, tmp_path: Path) -> None:
    """Also before anything is in the new chain, and where its first segment is the next one by its number: the end of
    the old one is gone."""
    filled.base(place)
    filled.chain(place, filled.flowing(range(4, 9)))
    assert said(place, tmp_path) == (Level.OK, 1.0)
    fresh = filled.chain(place, [], at=NIGHT + timedelta(hours=9))
    assert said(place, tmp_path) == (Level.WRONG, 0.0)
    for name in filled.flowing(range(9, 11)):
        (fresh / name).touch()
    assert said(place, tmp_path) == (Level.WRONG, 0.0)
    filled.base(place, at=NIGHT + timedelta(hours=10), first=10)
    assert said(place, tmp_path) == (Level.OK, 1.0)


def test_log_that_began_after_the_first_backup_is_a_gap(place: Place, tmp_path: Path) -> None:
    filled.base(place)
    assert said(place, tmp_path) == (Level.OK, 1.0), "without any log the backup is what there is"
    filled.chain(place, filled.flowing(range(12, 14)), at=NIGHT + timedelta(hours=1))
    assert said(place, tmp_path) == (Level.WRONG, 0.0)


def test_a_file_that_is_gone_between_others_is_a_gap(place: Place, tmp_path: Path) -> None:
    made = filled.base(place)
    folder = filled.chain(place, filled.flowing(range(5, 12)))
    assert chains.gap(place, made) is None
    (folder / segment(6)).unlink()
    assert chains.gap(place, made) is None, "the base brings this one along"
    (folder / segment(9)).unlink()
    assert chains.gap(place, made) == f"the log between {segment(8)} and {segment(10)} is missing"
    assert said(place, tmp_path) == (Level.WRONG, 0.0)


def test_what_an_older_timeline_holds_beyond_the_newer_one_is_no_gap(place: Place) -> None:
    made = filled.base(place)
    filled.chain(place, [*filled.flowing(range(5, 30)), *filled.flowing(range(8, 11), timeline=2), "00000002.history"])
    assert chains.gap(place, made) is None
    assert chains.cut_short([name for _path, name in chains.files_since(place, made)], made, 10 * SEGMENT) is None


def test_of_a_segment_in_two_chains_the_whole_one_counts_and_else_the_newer(place: Place) -> None:
    made = filled.base(place)
    older = filled.chain(place, [segment(7), f"{segment(8)}.partial", f"{segment(9)}.partial"])
    newer = filled.chain(
        place, [f"{segment(7)}.partial", segment(8), f"{segment(9)}.partial"], at=NIGHT - timedelta(minutes=5)
    )
    found = {name: path.parent for path, name in chains.files_since(place, made)}
    assert found == {segment(7): older, segment(8): newer, segment(9): newer}


def test_log_of_another_database_than_the_backups(place: Place, tmp_path: Path) -> None:
    filled.base(place)
    filled.chain(place, filled.flowing(range(1, 3)), system=OTHER)
    assert said(place, tmp_path) == (Level.WRONG, 0.0)


def test_a_replay_that_stops_before_the_last_file_says_so(place: Place) -> None:
    made = filled.base(place)
    laid = [segment(number) for number in range(5, 9)]
    assert chains.cut_short(laid, made, 8 * SEGMENT + 10) is None
    assert chains.cut_short(laid, made, 7 * SEGMENT + 10) is None, "the last file may hold nothing yet"
    told = chains.cut_short(laid, made, 6 * SEGMENT + 10)
    assert told is not None
    assert segment(8) in told


def test_the_drill_demands_what_stood_there_when_it_began(place: Place) -> None:
    """A replay that ends at a gap still has more than the backup."""
    made = filled.base(place)
    found = Proof({"journal": 40}, {"ok": True}, None)
    assert compared(Demand(made.counts, "when the backup began"), found, {"journal": 70}) == []
    told = compared(Demand({"journal": 65}, "when the drill began"), found, {"journal": 70})
    assert told == ["journal: 40 replayed, 65 stood there when the drill began"]
    missing = replace(found, missing="the log between A and B is missing")
    assert compared(Demand(made.counts, "then"), missing, {"journal": 70}) == ["the log between A and B is missing"]


def test_two_machines_with_a_place_each_and_the_one_slot(place: Place, tmp_path: Path) -> None:
    """The receiver of one holds the slot; the folder of the other stands still, or was never filled."""
    received = 9 * SEGMENT + 100
    other = Place(tmp_path / "other")
    other.make()
    assert not flowing.comes_here(other, slot(received))
    filled.chain(place, filled.flowing(range(5, 10)))
    filled.chain(other, filled.flowing(range(5, 8)))
    for one, here in ((place, True), (other, False)):
        assert flowing.comes_here(one, slot(received)) is here
        samples = {sample.name: sample.value for sample in facts.of_place(one, slot(received))}
        assert samples["backup_log_active"] == float(here)
    assert flowing.comes_here(place, slot(10 * SEGMENT)), "the next file is not begun before there is something in it"
    assert not flowing.comes_here(place, slot(received, active=False))


def test_pruning_keeps_to_the_database_that_was_backed_up(place: Place) -> None:
    for hours in range(3):
        filled.base(place, at=NIGHT + timedelta(hours=hours), first=5 + 10 * hours)
    others = filled.base(place, at=NIGHT - timedelta(days=1), system=OTHER, first=1)
    own, foreign = filled.chain(place, filled.flowing(range(5, 30))), filled.chain(place, [segment(1)], system=OTHER)
    gone = keeping.prune(place, 1, SYSTEM)
    assert len(gone) == 2
    assert [base.name for base in place.whole()] == [others.name, f"{NIGHT + timedelta(hours=2):%Y-%m-%dT%H%M%SZ}"]
    assert min(path.name for path in own.iterdir()) == segment(25)
    assert (foreign / segment(1)).exists()


def test_of_several_databases_none_is_restored_by_chance(place: Place) -> None:
    filled.base(place)
    newer = filled.base(place, at=NIGHT + timedelta(days=1), system=OTHER)
    with pytest.raises(CannotOperate, match="several databases") as refused:
        restoring.choose(place, None, None)
    for name in (newer.name, OTHER, SYSTEM):
        assert name in str(refused.value)
    assert restoring.choose(place, None, newer.name) == newer
    assert restoring.choose(place, None, None, system=SYSTEM).system == SYSTEM
    with pytest.raises(CannotOperate, match="of this database"):
        restoring.choose(place, None, None, system="7400000000000000003")


async def test_a_drill_leaves_what_lies_in_its_folder(
    place: Place, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    precious = tmp_path / "room" / "drill" / "precious.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("somebody's")
    rooms: list[Path] = []

    async def replayed(_place: Place, _base: Base, target: Path, _key: Path) -> Proof:
        rooms.append(target.parent)
        return Proof({}, {"ok": True}, None)

    monkeypatch.setattr(drilling, "replayed", replayed)
    assert settings.database_url is not None
    async with asked(settings.database_url) as connection:
        filled.base(place, system=(await queries.slot(connection, "none"))["system"])
    left_over = place.root / "drill-of-one-that-was-killed"
    left_over.mkdir()
    found = await drilling.drill(settings, place.root, tmp_path / "room")
    assert found["ok"], found
    assert found["demanded_as"] == "when the backup began", "the log of the service does not flow here"
    assert rooms[0].parent == tmp_path / "room"
    assert precious.read_text() == "somebody's"
    assert [path.name for path in (tmp_path / "room").iterdir()] == ["drill"]
    assert not left_over.exists()


def test_a_list_says_until_when_the_log_goes_on(place: Place) -> None:
    assert "no whole backup" in "".join(listing.lines(place))
    made = filled.base(place)
    assert listing.lines(place)[1].endswith("none: the backup alone")
    chain = filled.chain(place, filled.flowing(range(5, 9)))
    for path in chain.iterdir():
        os.utime(path, (NIGHT.timestamp(), NIGHT.timestamp()))
    head, row = listing.lines(place)
    assert head.split()[0] == "name"
    assert row.startswith(made.name)
    assert row.endswith(f"{NIGHT:%Y-%m-%d %H:%M:%S}")
    assert json.loads(listing.document(place))[made.name]["log_until"] == f"{NIGHT:%Y-%m-%d %H:%M:%S}"
    (chain / segment(7)).unlink()
    assert listing.lines(place)[1].endswith("is missing")


async def test_a_place_that_was_taken_away_is_not_another_machines(
    place: Place, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = replace(settings, data_dir=tmp_path / "data", backup_dir=place.root)
    place.root.rename(tmp_path / "moved")
    told = list(safety.examine_backups(kept))
    assert [(one.subject, one.level) for one in told] == [("backup", Level.WRONG)]
    assert "is away" in told[0].told

    async def flows(_connection: object, _name: str) -> Mapping[str, Any]:
        return slot(9 * SEGMENT)

    monkeypatch.setattr(queries, "slot", flows)
    receives_here = True
    monkeypatch.setattr(flowing, "received_by_this_machine", lambda _place: receives_here)
    assert settings.database_url is not None
    async with asked(settings.database_url) as connection:
        (found,) = await safety.examine_log(connection, kept, serving=True)
        assert "the place is away" in found.told
        receives_here = False
        (found,) = await safety.examine_log(connection, kept, serving=True)
        assert "another machine receives it" in found.told


async def test_a_log_that_flows_where_this_command_was_not_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only to a database of several machines another one can have come."""

    async def flows(_connection: object, _name: str) -> Mapping[str, Any]:
        return slot(9 * SEGMENT)

    monkeypatch.setattr(queries, "slot", flows)
    assert settings.database_url is not None
    async with asked(settings.database_url) as connection:
        (found,) = await safety.examine_log(connection, settings, serving=True)
        assert found.level is Level.OK
        monkeypatch.setattr(safety, "is_own", lambda _settings: True)
        (found,) = await safety.examine_log(connection, settings, serving=True)
        assert found.level is Level.WRONG
        assert "EXAM_ENGINE_BACKUP_DIR" in found.change


def test_a_receiver_is_known_by_where_it_writes(place: Place, tmp_path: Path) -> None:
    program = tmp_path / "pg_receivewal"
    program.symlink_to("/bin/sh")
    arguments = [str(program), "-c", "read word", f"--directory={place.wal}/{SYSTEM}/chain"]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE) as process:
        assert flowing.received_by_this_machine(place)
        assert not flowing.received_by_this_machine(Place(tmp_path / "other"))
        process.communicate(b"end\n")

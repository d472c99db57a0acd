"""What `exam-engine backup` refuses and what it fails of: one line, and a note where doctor and metrics find it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from exam_engine.cli import main
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings
from exam_engine.operating import backing_up, facts
from exam_engine.operating.place import Place, now
from tests.live import free_port
from tests.operating import filled
from tests.operating.conftest import PASSPHRASE


@pytest.fixture
def silent(tmp_path: Path) -> Settings:
    """Its database does not answer."""
    made = Settings.from_environment(
        {}, data_dir=tmp_path / "data", backup_dir=tmp_path / "backups",
        database_url=f"postgresql://me@127.0.0.1:{free_port()}/exams",
    )  # fmt: skip
    made.data_dir.mkdir()
    Keys.from_file(made.master_key_file)
    return made


@pytest.fixture
def place(silent: Settings) -> Place:
    """A good backup lies there."""
    assert silent.backup_dir is not None
    made = Place(silent.backup_dir)
    made.make()
    filled.base(made)
    made.note(last_success=now())
    return made


def typed(settings: Settings, *arguments: str) -> Result:
    return CliRunner(env=settings.to_environment()).invoke(main, ["backup", *arguments])


def backup_ok(place: Place) -> float:
    return next(one.value for one in facts.of_place(place, None) if one.name == "backup_ok")


def test_a_database_that_does_not_answer_is_a_backup_that_failed(silent: Settings, place: Place) -> None:
    assert backup_ok(place) == 1
    done = typed(silent)
    assert done.exit_code == 2, done.output
    assert "does not answer" in place.state().failure
    assert backup_ok(place) == 0


@pytest.mark.parametrize("rate", ["fast", "31", "0.5k", "2000000", "1025M", "10G", "-5", ""])
def test_a_rate_that_postgresql_would_refuse_is_no_backup_that_failed(
    silent: Settings, place: Place, rate: str
) -> None:
    done = typed(silent, "--max-rate", rate)
    assert done.exit_code == 2, done.output
    assert "is no rate" in done.stderr
    assert not place.state().failure
    assert backup_ok(place) == 1


@pytest.mark.parametrize("rate", ["32", "32k", "1048576", "1.5M", "1024M"])
def test_a_rate_that_postgresql_takes(rate: str) -> None:
    assert backing_up.is_rate(rate)


def test_a_place_that_fails_of_the_disk_is_one_line(
    silent: Settings, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_given: object, **_more: object) -> None:
        raise OSError(28, "No space left on device", str(place.bases))

    monkeypatch.setattr("exam_engine.preparing.existing_database", _as_it_is)
    monkeypatch.setattr(backing_up, "_make", full)
    done = typed(silent)
    assert done.exit_code == 2, done.output
    assert done.stderr.splitlines() == [f"exam-engine: No space left on device: {place.bases}"]
    assert place.state().failure.startswith("No space left")
    assert backup_ok(place) == 0


@contextmanager
def _as_it_is(settings: Settings) -> Iterator[Settings]:
    yield settings


def test_a_place_beside_the_keys_by_another_name_is_refused(silent: Settings, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(silent.data_dir)
    (tmp_path / "away").mkdir()
    for name in ("link", "link/backups", "away/../data/backups"):
        done = typed(silent, str(tmp_path / name))
        assert done.exit_code == 2
        assert "lies in the same place" in done.stderr


def test_keys_are_not_written_into_a_place_by_another_name(silent: Settings, place: Place, tmp_path: Path) -> None:
    secret, argument = tmp_path / "passphrase", tmp_path / "another-place"
    secret.write_text(PASSPHRASE, encoding="utf-8")
    argument.mkdir()
    (tmp_path / "link").symlink_to(place.root)
    options = ("--passphrase-file", str(secret))
    for target in ("link/keys", "another-place/../backups/keys", "data/keys"):
        done = typed(silent, "--keys", str(tmp_path / target), *options)
        assert done.exit_code == 2
        assert "lies beside what the keys protect" in done.stderr
    done = typed(silent, str(argument), "--keys", str(argument / "keys"), *options)
    assert done.exit_code == 2
    assert "lies beside what the keys protect" in done.stderr
    assert not list(argument.iterdir())
    assert typed(silent, str(argument), "--keys", str(tmp_path / "keys"), *options).exit_code == 0

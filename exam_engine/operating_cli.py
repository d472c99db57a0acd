"""``exam-engine backup``, ``restore`` and ``doctor``."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from exam_engine.kit.settings import Settings
from exam_engine.telling import Expected, json_option, report

passphrase_option = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the passphrase of the key file from here instead of asking.",
)
place_argument = click.argument("place", required=False, type=click.Path(file_okay=False, path_type=Path))


def _rate(_context: click.Context, _option: click.Parameter, given: str | None) -> str | None:
    from exam_engine.operating.backing_up import is_rate

    if given is not None and not is_rate(given):
        raise click.BadParameter(f"{given} is no rate: kilobytes a second from 32 to 1048576, or with k or M (32M)")
    return given


@click.command()
@place_argument
@click.option("--keep", type=click.IntRange(min=1), default=7, help="How many backups to keep; older ones go.")
@click.option("--max-rate", callback=_rate, help="Read no faster than this (32M: megabytes a second).")
@click.option("--keys", type=click.Path(path_type=Path), help="Only write the keys to this file, sealed.")
@click.option("--keys-confirmed", is_flag=True, help="Only note that the keys lie elsewhere, copied by hand.")
@passphrase_option
@json_option
def backup(
    place: Path | None,
    keep: int,
    max_rate: str | None,
    keys: Path | None,
    keys_confirmed: bool,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Back the running database up into PLACE (default: EXAM_ENGINE_BACKUP_DIR); keys are never inside."""
    from exam_engine import preparing
    from exam_engine.operating import backing_up, key_file

    settings = Settings.from_environment().past_the_pooler()
    if keys is not None:
        places = () if place is None else (place.absolute(),)
        report(key_file.write(settings, keys.absolute(), _passphrase(passphrase_file, twice=True), *places), as_json)
        return
    if keys_confirmed:
        report(key_file.confirm(settings, "copied by hand"), as_json)
        return
    root = _place(place, settings)
    backing_up.refuse_keys_beside(settings, root)
    with backing_up.noting(root), preparing.existing_database(settings) as named:
        made = asyncio.run(backing_up.back_up(named, root, keep=keep, rate=max_rate))
    report(made, as_json)
    if key_file.confirmed(settings) is None:
        click.echo(
            "The keys are not in it, and nothing says that they lie elsewhere: exam-engine backup --keys FILE", err=True
        )


@click.command()
@place_argument
@click.option("--to-time", help="Replay to this moment: 2026-11-22T09:30:00+07:00 (without zone: the service's).")
@click.option("--backup", "name", help="This base backup instead of the newest that fits.")
@click.option(
    "--keys", type=click.Path(exists=True, path_type=Path), help="A key file of `backup --keys`, for an empty machine."
)
@click.option("--only-keys", is_flag=True, help="Only write the keys of --keys to their places.")
@click.option(
    "--drill", is_flag=True, help="Replay the newest backup beside the running service, verify, throw it away."
)
@click.option("--drill-folder", type=click.Path(file_okay=False, path_type=Path), help="Where the drill has room.")
@click.option("--list", "only_list", is_flag=True, help="Only show the backups that are whole.")
@passphrase_option
@json_option
def restore(
    place: Path | None,
    to_time: str | None,
    name: str | None,
    keys: Path | None,
    only_keys: bool,
    drill: bool,
    drill_folder: Path | None,
    only_list: bool,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Bring a backup in PLACE back to life in an empty EXAM_ENGINE_DATA_DIR, and verify it."""
    from exam_engine import preparing
    from exam_engine.operating import drilling, key_file, listing, restoring
    from exam_engine.operating.place import Place

    settings = Settings.from_environment().past_the_pooler()
    if only_keys:
        if keys is None:
            raise Expected("--only-keys needs --keys FILE")
        report({"written": key_file.unpack(keys, _passphrase(passphrase_file), settings)}, as_json)
        return
    root = _place(place, settings)
    if only_list:
        click.echo(listing.document(Place(root)) if as_json else "\n".join(listing.lines(Place(root))))
        return
    if drill:
        with preparing.existing_database(settings) as named:
            found = asyncio.run(drilling.drill(named, root, drill_folder and drill_folder.absolute()))
        report(found, as_json)
        sys.exit(0 if found["ok"] else 1)
    moment = _moment(to_time, settings.default_zone)
    with preparing.only_service(settings, as_found=True):
        restoring.empty(settings.data_dir)
        if keys is not None:
            for written in key_file.unpack(keys, _passphrase(passphrase_file), settings):
                click.echo(f"written: {written}", err=True)
        key = settings.master_key_file
        found = asyncio.run(restoring.restore(Place(root), settings.data_dir, key, to_time=moment, name=name))
    report(found, as_json)
    sys.exit(0 if found["verified"] else 1)


def _place(given: Path | None, settings: Settings) -> Path:
    found = given.absolute() if given else settings.backup_dir
    if found is None:
        raise Expected("name a folder for backups, or set EXAM_ENGINE_BACKUP_DIR")
    return found


def _moment(text: str | None, zone: str) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Expected(f"{text} is no moment; write it like 2026-11-22T09:30:00+07:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def _passphrase(source: Path | None, *, twice: bool = False) -> str:
    if source is not None:
        return source.read_text(encoding="utf-8").rstrip("\n")
    asked: Any = click.prompt("Passphrase", hide_input=True, confirmation_prompt=twice, err=True)
    return str(asked)


@click.command()
@click.option("--sitting", help="Public id of a sitting: is everything there that its day needs?")
@click.option(
    "--rehearsal",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The report of the last rehearsal (JSON); default: rehearsal.json in the data directory.",
)
@json_option
def doctor(sitting: str | None, rehearsal: Path | None, as_json: bool) -> None:
    """Look at machine, disk, database, certificates, keys and backups, and say what to change."""
    from exam_engine.doctor import examining, finding

    settings = Settings.from_environment()
    told = rehearsal or settings.data_dir / "rehearsal.json"
    found = examining.examine(settings, public=sitting, rehearsal=told)
    if as_json:
        report(finding.summary(found), as_json)
    else:
        click.echo("\n".join(finding.lines(found)))
    sys.exit(0 if finding.summary(found)["ok"] else 1)


COMMANDS = (backup, restore, doctor)

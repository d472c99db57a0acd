"""`exam-engine rehearse`: an exam day played on this installation before the day (docs/rehearsal.md)."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from exam_engine.kit.settings import Settings

Range = click.FloatRange
#: Played and reported, but the sandbox is still there.
LEFT_BEHIND = 3


@click.command()
@click.option("--sitting", help="Public id of a planned sitting: its exam, rooms, rules and number of candidates.")
@click.option("--exam", help="Public id of an exam; without it, and without a sitting, a paper that comes along.")
@click.option(
    "--candidates", type=click.IntRange(1, 200_000), help="How many candidates (default: the sitting's, else 200)."
)
@click.option("--minutes", type=click.IntRange(1, 600), help="Length of the exam; default: as it says.")
@click.option(
    "--speed", type=Range(1, 120), default=10.0, show_default=True, help="How many times as fast as the real day."
)
@click.option(
    "--arrival",
    type=click.Choice(["bell", "shifts", "steady"]),
    default="bell",
    show_default=True,
    help="How candidates come.",
)
@click.option(
    "--before", type=Range(0, 120), default=15.0, show_default=True, help="Minutes before the bell in which they come."
)
@click.option(
    "--shifts", type=click.IntRange(1, 12), default=2, show_default=True, help="How many, with --arrival shifts."
)
@click.option(
    "--bad-networks",
    type=Range(0, 100),
    default=5.0,
    show_default=True,
    help="Per cent of candidates with a bad network.",
)
@click.option("--url", help="Where the service is reached; default: its own door on this machine.")
@click.option("--metrics", help="Address of the service's own figures, where it runs on another machine.")
@click.option("--insecure", is_flag=True, help="Do not check the certificate of an https address.")
@click.option(
    "--limits", type=click.Path(path_type=Path), help="File of limits (TOML); default: those of docs/rehearsal.md."
)
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Write the report to this file, with stable keys."
)
@click.option("--html", "html_file", type=click.Path(path_type=Path), help="Write the report to this file, as a page.")
@click.option(
    "--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Language of the report."
)
@click.option("--keep", is_flag=True, help="Leave the sandbox, to be looked at; --remove takes it away.")
@click.option("--remove", is_flag=True, help="Only take away what a rehearsal has left.")
@click.option("--anyway", is_flag=True, help="Also while people sit real exams.")
@click.option("--throw-away", is_flag=True, help="On a service of its own, which is gone afterwards.")
@click.option(
    "--workers",
    type=click.IntRange(0, 64),
    default=0,
    show_default=True,
    help="Processes that play, on this machine or, with --master, on others.",
)
@click.option("--master", is_flag=True, help="Wait for --workers processes of other machines.")
@click.option("--worker", is_flag=True, help="Play for a --master on another machine.")
@click.option("--master-host", default="127.0.0.1", show_default=True, help="With --worker: the machine of the master.")
@click.option(
    "--master-port", type=click.IntRange(1, 65535), default=5557, show_default=True, help="Where the two meet."
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Of every chance: the same one plays the same day."
)
@click.pass_context
def rehearse(context: click.Context, /, **given: Any) -> None:
    """Play an exam day on this installation: pass or fail, and how many it holds. Real data stays as it is."""
    if given["worker"]:
        context.exit(_work_for_another(given))
    if given["remove"]:
        with _service(given) as settings:
            _remove(settings)
        return
    _refuse_without_locust()
    from loadtests.rehearsal.judging import LimitsInvalid, read_limits

    try:
        limits = read_limits(given["limits"])
    except LimitsInvalid as obstacle:
        raise _obstacle(str(obstacle)) from None
    if given["master"] and not given["workers"]:
        raise _obstacle("--master waits for others: say with --workers for how many")
    if given["url"]:
        _refuse_silence(given["url"])
    with _service(given) as settings:
        context.exit(_play(settings, given, limits))


def _play(settings: Settings, given: dict[str, Any], limits: dict[str, Any]) -> int:
    from exam_engine.rehearsing.progress import Progress
    from exam_engine.rehearsing.running import Way, door
    from exam_engine.rehearsing.running import rehearse as run
    from exam_engine.rehearsing.sandbox import Wish

    url = (given["url"] or door(settings)).rstrip("/")
    _refuse_silence(url)
    if given["metrics"]:
        _refuse_no_metrics(url, given["metrics"])
    candidates = given["candidates"] or (None if given["sitting"] else 200)
    wish = Wish(given["sitting"], given["exam"], candidates, given["minutes"], given["speed"])
    way = Way(
        url=url,
        arrival=given["arrival"],
        before_minutes=given["before"],
        bad_networks=given["bad_networks"] / 100,
        **{name: given[name] for name in ("shifts", "seed", "workers", "master", "master_port", "insecure")},
        **{name: given[name] for name in ("keep", "anyway", "metrics")},
    )
    report, gone = run(
        settings, wish, way, limits, Progress(given["language"]), lambda found: _keep(settings, given, found)
    )
    if not gone:
        return LEFT_BEHIND
    return 0 if report["passed"] else 1


def _keep(settings: Settings, given: dict[str, Any], report: dict[str, Any]) -> None:
    """On the console first: whatever hinders the files, somebody has seen it."""
    from loadtests.rehearsal.page import page
    from loadtests.rehearsal.table import table

    click.echo(table(report, given["language"]))
    told = json.dumps(report, ensure_ascii=False, indent=1)
    _write(given["json_file"], told)
    if not given["throw_away"] and not report["ended_early"]:
        _write(settings.data_dir / "rehearsal.json", told)  # where exam-engine doctor looks for it
    _write(given["html_file"], page(report, given["language"]))


@contextmanager
def _service(given: dict[str, Any]) -> Iterator[Settings]:
    """The settings of the service that is rehearsed on, with its database running."""
    from exam_engine import preparing

    if not given["throw_away"]:
        with preparing.existing_database(Settings.from_environment()) as settings:
            preparing.refuse_other_schema(settings)
            preparing.refuse_missing_key(settings)
            yield settings.past_the_pooler()  # the sandbox takes locks, and is asked for over minutes
        return
    from loadtests.own_service import OwnService

    with OwnService("serve") as own:
        where = {"data_dir": own.data_dir, "port": urlsplit(own.url).port, "public_url": own.url}
        with preparing.running_database(Settings.from_environment({}, **where)) as settings:
            yield settings


def _remove(settings: Settings) -> None:
    from exam_engine.rehearsing.running import remove

    click.echo(f"removed: {remove(settings)}")


def _obstacle(told: str) -> Exception:
    """One line and exit code 2 (cli.Commands)."""
    from exam_engine.preparing import CannotStart

    return CannotStart(told)


def _write(target: Path | None, text: str) -> None:
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text + "\n", encoding="utf-8")


def _refuse_silence(url: str) -> None:
    where = urlsplit(url)
    try:
        port = where.port or (443 if where.scheme == "https" else 80)
        socket.create_connection((where.hostname or "", port), timeout=5).close()
    except OSError:
        raise _obstacle(f"nothing answers at {url}: start the service, or name it by --url") from None


def _refuse_no_metrics(url: str, metrics: str) -> None:
    from loadtests.rehearsal.metered import Metered, NoMetrics

    try:
        Metered(url, metrics)
    except NoMetrics as obstacle:
        raise _obstacle(str(obstacle)) from None


def _refuse_without_locust() -> None:
    """Looked for, not loaded: loading it would turn this process upside down."""
    from importlib.util import find_spec

    if find_spec("locust") is None:
        raise _obstacle("rehearsing needs Locust: pip install 'exam-engine[rehearse]'")


def _work_for_another(given: dict[str, Any]) -> int:
    _refuse_without_locust()
    command = [sys.executable, "-m", "loadtests.rehearsal.conducting", "--worker"]
    command += ["--master-host", given["master_host"], "--master-port", str(given["master_port"])]
    return subprocess.run(command, check=False).returncode

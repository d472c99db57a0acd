"""``exam-engine``: what the person who runs the service types. docs/operations.md describes every command."""

from __future__ import annotations

import asyncio
import inspect
import logging
import shutil
import sys
from collections.abc import Awaitable
from contextlib import contextmanager
from dataclasses import asdict, astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exam_engine import operating_cli
from exam_engine.kit import logs
from exam_engine.kit.embedded import DatabaseUnavailable, Embedded
from exam_engine.kit.settings import SettingInvalid, Settings
from exam_engine.measuring import commands as measuring
from exam_engine.rehearsing.command import rehearse
from exam_engine.telling import Expected, json_option, plain, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from exam_engine.demo.signs import Sign

    Command = Callable[..., Any]

#: Their standard error is the service's log.
SERVING = frozenset({"demo", "serve", "work"})
host_option = click.option("--host", help="Address to listen on.")
port_option = click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
NETWORK_OPTIONS = (
    click.option("--lan", is_flag=True, default=None, help="Serve devices on the same network, over http and https."),
    click.option("--tls/--no-tls", default=None, help="https with a certificate of the service's own authority."),
    click.option("--tls-cert", type=click.Path(path_type=Path), help="https with this certificate (PEM, whole chain)."),
    click.option("--tls-key", type=click.Path(path_type=Path), help="Its private key (PEM, no password)."),
    click.option("--tls-port", type=click.IntRange(1, 65535), help="Port for https."),
)


def network_options(command: Command) -> Command:
    for option in reversed(NETWORK_OPTIONS):
        command = option(command)
    return command


class Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        from exam_engine.kit.certificates import CertificateUnusable
        from exam_engine.kit.errors import Refused
        from exam_engine.kit.languages import translator
        from exam_engine.kit.metrics import MetricsUnavailable
        from exam_engine.operating.obstacle import CannotOperate
        from exam_engine.preparing import CannotStart
        from loadtests.ending import like_ctrl_c

        try:
            with like_ctrl_c():  # or PostgreSQL, started a moment before, would outlive a command that is asked to end
                return super().invoke(ctx)
        except (
            *(CannotOperate, CannotStart, CertificateUnusable),
            *(DatabaseUnavailable, MetricsUnavailable, SettingInvalid),
        ) as obstacle:
            raise Expected(str(obstacle), logged=ctx.invoked_subcommand in SERVING) from None
        except Refused as refused:
            told = translator("en")(refused.message, **refused.params)
            raise Expected(f"{told} ({refused.code})") from None
        except KeyboardInterrupt:
            if ctx.invoked_subcommand in SERVING:  # asked to stop before it served: in order, too
                ctx.exit(0)
            raise


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="exam-engine", prog_name="exam-engine")
def main() -> None:
    """Timed tests in any browser. Settings are EXAM_ENGINE_* variables; docs/settings.md lists them."""


@main.command()
@host_option
@port_option
@network_options
@click.option("--reset", is_flag=True, help="Throw the demo's data away and begin anew.")
def demo(reset: bool, **given: Any) -> None:
    """A demo school on this machine, with sign-ins for every role."""
    from exam_engine import preparing, serving

    settings = Settings.from_environment(demo=True, **given)
    preparing.refuse_taken_port(settings)
    with preparing.only_service(settings):
        if reset:
            throw_away(settings)
        where = addresses(settings)
        _step("starting PostgreSQL and preparing its tables")
        with preparing.running_database(settings, take_over=True) as named:
            preparing.upgrade(named)
            preparing.refuse_missing_key(named)
            from exam_engine.demo import school

            sign_ins = school.build(named, _step)
            serving.serve(named, lambda: click.echo(f"{welcome(named, sign_ins)}{where}"))


def _step(told: str) -> None:
    logs.aside(f"exam-engine: {told} …", logging.INFO)


def throw_away(settings: Settings) -> None:
    """Everything the demo wrote, and nothing else that may lie in the folder."""
    if settings.database_url is not None:
        raise Expected("--reset only throws the embedded database away, not the one EXAM_ENGINE_DATABASE_URL names")
    server = Embedded(settings.data_dir)
    server.stop()
    shutil.rmtree(server.cluster, ignore_errors=True)
    for name in ("postgresql-password", "postgresql.log", "master.key"):
        (settings.data_dir / name).unlink(missing_ok=True)


def welcome(settings: Settings, sign_ins: Sequence[Sign]) -> str:
    lines = ["", f"  Exam Engine  {settings.public_url}", ""]
    rows = [astuple(sign) for sign in sign_ins]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines += ["  " + "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, "", "  Ctrl-C stops everything; the data stays.", ""])


@main.command()
@host_option
@port_option
@network_options
@click.option("--workers", type=click.IntRange(min=1), help="Web workers; default: one per core.")
def serve(**given: Any) -> None:
    """Serve: web workers, jobs and sweep, and PostgreSQL unless EXAM_ENGINE_DATABASE_URL names one."""
    from exam_engine import preparing, serving
    from exam_engine.accounts import first_run

    settings = Settings.from_environment(**given)
    preparing.refuse_taken_port(settings)
    preparing.refuse_backups_beside_keys(settings)
    with preparing.only_service(settings):
        where = addresses(settings)
        with preparing.running_database(settings, take_over=True) as named:
            preparing.settle_schema(named)
            preparing.refuse_missing_key(named)
            hint = first_run.console_hint(named)
            serving.serve(named, lambda: click.echo(f"exam-engine serves at {named.public_url}{where}{hint}"))


def addresses(settings: Settings) -> str:
    """Prepares the certificate, and says how devices reach this service."""
    from exam_engine import announcing

    return announcing.told(settings)


@main.command()
@json_option
def authority(as_json: bool) -> None:
    """The service's own certificate authority: its file, fingerprint and end, to compare with a device."""
    from exam_engine import announcing

    report(announcing.authority(Settings.from_environment()), as_json)


@main.command()
def work() -> None:
    """Only jobs and the sweep, on another machine than the web workers."""
    import uvloop

    with prepared() as settings:
        from exam_engine.kit import metrics
        from exam_engine.working import work as run

        logs.configure(settings)
        if settings.metrics_port:
            metrics.switch_on(settings.data_dir, "work")
        uvloop.run(run(settings))


@main.command()
@click.argument("revision", default="head")
@click.option("--down", is_flag=True, help="Downgrade to REVISION ('base' removes everything).")
@click.option("--yes", is_flag=True, help="With --down: lose what the older schema cannot hold, without a question.")
@json_option
def migrate(revision: str, down: bool, yes: bool, as_json: bool) -> None:
    """Bring the database to REVISION (default: the newest)."""
    from alembic.util import CommandError

    from exam_engine import preparing

    given = Settings.from_environment()
    with stepping_down(given, revision, yes) if down else preparing.running_database(given) as settings:
        try:
            before = (preparing.downgrade if down else preparing.upgrade)(settings, revision, _aside)
        except CommandError as refused:
            raise Expected(str(refused)) from None
        after = asyncio.run(preparing.revision_of(settings))
    report({"before": before, "after": after}, as_json)


def _aside(line: str) -> None:
    click.echo(f"exam-engine: {line}", err=True)


@contextmanager
def stepping_down(given: Settings, revision: str, yes: bool) -> Iterator[Settings]:
    """An installation that nobody serves until the end of this, and whose loss has been agreed to."""
    from exam_engine import preparing
    from exam_engine.operating import stepping_down as rules

    with preparing.existing_database(given) as settings, preparing.only_service(given):
        if preparing.leads_down(settings, revision):
            direct = settings.past_the_pooler()
            if not given.embedded:
                asyncio.run(rules.refuse_while_served(direct))
            if not yes and (held := asyncio.run(rules.holds(direct))):
                _agree(revision, rules.warning(revision, held))
        yield settings


def _agree(revision: str, warning: str) -> None:
    """Typed by somebody who has read it; a script says --yes."""
    if not sys.stdin.isatty():
        raise Expected(f"{warning}: back it up, then say --yes")
    _aside(warning)
    if click.prompt(f"Type {revision} to go on", err=True) != revision:
        raise Expected("nothing was changed")


@main.command(name="import")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="PATH...")
@click.option("--bank", help="Public id or name of the bank that receives the items.")
@click.option("--dry-run", is_flag=True, help="Only report what would be kept, changed and refused; needs no database.")
@click.option("--report", "workbook", type=click.Path(path_type=Path), help="Also write the report as this .xlsx.")
@click.option("--exams", is_flag=True, help="Also make a draft exam of each test in the files, once.")
@click.option("--undo", metavar="ID", help="Take the import of this public id back instead.")
@click.option("--locale", type=click.Choice(["vi", "en"]), default="vi", help="Language of the reasons.")
@json_option
def import_items(
    paths: tuple[Path, ...],
    bank: str | None,
    dry_run: bool,
    workbook: Path | None,
    exams: bool,
    undo: str | None,
    locale: str,
    as_json: bool,
) -> None:
    """Read items from files or folders into the bank; one report per item."""
    from exam_engine.interchange import importing, undoing

    if bool(paths) == bool(undo):
        raise Expected("say which files are read, or with --undo which import is taken back")
    if undo:
        with prepared() as settings:
            report(settled(undoing.undo(settings, undo, locale)), as_json)
        return
    if workbook is not None and (workbook.suffix.lower() != ".xlsx" or not workbook.absolute().parent.is_dir()):
        raise Expected(f"{workbook}: the report is a file .xlsx in a folder that exists")
    if dry_run:
        report(importing.dry_run(paths, locale, workbook, exams=exams), as_json)
        return
    if bank is None:
        raise Expected("say which bank receives the items with --bank, or try the files with --dry-run")
    with prepared() as settings:
        done = importing.import_files(settings, paths, bank=bank, locale=locale, exams=exams, report=workbook)
        report(asyncio.run(done), as_json)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--item", help="Identifier, title or number of the item; needed where the file holds several.")
@click.option("--response", required=True, help="JSON: {response: value}, or the value where there is one response.")
@click.option("--seed", default="", help="Names the variant of an item whose numbers are drawn.")
@json_option
def score(file: Path, item: str | None, response: str, seed: str, as_json: bool) -> None:
    """What a response earns by the rules of an item in FILE. Needs no database."""
    from exam_engine.interchange import scoring

    report(scoring.score_file(file, item, response, seed), as_json)


@main.command()
@click.argument("sitting", required=False)
@click.argument("target", required=False, type=click.Path(path_type=Path))
@click.option("--locale", type=click.Choice(["vi", "en"]), default="vi", help="vi writes decimal commas.")
@click.option("--for-analysis", is_flag=True, help="Write responses.csv and key.csv for `analyse` into folder TARGET.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["qti21", "qti22", "qti30", "moodle", "gift", "xlsx", "docx", "list"]),
    help="Write items instead of results; list: a table of a bank's items for assemble.",
)
@click.option("--out", type=click.Path(path_type=Path), help="With --format: the file to be written.")
@click.option("--bank", help="With --format: public id or name of the bank.")
@click.option("--exam", help="With --format: public id of the exam.")
@click.option("--keys/--no-keys", default=True, help="With --format docx: with what is right, or the bare paper.")
@json_option
def export(
    sitting: str | None, target: Path | None, locale: str, for_analysis: bool, as_json: bool, **of_items: Any
) -> None:
    """Write the results of SITTING (its public id) to TARGET (.csv or .xlsx), or with --format items of a bank.

    Photos and files that candidates handed in go into the folder TARGET-files beside it."""
    if of_items["form"] == "list":
        from exam_engine.interchange import listing

        asked = {name: of_items[name] for name in ("out", "bank")}
        listing.check(sitting, **asked, exam=of_items["exam"])
        with prepared() as settings:
            report(settled(listing.list_items(settings, **asked, locale=locale)), as_json)
        return
    if of_items["form"]:
        from exam_engine.interchange import exporting as interchange

        interchange.check(sitting, **of_items)
        with prepared() as settings:
            report(settled(interchange.export_items(settings, **of_items)), as_json)
        return
    if sitting is None or target is None:
        raise Expected("say which SITTING goes to which TARGET, or with --format which items: export --help")
    with prepared() as settings:
        from exam_engine.reports import exporting
        from exam_engine.reports import for_analysis as analysed

        written = analysed.export_for_analysis if for_analysis else exporting.export_sitting
        report(settled(written(settings, sitting, target, locale=locale)), as_json)


@main.command()
@click.argument("receipt", required=False)
@json_option
def verify(receipt: str | None, as_json: bool) -> None:
    """Check RECEIPT (its code, or a sitting's id) against the database; without one, prove the journal whole."""
    with prepared() as settings:
        from exam_engine.delivery import verifying

        found = asyncio.run(verifying.verify(settings, receipt))
    report(found, as_json)
    if not plain(found).get("ok", True):
        sys.exit(1)


@main.command("check-slip")
@click.argument("slip")
@click.option("--key", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=True, help="PEM file.")
@json_option
def check_slip(slip: str, key: Path, as_json: bool) -> None:
    """Check SLIP, the link behind a result slip's code, with the public key of its service. Needs no service."""
    from exam_engine.kit.keys import verified
    from exam_engine.reports import slip as slips

    try:
        said, signature = slips.read(slip)
        genuine = verified(key.read_bytes(), said.message(), signature)
    except ValueError as obstacle:
        raise Expected(str(obstacle)) from None
    told = asdict(said) | {"day": said.day.isoformat()} if genuine else {}
    report({"genuine": genuine, **told}, as_json)
    if not genuine:
        sys.exit(1)


main.add_command(rehearse)


@contextmanager
def prepared() -> Iterator[Settings]:
    """Settings that name a running database with this program's schema; none is made."""
    from exam_engine import preparing

    with preparing.existing_database(Settings.from_environment()) as settings:
        preparing.refuse_other_schema(settings)
        preparing.refuse_missing_key(settings)
        yield settings.past_the_pooler()


def settled(found: Any) -> Any:
    """The result, whether the use case is a coroutine or not."""
    return asyncio.run(_awaited(found)) if inspect.isawaitable(found) else found


async def _awaited(found: Awaitable[Any]) -> Any:
    return await found


for command in (*operating_cli.COMMANDS, *measuring.COMMANDS):
    main.add_command(command)


if __name__ == "__main__":
    main()

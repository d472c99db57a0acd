"""Certificates, keys, backups: what one only misses on the day it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography import x509
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import account_queries
from exam_engine.doctor.finding import Finding, look, ok, wrong
from exam_engine.kit import authority, certificates
from exam_engine.kit.settings import Settings
from exam_engine.operating import chains, flowing, key_file, queries
from exam_engine.operating.backing_up import is_own
from exam_engine.operating.place import Place, now, same_disk
from exam_engine.operating.receiving import SLOT

SOON, VERY_SOON = timedelta(days=30), timedelta(days=7)
OLD, TOO_OLD = timedelta(days=1, hours=12), timedelta(days=8)
DRILL = timedelta(days=100)
GB = 1_000_000_000
BRING_BACK = "bring the place back (mount it), then exam-engine doctor again"


def examine_certificates(settings: Settings) -> Iterator[Finding]:
    if not settings.tls:
        if settings.behind_proxy:
            yield ok("https", "by a proxy in front; its certificate is looked after there")
        else:
            yield look("https", "none: others on the network can read along", "docs/operations.md, http and https")
        return
    try:
        certificate, _key = authority.files_of(settings)
        chain = x509.load_pem_x509_certificates(certificate.read_bytes())
    except (OSError, ValueError, certificates.CertificateUnusable) as reason:
        own = "exam-engine serve makes it at a start"
        change = own if settings.own_authority else "EXAM_ENGINE_TLS_CERT and EXAM_ENGINE_TLS_KEY"
        yield wrong("https", f"the certificate cannot be read: {reason}", change)
        return
    leaf = chain[0]
    left = leaf.not_valid_after_utc - now()
    when = f"ends in {left.days} days, on" if left > timedelta() else "ended on"
    told = f"the certificate {when} {leaf.not_valid_after_utc:%Y-%m-%d}"
    change = "restart the service" if settings.own_authority else "renew it, then restart the service"
    level = wrong if left < VERY_SOON else look
    yield level("https", told, change) if left < SOON else ok("https", told)
    host = urlsplit(settings.secure_url).hostname or ""
    if certificates.holds_for(leaf, host):
        yield ok("certificate's name", host)
    else:
        yield wrong("certificate's name", f"it is not made for {host}", "EXAM_ENGINE_PUBLIC_URL with its name")
    if not settings.own_authority and len(chain) == 1 and leaf.issuer != leaf.subject:
        yield look("certificate's chain", "one certificate only: phones may refuse it", "the whole chain in TLS_CERT")


def examine_keys(settings: Settings) -> Iterator[Finding]:
    key = settings.master_key_file
    if not key.exists():
        yield look("master key", f"none yet at {key}: made where an installation begins")
        return
    if key_file.readable_by_others(key):
        yield wrong("master key", f"{key} can be read by others", f"chmod 600 {key}")
    else:
        yield ok("master key", f"{key}, readable by the service alone")
    known = key_file.confirmed(settings)
    if known is None:
        yield wrong(
            "keys elsewhere",
            "nothing says that they are kept anywhere: without them a backup opens no PIN and proves no receipt",
            "exam-engine backup --keys FILE, or --keys-confirmed when copied by hand",
        )
    else:
        yield ok("keys elsewhere", f"since {known.at:%Y-%m-%d} ({known.how})")


async def examine_lost_key(connection: AsyncConnection, settings: Settings) -> list[Finding]:
    """None at the beginning is as it must be; none beside data is a restore that was not ended."""
    if settings.master_key_file.exists() or not await account_queries.any_account(connection):
        return []
    told = f"none at {settings.master_key_file}, and this database was begun with one: nothing starts without it"
    return [wrong("master key", told, "exam-engine restore --keys FILE --only-keys, or a copy of it to that place")]


def examine_backups(settings: Settings) -> Iterator[Finding]:
    if settings.backup_dir is None:
        yield wrong("backup", "no place is set: the log is not kept", "EXAM_ENGINE_BACKUP_DIR on another disk")
        return
    place = Place(settings.backup_dir)
    if not place.bases.is_dir():
        told = f"nothing at {place.root}: the place is away (unmounted, moved), or nobody has made it yet"
        yield wrong("backup", told, f"{BRING_BACK}; a new one: exam-engine backup")
        return
    known, state = place.whole(), place.state()
    if not known:
        yield wrong("backup", f"none in {place.root}", "exam-engine backup, and the timer in docs/operations.md")
    else:
        yield _age(known[-1].name, now() - known[-1].ended_at)
        if lacking := chains.uncovered(place):
            yield wrong("backup and log", lacking, "exam-engine backup, now")
        else:
            yield ok("backup and log", "nothing is missing after the newest backup")
    if state.last_failure and (not state.last_success or state.last_failure > state.last_success):
        yield wrong(
            "last backup", f"failed at {state.last_failure:%Y-%m-%d %H:%M} UTC: {state.failure}", "exam-engine backup"
        )
    if same_disk(settings.data_dir, place.root):
        yield look(
            "backup's disk", "the same as the data's: one broken disk takes both", "EXAM_ENGINE_BACKUP_DIR elsewhere"
        )
    else:
        yield ok("backup's disk", "another one than the data's")
    yield _drill(state.last_drill, state.drill_ok, state.drill_told)


def _age(name: str, age: timedelta) -> Finding:
    told = f"{name}, {_spoken(age)} old"
    if age > TOO_OLD:
        return wrong("backup", told, "exam-engine backup; systemctl status exam-engine-backup.timer")
    return look("backup", told, "exam-engine backup") if age > OLD else ok("backup", told)


def _drill(last: datetime | None, good: bool | None, told: str) -> Finding:
    if last is None:
        return look("restore drill", "never: a backup is one when it has been restored", "exam-engine restore --drill")
    if not good:
        return wrong("restore drill", f"failed on {last:%Y-%m-%d}: {told}", "exam-engine restore --drill")
    age = now() - last
    if age > DRILL:
        return look("restore drill", f"{age.days} days ago", "exam-engine restore --drill")
    return ok("restore drill", f"went well {_spoken(age)} ago")


def _spoken(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.0f} hours"


async def examine_log(connection: AsyncConnection, settings: Settings, *, serving: bool) -> list[Finding]:
    """Whether the database's log flows to the backup place."""
    known = await queries.slot(connection, SLOT)
    if settings.backup_dir is None:
        if known["active"] and is_own(settings):  # nobody else comes to it
            told = "the log flows, and this command was not told where"
            return [wrong("backup", told, "EXAM_ENGINE_BACKUP_DIR as the service has it")]
        if known["active"]:
            return [ok("backup", "the log flows to another machine's place: ask the doctor there")]
        return [] if settings.embedded else list(examine_backups(settings))
    subject, change = "database log", "is exam-engine serve (or work) running with EXAM_ENGINE_BACKUP_DIR? See its log"
    if known["lost"]:
        return [wrong(subject, "the place missed a part of it: a new chain begins", "exam-engine backup, now")]
    place = Place(settings.backup_dir)
    if not known["active"]:
        level = wrong if serving else look
        kept = f"; {known['kept_bytes'] / GB:.1f} GB wait on the database's disk" if known["exists"] else ""
        if known["exists"] and not place.wal.is_dir():
            return [wrong(subject, f"nobody receives it: {place.root} is away{kept}", BRING_BACK)]
        return [level(subject, f"nobody receives it{kept}", change)]
    if not flowing.comes_here(place, known):
        if flowing.received_by_this_machine(place):
            told = f"this machine receives it for {place.root}, and it does not arrive there: the place is away"
            return [wrong(subject, told, BRING_BACK)]
        told = f"it flows, and not to {settings.backup_dir}: another machine receives it"
        return [wrong(subject, told, "EXAM_ENGINE_BACKUP_DIR on one machine alone; then exam-engine backup there")]
    return [ok(subject, f"flows to {settings.backup_dir}, {known['kept_bytes'] / GB:.2f} GB kept for it")]

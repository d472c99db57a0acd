"""Every setting of the service, read from ``EXAM_ENGINE_*`` once and passed on; documented in docs/settings.md."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import platformdirs
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from exam_engine.kit import certificates, lan

PREFIX = "EXAM_ENGINE_"
MIB = 1024 * 1024
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
DEFAULT_TLS_PORT = 8443
EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - the names of "all addresses", which are none to give to people
TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"", "0", "false", "no", "off"})


class SettingInvalid(ValueError):
    """A setting's value cannot be used; the message is one line for the person who set it."""


def available_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def default_data_dir(*, demo: bool) -> Path:
    """The demo keeps its data beside the person who tries it; a service where the platform keeps data."""
    if demo:
        return Path("data")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/exam-engine")
    return platformdirs.user_data_path("exam-engine", appauthor=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    database_url: str | None = None
    database_pooler: str = ""
    database_direct_url: str | None = None
    data_dir: Path = Path("data")
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    workers: int = 1
    public_url: str = "http://127.0.0.1:8000"
    lan: bool = False
    tls: bool = False
    tls_port: int = DEFAULT_TLS_PORT
    tls_cert: Path | None = None
    tls_key: Path | None = None
    demo: bool = False
    pool_size: int = 5
    save_queue_limit: int = 16_384
    flush_max: int = 256
    body_limit: int = 256 * 1024
    upload_limit: int = 20 * MIB
    answer_file_limit: int = 5 * MIB
    answer_files_limit: int = 30 * MIB
    default_locale: str = "vi"
    default_zone: str = "Asia/Ho_Chi_Minh"
    master_key_file: Path = Path("data/master.key")
    drain_seconds: int = 20
    stop_delay_seconds: int = 0
    log_level: str = "info"
    log_format: str = "text"
    metrics_port: int = 0
    backup_dir: Path | None = None
    backup_database_url: str | None = None

    @property
    def own_host(self) -> str:
        """Where this machine itself reaches the service."""
        return DEFAULT_HOST if self.host in EVERYWHERE else self.host

    @property
    def secure_cookies(self) -> bool:
        """Cookies are marked Secure exactly when people reach the service over https."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def own_authority(self) -> bool:
        """https with a certificate that this service signs itself: devices have to be told to trust it."""
        return self.tls and self.tls_cert is None

    @property
    def behind_proxy(self) -> bool:
        """Somebody else holds the certificate."""
        return not self.tls and urlsplit(self.public_url).scheme == "https"

    @property
    def secure_url(self) -> str:
        """The address over https; empty where there is none."""
        if not self.tls:
            return self.public_url if self.behind_proxy else ""
        return _https(_host_of(self.public_url), self.tls_port)

    @property
    def secure_door(self) -> str:
        """On the plain side of a service that also has https: where devices that trust it go over to."""
        return ""

    def past_the_pooler(self) -> Self:
        """For whoever needs a session of its own (jobs listen, migrations lock, commands run long): not the web
        workers, whose number is why there is a pooler."""
        if not self.database_pooler:
            return self
        return replace(self, database_url=self.database_direct_url, database_pooler="", database_direct_url=None)

    @property
    def embedded(self) -> bool:
        return self.database_url is None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **overrides: Any) -> Self:
        """Overrides (from the command line) win over the environment, which wins over the defaults."""
        environment = os.environ if environment is None else environment
        known = {setting.name: setting.type for setting in fields(cls)}
        _refuse_unknown(environment, set(known))
        given: dict[str, Any] = {
            name: _parsed(name, kind, environment[variable_name(name)])
            for name, kind in known.items()
            if environment.get(variable_name(name), "") != ""
        }
        given.update({name: value for name, value in overrides.items() if value is not None})
        return cls(**_with_derived_defaults(given)).checked()

    def to_environment(self) -> dict[str, str]:
        """What a child process needs to come to the same settings."""
        values = ((setting.name, getattr(self, setting.name)) for setting in fields(self))
        return {variable_name(name): _written(value) for name, value in values if value is not None}

    def checked(self) -> Self:
        for name in (
            "workers", "pool_size", "save_queue_limit", "flush_max",
            "body_limit", "upload_limit", "answer_file_limit", "answer_files_limit",
        ):  # fmt: skip
            if getattr(self, name) < 1:
                raise SettingInvalid(f"{variable_name(name)} must be at least 1")
        for name in ("port", "tls_port"):
            if not 1 <= getattr(self, name) <= 65535:
                raise SettingInvalid(f"{variable_name(name)} must lie between 1 and 65535")
        taken = {self.port, self.tls_port} if self.tls else {self.port}
        if not 0 <= self.metrics_port <= 65535 or self.metrics_port in taken:
            raise SettingInvalid(f"{variable_name('metrics_port')} must be a port of its own, or 0 for none")
        if self.log_format not in {"text", "json"}:
            raise SettingInvalid(f"{variable_name('log_format')} must be text or json, not {self.log_format!r}")
        self._check_tls()
        self._check_pooler()
        if self.lan and _is_loopback(self.host):
            raise SettingInvalid(
                f"{variable_name('host')}={self.host} and {variable_name('lan')} contradict each other"
            )
        if urlsplit(self.public_url).scheme not in {"http", "https"}:
            raise SettingInvalid(f"{variable_name('public_url')} must begin with http:// or https://")
        return self

    def _check_pooler(self) -> None:
        if self.database_pooler not in {"", "transaction"}:
            raise SettingInvalid(f"{variable_name('database_pooler')} must be transaction, or unset")
        if self.database_pooler and not (self.database_url and self.database_direct_url):
            raise SettingInvalid(
                f"{variable_name('database_pooler')} needs {variable_name('database_url')} (the pooler) and "
                f"{variable_name('database_direct_url')} (the database itself)"
            )

    def _check_tls(self) -> None:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise SettingInvalid(f"{variable_name('tls_cert')} and {variable_name('tls_key')} belong together")
        if self.tls_cert is not None and not self.tls:
            raise SettingInvalid(f"{variable_name('tls')}=0 and {variable_name('tls_cert')} contradict each other")
        if self.tls and self.port == self.tls_port:
            raise SettingInvalid(f"{variable_name('port')} and {variable_name('tls_port')} must differ")


class SecureSide(Settings):
    """What the https side of a service with a certificate of its own goes by; printed addresses may still be plain."""

    __slots__ = ()

    @property
    def secure_cookies(self) -> bool:
        return True


class PlainSide(Settings):
    """The plain side beside it."""

    __slots__ = ()

    @property
    def secure_cookies(self) -> bool:
        return False

    @property
    def secure_door(self) -> str:
        return self.secure_url


def variable_name(setting: str) -> str:
    return PREFIX + setting.upper()


# Read by the Makefile and the tests, not by the service.
OUTSIDE_SETTINGS = frozenset({"EXAM_ENGINE_SHARED", "EXAM_ENGINE_CHROMIUM"})


def _refuse_unknown(environment: Mapping[str, str], known: set[str]) -> None:
    """A misspelt setting that is silently ignored is found on exam day."""
    for variable in environment:
        if not variable.startswith(PREFIX) or variable in OUTSIDE_SETTINGS or variable.startswith(f"{PREFIX}TEST_"):
            continue
        if variable.removeprefix(PREFIX).lower() not in known:
            raise SettingInvalid(f"{variable} is not a setting; docs/settings.md lists them")


def _with_derived_defaults(given: dict[str, Any]) -> dict[str, Any]:
    complete = dict(given)
    data_dir = (
        Path(complete.get("data_dir") or default_data_dir(demo=bool(complete.get("demo")))).expanduser().absolute()
    )
    complete["data_dir"] = data_dir
    complete["master_key_file"] = (
        Path(complete.get("master_key_file") or data_dir / "master.key").expanduser().absolute()
    )
    complete.setdefault("workers", available_cores())
    complete.setdefault("drain_seconds", 3 if complete.get("demo") else 20)
    for name in ("tls_cert", "tls_key", "backup_dir"):
        if complete.get(name):
            complete[name] = _absolute(complete[name])
    complete.setdefault("tls", bool(complete.get("lan") or complete.get("tls_cert")))
    if complete.get("lan"):
        complete.setdefault("host", "0.0.0.0")  # noqa: S104 - that is what was asked for
    if not complete.get("public_url"):
        complete["public_url"] = _derived_url(complete)
    complete["public_url"] = complete["public_url"].rstrip("/")
    for name in ("database_url", "database_direct_url", "backup_database_url"):
        if url := complete.get(name):
            complete[name] = _async_url(url, variable_name(name))
    if complete.get("database_pooler") and complete.get("database_url"):
        complete["database_url"] = _saying_pooler(complete["database_url"], complete["database_pooler"])
    return complete


def _saying_pooler(url: str, kind: str) -> str:
    """In the URL itself, so that nobody who connects can miss it (`kit.connecting`)."""
    return make_url(url).update_query_dict({"pooler": kind}).render_as_string(hide_password=False)


def _derived_url(given: Mapping[str, Any]) -> str:
    """With a given certificate the address that it is made for; else plain, which every device can open."""
    host = given.get("host", DEFAULT_HOST)
    if given.get("lan") and host in EVERYWHERE:
        host = next(iter(lan.addresses()), DEFAULT_HOST)
    if certificate := given.get("tls_cert"):
        return _https(_in_url(certificates.first_name(certificate) or host), given.get("tls_port", DEFAULT_TLS_PORT))
    return f"http://{_in_url(host)}:{given.get('port', DEFAULT_PORT)}"


def _https(host: str, port: int) -> str:
    return f"https://{host}" if port == 443 else f"https://{host}:{port}"


def _host_of(url: str) -> str:
    return _in_url(urlsplit(url).hostname or DEFAULT_HOST)


def _absolute(path: Path | str) -> Path:
    return Path(path).expanduser().absolute()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _in_url(host: str) -> str:
    if host in EVERYWHERE:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _async_url(url: str, variable: str) -> str:
    """People write postgresql://…; SQLAlchemy wants to hear the driver."""
    for scheme in ("postgresql://", "postgres://", "postgresql+asyncpg://"):
        if url.startswith(scheme):
            return _tls_in_the_drivers_words("postgresql+asyncpg://" + url.removeprefix(scheme), variable)
    raise SettingInvalid(f"{variable} must begin with postgresql://")


def _tls_in_the_drivers_words(url: str, variable: str) -> str:
    """libpq's `sslmode` is this driver's `ssl`; files of certificates both read from the environment alone."""
    if "ssl" not in url.partition("?")[2]:
        return url
    try:
        known = make_url(url)
    except ArgumentError:
        raise SettingInvalid(f"{variable} is no address of a database") from None
    for name in ("sslrootcert", "sslcert", "sslkey", "sslcrl"):
        if name in known.query:
            raise SettingInvalid(f"{variable} takes no {name}: set PG{name.upper()}")
    mode = known.query.get("sslmode")
    if mode is None:
        return url
    if known.query.get("ssl", mode) != mode:
        raise SettingInvalid(f"{variable} says ssl and sslmode, and not the same")
    kept = known.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return kept.render_as_string(hide_password=False)


def _parsed(name: str, kind: Any, text: str) -> Any:
    if kind is bool:
        return _truth(name, text)
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise SettingInvalid(f"{variable_name(name)} must be a whole number, not {text!r}") from None
    if kind in (Path, Path | None):
        return Path(text)
    return text


def _truth(name: str, text: str) -> bool:
    word = text.strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise SettingInvalid(f"{variable_name(name)} must be 1 or 0, not {text!r}")


def _written(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)

"""Pages that cannot drift: every setting and every command is described, and nothing that does not exist is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from exam_engine.cli import main
from exam_engine.kit.settings import OUTSIDE_SETTINGS, SettingInvalid, Settings, variable_name

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
#: The only addresses that pages name besides the machine they are read on. Packages come from wherever pip is told.
HOSTS = {"docs.moodle.org"}
OWN_HOSTS = re.compile(r"127\.0\.0\.1|localhost|HOST|[a-z.]+\.example(\.vn)?")
ONE_MACHINE = re.compile(r"/(?:home|root|tmp|Users|mnt|opt)/")
SETTINGS = {variable_name(setting.name) for setting in fields(Settings)}


def names(pages: list[Path]) -> list[str]:
    return [page.relative_to(ROOT).as_posix() for page in pages]


def prose(page: Path) -> str:
    """The page without its code, where brackets and slashes mean something else."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", "", text)


def links(page: Path) -> list[tuple[Path, str]]:
    """Where a page's relative links lead: file and anchor."""
    found = []
    for target in LINK.findall(prose(page)):
        if "://" not in target:
            path, _, anchor = target.partition("#")
            found.append(((page.parent / path).resolve() if path else page, anchor))
    return found


def anchors(page: Path) -> set[str]:
    """Headings as a forge names them: small letters, hyphens for spaces, no other signs."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor in links(page):
        assert target.exists(), target
        assert target.is_relative_to(ROOT), target
        assert not anchor or anchor in anchors(target), f"{target.name}#{anchor}"


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            waiting += [target for target, _anchor in links(page)]
    assert names(sorted(set(PAGES) - reached)) == []


def test_every_picture_is_shown() -> None:
    shown = {target for page in PAGES for target, _anchor in links(page)}
    pictures = sorted((DOCS / "images").glob("*"))
    assert names([picture for picture in pictures if picture not in shown]) == []
    assert all(picture.stat().st_size < 200_000 for picture in pictures)


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_nothing_names_a_foreign_host_or_one_machine(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    hosts = set(re.findall(r"https?://([\w.-]+)", text)) - HOSTS
    assert [host for host in hosts if not OWN_HOSTS.fullmatch(host)] == []
    assert ONE_MACHINE.findall(text) == []


def test_every_make_target_that_people_type_is_described() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    helped = set(re.findall(r"make ([a-z-]+)", makefile.split("\n\n")[0]))
    described_targets = set(re.findall(r"`make ([a-z-]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    inner = {"install-dev", "web", "web-dev"}
    assert described_targets == targets - inner
    assert helped <= described_targets


def test_the_readme_names_the_test_command_that_runs() -> None:
    assert "make check" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "| `make check` | the test command" in (ROOT / "README.md").read_text(encoding="utf-8")


def described(page: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE))


def test_every_setting_is_described() -> None:
    assert described("settings.md", r"^\| `(EXAM_ENGINE_[A-Z_]+)`") == SETTINGS
    assert described("settings.md", r"`(EXAM_ENGINE_[A-Z_]+)`") >= OUTSIDE_SETTINGS


def test_every_command_is_described() -> None:
    assert isinstance(main, click.Group)
    assert described("operations.md", r"^\| `exam-engine ([a-z-]+)`") == set(main.commands)


def test_the_unit_for_systemd_calls_what_exists() -> None:
    unit = (DOCS / "exam-engine.service").read_text(encoding="utf-8")
    command = re.search(r"^ExecStart=\S+ (\S+) (.*)$", unit, re.MULTILINE)
    assert command
    options = {name for parameter in main.commands[command[1]].params for name in parameter.opts}
    assert set(command[2].split()) <= options
    named = set(re.findall(r"EXAM_ENGINE_[A-Z_]+", unit))
    assert named <= SETTINGS
    # Expected obstacles end with 2 (cli.Expected): starting again would only repeat them.
    assert "RestartPreventExitStatus=2" in unit


def test_every_option_explains_itself() -> None:
    for command in main.commands.values():
        assert command.help, command.name
        for parameter in command.params:
            assert isinstance(parameter, click.Argument) or getattr(parameter, "help", None), parameter.name


def test_settings_survive_the_way_to_a_child_process() -> None:
    given = Settings.from_environment({"EXAM_ENGINE_DATABASE_URL": "postgresql://me@host/db", "EXAM_ENGINE_DEMO": "1"})
    assert Settings.from_environment(given.to_environment()) == given


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("EXAM_ENGINE_WORKRES", "2"),
        ("EXAM_ENGINE_PORT", "http"),
        ("EXAM_ENGINE_PORT", "70000"),
        ("EXAM_ENGINE_WORKERS", "0"),
        ("EXAM_ENGINE_DEMO", "perhaps"),
        ("EXAM_ENGINE_DATABASE_URL", "mysql://host/db"),
        ("EXAM_ENGINE_PUBLIC_URL", "exam.example"),
    ],
)
def test_a_setting_that_cannot_be_used_names_itself(variable: str, value: str) -> None:
    with pytest.raises(SettingInvalid, match=variable):
        Settings.from_environment({variable: value})


def test_cookies_are_secure_exactly_on_https() -> None:
    assert Settings.from_environment({"EXAM_ENGINE_PUBLIC_URL": "https://thi.example/"}).secure_cookies
    assert not Settings.from_environment({}).secure_cookies

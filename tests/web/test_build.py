"""What the build puts into the package: complete, within its budgets, and asking nobody else for anything."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

import hatch_build
from tests.web.built import DIST, ROOT, TEMPLATES, WEB, manifest, text

#: Addresses that are never asked for: XML namespaces, and what an error of ProseMirror tells its developer to read.
NAMESPACES = ("http://www.w3.org/", "https://www.w3.org/", "https://prosemirror.net/docs/")
KIB = 1024


def test_the_manifest_names_what_pages_need() -> None:
    needed = {"player.js", "staff.js", "floor.js", "player.css", "staff.css", "icons.svg", "favicon.svg", "sw.js"}
    assert needed | {"mathematics.woff2"} <= set(manifest())


def test_every_file_is_there_with_the_size_the_manifest_says() -> None:
    for name, entry in manifest().items():
        path = DIST / entry["file"]
        assert path.stat().st_size == entry["bytes"], name
        packed = path.with_name(f"{path.name}.gz")
        assert entry["transfer"] == (packed.stat().st_size if packed.exists() else entry["bytes"]), name
        assert packed.exists() == path.with_name(f"{path.name}.br").exists()


def test_names_change_with_content_except_the_service_worker_s() -> None:
    assert manifest()["sw.js"]["file"] == "sw.js"
    for name, entry in manifest().items():
        if name != "sw.js":
            assert re.fullmatch(r"[\w.-]+-[0-9A-Za-z]{8,10}\.\w+", entry["file"]), name


def test_nothing_old_lies_beside_the_built_files() -> None:
    known = {entry["file"] for entry in manifest().values()}
    found = {re.sub(r"\.(?:br|gz)$", "", path.name) for path in DIST.iterdir()} - {"manifest.json", "sources.json"}
    assert found == known


def test_no_built_file_names_another_host() -> None:
    for name in manifest():
        if name.endswith(".woff2"):
            continue
        addresses = re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}[^\s\"'`)]*", text(name))
        foreign = [address for address in addresses if not address.startswith(NAMESPACES)]
        assert not foreign, f"{name}: {foreign}"


def test_the_players_first_load_stays_small() -> None:
    """100 KB with a paper of 40 items; half of it is left for the paper."""
    own = {"player.js", "player.css", "proctoring.js", "icons.svg", "floor.js"}
    first = [name for name in manifest() if name in own or name.startswith("player-chunk-")]
    assert sum(manifest()[name]["transfer"] for name in first) <= 50 * KIB
    assert manifest()["mathematics.woff2"]["bytes"] <= 160 * KIB


def test_the_style_sheets_find_the_font() -> None:
    for name in ("player.css", "staff.css"):
        assert manifest()["mathematics.woff2"]["file"] in text(name)
        assert "font-display:swap" in text(name)


def test_every_icon_of_a_page_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z0-9-]+)"', text("icons.svg")))
    asked = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r"""\b(?:icon\(|symbol=)["']([a-z0-9-]+)["']""", path.read_text())
    }
    assert asked
    assert asked <= drawn
    assert set(re.findall(r'"info": "([\w-]+)"', (TEMPLATES / "kit" / "macros.html").read_text())) <= drawn


#: What people print or keep as a file is no page of the service: it brings its own style, and no script.
SAVED = TEMPLATES / "print"
PAGES = sorted(set(TEMPLATES.rglob("*.html")) - set(SAVED.glob("*.html")))


@pytest.mark.parametrize("path", sorted(SAVED.glob("*.html")), ids=lambda path: path.name)
def test_what_is_kept_as_a_file_runs_nothing_and_asks_for_nothing(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"<script|\son[a-z]+\s*=|<link|@import|url\(|\bsrc=|https?:", source)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_templates_hold_what_the_content_security_policy_permits(path: Path) -> None:
    source = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=", source), "no style attribute"
    assert "<style" not in source
    assert not re.search(r'<script(?![^>]*(?:\bsrc=|type="application/json"))', source), "no inline script, data apart"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source), "no inline handler"
    assert "hx-on" not in source, "htmx would have to evaluate text"


def test_a_second_build_is_none() -> None:
    manifest()
    assert hatch_build.is_current()


def test_the_lock_has_no_download_addresses() -> None:
    lock = json.loads((WEB / "package-lock.json").read_text())
    assert "resolved" not in json.dumps(lock)
    versions = json.loads((WEB / "package.json").read_text())
    named = {**versions["dependencies"], **versions["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in named.values())
    assert all(entry.get("integrity") for path, entry in lock["packages"].items() if path)


def test_build_and_lint_have_one_floor() -> None:
    floor = json.loads((WEB / "package.json").read_text())["browserslist"]
    source = (WEB / "tools" / "bundles.mjs").read_text()
    targets = set(re.findall(r'"(\w+?)([\d.]+)"', source.split("target = [")[1].split("]")[0]))
    assert targets == {tuple(entry.split()) for entry in floor if not entry.startswith("ios_saf")}


def test_the_floor_script_is_plain_old_javascript() -> None:
    assert not re.search(r"=>|\b(?:const|let|class|import|export)\b|`", text("floor.js"))


def test_the_translations_of_browser_modules_are_bundled() -> None:
    made = subprocess.run(
        [*hatch_build.node(), "--input-type=module", "-e", _READ_CATALOGUE],
        cwd=WEB,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(made.stdout) == [["Saved at %(time)s", "Đã lưu lúc %(time)s"], ['One "room"', "Một phòng"]]


_READ_CATALOGUE = r"""
import { readCatalogue } from "./tools/messages.mjs";
const source = `msgid ""
msgstr ""
"Language: vi"

#: player/a.js:1
msgid "Saved at %(time)s"
msgstr ""
"Đã lưu lúc "
"%(time)s"

#, fuzzy
msgid "Wrong"
msgstr "Sai"

msgid "One \\"room\\""
msgid_plural "%(n)s rooms"
msgstr[0] "Một phòng"
`;
console.log(JSON.stringify([...readCatalogue(source)]));
"""


def test_nothing_third_party_is_committed() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "*dist/*", "*node_modules/*", "*.woff2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert tracked.stdout == ""

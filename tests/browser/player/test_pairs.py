"""What has to exist on both sides: interactions, texts, words of the saved line."""

from __future__ import annotations

import json
import re
from typing import Any

from exam_engine.kit import languages
from item_bank.content.interactions.essay import MAX_CHARS
from item_bank.content.interactions.parts import base
from item_bank.content.interactions.parts.registry import PARTS
from item_bank.content.interactions.registry import HANDLERS
from tests.browser.player.mock_server import MEDIA_POLICY, POLICY
from tests.web.built import TEMPLATES, WEB

PLAYER = WEB / "player"
SIX = {
    "Saved on the server at %(time)s": "Đã lưu trên máy chủ lúc %(time)s",
    "Saving…": "Đang lưu…",
    "Saved on this device, %(n)s waiting": "Đã lưu trên thiết bị này, %(n)s câu chờ gửi",
    "Offline. Carry on, your answers are kept on this device": (
        "Mất kết nối. Em cứ làm bài tiếp, bài làm được giữ trên thiết bị này"
    ),
    "Not saved. Keep this device on and call the invigilator": (
        "Chưa lưu được. Em giữ nguyên máy và báo cán bộ coi thi ngay"
    ),
    "This attempt continues on another device": "Bài này đang được làm trên máy khác",
}


def translated_texts() -> dict[str, Any]:
    """The page's own, and those that the program of composite items brings."""
    return {**languages.texts_of("vi", "player"), **languages.texts_of("vi", "parts")}


def modules() -> str:
    """Practice speaks through the player's catalogue."""
    folders = (PLAYER, PLAYER.parent / "practice")
    paths = [path for one in folders for path in one.rglob("*.js") if not path.name.endswith(".test.js")]
    return "\n".join(path.read_text() for path in paths)


def asked_for() -> set[str]:
    return {json.loads(text) for text in re.findall(r'\bt\(("(?:[^"\\]|\\.)*")', modules())}


def test_every_interaction_has_its_browser_half() -> None:
    registry = (PLAYER / "interactions" / "registry.js").read_text()
    for name in HANDLERS:
        assert (PLAYER / "interactions" / f"{name}.js").is_file()
        assert re.search(rf"^  {name}[:,]", registry, re.MULTILINE)
    essay = (PLAYER / "interactions" / "essay.js").read_text()
    assert f"MAX_CHARS = {MAX_CHARS:_};" in essay


def test_every_interaction_of_composite_items_has_its_browser_half() -> None:
    folder = PLAYER / "interactions" / "parts"
    registry = (folder / "registry.js").read_text()
    listed = set(re.findall(r"^  (\w+)[:,]", registry, re.MULTILINE))
    assert listed == set(PARTS)
    assert all((folder / f"{name}.js").is_file() for name in PARTS)
    composite = (PLAYER / "interactions" / "composite.js").read_text()
    inline = re.search(r"INLINE = new Set\(\[(.*)\]\)", composite)
    assert inline is not None
    assert set(re.findall(r"\w+", inline[1])) == {name for name, handler in PARTS.items() if handler.inline}
    assert f"MAX_CHARS = {base.MAX_CHARS:_};" in (folder / "text_entry.js").read_text()


def test_every_text_is_translated_and_none_is_left_over() -> None:
    template = (TEMPLATES / "delivery" / "play.html").read_text()
    wanted = asked_for() | set(re.findall(r'_\("([^"]+)"\)', template))
    assert {text for text in translated_texts() if text} == wanted
    page, own = (set(languages.texts_of("vi", name)) for name in ("player", "parts"))
    assert not page & own


def test_translations_keep_their_places() -> None:
    """A value that the English text names is named by the Vietnamese one; words of the event may come and go."""
    words = {"you", "You", "exam", "Exam", "invigilator"}
    for text, translation in translated_texts().items():
        assert isinstance(translation, str)
        places = [set(re.findall(r"%\((\w+)\)s", one)) - words for one in (text, translation)]
        assert places[0] == places[1], text


def test_the_saved_line_has_the_six_agreed_wordings() -> None:
    said = re.findall(r'\bt\("([^"]+)"', (PLAYER / "views" / "saved_line.js").read_text())
    assert set(said) == set(SIX)
    translated = languages.texts_of("vi", "player")
    assert {text: translated[text] for text in SIX} == SIX


def test_pupils_are_never_called_ban() -> None:
    for translation in translated_texts().values():
        assert not re.search(r"\b[Bb]ạn\b", str(translation))


def test_the_mock_is_as_strict_as_the_service() -> None:
    from exam_engine import app

    assert (POLICY, MEDIA_POLICY) == (app.CONTENT_SECURITY_POLICY, app.MEDIA_POLICY)

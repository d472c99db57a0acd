"""H5P: what each library becomes and earns; what is no question is refused."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from item_bank.content.markup import plain_text
from item_bank.content.model import Composite, Item, MultipleChoice, SingleChoice
from item_bank.formats.model import Imported, ReadProblem
from item_bank.formats.reading import read_file
from item_bank.formats.scoring import scored

SOUND = b"ID3" + bytes(40)


def package(library: str, content: Any, **files: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("h5p.json", json.dumps({"title": "Tên", "mainLibrary": library}))
        archive.writestr("content/content.json", json.dumps(content))
        for name, data in files.items():
            archive.writestr(f"content/images/{name}.png", data)
    return held.getvalue()


def read(library: str, content: Any, **files: bytes) -> Imported:
    return read_file("content.h5p", package(library, content, **files))


def item(library: str, content: Any, **files: bytes) -> Item:
    imported = read(library, content, **files)
    assert [entry.outcome for entry in imported.report.items] in (["kept"], ["changed"]), imported.report
    return imported.items[0].item


def score(of: Item, response: Any) -> Any:
    return scored(of, response).score


def choice(*right: bool, **behaviour: Any) -> dict[str, Any]:
    answers = [{"text": f"<p>{at}</p>", "correct": correct} for at, correct in enumerate(right)]
    return {"question": "<p>Chọn</p>", "answers": answers, "behaviour": behaviour}


def test_choices() -> None:
    single = item("H5P.MultiChoice", choice(False, True))
    assert isinstance(single.interaction, SingleChoice)
    assert (score(single, "B"), single.title) == (1, "Tên")
    many = item("H5P.MultiChoice", choice(True, True, False))
    assert isinstance(many.interaction, MultipleChoice)
    assert [score(many, keys) for keys in (["A", "B"], ["A"], ["A", "C"], ["A", "B", "C"])] == [2, 1, 0, 1]
    one_point = item("H5P.MultiChoice", choice(True, True, False, singlePoint=True))
    assert [score(one_point, keys) for keys in (["A", "B"], ["A"])] == [1, 0]


def test_true_false() -> None:
    made = item("H5P.TrueFalse", {"question": "<p>Nước ướt.</p>", "correct": "true"})
    assert [score(made, said) for said in ("Đúng", "Sai")] == [1, 0]


def test_blanks() -> None:
    content = {
        "text": "<p>Điền $x^2$ vào.</p>",
        "questions": ["<p>Thủ đô là *Hà Nội/Thăng Long:tên cũ cũng được*, sao **.</p>", "<p>2 + 2 = *4* và $y^2$</p>"],
        "behaviour": {"caseSensitive": False},
    }
    made = item("H5P.Blanks", content)
    assert plain_text(made.stem).count("*") == 1
    assert [one.source for one in made.stem.math] == ["x^2", "y^2"]
    assert made.stem.html.count('data-math="1"') == 1
    assert score(made, {"RESPONSE_1": "thăng long", "RESPONSE_2": "4"}) == 2
    assert score(made, {"RESPONSE_1": "Huế", "RESPONSE_2": "4"}) == 1


def test_words_to_drag_are_alike_when_they_read_alike() -> None:
    content = {
        "taskDescription": "<p>Kéo</p>",
        "textField": "Con *mèo* và con *mèo*\nvới <b> *chó*",
        "distractors": "*gà*",
    }
    made = item("H5P.DragText", content)
    assert isinstance(made.interaction, Composite)
    (part,) = made.interaction.parts
    assert [plain_text(one.markup) for one in part.choices] == ["mèo", "mèo", "chó", "gà"]
    assert part.text is not None
    assert plain_text(part.text).split() == ["Con", "và", "con", "với", "<b>"]
    assert [score(made, pairs) for pairs in (["A G2", "B G1", "C G3"], ["A G1", "D G2"])] == [3, 1]


def test_words_to_mark() -> None:
    made = item("H5P.MarkTheWords", {"textField": "<p>Con *mèo*, con *chó* &amp; cái bàn.</p>"})
    assert isinstance(made.interaction, Composite)
    (part,) = made.interaction.parts
    words = {plain_text(one.markup): one.id for one in part.choices}
    assert list(words) == ["Con", "mèo", "con", "chó", "cái", "bàn"]
    assert [score(made, [words[one] for one in said]) for said in (("mèo", "chó"), ("mèo", "bàn"), ("bàn",))] == [
        2,
        0,
        0,
    ]


def test_keywords_of_an_essay() -> None:
    words = [
        {"keyword": "mèo", "options": {"points": 2, "occurrences": 2}},
        {"keyword": "chó", "alternatives": ["cún"], "options": {"points": 1, "occurrences": 1, "caseSensitive": True}},
    ]
    made = item("H5P.Essay", {"taskDescription": "Kể", "keywords": words})
    said = ["Mèo ơi,\nmèo!", "Mèo và cún", "con mèonhỏ", "Cún"]
    assert [score(made, text) for text in said] == [4, 3, 0, 0]
    by_hand = item("H5P.Essay", {"taskDescription": "Kể", "keywords": words, "behaviour": {"ignoreScoring": True}})
    assert score(by_hand, "mèo") is None


def test_groups_of_statements() -> None:
    made = item(
        "H5P.Summary", {"intro": "<p>Chọn</p>", "summaries": [{"summary": ["đúng", "sai"]}, {"summary": ["a", "b"]}]}
    )
    assert isinstance(made.interaction, Composite)
    groups = [{plain_text(one.markup): one.id for one in part.choices} for part in made.interaction.parts]

    def said(one: str, other: str) -> Any:
        return score(made, {"RESPONSE_1": groups[0][one], "RESPONSE_2": groups[1][other]})

    assert [said("đúng", "a"), said("đúng", "b"), said("sai", "b")] == [2, 1, 0]


def test_the_right_answer_that_h5p_writes_first_stands_anywhere() -> None:
    """It would be the first of every question of an exam that shuffles no options."""
    summaries = [{"summary": [f"đúng {n}", f"sai {n}", f"sai hẳn {n}"]} for n in range(12)]
    made = item("H5P.Summary", {"intro": "Chọn", "summaries": summaries})
    assert isinstance(made.interaction, Composite)
    groups = [[plain_text(one.markup) for one in part.choices] for part in made.interaction.parts]
    questions = [{"question": str(n), "answers": said["summary"]} for n, said in enumerate(summaries)]
    for one in questions:
        single = item("H5P.SingleChoiceSet", {"choices": [one]})
        assert isinstance(single.interaction, SingleChoice)
        assert score(single, one["answers"][0]) == 1
        groups.append([plain_text(option.markup) for option in single.interaction.options])
    assert {next(at for at, text in enumerate(texts) if text.startswith("đúng")) for texts in groups} == {0, 1, 2}


def board(zone: dict[str, Any], background: dict[str, Any] | None = None) -> dict[str, Any]:
    elements = [
        {"type": {"library": "H5P.AdvancedText 1.1", "params": {"text": word}}, "dropZones": ["0", "1"]}
        for word in "ab"
    ]
    size = {"x": 10, "y": 20, "width": 5, "height": 2, "label": "<div>ở đây</div>"}
    zones = [{**size, **one} for one in (zone, {"correctElements": ["1"]})]
    settings = {"size": {"width": 100, "height": 100}} | ({"background": background} if background else {})
    return {"question": {"settings": settings, "task": {"elements": elements, "dropZones": zones}}}


def test_a_board_with_and_without_a_picture(png: bytes) -> None:
    bare = item("H5P.DragQuestion", board({"correctElements": ["0"]}))
    assert isinstance(bare.interaction, Composite)
    assert bare.interaction.parts[0].type == "match"
    assert [score(bare, pairs) for pairs in (["D0 Z0", "D1 Z1"], ["D0 Z0", "D1 Z0"], ["D0 Z1"])] == [2, 0, 0]
    shown = item("H5P.DragQuestion", board({"correctElements": ["0"]}, {"path": "images/a.png"}), a=png)
    assert isinstance(shown.interaction, Composite)
    assert shown.interaction.parts[0].type == "graphic_gap_match"
    either = item("H5P.DragQuestion", board({"correctElements": ["0", "1"], "single": True}))
    assert either.points == "2"


def test_sets_are_opened_and_each_question_is_an_item(png: bytes) -> None:
    picture = {"type": {"library": "H5P.Image 1.1", "params": {"file": {"path": "images/a.png"}, "alt": 'Điểm "đỏ"'}}}
    questions = [
        {"library": "H5P.TrueFalse 1.8", "params": {"question": "a", "correct": "true", "media": picture}},
        {"library": "H5P.SingleChoiceSet 1.11", "params": {"choices": [{"question": "b", "answers": ["1", "2"]}] * 2}},
        {"library": "H5P.Timeline 1.1", "params": {}},
        {"library": "H5P.AdvancedText 1.1", "params": {"text": "<p>Đọc kĩ.</p>"}, "metadata": {"title": "Mở đầu"}},
    ]
    imported = read("H5P.QuestionSet", {"questions": questions}, a=png)
    assert [entry.outcome for entry in imported.report.items] == ["kept", "kept", "kept", "refused", "kept"]
    assert [one.item.points for one in imported.items] == ["1", "1", "1", "0"]
    assert imported.items[3].item.title == "Mở đầu"
    assert [asset.data for asset in imported.assets] == [png]


def with_medium(library: str, **params: Any) -> dict[str, Any]:
    return choice(False, True) | {"media": {"type": {"library": library, "params": params}}}


def test_a_sound_or_film_above_the_question_is_a_part_of_it() -> None:
    files = [{"path": "audios/other.ogg"}, {"path": "images/a.png", "mime": "audio/mpeg"}]
    imported = read("H5P.MultiChoice", with_medium("H5P.Audio 1.5", files=files, autoplay=True), a=SOUND)
    (entry,), (found,), (asset,) = imported.report.items, imported.items, imported.assets
    assert (entry.outcome, asset.media_type, asset.data) == ("kept", "audio/mpeg", SOUND)
    assert isinstance(found.item.interaction, Composite)
    first, second = found.item.interaction.parts
    assert (first.type, first.settings["asset"], second.type) == ("media", asset.digest, "choice")
    assert found.item.stem.html.startswith('<div data-place="part:0"></div><p>Chọn</p>')
    assert [score(found.item, {"RESPONSE": key}) for key in "AB"] == [0, 1]


def test_a_film_on_the_net_is_missed_and_captions_are_told() -> None:
    sources = [{"path": "https://www.youtube.com/watch?v=1", "mime": "video/YouTube"}]
    tracks = {"videoTrack": [{"track": {"path": "a.vtt"}}]}
    film = with_medium("H5P.Video 1.6", sources=sources, textTracks=tracks)
    (entry,) = read("H5P.MultiChoice", film).report.items
    assert [one.code for one in entry.reasons] == ["recording_missing", "captions_dropped"]
    (other,) = read("H5P.MultiChoice", with_medium("H5P.Chart 1.2")).report.items
    assert [one.code for one in other.reasons] == ["h5p_media"]


def test_a_sound_by_itself_asks_nothing() -> None:
    made = item("H5P.Audio", {"files": [{"path": "images/a.png"}]}, a=SOUND)
    assert isinstance(made.interaction, Composite)
    assert ([one.type for one in made.interaction.parts], made.points) == (["media"], "0")


def test_a_folder_is_read_by_its_h5p_json() -> None:
    files = {"content/content.json": json.dumps(choice(True, False)).encode()}
    imported = read_file("h5p.json", b'{"mainLibrary": "H5P.MultiChoice"}', find_picture=files.get)
    assert [entry.outcome for entry in imported.report.items] == ["kept"]
    beside = read_file("content.json", files["content/content.json"], find_picture={"../h5p.json": b"{}"}.get)
    assert [problem.code for problem in beside.report.problems] == ["h5p_content"]


@pytest.mark.parametrize(
    ("library", "content", "code"),
    [
        ("H5P.FindTheWords", {}, "unsupported_interaction"),
        ("H5P.MultiChoice", {"answers": "x"}, "h5p_parameters"),
        ("H5P.MultiChoice", choice(False, False), "not_usable"),
        ("H5P.TrueFalse", {"question": "a"}, "h5p_parameters"),
        ("H5P.Blanks", {"questions": ["không có chỗ trống"]}, "h5p_words"),
        ("H5P.DragQuestion", board({}) | {"question": {"task": {}}}, "words_missing"),
        ("H5P.Essay", {"keywords": [{"keyword": "a", "options": {"points": "1e999999999"}}]}, "h5p_parameters"),
    ],
)
def test_what_cannot_be_used_is_refused(library: str, content: Any, code: str) -> None:
    (entry,) = read(library, content).report.items
    assert (entry.outcome, entry.reasons[-1].code, entry.reasons[-1].line) == ("refused", code, 1)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"mainLibrary": "H5P.Blanks"}', "h5p_missing"),
        (b'{"mainLibrary"', "h5p_broken"),
        (b'{"mainLibrary": ' + b"[" * 80 + b"]" * 80 + b"}", "json_depth"),
        (b'{"mainLibrary": ' + b"[" * 100_000, "h5p_broken"),
    ],
)
def test_a_broken_package_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(ReadProblem) as refused:
        read_file("h5p.json", data)
    assert refused.value.code == code


def test_a_text_that_no_database_could_keep_is_refused() -> None:
    """It would stand in the report, too."""
    with pytest.raises(ReadProblem) as caught:
        read("H5P.TrueFalse", {"question": "a\0b", "correct": "true"})
    assert caught.value.code == "h5p_broken"

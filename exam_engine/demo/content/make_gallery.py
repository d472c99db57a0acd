"""Writes the gallery: an item of every kind of interaction, QTI 2.2, `python -m exam_engine.demo.content.make_gallery`.

The picture is drawn here, too: a map of four places, A to D, on a grid.
"""

from __future__ import annotations

import base64
import io
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from exam_engine.demo.content.make_pictures import png

GALLERY = Path(__file__).parent / "gallery"
SIZE = 320
#: Where the places of the map lie, in pixels from its upper left corner.
PLACES = {"A": (60, 70), "B": (250, 60), "C": (240, 240), "D": (70, 250)}
RADIUS = 24
SPEC = "http://www.imsglobal.org/xsd/imsqti_v2p2"
MATCH, MAP, POINT = ("match_correct", "map_response", "map_response_point")


def main() -> None:
    GALLERY.mkdir(exist_ok=True)
    for number, (name, text) in enumerate(items().items(), 1):
        (GALLERY / f"{number:02d}-{name}.xml").write_text(text, "utf-8", newline="\n")


def items() -> dict[str, str]:
    """Name → the item's XML, in the order of the sitting."""
    return {**_choosing(), **_typing(), **_arranging(), **_pictures(), **_together(), **_beside()}


def draw_map() -> NDArray[np.uint8]:
    """Grey 0–255, shape (SIZE, SIZE): a grid, and at each place a ring with its number of dots, 1 to 4."""
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    page = np.full((SIZE, SIZE), 255, dtype=np.uint8)
    page[(x % 40 == 0) | (y % 40 == 0)] = 225
    for count, (left, top) in enumerate(PLACES.values(), 1):
        distance = np.hypot(x - left, y - top)
        page[distance < RADIUS] = 245
        page[np.abs(distance - RADIUS) < 2] = 0
        for dot in range(count):
            page[np.hypot(x - (left + 10 * dot - 5 * (count - 1)), y - top) < 4] = 0
    return page


# --- one interaction each --------------------------------------------------------------------------------------------


def _choosing() -> dict[str, str]:
    return {
        "choice": _item(
            "Chọn hai số nguyên tố",
            _key("multiple", "identifier", "b", "c"),
            '<choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="2">'
            "<prompt>Chọn <strong>hai</strong> số nguyên tố.</prompt>"
            + _simple(("a", "21"), ("b", "23"), ("c", "29"), ("d", "51"))
            + "</choiceInteraction>",
            MATCH,
        ),
        "inline-choice": _item(
            "Complete the sentence",
            _key("single", "identifier", "has"),
            '<p>She <inlineChoiceInteraction responseIdentifier="RESPONSE" shuffle="false">'
            '<inlineChoice identifier="have">have lived</inlineChoice>'
            '<inlineChoice identifier="has">has lived</inlineChoice><inlineChoice identifier="live">live</inlineChoice>'
            "</inlineChoiceInteraction> in Huế since 2019.</p>",
            MATCH,
            language="en",
        ),
        "hottext": _item(
            "Find the mistakes",
            _key("multiple", "identifier", "h1", "h3"),
            '<hottextInteraction responseIdentifier="RESPONSE" maxChoices="2"><prompt>Two words are wrong. Choose '
            'them.</prompt><p>He <hottext identifier="h1">go</hottext> to school <hottext identifier="h2">by</hottext> '
            'bus and <hottext identifier="h3">arrive</hottext> <hottext identifier="h4">early</hottext>.</p>'
            "</hottextInteraction>",
            MATCH,
            language="en",
        ),
        "slider": _item(
            "Nhiệt độ sôi của nước",
            _key("single", "integer", "100"),
            '<sliderInteraction responseIdentifier="RESPONSE" lowerBound="0" upperBound="150" step="10" '
            'stepLabel="true"><prompt>Ở áp suất thường, nước sôi ở bao nhiêu độ C?</prompt></sliderInteraction>',
            MATCH,
        ),
    }


def _typing() -> dict[str, str]:
    return {
        "text-entry": _item(
            "Thủ đô của Việt Nam",
            _key("single", "string", "Hà Nội", scores={"Hà Nội": "1", "Ha Noi": "0.5"}),
            '<p>Thủ đô của nước ta là <textEntryInteraction responseIdentifier="RESPONSE" expectedLength="12"/>.</p>',
            MAP,
        ),
        "extended-text": _item(
            "Describe your street",
            '<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="string"/>',
            '<extendedTextInteraction responseIdentifier="RESPONSE" expectedLines="6"><prompt>Describe your street in '
            "about fifty words. Your teacher reads it.</prompt></extendedTextInteraction>",
            "",
            language="en",
        ),
    }


def _arranging() -> dict[str, str]:
    towns = (("h", "Huế"), ("s", "Cần Thơ"), ("n", "Lào Cai"))
    return {
        "order": _item(
            "Từ Bắc vào Nam",
            _key("ordered", "identifier", "n", "h", "s"),
            '<orderInteraction responseIdentifier="RESPONSE" shuffle="true"><prompt>Xếp các thành phố từ Bắc vào Nam.'
            f"</prompt>{_simple(*towns)}</orderInteraction>",
            MATCH,
        ),
        "associate": _item(
            "Pairs of opposites",
            _pairs("pair", "hot cold", "big small"),
            '<associateInteraction responseIdentifier="RESPONSE" shuffle="true" maxAssociations="2"><prompt>Make two '
            "pairs of opposites.</prompt>"
            + _associable(("hot", "hot"), ("big", "big"), ("cold", "cold"), ("small", "small"))
            + "</associateInteraction>",
            MAP,
            language="en",
        ),
        "match": _item(
            "Tác giả và tác phẩm",
            _pairs("directedPair", "nd tk", "nc cp", "th sn"),
            '<matchInteraction responseIdentifier="RESPONSE" shuffle="true" maxAssociations="3"><prompt>Nối tác giả '
            "với tác phẩm.</prompt><simpleMatchSet>"
            + _associable(("nd", "Nguyễn Du"), ("nc", "Nam Cao"), ("th", "Tô Hoài"))
            + "</simpleMatchSet><simpleMatchSet>"
            + _associable(("tk", "Truyện Kiều"), ("cp", "Chí Phèo"), ("sn", "Dế Mèn phiêu lưu ký"))
            + "</simpleMatchSet></matchInteraction>",
            MAP,
        ),
        "match-table": _item(
            "Kim loại hay phi kim",
            _pairs("directedPair", "fe m", "s p", "cu m"),
            '<matchInteraction class="qti-match-tabular" responseIdentifier="RESPONSE" shuffle="false" '
            'maxAssociations="3"><prompt>Đánh dấu mỗi nguyên tố.</prompt><simpleMatchSet>'
            + _associable(("fe", "Sắt"), ("s", "Lưu huỳnh"), ("cu", "Đồng"))
            + "</simpleMatchSet><simpleMatchSet>"
            + _associable(("m", "kim loại"), ("p", "phi kim"), most=3)
            + "</simpleMatchSet></matchInteraction>",
            MAP,
        ),
        "gap-match": _item(
            "Điền từ vào chỗ trống",
            _pairs("directedPair", "song g1", "nui g2"),
            '<gapMatchInteraction responseIdentifier="RESPONSE" shuffle="true"><prompt>Kéo từ vào chỗ trống.</prompt>'
            '<gapText identifier="song" matchMax="1">sông</gapText><gapText identifier="nui" matchMax="1">núi</gapText>'
            '<gapText identifier="bien" matchMax="1">biển</gapText>'
            '<p>Có <gap identifier="g1"/> Hồng chảy qua và có <gap identifier="g2"/> Ba Vì ở phía tây.</p>'
            "</gapMatchInteraction>",
            MAP,
        ),
    }


def _pictures() -> dict[str, str]:
    return {
        "hotspot": _item(
            "Vòng tròn ba chấm",
            _key("single", "identifier", "C"),
            '<hotspotInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Chọn vòng tròn có ba chấm.'
            f"</prompt>{_map('Bốn vòng tròn trên lưới ô vuông')}{_spots('hotspotChoice')}</hotspotInteraction>",
            MATCH,
        ),
        "select-point": _item(
            "Chấm vào vòng một chấm",
            _area(),
            '<selectPointInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Chấm vào trong vòng tròn có '
            f"một chấm.</prompt>{_map('Bốn vòng tròn trên lưới ô vuông')}</selectPointInteraction>",
            POINT,
        ),
        "graphic-order": _item(
            "From one dot to four",
            _key("ordered", "identifier", *PLACES),
            '<graphicOrderInteraction responseIdentifier="RESPONSE"><prompt>Put the circles in order, from one dot to '
            f"four.</prompt>{_map('Four circles on a grid')}{_spots('hotspotChoice', 'en')}</graphicOrderInteraction>",
            MATCH,
            language="en",
        ),
        "graphic-associate": _item(
            "Đường chéo",
            _pairs("pair", "A C", "B D"),
            '<graphicAssociateInteraction responseIdentifier="RESPONSE" maxAssociations="2"><prompt>Nối các vòng tròn '
            f"đối diện nhau qua tâm.</prompt>{_map('Bốn vòng tròn trên lưới ô vuông')}"
            f"{_spots('associableHotspot')}</graphicAssociateInteraction>",
            MAP,
        ),
        "graphic-gap-match": _item(
            "Label the map",
            _pairs("directedPair", "nw A", "se C"),
            '<graphicGapMatchInteraction responseIdentifier="RESPONSE"><prompt>Put each label on its circle.</prompt>'
            f"{_map('Four circles on a grid')}"
            '<gapText identifier="nw" matchMax="1">north-west</gapText>'
            '<gapText identifier="se" matchMax="1">south-east</gapText>'
            f"{_spots('associableHotspot', 'en')}</graphicGapMatchInteraction>",
            MAP,
            language="en",
        ),
        "position-object": _item(
            "Đặt lá cờ",
            _area(),
            f"<positionObjectStage>{_map('Bốn vòng tròn trên lưới ô vuông')}"
            '<positionObjectInteraction responseIdentifier="RESPONSE" maxChoices="1">'
            f"{_object(_flag(), 24, 24, 'lá cờ')}</positionObjectInteraction></positionObjectStage>",
            POINT,
            before="<p>Đặt lá cờ vào vòng tròn có một chấm.</p>",
        ),
    }


def _together() -> dict[str, str]:
    """Several interactions in one item; and one whose numbers differ from form to form."""
    declared = (
        _key("single", "string", "6", name="SUM", scores={"6": "1"})
        + _key("single", "identifier", "even", name="KIND", scores={"even": "1"})
        + _key("multiple", "identifier", "one", "two", name="PARTS", scores={"one": "1", "two": "1", "four": "-1"})
        + _SCORE
    )
    rules = (
        '<responseProcessing><setOutcomeValue identifier="SCORE"><sum><mapResponse identifier="SUM"/>'
        '<mapResponse identifier="KIND"/><mapResponse identifier="PARTS"/></sum></setOutcomeValue></responseProcessing>'
    )
    body = (
        '<p>2 + 4 = <textEntryInteraction responseIdentifier="SUM" expectedLength="4"/>, đó là số '
        '<inlineChoiceInteraction responseIdentifier="KIND" shuffle="false"><inlineChoice identifier="odd">lẻ'
        '</inlineChoice><inlineChoice identifier="even">chẵn</inlineChoice></inlineChoiceInteraction>.</p>'
        '<choiceInteraction responseIdentifier="PARTS" shuffle="true" maxChoices="0"><prompt>Những số nào là ước của '
        f"nó?</prompt>{_simple(('one', '1'), ('two', '2'), ('four', '4'))}</choiceInteraction>"
    )
    drawn = (
        '<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="integer"/>'
        f"{_SCORE}"
        '<templateDeclaration identifier="A" cardinality="single" baseType="integer"/>'
        '<templateDeclaration identifier="B" cardinality="single" baseType="integer"/>'
        '<templateProcessing><setTemplateValue identifier="A"><randomInteger min="12" max="99"/></setTemplateValue>'
        '<setTemplateValue identifier="B"><randomInteger min="3" max="9"/></setTemplateValue>'
        '<setCorrectResponse identifier="RESPONSE"><product><variable identifier="A"/><variable identifier="B"/>'
        "</product></setCorrectResponse></templateProcessing>"
    )
    product = (
        '<p><printedVariable identifier="A"/> × <printedVariable identifier="B"/> = '
        '<textEntryInteraction responseIdentifier="RESPONSE" expectedLength="6"/></p>'
    )
    template = f'<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/{MATCH}"/>'
    return {
        "several": _whole("Ba phần trong một câu", declared, body, rules, "vi"),
        "numbers": _whole("Phép nhân", drawn, product, template, "vi"),
    }


def _beside() -> dict[str, str]:
    """What is heard, what is written on paper, and a button that asks for help."""
    number = '<responseDeclaration identifier="{}" cardinality="single" baseType="{}"/>'
    heard = (
        '<mediaInteraction responseIdentifier="PLAYS" autostart="false" maxPlays="2"><prompt>Nghe kĩ: đoạn ghi chỉ '
        f'phát được hai lần.</prompt><object type="audio/wav" data="{_beeps()}">Những tiếng bíp ngắn.</object>'
        "</mediaInteraction>"
        '<p>Có mấy tiếng bíp? <textEntryInteraction responseIdentifier="RESPONSE" expectedLength="2"/></p>'
    )
    by_key = f'<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/{MATCH}"/>'
    paper = (
        '<uploadInteraction responseIdentifier="PAGE" type="image/*"><prompt>Chứng minh trên giấy rằng tổng ba góc của '
        "một tam giác bằng 180°, rồi chụp ảnh bài làm.</prompt></uploadInteraction>"
    )
    by_hand = _SCORE.replace("/>", ' normalMaximum="1" externalScored="human"/>')
    asked = (
        '<p>15 × 12 = <textEntryInteraction responseIdentifier="RESPONSE" expectedLength="4"/> '
        '<endAttemptInteraction responseIdentifier="HELP" title="Xem gợi ý và kết thúc câu"/></p>'
    )
    told = '<outcomeDeclaration identifier="TOLD" cardinality="single" baseType="identifier"/>'
    rules = (
        '<responseProcessing><responseCondition><responseIf><match><variable identifier="RESPONSE"/><correct '
        'identifier="RESPONSE"/></match><setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue>'
        "</setOutcomeValue></responseIf></responseCondition><responseCondition><responseIf><variable "
        'identifier="HELP"/><setOutcomeValue identifier="TOLD"><baseValue baseType="identifier">hint</baseValue>'
        "</setOutcomeValue></responseIf></responseCondition></responseProcessing>"
        '<modalFeedback outcomeIdentifier="TOLD" identifier="hint" showHide="show"><p>Gợi ý: 15 × 12 = 15 × 10 '
        "+ 15 × 2.</p></modalFeedback>"
    )
    return {
        "media": _whole(
            "Nghe và đếm",
            _key("single", "integer", "3") + number.format("PLAYS", "integer") + _SCORE,
            heard,
            by_key,
            "vi",
        ),
        "upload": _whole("Bài làm trên giấy", number.format("PAGE", "file") + by_hand, paper, "", "vi"),
        "end-attempt": _whole(
            "Phép nhân có gợi ý",
            _key("single", "integer", "180") + number.format("HELP", "boolean") + _SCORE + told,
            asked,
            rules,
            "vi",
        ),
    }


def _beeps() -> str:
    """Three short tones as a `data:` address: 8,000 samples a second of a byte each."""
    rate = 8_000
    time = np.arange(rate // 5) / rate
    tone = 128 + 60 * np.sin(2 * np.pi * 660 * time) * np.minimum(1, 40 * np.minimum(time, time[-1] - time))
    pause = np.full(rate // 5, 128)
    samples = np.concatenate([pause, *([tone, pause] * 3)]).round().astype(np.uint8).tobytes()
    with io.BytesIO() as file:
        with wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(1)
            sound.setframerate(rate)
            sound.writeframes(samples)
        return f"data:audio/wav;base64,{base64.b64encode(file.getvalue()).decode()}"


# --- the pieces of a file --------------------------------------------------------------------------------------------

_SCORE = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'


def _item(title: str, declared: str, body: str, template: str, *, language: str = "vi", before: str = "") -> str:
    """An item of one interaction; without a template a person marks it."""
    name = f"http://www.imsglobal.org/question/qti_v2p1/rptemplates/{template}"
    rules = f'<responseProcessing template="{name}"/>' if template else ""
    return _whole(title, declared + _SCORE, before + body, rules, language)


def _whole(title: str, declared: str, body: str, rules: str, language: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentItem xmlns="{SPEC}" identifier="gallery" title="{title}" '
        f'adaptive="false" timeDependent="false" xml:lang="{language}">\n{declared}\n'
        f"<itemBody>{body}</itemBody>\n{rules}\n</assessmentItem>\n"
    )


def _key(
    cardinality: str, base: str, *values: str, name: str = "RESPONSE", scores: dict[str, str] | None = None
) -> str:
    entries = "".join(f'<mapEntry mapKey="{key}" mappedValue="{score}"/>' for key, score in (scores or {}).items())
    mapping = f'<mapping defaultValue="0">{entries}</mapping>' if entries else ""
    told = "".join(f"<value>{value}</value>" for value in values)
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="{base}">'
        f"<correctResponse>{told}</correctResponse>{mapping}</responseDeclaration>"
    )


def _pairs(base: str, *pairs: str) -> str:
    """Each right pair earns a point."""
    return _key("multiple", base, *pairs, scores=dict.fromkeys(pairs, "1"))


def _area() -> str:
    """A point inside the first circle earns one."""
    left, top = PLACES["A"]
    return (
        '<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="point">'
        f'<correctResponse><value>{left} {top}</value></correctResponse><areaMapping defaultValue="0">'
        f'<areaMapEntry shape="circle" coords="{left},{top},{RADIUS}" mappedValue="1"/></areaMapping>'
        "</responseDeclaration>"
    )


def _simple(*choices: tuple[str, str]) -> str:
    return "".join(f'<simpleChoice identifier="{name}">{text}</simpleChoice>' for name, text in choices)


def _associable(*choices: tuple[str, str], most: int = 1) -> str:
    return "".join(
        f'<simpleAssociableChoice identifier="{name}" matchMax="{most}">{text}</simpleAssociableChoice>'
        for name, text in choices
    )


def _spots(element: str, language: str = "vi") -> str:
    word = {"vi": "vòng tròn {n} chấm", "en": "circle with {n} dots"}[language]
    most = ' matchMax="1"' if element == "associableHotspot" else ""
    return "".join(
        f'<{element} identifier="{name}" shape="circle" coords="{left},{top},{RADIUS}" '
        f'hotspotLabel="{word.format(n=count)}"{most}/>'
        for count, (name, (left, top)) in enumerate(PLACES.items(), 1)
    )


def _map(words: str) -> str:
    return _object(png(draw_map()), SIZE, SIZE, words)


def _object(data: bytes, width: int, height: int, words: str) -> str:
    address = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    return f'<object data="{address}" type="image/png" width="{width}" height="{height}">{words}</object>'


def _flag() -> bytes:
    """A pennant on its staff."""
    y, x = np.mgrid[0:24, 0:24]
    page = np.full((24, 24), 255, dtype=np.uint8)
    page[(x >= 3) & (x < 6)] = 0
    page[(x >= 6) & (np.abs(y - 7) < (22 - x) / 2)] = 90
    return png(page)


if __name__ == "__main__":
    main()

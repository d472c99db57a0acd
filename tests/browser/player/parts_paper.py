"""A paper of composite items: every interaction once, as the item bank's own handlers render it."""

from __future__ import annotations

import base64
from typing import Any

from item_bank.content.interactions.parts.registry import PARTS as HANDLED
from item_bank.content.interactions.registry import HANDLERS
from item_bank.content.model import Composite, Item, Markup, Part, PartChoice, Picture, Spot
from item_bank.content.processing.declared import Area, Declaration

ASSET = "ab" * 32
THING = "cd" * 32
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400">'
    '<path d="M0 300 L150 80 L260 220 L400 40 L600 320" fill="none" stroke="#444" stroke-width="6"/>'
    '<circle cx="480" cy="90" r="40" fill="#f2c069"/><text x="20" y="380" font-size="28">Núi và mặt trời</text></svg>'
)
SMALL = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><ellipse cx="30" cy="20" rx="28" ry="18" '
    'fill="#77d3a2" stroke="#12663f" stroke-width="3"/></svg>'
)
FORMULAS = ("<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>", "<math><msqrt><mn>2</mn></msqrt></math>")
PICTURE = Picture(ASSET, 600, 400, "Núi và mặt trời")
SPOTS = (
    Spot("sun", Area("circle", ("480", "90", "50")), "Mặt trời"),
    Spot("peak", Area("poly", ("90", "180", "150", "70", "230", "190")), "Đỉnh núi thấp"),
    Spot("text", Area("rect", ("10", "340", "260", "395"))),
)


def choices(*texts: str, most: int = 1, start: str = "c") -> tuple[PartChoice, ...]:
    return tuple(PartChoice(f"{start}{n}", Markup(text), most=most) for n, text in enumerate(texts))


#: The kind of each part by its slot, its declaration's cardinality, and the part.
PARTS: list[tuple[str, Part]] = [
    ("single", Part("R", "choice", prompt=Markup("Chọn một."), choices=choices("Hà Nội", "Huế", "Đà Nẵng"))),
    ("multiple", Part("R", "choice", choices=choices("2", "3", "4", "5"), most=2)),
    ("single", Part("R", "inline_choice", choices=choices("lớn hơn", "nhỏ hơn"), most=1)),
    ("single", Part("R", "inline_choice", choices=choices(*FORMULAS), most=1)),
    ("single", Part("R", "text_entry", most=1, settings={"length": "6", "pattern": "[0-9]+"})),
    ("single", Part("R", "extended_text", most=1, settings={"lines": "5"})),
    ("ordered", Part("R", "extended_text", most=2)),
    ("ordered", Part("R", "order", choices=choices("Cuối cùng", "Đầu tiên", "Ở giữa"))),
    ("ordered", Part("R", "order", choices=choices("Đồng", "Sắt", "Vàng"), most=2)),
    ("multiple", Part("R", "associate", choices=choices("Romeo", "Juliet", "Tấm", "Cám"))),
    (
        "multiple",
        Part(
            "R",
            "match",
            choices=choices("Sông Hồng", "Sông Hương", "Sông Hàn"),
            targets=choices("Hà Nội, thủ đô của nước Việt Nam", "Huế", "Đà Nẵng", start="t"),
        ),
    ),
    (
        "multiple",
        Part(
            "R",
            "match",
            choices=choices("Cá voi", "Cá chép", most=2),
            targets=choices("Đẻ con", "Đẻ trứng", "Sống dưới nước", most=0, start="t"),
            settings={"table": "true"},
        ),
    ),
    (
        "multiple",
        Part(
            "R",
            "gap_match",
            choices=choices("nắng", "mưa", "gió"),
            targets=choices("", "", start="t"),
            text=Markup(
                '<p>Hôm qua trời <span data-place="gap:t0"></span> to, '
                'hôm nay trời <span data-place="gap:t1"></span>.</p>'
            ),
        ),
    ),
    (
        "multiple",
        Part(
            "R",
            "hottext",
            choices=choices("Hôm qua", "em", "tới trường"),
            text=Markup(
                '<p><span data-place="hot:c0">Hôm qua</span> <span data-place="hot:c1">em</span> '
                '<span data-place="hot:c2">tới trường</span>.</p>'
            ),
            most=2,
        ),
    ),
    ("multiple", Part("R", "hotspot", picture=PICTURE, spots=SPOTS, most=2)),
    ("ordered", Part("R", "graphic_order", picture=PICTURE, spots=SPOTS)),
    ("multiple", Part("R", "graphic_associate", picture=PICTURE, spots=SPOTS)),
    (
        "multiple",
        Part("R", "graphic_gap_match", picture=PICTURE, spots=SPOTS, choices=choices("mặt trời", "đỉnh núi")),
    ),
    ("multiple", Part("R", "select_point", picture=PICTURE, most=2)),
    (
        "single",
        Part(
            "R",
            "position_object",
            picture=PICTURE,
            choices=choices(f'<img data-asset="{THING}" alt="Lá" width="60" height="40"/>'),
            most=1,
        ),
    ),
    ("single", Part("R", "slider", settings={"lower": "0", "upper": "10", "step": "0.5"})),
    ("single", Part("R", "upload", most=1)),
    ("single", Part("R", "media")),
    ("single", Part("R", "end_attempt", settings={"title": "Xem gợi ý"})),
]
INLINE = {"inline_choice", "text_entry", "end_attempt"}
BASE = {"id": "identifier", "pair": "directedPair", "point": "point", "text": "string", "flag": "boolean"}


def slot_of(kind: str, which: int = 0) -> int:
    return [slot for slot, (_many, part) in enumerate(PARTS) if part.type == kind][which]


def composite_of(*numbered: tuple[str, Part]) -> Item:
    """The parts in one item, the inline ones within a line."""
    stem, parts, declared = "<p>Đọc kĩ rồi trả lời.</p>", [], []
    for number, (many, part) in enumerate(numbered):
        tag = "span" if part.type in INLINE else "div"
        place = f'<{tag} data-place="part:{number}"></{tag}>'
        stem += f"<p>Số đó {place} số kia.</p>" if tag == "span" else place
        own = Part(**{name: getattr(part, name) for name in part.__struct_fields__} | {"id": f"R{number}"})
        parts.append(own)
        base = BASE.get(HANDLED[part.type].gives, "file")
        declared.append(Declaration(own.id, "response", many, base))  # type: ignore[arg-type]
    return Item(Markup(stem), Composite(tuple(parts), tuple(declared)))


def keys_of(item: Item) -> dict[str, str]:
    """Own id → opaque one: here told by its place, so that tests can read it."""
    return {name: f"o{number}" for number, name in enumerate(HANDLERS["composite"].option_ids(item))}


def paper(items: list[Item]) -> dict[str, Any]:
    told = [
        {
            "slot": slot,
            "type": "composite",
            "stem": item.stem.html,
            "points": "1",
            "body": HANDLERS["composite"].body(item, lambda markup: markup.html, keys_of(item)),
        }
        for slot, item in enumerate(items)
    ]
    pictures = {ASSET: DRAWING, THING: SMALL}
    assets = {
        digest: {"type": "image/svg+xml", "data": base64.b64encode(source.encode()).decode()}
        for digest, source in pictures.items()
    }
    return {
        "v": 1,
        "id": "form102",
        "language": "vi",
        "title": "Bài kiểm tra thử",
        "instructions": "",
        "passages": {},
        "items": told,
        "assets": assets,
    }


def variant(items: list[Item]) -> dict[str, Any]:
    """Each item's ids backwards, as if they had been shuffled."""
    placed = [[slot, list(keys_of(item).values())[::-1]] for slot, item in enumerate(items)]
    section = {"title": "", "instructions": "", "choose": None, "items": placed}
    return {"v": 1, "form": "102", "sections": [section]}

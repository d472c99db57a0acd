"""Items of several parts in the editor's form: nothing is lost, and marking becomes rules and comes back."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_engine.authoring.previewing import preview
from exam_engine.authoring.written import as_written, read
from exam_engine.kit.errors import Refused
from item_bank.content.interactions import handler_for
from item_bank.content.interactions.composite import feedback_told
from item_bank.content.interactions.parts.registry import PARTS as HANDLED
from item_bank.content.markup import from_text
from item_bank.content.model import Composite, Item, Markup, Part, PartChoice
from item_bank.content.processing.declared import Declaration, Node, Rules
from item_bank.content.rational import rational_text
from item_bank.formats.building import composite, typed_text
from item_bank.formats.reading import read_file
from item_bank.formats.simple import Answer, Simple, described, made, total_points
from item_bank.formats.simple.model import TOLD
from tests.browser.player.parts_paper import INLINE, PARTS, THING

ENGINE = Path(__file__).parents[2] / "exam_engine"
GALLERY, EDITOR = ENGINE / "demo" / "content" / "gallery", ENGINE / "web" / "editor"
#: One part of each kind; markup as the player's tests have it, with MathML in it, is none that could be stored.
KINDS = {part.type: part for _cardinality, part in PARTS if "<math>" not in str(part)}
_LEAF = PartChoice("c0", Markup(f'<img alt="Lá" data-asset="{THING}" height="40" width="60"/>'))
KINDS["position_object"] = msgspec.structs.replace(KINDS["position_object"], choices=(_LEAF,))
Json = dict[str, Any]


def composites() -> list[Item]:
    found = [
        one.item for path in sorted(GALLERY.glob("*.xml")) for one in read_file(path.name, path.read_bytes()).items
    ]
    return [item for item in found if isinstance(item.interaction, Composite)]


def sent(item: Item) -> tuple[Json, Any]:
    """Over the wire and back."""
    written = as_written(item)
    return msgspec.json.decode(msgspec.json.encode(written.item)), written.kept


def item_of(parts: tuple[Part, ...], marking: tuple[Simple, ...], **more: Any) -> Item:
    names = [f"part:{number}" for number in range(len(parts))]
    tags = ["span" if part.type in INLINE else "div" for part in parts]
    stem = "".join(f'<{tag} data-place="{name}"></{tag}>' for tag, name in zip(tags, names, strict=True))
    worth = rational_text(total_points(parts, marking))
    return Item(Markup(stem), made(parts, marking), points=worth, **more)


def test_every_composite_of_the_gallery_comes_back_as_it_was() -> None:
    items = composites()
    for item in items:
        written, kept = sent(item)
        again = read(written, kept)
        assert again.item == item
        assert again.problems == (), item.title
    own = [item.interaction for item in items if described(item) is None]
    assert 0 < len(own) < 4
    for rules in own:
        assert isinstance(rules, Composite)
        assert rules.drawing.rules or rules.feedback, "only numbers that are drawn and hints are more than marking"


def test_the_editor_knows_every_kind_of_part_as_the_item_bank_does() -> None:
    forms = (EDITOR / "form/parts/registry.js").read_text().partition("export const FORMS")[2]
    assert sorted(re.findall(r"^  (\w+)(?::|,)", forms, re.MULTILINE)) == sorted(HANDLED)
    model = (EDITOR / "parts.js").read_text()
    inline = model.partition("INLINE = new Set([")[2].partition("]")[0]
    assert set(re.findall(r"\w+", inline)) == {kind for kind, handler in HANDLED.items() if handler.inline}
    told = model.partition("export const TOLD = {")[2].partition("}")[0]
    assert dict(re.findall(r'(\w+): "(\w+)"', told)) == TOLD
    menu = (EDITOR / "form/composite.js").read_text().partition("const MENU = [")[2].partition("];")[0]
    offered = {kind.partition(":")[0] for kind in re.findall(r'"([\w:]+)"', menu)}
    assert offered == set(HANDLED)


# --- what a teacher says of each kind --------------------------------------------------------------------------------

POINTS = st.sampled_from(["1", "2", "0.5", "1/3"])
WORDS = st.text("abcé *.", min_size=1, max_size=8).filter(str.strip)


@st.composite
def markings(draw: st.DrawFn, part: Part) -> Simple:
    told = TOLD[part.type]
    if told in ("hand", "none"):
        return Simple(points=draw(POINTS)) if told == "hand" else Simple()
    several = told == "pair" or (part.type != "inline_choice" and told in ("id", "area") and draw(st.booleans()))
    way = "all" if told in ("id", "sequence", "pair") and draw(st.booleans()) else "each"
    values = _values(draw, part, told)
    if way == "all":
        return Simple("all", tuple(Answer(one) for one in values), draw(POINTS), several and told != "sequence")
    answers = [Answer(one, draw(POINTS)) for one in values]
    wrong = draw(st.sampled_from(["0", "-0.25"])) if told == "pair" else "0"
    tolerance = draw(st.sampled_from(["0", "0.5"])) if told == "number" else "0"
    floor = draw(st.booleans()) if wrong != "0" else True
    cased = draw(st.booleans()) if told == "typed" else False
    return Simple("each", tuple(answers), "1", several, wrong, floor, cased, False, tolerance)


def _values(draw: st.DrawFn, part: Part, told: str) -> list[str]:
    if told == "typed":
        return draw(st.lists(WORDS, min_size=1, max_size=3, unique_by=lambda text: text.strip().lower()))
    if told == "number":
        return draw(st.lists(st.sampled_from(["1", "-2.5", "3"]), min_size=1, unique=True))
    if told == "area":
        return draw(st.lists(st.sampled_from(["circle 10,20,5", "rect 0,0,9,9"]), min_size=1, unique=True))
    spots = [one.id for one in part.spots]
    ids = [one.id for one in part.choices] or spots
    others = [one.id for one in part.targets] or spots or ids
    pairs = [f"{a} {b}" for a, b in itertools.product(ids, others) if a != b]
    return draw(st.lists(st.sampled_from(pairs if told == "pair" else ids), min_size=1, max_size=3, unique=True))


@st.composite
def items(draw: st.DrawFn) -> tuple[Item, tuple[Simple, ...]]:
    drawn = draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=3))
    if sum(TOLD[kind] == "hand" for kind in drawn) > 1:  # what each of two is worth, no rule says
        drawn = drawn[:1]
    parts = tuple(msgspec.structs.replace(KINDS[kind], id=f"R{number}") for number, kind in enumerate(drawn))
    marking = tuple(draw(markings(part)) for part in parts)
    return item_of(parts, marking), marking


@settings(max_examples=60, deadline=None)
@given(items())
def test_marking_as_a_teacher_says_it_becomes_rules_and_comes_back(drawn: tuple[Item, tuple[Simple, ...]]) -> None:
    item, marking = drawn
    assert described(item) == marking
    written, kept = sent(item)
    again = read(written, kept)
    assert again.item == item
    del written["interaction"]["declarations"], written["interaction"]["rules"]
    assert read(written, kept).item == item, "the rules are made of the marking alone"
    handler = handler_for(item)
    if not any(TOLD[part.type] == "hand" for part in item.interaction.parts):  # type: ignore[union-attr]
        assert handler.mark(item, None).share == 0


def share(part: Part, simple: Simple, *answers: str) -> Fraction:
    item = item_of((part,), (simple,))
    many = simple.several or TOLD[part.type] == "sequence"
    given_: dict[str, str | list[str]] = {"0": list(answers) if many else answers[0]}
    found = handler_for(item).mark(item, given_).share
    assert found is not None
    return found


def answers(*pairs: tuple[str, str]) -> tuple[Answer, ...]:
    return tuple(Answer(value, points) for value, points in pairs)


def test_what_answers_earn() -> None:
    pairs = Simple("each", answers(("c0 t0", "1"), ("c1 t1", "1")), several=True, wrong="-1/2")
    assert share(KINDS["gap_match"], pairs, "c0 t0", "c2 t1") == Fraction(1, 4)
    assert share(KINDS["gap_match"], pairs, "c2 t1") == 0
    order = Simple("each", answers(("c1", "1"), ("c2", "1"), ("c0", "2")))
    assert share(KINDS["order"], order, "c1", "c0", "c2") == Fraction(1, 4)
    typed = Simple("each", answers(("Hà Nội", "1"), ("Thăng Long", "1/2")))
    assert share(KINDS["text_entry"], typed, " hà  nội") == 1
    assert share(KINDS["text_entry"], typed, "thăng long") == Fraction(1, 2)
    number = Simple("each", answers(("1.5", "1")), numeric=True, tolerance="0.1")
    assert share(KINDS["text_entry"], number, "1,55") == 1
    assert share(KINDS["text_entry"], number, "1,7") == 0
    point = Simple("each", answers(("circle 100,100,10", "1")), several=True)
    assert share(KINDS["select_point"], point, "105 95") == 1
    exact = Simple("all", answers(("c0", "1"), ("c2", "1")), "2", several=True)
    assert share(KINDS["hottext"], exact, "c2", "c0") == 1
    assert share(KINDS["hottext"], exact, "c0") == 0


# --- what is changed, and what is wrong ------------------------------------------------------------------------------


def test_a_changed_key_makes_new_rules_and_another_sum_of_points() -> None:
    item = next(one for one in composites() if one.title and len(one.interaction.parts) == 3)  # type: ignore[union-attr]
    written, kept = sent(item)
    marking = written["interaction"]["marking"]
    marking[1]["answers"] = [{"value": "odd", "points": "2"}]
    changed = read(written, kept)
    assert changed.problems == ()
    assert changed.item.points == "5"
    answer: dict[str, str | list[str]] = {"0": "6", "1": "odd", "2": ["one"]}
    assert handler_for(changed.item).mark(changed.item, answer).share == Fraction(4, 5)


def test_what_is_said_afterwards_is_shown_by_rules_of_the_whole_answer() -> None:
    item = next(one for one in composites() if len(one.interaction.parts) == 3)  # type: ignore[union-attr]
    written, kept = sent(item)
    said = [
        {"outcome": "FEEDBACK", "identifier": name, "markup": f"<b>{name}</b>"} for name in ("correct", "incorrect")
    ]
    written["interaction"]["feedback"] = said
    found = read(written, kept)
    assert found.problems == ()
    answer: dict[str, str | list[str]] = {"0": "6", "1": "even", "2": ["one", "two"]}
    assert [one.markup.html for one in feedback_told(found.item, answer)] == ["<b>correct</b>"]
    assert [one.markup.html for one in feedback_told(found.item, None)] == ["<b>incorrect</b>"]
    again, kept = sent(found.item)
    assert (again["interaction"]["feedback"], read(again, kept).item) == (said, found.item)


def test_rules_that_no_teacher_would_say_are_kept_while_texts_change() -> None:
    item = next(one for one in composites() if described(one) is None)
    written, kept = sent(item)
    assert "marking" not in written["interaction"]
    written["stem"] = "<p>Tính: " + written["stem"].removeprefix("<p>")
    changed = read(written, kept).item
    assert changed.interaction == item.interaction
    assert changed.stem.html.startswith("<p>Tính: ")
    shown = preview(read(written, kept), None)["item"]["stem"]
    assert re.fullmatch(r"<p>Tính: .*\d+.* × .*\d+.* = .*</p>", shown), "with some numbers, as pupils get them"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda part, marking: marking.update(answers=[]), "parts/0/marking"),
        (lambda part, marking: marking.update(points="x"), "parts/0/marking"),
        (lambda part, marking: marking.update(answers=[{"value": "gone"}]), "parts/0/marking"),
        (lambda part, marking: part["spots"][0].update(label=" "), "parts/0"),
        (lambda part, marking: part["picture"].update(alt=""), "parts/0"),
        (lambda part, marking: part.update(spots=[]), "parts/0"),
    ],
)
def test_what_is_missing_is_said_at_its_part(change: Any, field: str) -> None:
    spots = tuple(msgspec.structs.replace(one, label=one.label or "chữ") for one in KINDS["hotspot"].spots)
    part = msgspec.structs.replace(KINDS["hotspot"], spots=spots)
    written, kept = sent(item_of((part,), (Simple("all", answers(("sun", "1")), several=True),)))
    assert read(written, kept).problems == ()
    change(written["interaction"]["parts"][0], written["interaction"]["marking"][0])
    assert field in {problem.field for problem in read(written, kept).problems}


@pytest.mark.parametrize(
    ("words", "cased", "after", "said"),
    [
        ("Hà Nội", False, (), ["Hà Nội", "thăng long (cũ)"]),
        ("Hà Nội", True, (), ["Hà Nội", "Thăng Long (cũ)"]),
        ("Hà Nội", False, (("*", Fraction(0)),), ["Hà Nội", "thăng long (cũ)"]),
        ("Hà*", False, (), None),
    ],
)
def test_gaps_of_other_programs_are_changed_by_their_words(
    words: str, cased: bool, after: tuple[tuple[str, Fraction], ...], said: list[str] | None
) -> None:
    accepted = [(words, Fraction(1)), ("Thăng Long (cũ)", Fraction(1, 2)), *after]
    gap = typed_text("RESPONSE", accepted, Fraction(2), case_sensitive=cased)
    found = described(Item(Markup('<span data-place="part:0"></span>'), composite([gap], Fraction(2)), points="2"))
    assert (found and [one.value for one in found[0].answers]) == said
    assert found is None or (found[0].case_sensitive, found[0].answers[1].points) == (cased, "1")


def test_places_in_the_text_and_parts_belong_together() -> None:
    written, kept = sent(item_of((KINDS["order"],), (Simple("all", answers(("c1", "1"), ("c0", "1"))),)))
    for stem, field in (("x", "parts/0"), (written["stem"] * 2, "stem"), (f"{written['stem']}<p>x</p>", None)):
        found = {problem.field for problem in read(written | {"stem": stem}, kept).problems}
        assert found == ({field} if field else set())


@pytest.mark.parametrize(
    "change",
    [
        {"type": "none"}, {"id": 'a" onclick="x'}, {"picture": {"asset": '"><script>'}}, {"least": 10**9},
        {"settings": {"asset": "../x"}},
        {"choices": [{"id": "a b", "markup": "x"}]}, {"choices": 1}, {"text": 1}, {"settings": {"a": 1}},
    ],
)  # fmt: skip
def test_what_no_editor_sends_is_refused(change: Json) -> None:
    written, kept = sent(item_of((KINDS["order"],), (Simple("all", answers(("c1", "1"))),)))
    written["interaction"]["parts"][0].update(change)
    with pytest.raises(Refused) as refused:
        read(written, kept)
    assert refused.value.status == 422


def test_nothing_dangerous_comes_in_with_a_part() -> None:
    written, kept = sent(item_of((KINDS["order"],), (Simple("all", answers(("c1", "1"))),)))
    written["interaction"]["parts"][0]["prompt"] = "<img src=x onerror=alert(1)>a<script>b</script>"
    written["interaction"]["parts"][0]["choices"][0]["markup"] = '<b onclick="x()">c</b>'
    part = read(written, kept).item.interaction.parts[0]  # type: ignore[union-attr]
    assert part.prompt == Markup("a")
    assert part.choices[0].markup == Markup("<b>c</b>")


def test_a_part_that_nothing_declares_and_answers_without_end_are_refused() -> None:
    written, kept = sent(item_of((KINDS["order"],), (Simple("all", answers(("c1", "1"))),)))
    many = [{"value": "c1"}] * 1000
    changes: tuple[Json, ...] = (
        {"declarations": [], "marking": None},
        {"marking": [{"answers": many}]},
        {"marking": []},
    )
    for change in changes:
        with pytest.raises(Refused):
            read(written | {"interaction": written["interaction"] | change}, kept)


def test_rules_that_no_number_comes_of_are_rules_of_its_own() -> None:
    worth = Node("divide", children=tuple(Node("baseValue", {"baseType": "float"}, text=text) for text in "10"))
    test = Node("match", children=(Node("variable", {"identifier": "R"}), Node("correct", {"identifier": "R"})))
    branch = Node("responseIf", children=(test, Node("setOutcomeValue", {"identifier": "SCORE"}, (worth,))))
    item = item_of((KINDS["order"],), (Simple("all", answers(("c1", "1"))),))
    rules = Rules((Node("responseCondition", children=(branch,)),))
    assert (
        described(msgspec.structs.replace(item, interaction=msgspec.structs.replace(item.interaction, rules=rules)))
        is None
    )


def test_rules_that_are_nested_too_deeply_are_refused() -> None:
    rule = Node("not")
    for _depth in range(150):
        rule = Node("not", children=(rule,))
    item = Item(from_text("x"), Composite((), (Declaration("S", "outcome"),), Rules((rule,))))
    written, kept = sent(item)
    with pytest.raises(Refused):
        read(written, kept)


def test_a_button_alone_asks_nothing_and_the_author_is_told() -> None:
    button = Part("RESPONSE_1", "end_attempt", settings={"title": "Gợi ý"})
    found = read(*sent(item_of((button,), (Simple(),))))
    assert [str(one.sentence) for one in found.problems if one.field == "parts"] == [
        "A button or a recording alone asks nothing: add a part that can be answered."
    ]

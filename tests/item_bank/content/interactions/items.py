"""Items and hypothesis strategies for the tests of interactions."""

from __future__ import annotations

from hypothesis import strategies as st

from item_bank.content.model import (
    AcceptedText,
    Composite,
    Essay,
    Interaction,
    Item,
    Markup,
    MultipleChoice,
    Numeric,
    Option,
    Part,
    PartChoice,
    ShortText,
    SingleChoice,
    Statement,
    TrueFalseCluster,
)
from item_bank.content.processing.declared import Declaration, Field, MapEntry, Node, Rules, ValueMap


def options(*weights: str) -> tuple[Option, ...]:
    return tuple(Option(f"o{n}", Markup(f"<p>{n}</p>"), weight=weight) for n, weight in enumerate(weights))


def item(interaction: Interaction, points: str = "1") -> Item:
    return Item(Markup("<p>?</p>"), interaction, points=points)


def cluster(*correct: bool) -> Item:
    statements = (Statement("abcdefgh"[n], Markup("x"), right) for n, right in enumerate(correct))
    return item(TrueFalseCluster(tuple(statements)))


SAMPLES: dict[str, Item] = {
    "single_choice": item(SingleChoice(options("1", "0", "0", "-1/3"))),
    "multiple_choice": item(MultipleChoice(options("1/2", "1/2", "-1/2", "0"), partial=True)),
    "true_false_cluster": cluster(True, False, True, True),
    "numeric": item(Numeric(("0,5", "-12"), tolerance="0.01")),
    "short_text": item(ShortText((AcceptedText("Hà Nội"), AcceptedText("*Nội*", "1/2")))),
    "essay": item(Essay()),
    "composite": item(
        Composite(
            (
                Part("R1", "choice", choices=(PartChoice("a", Markup("A")), PartChoice("b", Markup("B"))), most=1),
                Part("R2", "text_entry", most=1),
            ),
            (
                Declaration("R1", "response", base_type="identifier", correct=(Field("b"),)),
                Declaration("R2", "response", base_type="string", mapping=ValueMap((MapEntry("Huế", "1"),))),
                Declaration("SCORE", "outcome", base_type="float"),
            ),
            Rules(
                (
                    Node(
                        "setOutcomeValue",
                        {"identifier": "SCORE"},
                        (
                            Node(
                                "sum",
                                children=(
                                    Node("variable", {"identifier": "SCORE"}),
                                    Node("mapResponse", {"identifier": "R2"}),
                                ),
                            ),
                        ),
                    ),
                )
            ),
        )
    ),
}

# Numbers as a JSON reader makes them, with text that JSON may hold and PostgreSQL may not.
odd_text = st.text(st.characters(), max_size=20) | st.sampled_from(
    ["\x00", "\ud800", "1\x002", "a\udfff", "", " ", "k1"]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | odd_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(odd_text | st.sampled_from("abcd"), inner, max_size=5),
    max_leaves=8,
)

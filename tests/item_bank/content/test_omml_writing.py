"""Formulas as equations that Word edits: what is written says the same when it is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from item_bank.content.mathematics import MathematicsError, omml_to_mathml, tex_to_mathml
from item_bank.content.mathml_gist import gist
from item_bank.content.omml import NAMESPACE
from item_bank.content.omml_writing import omml_of
from tests.item_bank.content.test_omml import GALLERY as OF_WORD

OF_TEX: list[dict[str, Any]] = json.loads(Path(__file__).with_name("formulas.json").read_text())


@pytest.mark.parametrize("one", OF_TEX, ids=lambda one: str(one["name"]))
def test_a_formula_of_tex_comes_back(one: dict[str, Any]) -> None:
    source = tex_to_mathml(one["tex"], one["display"])
    made = omml_of(source, display=one["display"])
    assert etree.QName(made).localname == ("oMathPara" if one["display"] else "oMath")
    assert gist(omml_to_mathml(made)) == gist(source)


@pytest.mark.parametrize("name", sorted(OF_WORD))
def test_what_word_wrote_can_be_written_again(name: str) -> None:
    source = omml_to_mathml(f'<m:oMath xmlns:m="{NAMESPACE}">{OF_WORD[name][0]}</m:oMath>')
    assert gist(omml_to_mathml(omml_of(source))) == gist(source)


def test_a_script_without_a_base_shows_no_dotted_box() -> None:
    made = omml_of(tex_to_mathml(r"\ce{H2O}"))
    bases = [one for sub in made.iter(f"{{{NAMESPACE}}}sSub") for one in sub.iterchildren(f"{{{NAMESPACE}}}e")]
    assert bases
    assert all(len(one) for one in bases)


@pytest.mark.parametrize(
    ("one", "other"), [("x^2", "x_2"), ("ab", "ba"), (r"\frac12", r"\binom12"), ("R", r"\mathbb R")]
)
def test_what_differs_is_told_apart(one: str, other: str) -> None:
    assert gist(tex_to_mathml(one)) != gist(tex_to_mathml(other))


def test_what_word_has_no_equation_for_is_refused() -> None:
    with pytest.raises(MathematicsError, match="menclose"):
        omml_of('<math><menclose notation="circle"><mi>x</mi></menclose></math>')


def test_lines_through_a_formula_stand_in_the_order_of_the_schema() -> None:
    crossed = '<math><menclose notation="updiagonalstrike verticalstrike"><mi>x</mi></menclose></math>'
    names = [etree.QName(one).localname for one in next(omml_of(crossed).iter(f"{{{NAMESPACE}}}borderBoxPr"))]
    assert names == ["hideTop", "hideBot", "hideLeft", "hideRight", "strikeV", "strikeBLTR"]

"""Scripts that items draw their variables with: values as Maxima 5.47 gives them; what is not known is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_bank.content.processing.algebra.grammar import parsed
from item_bank.content.processing.algebra.polynomials import Polynomial, as_mathml, as_maxima, constant
from item_bank.content.processing.algebra.programs import Program
from item_bank.content.processing.values import ProcessingError, Unsupported


def value(script: str, **names: int) -> object:
    given_names = {name: constant(Fraction(number)) for name, number in names.items()}
    found = Program(lambda bound: bound - 1, dict(given_names)).run(parsed(script))
    return as_maxima(found) if isinstance(found, Polynomial) else found


@pytest.mark.parametrize(
    ("script", "wanted"),
    [
        ("1+2*3^2", "19"),
        ("-2^2", "-4"),
        ("2^3^2", "512"),
        ("7-2-1", "4"),
        ("2/3 + 1/6", "5/6"),
        ("a: 3$ ev(a*x+a*a, simp);", "3*x+9"),
        ("ev((x+1)*(x-1), simp)", "x^2-1"),
        ("ev(2*y*x - 3*x*y + x/2, simp)", "-x*y+1/2*x"),
        ("ev(exp(2), numer)", "7.38905609893065"),
        ("sqrt(9/4)", "3/2"),
        ("gcd(12, 18) + lcm(4, 6) + max(1, 5) - min(2, 3) + mod(-7, 3)", "23"),
        ("floor(-5/2) + ceiling(5/2) + 4!", "24"),
        ("round(5/2) + round(7/2)", "6"),
        ("if equal(1, 2) then 5 elseif 2 < 3 and not false then 6 else 7", "6"),
        ("for i thru 4 do (s: i*i)$ s", "16"),
        ("s: 0$ for i: 10 step -3 while i > 0 do s: s + i$ s", "22"),
        ("array(a, 2)$ fillarray(a, [p, q])$ a[2]", "q"),
        ("l: [4, 5, 6]$ l[1]", "4"),
        ("random(10)", "9"),
        ("/* said */ block(u: 2, u + 1)", "3"),
        ("is(3 >= 3) or false", True),
        ('"a; b"', "a; b"),
    ],
)
def test_values(script: str, wanted: object) -> None:
    assert value(script) == wanted


def test_names_that_the_item_gives() -> None:
    assert value("ev((iC-iB)/iA, simp)", iA=4, iB=3, iC=10) == "7/4"


@pytest.mark.parametrize(
    "script",
    ["diff(x^2, x)", "solve(x=1, x)", "exp(2)", "sqrt(2)", "1/x", "x^-1", "ev(x, expand)", "system(1)", "f(x) := x",
     "a::b", "random(0.5)", "%i", "x +", ")", "for i do", "if true then", "'x",
     "?print(1)", "- " * 100 + "1", "(" * 100 + "1" + ")" * 100],
)  # fmt: skip
def test_what_is_not_known_is_refused(script: str) -> None:
    with pytest.raises(Unsupported):
        value(script)


@pytest.mark.parametrize(
    "script", ["for i do i", "while true do 1", "1/0", "l: [1]$ l[2]", "ev((x+1)^64*(y+1)^64*(z+1)^64, simp)"]
)
def test_what_has_no_end_or_no_value_ends(script: str) -> None:
    with pytest.raises(ProcessingError):
        value(script)


@pytest.mark.parametrize(
    "script",
    [
        "a: [1]$ b: [1]$ for i thru 60 do block(a: [a, a], b: [b, b])$ is(equal(a, b))",
        "array(a, 1)$ array(b, 1)$ a[0]: a$ b[0]: b$ if a = b then 1 else 2",
        "simp: true$ p: (x+y+z+1)^4$ for i thru 6000 do r: p*p",
        "simp: true$ for i thru 6000 do r: (x+y+z)^18",
    ],
)
def test_scripts_that_take_much_in_few_steps_are_refused(script: str) -> None:
    with pytest.raises(ProcessingError):
        value(script)


def test_an_expression_in_a_formula() -> None:
    found = Program(lambda _: 0).run(parsed("ev(-3/4*x^2 + y, simp)"))
    assert isinstance(found, Polynomial)
    assert as_mathml(found) == (
        "<mrow><mo>\N{MINUS SIGN}</mo><mfrac><mn>3</mn><mn>4</mn></mfrac><msup><mi>x</mi><mn>2</mn></msup>"
        "<mo>+</mo><mi>y</mi></mrow>"
    )


@given(st.text(alphabet='xy12()+-*/^:;$,[]=<> "!%', max_size=60))
def test_any_text_has_a_value_or_is_refused(script: str) -> None:
    try:
        value(script)
    except ProcessingError:
        return


_NUMBERS = st.fractions(min_value=-50, max_value=50, max_denominator=20)


@given(st.lists(st.tuples(st.sampled_from(["x", "x^2", "y", "x*y", "1"]), _NUMBERS), min_size=1, max_size=6))
def test_what_is_written_is_read_as_the_same(terms: list[tuple[str, Fraction]]) -> None:
    script = "ev(" + "+".join(f"({number})*{name}" for name, number in terms) + ", simp)"
    found = Program(lambda _: 0).run(parsed(script))
    assert isinstance(found, Polynomial)
    assert Program(lambda _: 0).run(parsed(as_maxima(found))) == found

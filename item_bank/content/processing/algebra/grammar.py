"""Text of Maxima's language → a tree of statements. Nothing of it is ever run by another program.

Source: Maxima manual, "Expressions", "Operators", "Program Flow". Known are numbers, names, strings, lists, elements,
calls, arithmetic, comparisons, and/or/not, assignments, if/then/else, for/while/unless/do and comments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from item_bank.content.processing.values import Unsupported

MOST_CHARACTERS = 20_000
MOST_DEPTH = 60
_TOKEN = re.compile(
    r"\s+|/\*.*?\*/|(?P<number>(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,3})?)|(?P<name>[%_A-Za-z][%_A-Za-z0-9]*)"
    r'|(?P<text>"(?:[^"\\]|\\.)*")|(?P<sign>\*\*|<=|>=|[-+*/^=<>#:;$,()\[\]!])',
    re.DOTALL | re.ASCII,
)
_BINDING = {
    "or": 1, "and": 2, "=": 4, "#": 4, "<": 4, ">": 4, "<=": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "^": 9, "**": 9,
}  # fmt: skip
_NOT, _MINUS = 3, 7
_WORDS = {"for", "from", "step", "thru", "while", "unless", "do", "if", "then", "elseif", "else", "and", "or", "not"}
#: What may stand before `do`.
_LOOP = ("for", "from", "step", "thru", "while", "unless", "do")


@dataclass(frozen=True, slots=True)
class Tree:
    """`kind`: number, text, name, list, element, call, negate, not, set, if, loop, or an operator's sign. `text`: of a
    number, text, name or call; `parts`: operands. A loop's parts are name, start, step, thru, while, unless, body."""

    kind: str
    text: str = ""
    parts: tuple[Tree, ...] = ()


NOTHING = Tree("nothing")


def parsed(script: str) -> tuple[Tree, ...]:
    """The statements. Raises Unsupported for what is not of this part of the language."""
    if len(script) > MOST_CHARACTERS:
        raise Unsupported(f"the script is longer than {MOST_CHARACTERS} characters")
    reader = _Reader(_tokens(script))
    found = []
    while reader.next:
        if reader.took(";") or reader.took("$"):
            continue
        found.append(reader.statement())
        if reader.next and reader.next not in (";", "$"):
            raise Unsupported(f"“{reader.next[:40]}” was not expected")
    return tuple(found)


def _tokens(script: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(script):
        token = _TOKEN.match(script, at)
        if token is None:
            raise Unsupported(f"“{script[at : at + 20]}” is not read")
        at = token.end()
        if token.lastgroup:
            kind = "sign" if token.lastgroup == "name" and token[0] in _WORDS else token.lastgroup
            found.append((kind, token[0]))
    return found


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0

    @property
    def next(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def took(self, sign: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at] == ("sign", sign)
        self._at += found
        return found

    def wants(self, sign: str) -> None:
        if not self.took(sign):
            raise Unsupported(f"“{sign}” is missing before “{self.next[:40]}”")

    def statement(self) -> Tree:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise Unsupported(f"expressions lie in each other more than {MOST_DEPTH} deep")
        found = self._loop() if self.next in _LOOP else self._choice() if self.took("if") else self._assignment()
        self._depth -= 1
        return found

    def _assignment(self) -> Tree:
        target = self._binary(0)
        if not self.took(":"):
            return target
        if target.kind not in ("name", "element"):
            raise Unsupported("only names and elements are set")
        return Tree("set", parts=(target, self.statement()))

    def _choice(self) -> Tree:
        test = self._binary(0)
        self.wants("then")
        then, other = self.statement(), NOTHING
        if self.took("elseif"):
            other = self._choice()
        elif self.took("else"):
            other = self.statement()
        return Tree("if", parts=(test, then, other))

    def _loop(self) -> Tree:
        clauses = dict.fromkeys(("for", "from", "step", "thru", "while", "unless"), NOTHING)
        while not self.took("do"):
            word = next((one for one in clauses if self.took(one)), "")
            if not word:
                raise Unsupported("“do” is missing")
            clauses[word] = self._binary(0)
            if word == "for" and self.took(":"):
                clauses["from"] = self._binary(0)
        return Tree("loop", parts=(*clauses.values(), self.statement()))

    def _binary(self, least: int) -> Tree:
        left = self._prefixed()
        while (sign := self.next) in _BINDING and self._tokens[self._at][0] == "sign" and _BINDING[sign] > least:
            self._at += 1
            power = sign in ("^", "**")
            right = self._binary(_BINDING[sign] - 1 if power else _BINDING[sign])
            left = Tree("^" if power else sign, parts=(left, right))
        return left

    def _prefixed(self) -> Tree:
        if self.took("not"):
            return Tree("not", parts=(self._deeper(_NOT),))
        if self.took("-"):
            return Tree("negate", parts=(self._deeper(_MINUS),))
        if self.took("+"):
            return self._deeper(_MINUS)
        found = self._simple()
        while self.next in ("[", "!"):
            if self.took("!"):
                found = Tree("call", "factorial", (found,))
            else:
                self.wants("[")
                found = Tree("element", parts=(found, *self._until("]")))
        return found

    def _deeper(self, least: int) -> Tree:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise Unsupported(f"expressions lie in each other more than {MOST_DEPTH} deep")
        found = self._binary(least)
        self._depth -= 1
        return found

    def _simple(self) -> Tree:
        if self.took("("):
            found = self._until(")")
            return found[0] if len(found) == 1 else Tree("call", "block", found)
        if self.took("["):
            return Tree("list", parts=self._until("]"))
        kind, text = self._tokens[self._at] if self._at < len(self._tokens) else ("sign", "the end")
        if kind == "sign":
            raise Unsupported(f"“{text}” was not expected")
        self._at += 1
        if kind == "name" and self.took("("):
            return Tree("call", text, self._until(")"))
        return Tree(kind, text[1:-1] if kind == "text" else text)

    def _until(self, closing: str) -> tuple[Tree, ...]:
        found: list[Tree] = []
        while not self.took(closing):
            if found:
                self.wants(",")
            found.append(self.statement())
        return tuple(found)

"""The only converter of mathematics: TeX → MathML by Temml in an embedded engine; Word's OMML → MathML; MathML made
safe; MathML → Typst.

Conversion happens when content is stored, so that a candidate's page runs no library. TeX comes from anybody: it runs
in an engine without files, network or clock, under limits of time and memory, and what comes out passes the allow-list.
"""

from __future__ import annotations

import json
import os
import threading
from functools import lru_cache
from importlib.resources import files
from typing import Any

from lxml import etree

from item_bank.content import mathml, omml
from item_bank.content.mathml import MathematicsError
from item_bank.content.mathml_meaning import restored
from item_bank.content.mathml_print import mathml_to_typst
from item_bank.content.sentence import N_, Sentence

__all__ = ["MathematicsError", "mathml_to_typst", "omml_to_mathml", "sanitise_mathml", "tex_to_mathml"]

MOST_CHARACTERS = 4_000
_SECONDS = 3
_BYTES = 192 * 1024 * 1024
_CALL = """
;function convert(tex, display) {
  try {
    return JSON.stringify({mathml: temml.renderToString(tex, {
      displayMode: display, throwOnError: true, trust: false, strict: false, annotate: false, wrap: "none",
      macros: {}, maxSize: [20, 200], maxExpand: 500,
    })});
  } catch (error) {
    return JSON.stringify({error: String(error && error.message || error), position: error && error.position});
  }
}
"""


def tex_to_mathml(tex: str, display: bool = False) -> str:
    """A `<math>` element without style attributes, handlers or links. MathematicsError tells message and position."""
    if len(tex) > MOST_CHARACTERS:
        raise MathematicsError(
            Sentence.of(N_("A formula has at most %(limit)s characters of TeX"), limit=MOST_CHARACTERS)
        )
    if (refused := mathml.FORBIDDEN.search(tex)) is not None:
        raise MathematicsError(Sentence.of(N_("The formula holds a character that no text can hold")), refused.start())
    return _converted(tex, display)


def sanitise_mathml(source: str) -> str:
    """Imported MathML rebuilt from an allow-list. Raises MathematicsError for what can't be read."""
    return mathml.written(mathml.sanitised(source))


def omml_to_mathml(source: etree._Element | str, display: bool = False) -> str:
    """The MathML of an `m:oMath` or `m:oMathPara`, as safe as any other. Raises MathematicsError."""
    root = mathml.parse(source) if isinstance(source, str) else source
    made = omml.converted(root, display=display)
    return mathml.written(restored(mathml.sanitised(mathml.written(made))))


@lru_cache(maxsize=4096)
def _converted(tex: str, display: bool) -> str:
    answer = _engine.convert(tex, display)
    if "mathml" not in answer:
        raise MathematicsError(*_told(str(answer.get("error", "")), answer.get("position")))
    return mathml.written(restored(mathml.sanitised(answer["mathml"])))


def _told(message: str, position: Any) -> tuple[str, int | None]:
    plain = message.removeprefix("ParseError: ").removeprefix("Temml parse error: ")
    return plain[:300] or Sentence.of(N_("This formula can't be read")), position if isinstance(position, int) else None


class _Engine:
    """One JavaScript runtime of the process, made at the first formula; after a broken limit it is made anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._function: Any = None

    def begin_anew(self) -> None:
        """In a forked process, which has none of its parent's threads: its runtime would be waited for without end."""
        self._of_parent = self._function  # not let go: that, too, asks its thread
        self._lock = threading.Lock()
        self._function = None

    def convert(self, tex: str, display: bool) -> dict[str, Any]:
        import quickjs

        with self._lock:
            if self._function is None:
                self._function = _loaded()
            try:
                answer: dict[str, Any] = json.loads(self._function(tex, display, run_gc=False))
            except (quickjs.JSException, quickjs.StackOverflow):
                self._function = None
                raise MathematicsError(Sentence.of(N_("This formula takes too long or too much memory"))) from None
            return answer


def _loaded() -> Any:
    import quickjs

    source = files("item_bank.content").joinpath("dist", "temml.js").read_text("utf-8")
    # The package runs each function in one thread of its own with a large stack: the runtime must never change threads.
    function = quickjs.Function("convert", source + _CALL, own_executor=True)
    function.set_memory_limit(_BYTES)
    function.set_time_limit(_SECONDS)
    return function


_engine = _Engine()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_engine.begin_anew)

"""The style guide: every part that pages are made of. Only in the demo, where people who work on pages look at it."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Request, Response, get

from exam_engine.kit.errors import not_found
from exam_engine.kit.identity import open_to_all
from exam_engine.kit.pages import page

FORMULAS = (
    r"x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}",
    r"\int_0^1 \frac{dx}{1 + x^2} = \frac{\pi}{4}",
    r"\begin{cases} x + y = 5 \\ 2x - y = 1 \end{cases}",
    r"\overrightarrow{AB} \cdot \overrightarrow{AC} = |AB| \, |AC| \cos \widehat{BAC}",
    r"\ce{2H2 + O2 ->[t^\circ] 2H2O}",
)


@get("/styleguide", **open_to_all())
async def style_guide(request: Request[Any, Any, Any]) -> Response[str]:
    if not request.app.state.settings.demo:
        raise not_found()
    return page(request, "kit/style_guide.html", formulas=await asyncio.to_thread(_formulas))


def _formulas() -> list[str]:
    # Loaded here: no other page of a web worker renders formulas.
    from item_bank.content.mathematics import tex_to_mathml

    return [tex_to_mathml(formula, display=True) for formula in FORMULAS]


ROUTES = (style_guide,)

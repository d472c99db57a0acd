"""Printed matter (DESIGN D11): Typst templates in `templates/print/`, typeset from JSON with the fonts Typst brings."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

from exam_engine.kit.pages import package_path


async def typeset(template: str, data: Callable[[], Mapping[str, Any]]) -> bytes:
    """The PDF of `templates/print/TEMPLATE.typ`; the template reads `json(bytes(sys.inputs.data))`.

    What people wrote goes in as data and never as Typst source. `data` is asked and the page set in a thread: QR codes
    and a long list take seconds. Read the facts and end the transaction first, or a connection waits for the paper.
    """
    return await asyncio.to_thread(compiled, template, data)


def compiled(template: str, data: Callable[[], Mapping[str, Any]]) -> bytes:
    """The same where nobody waits beside: a command."""
    import typst  # 60 MB that most workers never need

    text = json.dumps(data(), ensure_ascii=False)
    folder = package_path("templates", "print")
    compiler = typst.Compiler(
        str(folder / f"{template}.typ"), root=str(folder), sys_inputs={"data": text}, ignore_system_fonts=True
    )
    made = compiler.compile(format="pdf")
    assert isinstance(made, bytes)  # one PDF; lists are for pictures of pages
    return made


def qr(text: str) -> str:
    """A QR code as SVG text, for `image(bytes(…), format: "svg")`."""
    import qrcode.image.svg

    code = qrcode.QRCode(border=2, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    stream = io.BytesIO()
    code.make_image(image_factory=qrcode.image.svg.SvgPathImage).save(stream)
    return stream.getvalue().decode()

"""Printed matter (DESIGN D11): Typst templates in `templates/print/`, typeset from JSON with the fonts Typst brings."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Mapping
from typing import Any

from exam_engine.kit.pages import package_path


async def typeset(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of `templates/print/TEMPLATE.typ`; the template reads `json(bytes(sys.inputs.data))`.

    What people wrote goes in as data and never as Typst source. Runs in a thread: a long list takes a second.
    """
    return await asyncio.to_thread(_compiled, template, json.dumps(data, ensure_ascii=False))


def _compiled(template: str, data: str) -> bytes:
    import typst  # 60 MB that most workers never need

    folder = package_path("templates", "print")
    compiler = typst.Compiler(
        str(folder / f"{template}.typ"), root=str(folder), sys_inputs={"data": data}, ignore_system_fonts=True
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

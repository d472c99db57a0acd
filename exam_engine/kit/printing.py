"""Printed matter (DESIGN D11): Typst templates in `templates/print/`, typeset from JSON with the fonts Typst brings."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from exam_engine.kit.pages import package_path


async def typeset(
    template: str, data: Callable[[], Mapping[str, Any]], pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """The PDF of `templates/print/TEMPLATE.typ`; the template reads `json(bytes(sys.inputs.data))`, and each of the
    pictures by its name in `files/`; one that is broken is a grey frame.

    What people wrote goes in as data and never as Typst source. `data` is asked and the page set in a thread: QR codes
    and a long list take seconds. Read the facts and end the transaction first, or a connection waits for the paper.
    """
    return await asyncio.to_thread(compiled, template, data, pictures)


def compiled(
    template: str, data: Callable[[], Mapping[str, Any]], pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """The same where nobody waits beside: a command."""
    text = json.dumps(data(), ensure_ascii=False)
    folder = package_path("templates", "print")
    if not pictures:
        return _compiled(folder, template, text)
    with tempfile.TemporaryDirectory(prefix="exam-engine-print-") as held:
        room = Path(held)
        for source in folder.glob("*.typ"):
            shutil.copyfile(source, room / source.name)
        (room / "files").mkdir()
        for name, content in pictures.items():
            (room / "files" / name).write_bytes(content)
        try:
            return _compiled(room, template, text)
        except RuntimeError:  # a picture that only looks like one until it is decoded
            if not _mended(room / "files"):
                raise
            return _compiled(room, template, text)


_NO_PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="120" height="60"><rect width="119" height="59" fill="#eee"/></svg>'
)


def _mended(folder: Path) -> bool:
    """Whether some picture in it was broken; it is a grey frame then, told by what is in the file."""
    broken = [one for one in folder.iterdir() if not _readable(one)]
    for one in broken:
        one.write_bytes(_NO_PICTURE)
    return bool(broken)


def _readable(picture: Path) -> bool:
    import typst

    try:
        source = f'#image("{picture.name}")'.encode()
        typst.Compiler(source, root=str(picture.parent), ignore_system_fonts=True).compile(format="pdf")
    except RuntimeError:
        return False
    return True


def _compiled(folder: Path, template: str, text: str) -> bytes:
    import typst  # 60 MB that most workers never need

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

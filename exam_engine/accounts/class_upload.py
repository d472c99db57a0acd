"""What a form with a class list sent: a file, or text that was pasted, read beside the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Request, Response
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.params import Body

from exam_engine.accounts import class_list
from exam_engine.accounts.class_list import ClassList
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.pages import refusal
from item_bank.formats.model import ReadProblem

Upload = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
LIMIT_MB = 10
LIMIT = LIMIT_MB * 1024 * 1024 + 64 * 1024


async def read_upload(form: Mapping[str, Any], *, with_classes: bool = False) -> ClassList:
    """The file if there is one, the pasted text otherwise. A file that is no table becomes a problem of the list."""
    file = form.get("file")
    data = await file.read() if isinstance(file, UploadFile) else b""
    if not data:
        return class_list.read_pasted(str(form.get("pupils") or ""), with_classes=with_classes)
    try:
        return await asyncio.to_thread(class_list.read_file, data, with_classes=with_classes)
    except ReadProblem as problem:
        found, reason = ClassList(), problem.reason
        found.problem(reason.line or 1, reason.place, reason.message, **dict[str, object](reason.params))
        return found


def too_large(request: Request[Any, Any, Any], _error: RequestEntityTooLarge) -> Response[Any]:
    """These pages know their limit and what to do."""
    message = _("A class list may be up to %(limit)s MB. Save it without pictures and other sheets, then try again.")
    return refusal(request, Refused("too_large", 413, message, limit=LIMIT_MB))

"""Imports: a file or pasted text, what would be made of it, mending the doubtful, adding, and taking it back."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import destinations, drafting_exams, import_jobs, importing, queries, repairing
from exam_engine.authoring.import_page import KIND_LABELS, SHOWN_AT_MOST, final_report, import_page
from exam_engine.authoring.import_sheet import workbook
from exam_engine.authoring.picture_routes import to_be_mended
from exam_engine.authoring.showing import TYPE_LABELS, excerpt
from exam_engine.kit.cells import file_name
from exam_engine.kit.errors import Refused, not_found
from exam_engine.kit.forms import Form, Reading, local_path
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.languages import translator
from exam_engine.kit.pages import locale_of, page, text_of, wants_json
from item_bank.content.model import Language
from item_bank.formats.model import ImportReport
from item_bank.formats.paper.notation import MARK
from item_bank.storage import queries as storage

HttpRequest = Request[Any, Any, Any]
Upload = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
IMPORTS: dict[str, Any] = requires("items.import")
UPLOAD_SIZE = 21 * 1024 * 1024
PASTE_SIZE = 4 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LABELS = ("subject", "grade", "topic", "level")


@get("/bank/{bank:str}/import", **IMPORTS)
async def choose_file(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, bank: str, then: str = ""
) -> Response[str]:
    found = await _bank(connection, principal, bank)
    there = await _way_back(request, connection, principal, then)
    return page(request, "authoring/import.html", bank=found, written={}, error="", **there)


@post("/bank/{bank:str}/import", request_max_body_size=UPLOAD_SIZE, status_code=303, **IMPORTS)
async def import_file(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, bank: str, data: Upload
) -> Response[Any]:
    """The form comes back with the reason, and with what was typed, where the file cannot be read."""
    found = await _bank(connection, principal, bank)
    file = data.get("file")
    if not isinstance(file, UploadFile):
        raise not_found()
    content = await file.read()
    if import_jobs.is_large(file.filename, content):
        job = await import_jobs.read_later(connection, principal, found["id"], file.filename, content, **_hints(data))
        return Redirect(f"/jobs/{job}", status_code=303)
    try:
        run = await importing.dry_run(connection, principal, found["id"], file.filename, content, **_hints(data))
    except Refused as refused:
        if wants_json(request):
            raise
        error = f"{file.filename}: {text_of(request, refused)}"
        there = await _way_back(request, connection, principal, data.get("then"))
        return page(
            request, "authoring/import.html", status=refused.status, bank=found, written=data, error=error, **there
        )
    return Redirect(_address(run.public_id, data.get("then")), status_code=303)


@get("/bank/{bank:str}/paste", **IMPORTS)
async def paste_page(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, bank: str, then: str = ""
) -> Response[str]:
    found = await _bank(connection, principal, bank)
    labels = await storage.labels_in_use(connection, found["id"])
    there = await _way_back(request, connection, principal, then)
    return page(request, "authoring/paste.html", bank=found, labels=labels, written={}, error="", **there)


@post("/bank/{bank:str}/paste", request_max_body_size=PASTE_SIZE, status_code=200, **IMPORTS)
async def paste(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, bank: str, data: Form
) -> Response[Any]:
    """What was pasted comes back with the reason when nothing can be read from it."""
    found = await _bank(connection, principal, bank)
    text = (MARK if data.get("looks") == "1" and data.get("text") else "") + str(data.get("text") or "")
    try:
        run = await importing.dry_run(
            connection, principal, found["id"], importing.PASTED, text.encode("utf-8", "replace"),
            **_hints(data), format_name="text",
        )  # fmt: skip
    except Refused as refused:
        labels = await storage.labels_in_use(connection, found["id"])
        said: dict[str, Any] = {"written": data, "error": text_of(request, refused)}
        there = await _way_back(request, connection, principal, data.get("then"))
        return page(request, "authoring/paste.html", status=422, bank=found, labels=labels, **there, **said)
    return Redirect(_address(run.public_id, data.get("then")), status_code=303)


@get("/imports/{run:str}", **IMPORTS)
async def import_report(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, run: str, then: str = "", added: str = ""
) -> Response[str]:
    found = await _run(connection, principal, run)
    if await import_jobs.is_being_read(connection, principal, found):
        return Redirect(f"/jobs/{found['report']['job']}", status_code=303)
    stored = msgspec.convert(found["report"]["report"], ImportReport)
    bank = await queries.bank_by_id(connection, found["bank_id"])
    rows = await storage.items_of_import(connection, found["id"]) if found["confirmed"] else []
    view = await import_page(connection, found, stored)
    return page(
        request,
        "authoring/import_report.html",
        run=found,
        bank=bank,
        view=view,
        pasted=found["file_name"] == importing.PASTED,
        in_bank=sum(row["status"] != "retired" for row in rows),
        put_away=sum(row["status"] == "retired" for row in rows),
        can_withdraw=any(row["status"] == "draft" and not row["changed"] for row in rows),
        just_added=bool(added),
        mend=await to_be_mended(connection, found, [row["public_id"] for row in rows if row["status"] != "retired"]),
        excerpt=excerpt,
        tests=await drafting_exams.tests_on_page(connection, found, view.report),
        may_draft=await drafting_exams.may_draft(connection, principal, found["bank_id"]),
        **await _way_back(request, connection, principal, then),
        listed_at_most=SHOWN_AT_MOST,
        type_labels=TYPE_LABELS,
        kind_labels=KIND_LABELS,
    )


@get("/imports/{run:str}/report.xlsx", **IMPORTS)
async def import_workbook(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, run: str
) -> Response[bytes]:
    """Every item of the file with its fate."""
    found = await _run(connection, principal, run)
    stored = msgspec.convert(found["report"]["report"], ImportReport)
    report = await final_report(connection, found, stored)
    translate = translator(locale_of(request))
    data = await asyncio.to_thread(workbook, [(found["file_name"], report)], translate)
    name = file_name(found["file_name"].rpartition(".")[0], "import", "xlsx")
    return Response(data, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@post("/imports/{run:str}/repair", status_code=303, **IMPORTS)
async def repair(connection: AsyncConnection, principal: Principal, run: str, data: Form) -> Response[Any]:
    """One decision about one item. `do`: the pressed button's `act value`; a text field may be the value."""
    found = await _run(connection, principal, run)
    key = str(data.get("item") or "")
    act, _space, value = str(data.get("do") or "").partition(" ")
    await repairing.decide(connection, found, key, act, value or str(data.get("value") or ""))
    return Redirect(_address(run, data.get("then")), status_code=303)


@post("/imports/{run:str}/confirm", status_code=303, **IMPORTS)
async def confirm_import(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, run: str, data: Form
) -> Response[Any]:
    """Back to where the teacher came from, with the new items, or to the import, where it can be taken back."""
    found = await _run(connection, principal, run)
    wanted = [int(name[5:]) for name in data if name.startswith("exam-") and name[5:].isdecimal() and len(name) < 10]
    if len(found["report"]["report"].get("items", ())) > import_jobs.LARGE_REPORT and not data.get("then"):
        job = await import_jobs.add_later(connection, principal, found, wanted)
        return Redirect(f"/jobs/{job}", status_code=303)
    added = await importing.confirm(connection, principal, found, exams=wanted)
    then = local_path(data.get("then"), "")
    if not then:
        return Redirect(f"/imports/{run}?added={len(set(added.versions)) - added.known}", status_code=303)
    versions = await storage.versions_by_id(connection, added.versions)
    items = [versions[one].item_public_id for one in added.versions]
    await destinations.bring(request.app.state.slots, connection, principal, then, items)
    return Redirect(_with(then, added=",".join(items)), status_code=303)


@post("/imports/{run:str}/exams", status_code=303, **IMPORTS)
async def draft_exam(connection: AsyncConnection, principal: Principal, run: str, data: Form) -> Response[Any]:
    """The exam of one test of an import whose items are in the bank; one at most, however often it is asked for."""
    found = await _run(connection, principal, run)
    number = str(data.get("test") or "")
    if not number.isdecimal() or len(number) > 4:
        raise not_found()
    made = await importing.draft_again(connection, principal, found, [int(number)])
    return Redirect(f"/exams/{made[0].public_id}" if made else f"/imports/{run}#tests", status_code=303)


@post("/imports/{run:str}/withdraw", status_code=303, **IMPORTS)
async def withdraw_import(connection: AsyncConnection, principal: Principal, run: str, data: Form) -> Response[Any]:
    found = await _run(connection, principal, run)
    await importing.withdraw(connection, principal, found, back=data.get("do") == "back")
    return Redirect(f"/imports/{run}", status_code=303)


@get("/import-template.xlsx", sync_to_thread=True, **IMPORTS)
def import_template(request: HttpRequest) -> Response[bytes]:
    from item_bank.formats.xlsx.writing import write_template

    language: Language = "en" if locale_of(request) == "en" else "vi"
    return Response(
        write_template(language),
        media_type=XLSX,
        headers={"Content-Disposition": 'attachment; filename="items.xlsx"'},
    )


def _hints(data: dict[str, Any]) -> dict[str, Any]:
    form = Reading({name: value for name, value in data.items() if isinstance(value, str)})
    language = form.text("language", required=False)
    return {
        "language": language if language in ("vi", "en") else "vi",
        **{name: form.text(name, required=False) for name in _LABELS},
    }


async def _way_back(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, then: object
) -> dict[str, Any]:
    """For a page: where it leads back to, and the title of the test that lies there."""
    place = local_path(then, "")
    title = await destinations.title_at(request.app.state.slots, connection, principal, place)
    return {"then": place, "destination": title}


def _address(run: str, then: object) -> str:
    place = local_path(then, "")
    return f"/imports/{run}" + (f"?{urlencode({'then': place})}" if place else "")


def _with(place: str, **query: str) -> str:
    """The address with more in its query; its fragment stays at the end."""
    path, mark, fragment = place.partition("#")
    return f"{path}{'&' if '?' in path else '?'}{urlencode(query, safe=',')}{mark}{fragment}"


async def _bank(connection: AsyncConnection, principal: Principal, bank: str) -> Any:
    found = await storage.bank_by_public_id(connection, bank, queries.banks_open_to(principal, "items.import"))
    if found is None:
        raise not_found()
    return found


async def _run(connection: AsyncConnection, principal: Principal, run: str) -> Any:
    owner = queries.banks_open_to(principal, "items.import")
    found = await storage.import_by_public_id(connection, run, owner)
    if found is None:
        raise not_found()
    return found


ROUTES = (
    choose_file,
    import_file,
    paste_page,
    paste,
    import_report,
    import_workbook,
    repair,
    confirm_import,
    draft_exam,
    withdraw_import,
    import_template,
)

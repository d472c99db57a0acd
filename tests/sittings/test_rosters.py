"""Lists of candidates as schools really send them, through the upload."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from sqlalchemy import text

from exam_engine.sittings.roster import read_roster
from tests.accounts.school import see, send
from tests.sittings.world import World

NAMES = ["Nguyễn Thị Ánh", "Đặng Văn Bình", "Lê Ân", "Lê Văn An", "Lê Thị An", "Ngô Ấn", "Trần Đức"]
IN_ORDER = ["Lê Thị An", "Lê Văn An", "Nguyễn Thị Ánh", "Lê Ân", "Ngô Ấn", "Đặng Văn Bình", "Trần Đức"]
CSV = "Số báo danh,Mã học sinh,Họ và tên,Ngày sinh,Lớp\r\n" + "".join(
    f"{n:04d},000{n},{name},05/09/2008,12A1\r\n" for n, name in enumerate(NAMES, start=1)
)
#: In Windows-1258 a tone stands after its letter, as a combining mark.
TONES = {"̀": b"\xcc", "̉": b"\xd2", "̃": b"\xde", "́": b"\xec", "̣": b"\xf2"}


def windows_1258(content: str) -> bytes:
    import unicodedata

    out = b""
    for char in content:
        whole = unicodedata.normalize("NFD", char)
        tones = [mark for mark in whole if mark in TONES]
        base = unicodedata.normalize("NFC", "".join(mark for mark in whole if mark not in TONES))
        out += base.encode("cp1258") + b"".join(TONES[mark] for mark in tones)
    return out


def workbook(*rows: tuple[Any, ...], formats: dict[str, str] | None = None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for cell, form in (formats or {}).items():
        sheet[cell].number_format = form
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


async def test_every_encoding_gives_the_same_names_in_the_same_order(world: World) -> None:
    place = await world.planned()
    encodings = [CSV.encode(), CSV.encode("utf-8-sig"), CSV.encode("utf-16"), windows_1258(CSV)]
    for data in (*encodings, CSV.replace(",", ";").encode(), CSV.replace(",", "\t").encode("utf-16")):
        await world.enrolled(place, data)
        rows = await world.rows(place)
        assert [row.full_name for row in rows] == IN_ORDER
        assert {row.birth_date for row in rows} == {date(2008, 9, 5)}
        by_name = {row.full_name: (row.number, row.code) for row in rows}
        assert by_name["Nguyễn Thị Ánh"] == ("0001", "0001"), "leading zeros stay"
    page = (await see(world.client, f"{place}/candidates")).text
    assert [page.index(f">{name}<") for name in IN_ORDER] == sorted(page.index(f">{name}<") for name in IN_ORDER)
    found = (await see(world.client, f"{place}/candidates?q=dang+binh")).text
    assert "Đặng Văn Bình" in found
    assert "Nguyễn Thị Ánh" not in found
    assert "Đặng Văn Bình" in (await see(world.client, f"{place}/candidates?q=ĐẶNG")).text


async def test_a_workbook_keeps_zeros_dates_and_formula_results(world: World) -> None:
    place = await world.planned()
    heading = ("SBD", "Mã HS", "Họ và tên", "Ngày sinh", "Lớp")
    data = workbook(
        heading,
        (7, "0079000001", "Nguyễn Thị Ánh", datetime(2008, 9, 5), "12A1"),  # noqa: DTZ001 - a workbook knows no zones
        ("008", "0079000002", "Lê Ân", "5/9/2008", "12A1"),
        formats={"A2": "000", "D2": "dd/mm/yyyy"},
    )
    await world.enrolled(place, data, "ds.xlsx")
    rows = await world.rows(place)
    assert [(row.number, row.code, row.birth_date) for row in rows] == [
        ("007", "0079000001", date(2008, 9, 5)),
        ("008", "0079000002", date(2008, 9, 5)),
    ]
    formula = workbook(heading, ("001", "", '="Nguyễn "&"An"', "", ""))
    shown = await see(world.client, (await world.upload(place, formula, "ds.xlsx")).headers["location"])
    assert "tone-danger" in shown.text, "a formula that nobody has calculated is no name"
    harmless = await world.upload(place, "Số báo danh,Họ và tên\n001,\"=cmd|' /C calc'!A1\"".encode())
    assert "=cmd|" in (await see(world.client, harmless.headers["location"])).text, "text stays text"


async def test_every_error_is_named_by_row_and_column_and_nothing_enters(world: World) -> None:
    place = await world.with_candidates(3)
    data = (
        "Số báo danh,Họ và tên,Ngày sinh,Phòng,Chỗ,Thêm giờ %,Lý do,Ghi chú\n"
        "001,An,05/09/2008,P1,1,,,x\n"
        "001,Bình,31/02/2008,P1,1,,,\n"
        ",Châu,,P1,2,,,\n"
        "004,,,P1,3,,,\n"
        "005,Dũng,,P1,4,900,,\n"
        "006,Yến,,P1,5,25,,\n"
    ).encode()
    uploaded = await world.upload(place, data)
    page = await see(world.client, uploaded.headers["location"])
    for row, column in ((3, "Ngày sinh"), (4, "Số báo danh"), (5, "Họ và tên"), (6, "Thêm giờ %"), (7, "Lý do")):
        assert f'>{row}</th><td data-label="Cột">{column}</td>' in page.text, (row, column)
    refused = await send(world.client, f"{uploaded.headers['location']}/take", room_size="24")
    assert refused.status_code == 422
    assert len(await world.rows(place)) == 3, "the former roster stands"
    doubled = await world.upload(place, "SBD,Họ và tên\n001,An\n002,Bình\n001,Châu".encode())
    shown = (await see(world.client, doubled.headers["location"])).text
    assert '>4</th><td data-label="Cột">SBD</td>' in shown
    assert "đã có ở dòng 2" in shown


async def test_a_roster_is_taken_once_and_replaces_the_former(world: World) -> None:
    place = await world.with_candidates(4)
    uploaded = await world.upload(place, CSV.encode())
    take = f"{uploaded.headers['location']}/take"
    assert (await send(world.client, take, room_size="0")).status_code == 422
    assert (await send(world.client, take, room_size="3")).status_code == 303
    assert (await send(world.client, take, room_size="3")).status_code == 409
    assert len(await world.rows(place)) == len(NAMES)
    rooms = (await see(world.client, f"{place}/rooms")).text
    assert all(f'value="P0{n}"' in rooms for n in (1, 2, 3))


async def test_pupils_of_a_class_become_candidates(world: World) -> None:
    place = await world.planned()
    page = (await see(world.client, f"{place}/roster")).text
    assert f'value="{world.school.class_.public_id}"' in page
    assert f'value="{world.school.other_class.public_id}"' not in page, "classes of the other school are not offered"
    shown = await send(world.client, f"{place}/roster/classes", **{"class": world.school.class_.public_id})
    await send(world.client, f"{shown.headers['location']}/take", room_size="24")
    (row,) = await world.rows(place)
    assert (row.full_name, row.code, row.class_name, row.number) == ("Nguyễn Văn Đạt", "0001", "12A1", "001")
    assert row.person_id == world.school.pupil.id
    stolen = await send(world.client, f"{place}/roster/classes", **{"class": world.school.other_class.public_id})
    assert "tone-danger" in (await see(world.client, stolen.headers["location"])).text


def hostile() -> dict[str, bytes]:
    sound = workbook(("Họ và tên",), ("An",))

    def rewritten(change: dict[str, bytes]) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(sound)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
            for name in source.namelist():
                out.writestr(name, change.pop(name, source.read(name)))
            for name, data in change.items():
                out.writestr(name, data)
        return stream.getvalue()

    entity = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&e;</t></si></sst>'
    )
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "'
        + b"lol" * 1000
        + b'">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(8))
        + b"]><sst>&i;</sst>"
    )
    return {
        "bomb": rewritten({"xl/big.xml": b"\0" * 60_000_000}),
        "outside": rewritten({"../../evil.txt": b"x"}),
        "entity": rewritten({"xl/sharedStrings.xml": entity}),
        "laughs": rewritten({"xl/sharedStrings.xml": laughs}),
        "cut off": sound[: len(sound) // 2],
        "no table": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        "NUL": "Họ và tên\nA\0n".encode(),
        "empty": b"",
        "only headings": "Họ và tên".encode(),
        "no name": b"SBD\n001",
        "old Excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    }


async def test_hostile_and_broken_files_are_refused_in_words(world: World) -> None:
    place = await world.planned()
    for kind, data in hostile().items():
        uploaded = await world.upload(place, data, "ds.xlsx")
        page = await see(world.client, uploaded.headers["location"]) if uploaded.status_code == 303 else uploaded
        assert page.status_code < 500, kind
        assert "tone-danger" in page.text or 400 <= page.status_code < 500, kind
        assert "root:" not in page.text, "no file of the server is read"
        assert await world.rows(place) == [], kind


async def test_a_file_of_50_mb_is_told_its_limit(world: World) -> None:
    place = await world.planned()
    refused = await world.upload(place, b"x" * 50_000_000)
    assert refused.status_code == 413
    assert "10 MB" in refused.text
    nothing = await send(world.client, f"{place}/roster")
    assert 400 <= nothing.status_code < 500
    async with world.engine.connect() as connection:
        assert (await connection.execute(text("select count(*) from exam.roster_upload"))).scalar_one() == 0


async def test_the_template_is_a_roster(world: World) -> None:
    for name in ("roster.xlsx", "roster.csv"):
        for language in ("vi", "en"):
            place = await world.planned()
            world.client.cookies.set("lang", language)
            template = await world.client.get(f"/roster-template/{name}")
            assert template.status_code == 200
            await world.enrolled(place, template.content, name)
            rows = await world.rows(place)
            assert [(row.number, row.extra_percent) for row in rows] == [("001", 0), ("002", 25)]
    assert (await world.client.get("/roster-template/roster.exe")).status_code == 404


async def test_titles_above_and_signatures_below_a_roster_are_told_and_not_read(world: World) -> None:
    place = await world.planned()
    titles = (("TRƯỜNG THPT LƯU VĂN LIỆT",), ("DANH SÁCH THÍ SINH LỚP 12A1",), (None,))
    rows = (("Số báo danh", "Họ và tên", "Ngày sinh"), ("0001", "Lê Ân", "05/09/2008"), ("0002", "Lê An", "31/02/2008"))
    footer = ((None, "Tổng số: 2"), (None, None, "Ngày 1 tháng 6 năm 2026"), (None, "Hiệu trưởng"), (None, "Trần Đức"))
    wrong = read_roster(workbook(*titles, *rows, *footer))
    assert [problem.row for problem in wrong.problems] == [6], "rows count as in the file"
    assert [note.row for note in wrong.notes] == [1, 2, 7, 8, 9, 10]
    await world.enrolled(place, workbook(*titles, *rows[:2], ("0002", "Lê An", "30/01/2008"), *footer))
    assert [row.full_name for row in await world.rows(place)] == ["Lê An", "Lê Ân"]

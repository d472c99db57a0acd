"""The people of the demo school, all invented: pupils from a seed, and one member of staff for each role."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Literal

from exam_engine.demo.names import FAMILY, GIVEN, MIDDLE, Gender

CLASSES = ("12A1", "12A2", "12A3", "12A4", "12A5")
BIRTH_YEAR = 2009

Role = Literal["teacher", "author", "reviewer", "marker", "invigilator", "exam_officer", "manager", "administrator"]


@dataclass(frozen=True, slots=True)
class Pupil:
    """`code` has ten digits and begins with zeros, which a spreadsheet must not lose."""

    code: str
    family: str
    middle: str
    given: str
    gender: Gender
    born: date
    class_name: str

    @property
    def name(self) -> str:
        return f"{self.family} {self.middle} {self.given}"

    @property
    def birth_date(self) -> str:
        return self.born.strftime("%d/%m/%Y")


@dataclass(frozen=True, slots=True)
class Member:
    login: str
    name: str
    gender: Gender
    role: Role
    duty: str


STAFF: tuple[Member, ...] = (
    Member("giaovien", "Trần Thị Thanh Hà", "nữ", "teacher", "Giáo viên Toán, chủ nhiệm lớp 12A1"),
    Member("bientap", "Lê Hoàng Phúc", "nam", "author", "Giáo viên Vật lí, biên soạn câu hỏi"),
    Member("thamdinh", "Phạm Ngọc Diệp", "nữ", "reviewer", "Tổ trưởng tổ Toán, thẩm định câu hỏi"),
    Member("chamthi", "Võ Minh Tâm", "nữ", "marker", "Giáo viên Tiếng Anh, cán bộ chấm"),
    Member("coithi", "Đặng Quốc Bảo", "nam", "invigilator", "Giáo viên Lịch sử, cán bộ coi thi"),
    Member("khaothi", "Nguyễn Thị Ánh Tuyết", "nữ", "exam_officer", "Cán bộ khảo thí"),
    Member("quanly", "Huỳnh Công Thành", "nam", "manager", "Phó hiệu trưởng"),
    Member("quantri", "Bùi Đức Anh", "nam", "administrator", "Quản trị hệ thống"),
)

ROSTER_COLUMNS = ("Mã học sinh", "Họ và tên", "Ngày sinh", "Giới tính", "Lớp")


def pupils(seed: str, count: int) -> list[Pupil]:
    """`count` pupils, spread evenly over the classes; no two share name and class. Equal seeds give equal pupils."""
    random = Random(f"pupils:{seed}")
    taken: set[tuple[str, str]] = set()
    code = random.randrange(120_000, 480_000)
    made: list[Pupil] = []
    while len(made) < count:
        class_name = CLASSES[len(made) % len(CLASSES)]
        pupil = _pupil(random, f"{code:010d}", class_name)
        if (pupil.name, class_name) in taken:
            continue
        taken.add((pupil.name, class_name))
        made.append(pupil)
        code += random.randrange(1, 40)
    return made


def roster_csv(people: Iterable[Pupil]) -> str:
    """The roster as a school's spreadsheet program writes it: comma, CRLF, dates dd/mm/yyyy."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(ROSTER_COLUMNS)
    rows.writerows((one.code, one.name, one.birth_date, one.gender, one.class_name) for one in people)
    return out.getvalue()


def _pupil(random: Random, code: str, class_name: str) -> Pupil:
    gender: Gender = random.choice(("nữ", "nam"))
    family = _weighted(random, FAMILY)
    middle = _weighted(random, MIDDLE[gender])
    given = random.choice([name for name in GIVEN[gender] if name not in {family, *middle.split()}])
    born = date(BIRTH_YEAR, 1, 1) + timedelta(days=random.randrange(365))
    if random.random() < 0.03:
        born = born.replace(year=BIRTH_YEAR - 1)
    return Pupil(code, family, middle, given, gender, born, class_name)


def _weighted(random: Random, choices: Sequence[tuple[str, int]]) -> str:
    names, weights = zip(*choices, strict=True)
    return str(random.choices(names, weights)[0])

"""The words of the XLSX template, Vietnamese and English: column titles, types of items, levels, truth."""

from __future__ import annotations

import re

from item_bank.content.folding import fold
from item_bank.content.spread import COMPETENCE, ENEMIES, ESTIMATE, REQUIREMENT, SOURCE

#: Column → (Vietnamese title, English title, further names that are understood).
COLUMNS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "id": ("Mã câu", "Code", ("Mã", "Mã câu hỏi", "ID", "STT", "Câu", "No.")),
    "type": ("Loại câu hỏi", "Type", ("Loại", "Dạng", "Dạng câu hỏi", "Item type", "Question type")),
    "stem": ("Câu dẫn", "Stem", ("Câu hỏi", "Nội dung", "Nội dung câu hỏi", "Đề bài", "Question")),
    **{
        letter: (f"Phương án {letter}", f"Option {letter}", (letter, f"Đáp án {letter}", f"Ý {letter}"))
        for letter in "ABCDEFGH"
    },
    "key": ("Đáp án", "Key", ("Đáp án đúng", "Answer", "Correct answer", "Kết quả")),
    "tolerance": ("Sai số", "Tolerance", ("Dung sai",)),
    "points": ("Điểm", "Points", ("Số điểm", "Score", "Marks")),
    "level": ("Mức độ", "Level", ("Mức độ nhận thức", "Mức", "Cognitive level")),
    "levels": ("Mức độ các ý", "Statement levels", ("Mức độ từng ý", "Levels of statements")),
    "topic": ("Chủ đề", "Topic", ("Chương", "Bài", "Đơn vị kiến thức")),
    "grade": ("Lớp", "Grade", ("Khối", "Khối lớp")),
    "subject": ("Môn", "Subject", ("Môn học",)),
    "rationale": ("Lời giải", "Rationale", ("Giải thích", "Hướng dẫn giải", "Explanation", "Solution")),
    "passage": ("Ngữ liệu", "Passage", ("Mã ngữ liệu", "Ngữ liệu chung", "Passage code")),
    "picture": ("Hình", "Picture", ("Hình ảnh", "Ảnh", "Image", "Image file")),
    "fixed": ("Giữ thứ tự", "Keep order", ("Không trộn", "Giữ nguyên vị trí", "Fixed order")),
    "language": ("Ngôn ngữ", "Language", ()),
    "tags": ("Từ khóa", "Tags", ("Nhãn", "Keywords")),
    "author": ("Tác giả", "Author", ("Người soạn",)),
    "licence": ("Giấy phép", "Licence", ("License", "Bản quyền")),
    REQUIREMENT: ("Yêu cầu cần đạt", "Learning outcome", ("YCCĐ", "Yêu cầu", "Outcome")),
    COMPETENCE: ("Năng lực", "Competence", ("NL", "Thành phần năng lực", "Competency")),
    ENEMIES: ("Loại trừ nhau", "Enemies", ("Nhóm loại trừ", "Không đi cùng", "Excludes")),
    ESTIMATE: ("Ước lượng % làm đúng", "Estimated % right", ("Ước lượng", "Độ khó dự kiến", "Estimate")),
    SOURCE: ("Nguồn", "Source", ("Nguồn câu hỏi", "Trích từ", "Taken from")),
}  # fmt: skip

PASSAGE_COLUMNS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "id": ("Mã ngữ liệu", "Passage code", ("Mã", "Code", "ID")),
    "title": ("Tiêu đề", "Title", ("Tên", "Nhan đề")),
    "text": ("Nội dung", "Text", ("Ngữ liệu", "Văn bản", "Content", "Passage")),
    "picture": ("Hình", "Picture", ("Hình ảnh", "Ảnh", "Image")),
}

#: Type → (Vietnamese name, English name, further names). "Nhiều lựa chọn" is the official name of items with one key.
TYPES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "single_choice": (
        "Một phương án đúng",
        "Single choice",
        ("Trắc nghiệm", "Nhiều lựa chọn", "Trắc nghiệm nhiều lựa chọn", "Nhiều phương án lựa chọn", "TN", "MCQ"),
    ),
    "multiple_choice": (
        "Nhiều phương án đúng",
        "Multiple answers",
        ("Nhiều đáp án", "Nhiều đáp án đúng", "Multiple response"),
    ),
    "true_false_cluster": ("Đúng–Sai", "True/false cluster", ("Đ/S", "ĐS", "True/False")),
    "numeric": ("Trả lời ngắn", "Numeric", ("TLN", "Số", "Number", "Short numeric answer")),
    "short_text": ("Điền từ", "Short text", ("Trả lời bằng chữ", "Điền khuyết", "Short answer", "Text")),
    "essay": ("Tự luận", "Essay", ("TL",)),
}

LEVELS: dict[str, tuple[str, ...]] = {
    "Biết": ("biet", "nhan biet", "nb", "b", "knowledge", "remember"),
    "Hiểu": ("hieu", "thong hieu", "th", "h", "understand", "comprehension"),
    "Vận dụng": ("van dung", "vd", "v", "apply", "application"),
    "Vận dụng cao": ("van dung cao", "vdc"),
}

SHEETS = {"items": ("Câu hỏi", "Items"), "passages": ("Ngữ liệu", "Passages"), "guide": ("Hướng dẫn", "Guide")}

_TRUE = {"d", "dung", "t", "true", "1"}
_FALSE = {"s", "sai", "f", "false", "0"}
_LABEL = re.compile(r"[a-h]\s*[).:]")


def names(table: dict[str, tuple[str, str, tuple[str, ...]]]) -> dict[str, str]:
    """Folded name → its key in the table."""
    return {
        _bare(name): key
        for key, (vietnamese, english, others) in table.items()
        for name in (vietnamese, english, *others)
    }


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", " ", fold(name.split("(", maxsplit=1)[0] if "(" in name else name)).strip()


def column_named(title: str, table: dict[str, tuple[str, str, tuple[str, ...]]]) -> str | None:
    return names(table).get(_bare(title))


def type_named(name: str) -> str | None:
    return names(TYPES).get(_bare(name))


def level_named(name: str) -> str:
    """The usual name of a level; one that is unknown stays as written, for levels are a school's own set."""
    folded = fold(name)
    return next((level for level, aliases in LEVELS.items() if folded in aliases), " ".join(name.split()))


def truths(text: str) -> list[bool] | None:
    """`ĐSSĐ`, `Đ, S, S, Đ`, `a) Đúng b) Sai`, `TFFT` → one truth per statement; None when anything else is in it."""
    folded = _LABEL.sub(" ", fold(text))
    words = [word for word in re.split(r"[\s,;/|–-]+", folded) if word]
    if not all(word in _TRUE | _FALSE for word in words):
        words = list("".join(words))
    return [word in _TRUE for word in words] if words and all(word in _TRUE | _FALSE for word in words) else None

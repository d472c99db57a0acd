"""A paper and its variant as the service makes them, with every interaction and a passage."""

from __future__ import annotations

from typing import Any

PASSAGE = (
    "<p>Sông Hồng chảy qua mười tỉnh, thành phố.</p>" + "<p>Phù sa bồi đắp nên đồng bằng châu thổ rộng lớn.</p>" * 12
)
FORMULA = "<math><mi>x</mi><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></math>"


def paper(choices: int = 4) -> dict[str, Any]:
    """`choices` single-choice items come first, then one of each other interaction; the last two share a passage."""
    items = [_choice(slot) for slot in range(choices)]
    more: list[tuple[str, str, dict[str, Any]]] = [
        (
            "multiple_choice",
            "<p>Những số nào là số nguyên tố?</p>",
            {"options": _options("2", "4", "5", "9"), "min": 0, "max": 0},
        ),
        (
            "true_false_cluster",
            "<p>Cho hàm số bậc hai có đồ thị là một parabol.</p>",
            {"statements": {letter: f"<p>Ý {letter} của câu đúng–sai.</p>" for letter in "abcd"}},
        ),
        ("numeric", "<p>Tính giá trị biểu thức, làm tròn đến hàng phần mười.</p>", {"max_chars": 4}),
        ("short_text", "<p>Thủ đô của Việt Nam là thành phố nào?</p>", {"max_chars": 20}),
        ("essay", "<p>Nêu cảm nghĩ của em về đoạn văn.</p>", {"max_words": 200, "lines": 8}),
    ]
    for kind, stem, body in more:
        items.append({"slot": len(items), "type": kind, "stem": stem, "points": "0.5", "body": body})
    for item in items[-2:]:
        item["passage"] = "p1"
    return {
        "v": 1,
        "id": "form101",
        "language": "vi",
        "title": "Bài kiểm tra thử",
        "instructions": "",
        "passages": {"p1": PASSAGE},
        "items": items,
        "assets": {},
    }


def variant(whole: dict[str, Any]) -> dict[str, Any]:
    placed = [[item["slot"], list(item["body"].get("options", {}))] for item in whole["items"]]
    return {
        "v": 1,
        "form": "101",
        "sections": [
            {
                "title": "Phần I",
                "instructions": "<p>Mỗi câu chọn một phương án.</p>",
                "choose": None,
                "items": placed[:-5],
            },
            {"title": "Phần II", "instructions": "", "choose": None, "items": placed[-5:]},
        ],
    }


def _choice(slot: int) -> dict[str, Any]:
    stem = f"<p>Câu số {slot + 1}: nghiệm của phương trình {FORMULA} là số nào dưới đây?</p>"
    options = _options("Một nửa", "Một phần ba, viết dài hơn để dòng chữ xuống hàng trên màn hình hẹp", "Hai", "Bốn")
    return {
        "slot": slot,
        "type": "single_choice",
        "stem": stem,
        "points": "0.25",
        "body": {"options": options, "min": 0, "max": 1},
    }


def _options(*texts: str) -> dict[str, str]:
    return {f"k{number}": f"<p>{text}</p>" for number, text in enumerate(texts)}

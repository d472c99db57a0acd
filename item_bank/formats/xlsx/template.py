# ruff: noqa: E501 - the texts are one cell each
"""The words of the XLSX template: one example of each type, and the guide, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from item_bank.content.model import Language

Rows = Sequence[Mapping[str, str]]

EXAMPLES: dict[Language, Rows] = {
    "vi": (
        {
            "id": "VD1", "type": "single_choice", "stem": "Nghiệm của phương trình $2x - 6 = 0$ là", "A": "$x = 3$",
            "B": "$x = -3$", "C": "$x = 12$", "D": "$x = 4$", "key": "A", "points": "0,25", "level": "Biết",
            "topic": "Phương trình bậc nhất", "grade": "8", "subject": "Toán", "rationale": "$2x = 6$ nên $x = 3$.",
        },
        {
            "id": "VD2", "type": "true_false_cluster", "stem": "Cho hàm số $f(x) = x^2 - 4x + 3$.",
            "A": "Đồ thị hàm số cắt trục tung tại điểm có tung độ bằng 3.", "B": "$f(2) = 1$.",
            "C": "Hàm số đạt giá trị nhỏ nhất tại $x = 2$.", "D": "Phương trình $f(x) = 0$ vô nghiệm.", "key": "ĐSĐS",
            "points": "1", "levels": "Biết; Biết; Hiểu; Vận dụng", "topic": "Hàm số bậc hai", "grade": "10", "subject": "Toán",
        },
        {
            "id": "VD3", "type": "numeric", "stem": "Giá trị của $\\log_4 2$ bằng bao nhiêu?", "key": "0,5", "points": "0,5",
            "level": "Hiểu", "topic": "Lôgarit", "grade": "11", "subject": "Toán",
        },
        {
            "id": "VD4", "type": "multiple_choice", "stem": "Những số nào sau đây là số nguyên tố?", "A": "2", "B": "9",
            "C": "11", "D": "21", "key": "A, C", "points": "0,5", "level": "Biết", "grade": "6", "subject": "Toán",
        },
        {
            "id": "VD5", "type": "short_text", "stem": "Đoạn văn trong ngữ liệu tả con sông nào?",
            "key": "sông Hương | Hương giang", "points": "0,5", "level": "Biết", "grade": "12", "subject": "Ngữ văn",
            "passage": "NL1",
        },
        {
            "id": "VD6", "type": "essay", "stem": "Nêu cảm nhận của em về đoạn văn trong ngữ liệu (khoảng 10 dòng).",
            "key": "0,5: Đúng hình thức đoạn văn\n1: Nêu được vẻ đẹp của con sông\n0,5: Diễn đạt mạch lạc", "points": "2",
            "level": "Vận dụng", "grade": "12", "subject": "Ngữ văn", "passage": "NL1",
        },
    ),
    "en": (
        {
            "id": "EX1", "type": "single_choice", "stem": "The solution of $2x - 6 = 0$ is", "A": "$x = 3$",
            "B": "$x = -3$", "C": "$x = 12$", "D": "$x = 4$", "key": "A", "points": "0.25", "level": "Biết",
            "topic": "Linear equations", "grade": "8", "subject": "Mathematics", "rationale": "$2x = 6$, so $x = 3$.",
        },
        {
            "id": "EX2", "type": "true_false_cluster", "stem": "Let $f(x) = x^2 - 4x + 3$.",
            "A": "The graph meets the y-axis at height 3.", "B": "$f(2) = 1$.", "C": "$f$ is least at $x = 2$.",
            "D": "$f(x) = 0$ has no solution.", "key": "TFTF", "points": "1", "levels": "Biết; Biết; Hiểu; Vận dụng",
            "topic": "Quadratic functions", "grade": "10", "subject": "Mathematics",
        },
        {
            "id": "EX3", "type": "numeric", "stem": "What is $\\log_4 2$?", "key": "0.5", "points": "0.5", "level": "Hiểu",
            "topic": "Logarithms", "grade": "11", "subject": "Mathematics",
        },
        {
            "id": "EX4", "type": "multiple_choice", "stem": "Which of these numbers are prime?", "A": "2", "B": "9",
            "C": "11", "D": "21", "key": "A, C", "points": "0.5", "level": "Biết", "grade": "6", "subject": "Mathematics",
        },
        {
            "id": "EX5", "type": "short_text", "stem": "Which river does the passage describe?",
            "key": "Perfume River | the Perfume River", "points": "0.5", "level": "Biết", "grade": "12", "subject": "English",
            "passage": "P1",
        },
        {
            "id": "EX6", "type": "essay", "stem": "In about 100 words, say how the passage made you feel.",
            "key": "0.5: The form of a paragraph\n1: Names what is beautiful in the river\n0.5: Clear language", "points": "2",
            "level": "Vận dụng", "grade": "12", "subject": "English", "passage": "P1",
        },
    ),
}  # fmt: skip

PASSAGES: dict[Language, Rows] = {
    "vi": (
        {
            "id": "NL1", "title": "Buổi sáng bên sông",
            "text": "Sớm mai, sương còn phủ trên mặt sông Hương.\nMột chiếc đò ngang lặng lẽ rời bến, để lại sau mình những vòng sóng nhỏ.",
        },
    ),
    "en": (
        {
            "id": "P1", "title": "Morning by the river",
            "text": "At dawn the mist still lay on the Perfume River.\nA ferry left the bank without a sound, and small waves ran after it.",
        },
    ),
}  # fmt: skip

GUIDE: dict[Language, Sequence[tuple[str, str]]] = {
    "vi": (
        ("Cách dùng", "Mỗi dòng là một câu hỏi. Xóa các dòng ví dụ trước khi nhập câu hỏi của thầy/cô. Không đổi tên cột; thứ tự cột tùy ý."),
        ("Loại câu hỏi", "Chọn trong danh sách: Một phương án đúng, Nhiều phương án đúng, Đúng–Sai, Trả lời ngắn, Điền từ, Tự luận."),
        ("Câu dẫn, phương án", "Công thức viết bằng TeX giữa hai dấu $, ví dụ $\\frac{1}{2}$. Xuống dòng bằng Alt+Enter. Chữ đậm, nghiêng, chỉ số trên, chỉ số dưới trong ô được giữ."),
        ("Đáp án", "Một phương án đúng: A. Nhiều phương án đúng: A, C. Đúng–Sai: ĐSĐS (mỗi ý một chữ). Trả lời ngắn: 0,5 (nhiều giá trị: 0,5; 1). Điền từ: các cách viết, cách nhau bằng dấu |, dấu * thay cho chữ bất kì. Tự luận: mỗi dòng một ý chấm, ví dụ 0,5: Đúng hình thức đoạn văn."),
        ("Đúng–Sai", "Các ý a, b, c, d viết vào các cột Phương án A, B, C, D. Cột Mức độ các ý: mức độ của từng ý, cách nhau bằng dấu ;"),
        ("Sai số", "Chỉ dùng cho Trả lời ngắn. Để trống: phải đúng giá trị."),
        ("Điểm", "Để trống: 1 điểm. Viết 0,25 hoặc 1/3."),
        ("Ngữ liệu", "Mã của ngữ liệu ở trang Ngữ liệu; nhiều câu hỏi có thể dùng chung một ngữ liệu."),
        ("Hình", "Chèn hình vào trang tính, đặt góc trên bên trái của hình trong ô của câu dẫn, phương án hoặc lời giải."),
        ("Giữ thứ tự", "Ghi x nếu không được trộn các phương án."),
    ),
    "en": (
        ("How to use it", "One row is one item. Delete the examples before you write your own. Do not rename columns; their order is free."),
        ("Type", "Choose from the list: Single choice, Multiple answers, True/false cluster, Numeric, Short text, Essay."),
        ("Stem, options", "Formulas are TeX between two $, for example $\\frac{1}{2}$. Alt+Enter starts a new line. Bold, italic, raised and lowered letters are kept."),
        ("Key", "Single choice: A. Multiple answers: A, C. True/false cluster: TFTF (one letter a statement). Numeric: 0.5 (several values: 0.5; 1). Short text: the accepted texts, parted by |; * stands for anything. Essay: one rubric point a line, for example 0.5: The form of a paragraph."),
        ("True/false cluster", "Statements a, b, c, d stand in the columns Option A, B, C, D. Statement levels: one for each statement, parted by ;"),
        ("Tolerance", "For Numeric only. Empty: exactly the value."),
        ("Points", "Empty: 1 point. Write 0.25 or 1/3."),
        ("Passage", "The code of a passage on the sheet Passages; several items may share one."),
        ("Picture", "Insert the picture into the sheet with its upper left corner in the cell of the stem, option or rationale."),
        ("Keep order", "Write x when the options must not be shuffled."),
    ),
}  # fmt: skip

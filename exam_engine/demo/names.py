"""Vietnamese family, middle and given names with rough frequencies, for invented pupils."""

from __future__ import annotations

from typing import Literal

Gender = Literal["nam", "nữ"]

FAMILY: tuple[tuple[str, int], ...] = (
    ("Nguyễn", 330), ("Trần", 115), ("Lê", 95), ("Phạm", 70), ("Huỳnh", 45), ("Hoàng", 25), ("Phan", 42), ("Võ", 38),
    ("Vũ", 25), ("Đặng", 24), ("Bùi", 22), ("Đỗ", 18), ("Hồ", 16), ("Ngô", 14), ("Dương", 14), ("Lý", 8), ("Đinh", 9),
    ("Trương", 12), ("Lương", 7), ("Mai", 6), ("Cao", 6), ("Tạ", 4), ("Thạch", 7), ("Sơn", 3), ("Kiên", 2),
    ("Châu", 4), ("Lâm", 7), ("Tô", 4), ("Đoàn", 7), ("Quách", 2), ("Ông", 1), ("Ưng", 1),
)  # fmt: skip

MIDDLE: dict[Gender, tuple[tuple[str, int], ...]] = {
    "nữ": (
        ("Thị", 12), ("Thị Thu", 3), ("Thị Ngọc", 4), ("Thị Mỹ", 3), ("Thị Thuỳ", 2), ("Thị Kim", 2), ("Ngọc", 9),
        ("Ngọc Bảo", 2), ("Ngọc Khánh", 1), ("Minh", 6), ("Phương", 6), ("Khánh", 5), ("Bảo", 5), ("Thanh", 5),
        ("Hồng", 4), ("Quỳnh", 4), ("Như", 3), ("Gia", 4), ("Hoàng", 2), ("Tường", 2), ("Ái", 1), ("Yến", 2),
        ("Thuỵ", 1), ("Nguyễn Bảo", 1), ("Đặng Hoài", 1),
    ),
    "nam": (
        ("Văn", 6), ("Minh", 9), ("Quốc", 7), ("Hữu", 5), ("Đức", 6), ("Gia", 8), ("Hoàng", 8), ("Anh", 4),
        ("Thanh", 5), ("Tuấn", 4), ("Công", 4), ("Xuân", 2), ("Bảo", 4), ("Nhật", 5), ("Đình", 4), ("Trọng", 4),
        ("Phúc", 2), ("Thiên", 3), ("Chí", 2), ("Tấn", 4), ("Đăng", 3), ("Trần Minh", 1), ("Lê Hoàng", 1),
        ("Khắc", 1), ("Ngọc", 2),
    ),
}  # fmt: skip

GIVEN: dict[Gender, tuple[str, ...]] = {
    "nữ": (
        "Anh", "Ánh", "Châu", "Chi", "Diệp", "Diệu", "Dung", "Duyên", "Đan", "Đào", "Giang", "Hà", "Hạ", "Hạnh", "Hân",
        "Hằng", "Hiền", "Hoa", "Huệ", "Huyền", "Hương", "Khuê", "Lam", "Lan", "Linh", "Loan", "Ly", "Mai", "My", "Nga",
        "Ngân", "Nghi", "Ngọc", "Nguyệt", "Nhi", "Nhung", "Như", "Oanh", "Phương", "Phượng", "Quỳnh", "Quyên",
        "Tâm", "Thảo", "Thi", "Thơ", "Thuý", "Thuỷ", "Thư", "Thương", "Thy", "Tiên", "Trang", "Trâm", "Trân", "Trinh",
        "Trúc", "Tú", "Tuyền", "Tuyết", "Uyên", "Vân", "Vi", "Vy", "Xuân", "Ý", "Yến",
    ),
    "nam": (
        "An", "Anh", "Ân", "Bách", "Bảo", "Bình", "Cường", "Danh", "Duy", "Dũng", "Dương", "Đại", "Đạt", "Đăng", "Điền",
        "Đông", "Đức", "Hải", "Hào", "Hậu", "Hiếu", "Hiển", "Hoà", "Hoàng", "Huy", "Hùng", "Hưng", "Khang", "Khánh",
        "Khoa", "Khôi", "Kiên", "Kiệt", "Lâm", "Long", "Lộc", "Luân", "Minh", "Nam", "Nghĩa", "Nguyên", "Nhân", "Nhật",
        "Phát", "Phong", "Phú", "Phúc", "Phước", "Quân", "Quang", "Quý", "Sang", "Sơn", "Tài", "Tâm", "Tân", "Thái",
        "Thành", "Thắng", "Thịnh", "Thiện", "Thông", "Tiến", "Tín", "Toàn", "Trí", "Triết", "Trung", "Trường", "Tuấn",
        "Tùng", "Tường", "Văn", "Việt", "Vinh", "Vũ", "Vương",
    ),
}  # fmt: skip

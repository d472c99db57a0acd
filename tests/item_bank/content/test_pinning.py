from __future__ import annotations

import pytest

from item_bank.content.pinning import pinned, refers_to_others

REFERRING = """
Cả A, B, C đều đúng
Cả A, B và C đều đúng.
Cả A và B
Cả a, b, c đều sai
A và B đều đúng
A, B đúng
Chỉ A và C
Cả ba phương án trên
Cả 3 đáp án trên đều đúng
Cả hai đáp án A và B
Tất cả các phương án trên
Tất cả các phương án trên đều đúng
Tất cả các ý trên
Tất cả đều đúng
Tất cả đều sai
Các câu trên đều sai
Không có phương án nào đúng
Không có đáp án nào ở trên
Đáp án khác
All of the above
None of the above.
None of these
Both A and B
A and C only
A, B, and C
Neither A nor B
All of the above are correct
""".strip().splitlines()

INDEPENDENT = """
Hà Nội
A
5
Cả nước
Tất cả học sinh đều phải mặc đồng phục
Bạn A và bạn B cùng lớp
Không có
Không phải số nguyên tố
All men are equal
Above the table
vitamin A và vitamin C
Cả hai nghiệm đều dương
Một kết quả đo
""".strip().splitlines()


@pytest.mark.parametrize("text", REFERRING)
def test_options_that_speak_of_others(text: str) -> None:
    assert refers_to_others(text)


@pytest.mark.parametrize("text", INDEPENDENT)
def test_options_that_stand_alone(text: str) -> None:
    assert not refers_to_others(text)


def test_letters_pin_every_option_for_letters_are_places() -> None:
    assert pinned(["1", "2", "3", "Cả A và B"]) == [True] * 4
    assert pinned(["1", "2", "3", "Tất cả các phương án trên"]) == [False, False, False, True]

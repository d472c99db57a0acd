"""What a worker keeps in mind stays bounded, and those who are at work stay in it."""

from __future__ import annotations

from exam_engine.kit.recent import Recent


def test_it_stays_bounded_and_keeps_who_comes_again() -> None:
    kept: Recent[int, str] = Recent(100)
    kept.put(-1, "regular")
    for number in range(1_000):
        kept.put(number, str(number))
        assert kept.get(-1) == "regular"
    assert kept.get(999) == "999"
    assert kept.get(960) == "960"
    assert not any(kept.get(number) for number in range(900))


def test_the_newest_value_is_the_one_that_is_told() -> None:
    kept: Recent[str, int] = Recent(4)
    for number in range(10):
        kept.put("one", number)
        kept.put(f"other {number}", 0)
        assert kept.get("one") == number
    assert kept.get("nobody") is None

"""What went out is known to the next desk, and nothing else is taken for it."""

from pathlib import Path

from bot.receipts import ENTRY, Receipts
from storage.outbox import Letter


def letter(number: int, text: str = "您好") -> Letter:
    return Letter(number, f"key {number}", "甲", "", "", text, "", "", "", "", None, None, "", "", "2026-11-23")


def test_the_next_process_knows_what_went_out(tmp_path: Path) -> None:
    before = Receipts(tmp_path / "said")
    for number in (1, 2, 3):
        before.note(letter(number))
    after = Receipts(tmp_path / "said")
    assert after.span() == (1, 3)
    assert [found.id for found in after.match([letter(2), letter(4)])] == [2]


def test_another_letter_of_the_same_number_is_not_taken_for_it(tmp_path: Path) -> None:
    """Books restored from a copy give numbers again."""
    Receipts(tmp_path / "said").note(letter(1))
    assert list(Receipts(tmp_path / "said").match([letter(1, "别的话")])) == []


def test_places_are_used_again_once_the_books_know(tmp_path: Path) -> None:
    receipts = Receipts(tmp_path / "said")
    for number in range(1, 1001):
        receipts.note(letter(number))
        if number % 10 == 0:
            receipts.settle(range(number - 9, number + 1))
    assert (tmp_path / "said").stat().st_size == 10 * ENTRY.size
    again = Receipts(tmp_path / "said")
    assert list(again.match([])) == []
    again.note(letter(1001))
    assert (tmp_path / "said").stat().st_size == 10 * ENTRY.size


def test_what_a_power_cut_left_of_it_opens(tmp_path: Path) -> None:
    (tmp_path / "said").write_bytes(b"\xff" * (ENTRY.size + 5))
    receipts = Receipts(tmp_path / "said")
    assert list(receipts.match([letter(1)])) == []
    receipts.note(letter(1))
    assert [found.id for found in Receipts(tmp_path / "said").match([letter(1)])] == [1]


def test_a_closed_one_writes_nowhere(tmp_path: Path) -> None:
    receipts = Receipts(tmp_path / "said")
    receipts.close()
    receipts.note(letter(1))
    assert (tmp_path / "said").read_bytes() == b""

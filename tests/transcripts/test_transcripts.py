"""Every transcript reads today as it was accepted."""

from pathlib import Path

import pytest
from databases import on_postgresql, url_in

from bot.transcripts import play

HERE = Path(__file__).parent
FILES = {str(file.relative_to(HERE))[:-3]: file for file in sorted(HERE.glob("*/*.md"))}
ALWAYS_ON_BOTH = ("attendance/leave_two_person", "reception/book_survives_power_cut", "reception/duty_day")


def compare(name: str, books: Path, accept: bool) -> None:
    file = FILES[name]
    today = play(file, url_in(books))
    if accept and not on_postgresql():
        file.write_text(today, encoding="utf-8")
    assert today.split("\n") == file.read_text(encoding="utf-8").split("\n")


@pytest.mark.on_both
@pytest.mark.parametrize("name", ALWAYS_ON_BOTH)
def test_the_desk_still_says_so_on_both(name: str, tmp_path: Path, accept: bool) -> None:
    compare(name, tmp_path, accept)


@pytest.mark.parametrize("name", [name for name in FILES if name not in ALWAYS_ON_BOTH])
def test_the_desk_still_says_so(name: str, tmp_path: Path, accept: bool) -> None:
    compare(name, tmp_path, accept)

"""The desk says the same on PostgreSQL: a few conversations always, all of them when asked to."""

from pathlib import Path

import pytest
from postgres import everything

from bot.transcripts import play

FOLDER = Path(__file__).parents[1] / "transcripts"
ALWAYS = {
    "reception/book_back_and_edit",
    "reception/book_survives_power_cut",
    "reception/duty_day",
    "complaints/handle",
    "attendance/leave_two_person",
}
FILES = {str(file.relative_to(FOLDER))[:-3]: file for file in sorted(FOLDER.glob("*/*.md"))}


@pytest.mark.parametrize("name", [n if n in ALWAYS else pytest.param(n, marks=everything) for n in FILES])
def test_the_desk_says_the_same(name: str, postgres_url: str) -> None:
    assert play(FILES[name], postgres_url).split("\n") == FILES[name].read_text(encoding="utf-8").split("\n")


def test_the_conversations_that_are_always_played_are_there() -> None:
    assert set(FILES) >= ALWAYS

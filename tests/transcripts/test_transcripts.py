"""Every transcript reads today as it was accepted."""

from pathlib import Path

import pytest
from machine_desk import prepared

from bot.transcripts import play

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*/*.md"))


@pytest.mark.parametrize("file", FILES, ids=[str(f.relative_to(HERE))[:-3] for f in FILES])
def test_the_desk_still_says_so(file: Path, accept: bool) -> None:
    today = play(file, start_from=prepared())
    if accept:
        file.write_text(today, encoding="utf-8")
    assert today.split("\n") == file.read_text(encoding="utf-8").split("\n")

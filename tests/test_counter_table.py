"""ux 27: for everything a citizen can open in chat the table says what a colleague sends for them, and it opens."""

import re
from pathlib import Path

from handlers import CONTENTS
from rules.people import Person, Role

TABLE = Path(__file__).resolve().parents[1] / "docs" / "counter.zh-CN.md"
ROW = re.compile(r"^\| (?P<citizen>[^|]+) \| (?P<colleague>[^|]+) \|[^|]*\| `(?P<opens>[a-z_/]+)` \|$", re.M)
COMMAND = re.compile(r"`([^`]+)`")
BY_WORDS = {"换身份证要带什么", "投诉", "电话预约", "查询"}  # heard as anybody's, or the head of another of the table's
OFFICER = Person("BH022", "", Role.WINDOW_STAFF, "huji")


def test_the_table_is_whole() -> None:
    rows = list(ROW.finditer(TABLE.read_text(encoding="utf-8")))
    told = {row["opens"] for row in rows}
    open_to_all = {e.conversation for system in CONTENTS.systems for e in system.entries if e.who is None}
    assert open_to_all == told


def test_every_command_of_the_table_opens_something_for_a_colleague() -> None:
    rows = list(ROW.finditer(TABLE.read_text(encoding="utf-8")))
    dead = [
        command
        for row in rows
        for command in COMMAND.findall(row["colleague"])
        if command not in BY_WORDS and CONTENTS.opening(command, OFFICER) is None
    ]
    assert len(rows) > 25 and dead == []
    assert [row["citizen"] for row in rows if "`" not in row["colleague"] and "—" not in row["colleague"]] == []

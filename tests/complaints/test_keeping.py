"""3-D: who complained stands in one table alone, whoever looks is noted, and no letter strays to the duty officer."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from databases import url_in

from bot.app import EXAMPLE
from bot.clock import StandingClock
from bot.rehearsal import Recorder, Rehearsal, Said
from bot.speech import Refused, Spoken
from rules.calendar import ZONE
from storage.books import Books
from storage.complaints import complaint, complaint_step
from storage.machine import audit

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
OFFICER, HEAD = "BH022", "BH004"


class Deaf(Recorder):
    """A channel on which one colleague cannot be reached."""

    async def send(self, spoken: Spoken) -> None:
        if spoken.address == HEAD:
            raise Refused("blocked")
        await super().send(spoken)


@pytest.fixture
def said() -> list[Said]:
    return []


@pytest.fixture
async def desk(tmp_path: Path, said: list[Said]) -> AsyncIterator[Rehearsal]:
    rehearsal = Rehearsal(url_in(tmp_path), StandingClock(MORNING), said.append, EXAMPLE)
    await rehearsal.open()
    yield rehearsal
    await rehearsal.close()


async def lodge(desk: Rehearsal) -> None:
    for line in ("投诉黎子涵骂人", "吴建华", "13800000000", "提交"):
        await desk.hear("老吴", text=line)


def everything(books: Books, *tables: sa.Table) -> str:
    return "\n".join(str(tuple(row)) for table in tables for row in books.execute(sa.select(table)))


async def test_the_complaint_itself_does_not_say_who_complained(desk: Rehearsal) -> None:
    await lodge(desk)
    kept = await desk.house.desk.do(lambda books: everything(books, complaint, complaint_step))
    assert "TS2600001" in kept
    assert [word for word in ("吴建华", "13800000000", "老吴") if word in kept] == []


async def test_looking_is_noted_with_name_and_number(desk: Rehearsal) -> None:
    await lodge(desk)
    await desk.hear(HEAD, text="联系人 TS2600001")
    await desk.hear(OFFICER, text="联系人 TS2600001")
    opened = sa.select(audit.c.actor, audit.c.ref).where(audit.c.act == "opened")
    lines = await desk.house.desk.do(lambda books: [tuple(row) for row in books.execute(opened)])
    assert (HEAD, "complainant/TS2600001") in lines
    assert OFFICER not in {actor for actor, _ in lines}


async def test_a_card_that_cannot_be_delivered_is_not_read_to_the_accused_officer(
    desk: Rehearsal, said: list[Said]
) -> None:
    desk.house.channels["terminal"] = Deaf("terminal", desk.clock, said.append)
    await lodge(desk)
    await desk.settle()
    assert [one for one in said if one.to == "BH005"]
    assert [one.text for one in said if one.to == OFFICER] == []


async def test_a_photo_is_kept_with_the_complaint(desk: Rehearsal, said: list[Said], tmp_path: Path) -> None:
    await desk.hear("老吴", text="投诉")
    await desk.hear("老吴", file=str(tmp_path / "photo.jpg"))
    for line in ("税务窗口的人骂人", "匿名", "提交"):
        await desk.hear("老吴", text=line)
    row = await desk.house.desk.do(lambda books: books.complaints.row("TS2600001"))
    assert "图片收到了" in said[1].text
    assert len(row.evidence) == 1


async def test_five_photos_go_with_a_complaint(desk: Rehearsal, said: list[Said], tmp_path: Path) -> None:
    await desk.hear("老吴", text="投诉")
    for number in range(6):
        await desk.hear("老吴", file=str(tmp_path / f"photo{number}.jpg"))
    for line in ("税务窗口的人骂人", "匿名"):
        await desk.hear("老吴", text=line)
    assert "(附图5个,这是最多的)" in said[-1].text
    await desk.hear("老吴", text="提交")
    row = await desk.house.desk.do(lambda books: books.complaints.row("TS2600001"))
    assert len(row.evidence) == 5

"""3-10, 3-C, 3-D: an answered complaint widens no circle, a failed reminder is not the last, nobody is named."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from databases import url_in

from bot.app import EXAMPLE
from bot.clock import StandingClock
from bot.rehearsal import Rehearsal, Said
from rules.calendar import ZONE
from storage.books import Books
from storage.machine import audit, timer

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
NO, HEAD, OFFICER = "TS2600001", "BH004", "BH022"
LEADERS = {"BH002", "BH001"}


@pytest.fixture
def said() -> list[Said]:
    return []


@pytest.fixture
async def desk(tmp_path: Path, said: list[Said]) -> AsyncIterator[Rehearsal]:
    rehearsal = Rehearsal(url_in(tmp_path), StandingClock(MORNING), said.append, EXAMPLE)
    await rehearsal.open()
    yield rehearsal
    await rehearsal.close()


async def lodge(desk: Rehearsal, who: tuple[str, ...] = ("匿名",)) -> None:
    for line in ("投诉黎子涵骂人", *who, "提交"):
        await desk.hear("老吴", text=line)


async def may_open(desk: Rehearsal, people: set[str]) -> set[str]:
    def read(books: Books) -> set[str]:
        row = books.complaints.row(NO)
        return {person for person in people if books.complaints.may_open(row, person)}

    return await desk.house.desk.do(read)


async def test_after_the_answer_the_circle_stays_as_it_was(desk: Rehearsal) -> None:
    await lodge(desk)
    await desk.hear(HEAD, text=f"答复 {NO} 已查实")
    await desk.hear(HEAD, text=f"办结 {NO}")
    await desk.move_to(MORNING + timedelta(days=14))
    assert await may_open(desk, {HEAD, *LEADERS}) == {HEAD}


async def test_before_the_answer_the_ladder_still_climbs(desk: Rehearsal) -> None:
    await lodge(desk)
    await desk.move_to(MORNING + timedelta(days=14))
    assert await may_open(desk, LEADERS) == LEADERS
    await desk.hear(HEAD, text=f"答复 {NO} 已查实")
    assert await may_open(desk, LEADERS) == LEADERS


@pytest.mark.parametrize("words", ["值班的那个人骂我", "咨询台的人态度太差", "黎子涵骂人"])
async def test_a_call_for_a_person_about_the_one_on_duty_goes_past_him(
    desk: Rehearsal, said: list[Said], words: str
) -> None:
    from handlers.complaints import instead_of_officer

    assert await desk.house.desk.do(lambda books: instead_of_officer(books, [words])) == HEAD
    assert await desk.house.desk.do(lambda books: instead_of_officer(books, ["办护照"])) == ""


async def test_a_reminder_that_failed_is_not_the_last(desk: Rehearsal, said: list[Said]) -> None:
    await lodge(desk)
    waiting = timer.c.key.startswith(f"complaint:{NO}:")
    await desk.house.desk.do(
        lambda books: books.execute(sa.update(timer).where(waiting).values(state="failed")).rowcount
    )
    said.clear()
    await desk.move_to(MORNING + timedelta(days=8))
    assert [one for one in said if NO in one.text and one.to == HEAD]


async def acts(desk: Rehearsal) -> list[tuple[Any, ...]]:
    rows = sa.select(audit.c.actor, audit.c.act, audit.c.ref).where(audit.c.ref.contains("complain"))
    return await desk.house.desk.do(lambda books: [tuple(row) for row in books.execute(rows)])


async def test_the_audit_does_not_name_who_complained_anonymously(desk: Rehearsal) -> None:
    await lodge(desk)
    await desk.hear("老吴", text=f"撤诉 {NO}")
    await desk.hear("老吴", text="撤回投诉")
    lines = await acts(desk)
    assert {act for _, act, _ in lines} >= {"registered", "withdrawn"}
    assert {actor for actor, _, _ in lines} <= {"", "desk"}


async def test_who_gave_a_name_is_named_in_the_audit(desk: Rehearsal) -> None:
    await lodge(desk, ("吴建华", "13800000000"))
    assert "citizen:老吴" in {actor for actor, act, _ in await acts(desk) if act == "registered"}

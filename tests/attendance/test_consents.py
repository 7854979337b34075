"""A consent is a card about a row: a deploy between asking and deciding changes nothing about it (6-08, G11)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from databases import url_in

from bot.app import EXAMPLE
from bot.clock import StandingClock
from bot.rehearsal import Rehearsal, Said
from bot.speech import Heard
from bot.talk import Talk
from rules.calendar import ZONE
from rules.clause import Refusal
from storage.attendance import leave
from storage.books import Books

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
CLERK, COLLEAGUE, HEAD, SUPERVISION = "BH023", "BH024", "BH022", "BH004"
Open = Callable[[], Any]


class Stage:
    """A desk on one database that can be closed and opened again."""

    def __init__(self, folder: Path) -> None:
        self.url = url_in(folder)
        self.clock = StandingClock(NOW)
        self.said: list[Said] = []
        self.desk: Rehearsal

    async def open(self) -> None:
        self.desk = Rehearsal(self.url, self.clock, self.said.append, EXAMPLE)
        await self.desk.open()

    async def says(self, person: str, text: str = "", tap: str = "") -> list[Said]:
        """What the desk says because of one message."""
        self.said.clear()
        await self.desk.hear(person, text=text, tap=tap)
        return list(self.said)

    async def do(self, work: Callable[[Books], Any]) -> Any:
        return await self.desk.house.desk.do(work)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path)
    await stage.open()
    yield stage
    await stage.desk.close()


async def ask(stage: Stage, words: str = "请假 明天后天 家里有事", person: str = CLERK) -> None:
    await stage.says(person, words)
    await stage.says(person, tap="提交")


async def state(stage: Stage, no: str = "QJ2600001") -> str:
    return str((await stage.do(lambda books: books.requests.get(no))).state)


async def test_a_card_is_decided_after_a_deploy_that_changed_the_conversation(stage: Stage) -> None:
    await ask(stage)
    await stage.desk.close()
    await stage.open()

    def rewritten(talk: Talk, books: Books) -> None:
        talk.ask("attendance/outing_why", name="another step")

    known = stage.desk.house.desk.contents.conversations
    kept = known["attendance/leave"]
    known["attendance/leave"] = rewritten
    try:
        await stage.says(HEAD, tap="同意")
        await stage.says(SUPERVISION, tap="同意")
    finally:
        known["attendance/leave"] = kept
    assert await state(stage) == "granted"


async def test_supervision_sees_nothing_before_the_head_has_signed(stage: Stage) -> None:
    await ask(stage)
    assert [said.to for said in stage.said if said.choices] == [HEAD]
    assert "QJ2600001:" not in (await stage.says(SUPERVISION, "查询 QJ2600001"))[0].text
    after = await stage.says(HEAD, tap="同意")
    assert {said.to for said in after if said.choices} == {"BH004", "BH005", "BH006"}


@pytest.mark.parametrize("person", [CLERK, COLLEAGUE, SUPERVISION, "citizen:1"])
async def test_nobody_else_decides(stage: Stage, person: str) -> None:
    await ask(stage)
    done = await stage.do(lambda books: books.requests.decide("QJ2600001", 1, person, "yes"))
    assert done == Refusal("G11", "not_yours")
    assert await state(stage) == "asked"


async def test_nobody_decides_his_own_request_even_where_he_stands_in_the_step(stage: Stage) -> None:
    await ask(stage, "请假 明天 看病", HEAD)

    def plant(books: Books) -> Any:
        books.requests._write("QJ2600001", 1, people=[HEAD])
        return books.requests.decide("QJ2600001", 1, HEAD, "yes")

    assert await stage.do(plant) == Refusal("G11", "own")


async def test_a_step_cannot_be_decided_before_its_turn(stage: Stage) -> None:
    await ask(stage)
    early = await stage.do(lambda books: books.requests.decide("QJ2600001", 2, SUPERVISION, "yes"))
    assert early == Refusal("G11", "asked")


async def test_two_at_once_the_first_decision_counts(stage: Stage) -> None:
    await ask(stage, "请假 明天 看病", HEAD)
    taps = [await stage.desk.button(person, "同意") for person in ("BH004", "BH005")]
    hear = stage.desk.house.desk.hear
    stage.said.clear()
    await asyncio.gather(
        hear(Heard("terminal", "a", "BH004", "", taps[0])), hear(Heard("terminal", "b", "BH005", "", taps[1]))
    )
    await stage.desk.settle()
    steps = await stage.do(lambda books: books.requests.steps("QJ2600001"))
    assert [step.decided_by for step in steps] == ["BH004"]
    assert sum(said.to == HEAD and "QJ2600001 批了" in said.text for said in stage.said) == 1


async def test_six_fourteen_holds_when_somebody_consents(stage: Stage) -> None:
    """6-14: a slip whose stand-in is gone cannot be granted, and the card says so."""
    await stage.says("BH045", "请假 明天 看病 顶岗 县民政局 王芳 13912345678")
    await stage.says("BH045", tap="本人已答应")
    await stage.says("BH045", tap="提交")

    await stage.do(lambda books: books.execute(sa.update(leave).values(cover_name="")).rowcount)
    assert "六㈤" in (await stage.says(SUPERVISION, tap="同意"))[0].text
    assert await state(stage) == "asked"


async def test_the_way_up_never_reaches_whose_turn_comes_later(stage: Stage) -> None:
    """ux 37 keeps to 6-08: the reminder of the head's step passes supervision by."""
    await ask(stage)
    stage.said.clear()
    await stage.desk.move_to(datetime(2026, 11, 23, 9, 40, tzinfo=ZONE))
    assert {said.to for said in stage.said} == {"BH002", CLERK}
    stage.said.clear()
    await stage.desk.move_to(datetime(2026, 11, 23, 11, 0, tzinfo=ZONE))
    assert stage.said == []


async def test_a_short_window_is_a_one_person_window(stage: Stage) -> None:
    """6-06: with one of two away the duty officer decides and next door has the phone."""
    await ask(stage, "请假 今天下午 看病", "BH035")
    await stage.says(SUPERVISION, tap="同意")
    post = await stage.do(lambda books: books.attendance.post_of("BH036", NOW.replace(hour=14), NOW.replace(hour=16)))
    assert (post.posted, post.present) == (2, 1)
    await ask(stage, "请假 今天下午两点半到四点半 接孩子 13800000009", "BH036")
    assert [said.to for said in stage.said if "同意" in said.choices] == [HEAD]

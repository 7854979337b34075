"""3-D: who complained anonymously can be written to and may ask, and no row that is kept says who it was."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from databases import url_in

from bot.app import EXAMPLE
from bot.clock import StandingClock
from bot.rehearsal import Rehearsal, Said
from rules.calendar import ZONE
from storage.schema import metadata
from storage.seal import Seal

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
WHO, HEAD, NO = "王隐名", "BH004", "TS2600001"
AT_ONCE = ("contact", "audit", "complaint", "complainant", "complaint_step", "attachment", "timer", "inbox", "sitting")


@pytest.fixture
def said() -> list[Said]:
    return []


@pytest.fixture
async def desk(tmp_path: Path, said: list[Said]) -> AsyncIterator[Rehearsal]:
    rehearsal = Rehearsal(url_in(tmp_path), StandingClock(MORNING), said.append, EXAMPLE)
    await rehearsal.open()
    yield rehearsal
    await rehearsal.close()


async def lodge(desk: Rehearsal, photo: Path, who: str = WHO) -> None:
    photo.write_bytes(b"\xff\xd8\xff\xe0" + b"\0" * 100)  # noqa: ASYNC240
    for line in ("投诉", "社保窗口的黎子涵骂人,我等了半天"):
        await desk.hear(who, text=line)
    await desk.hear(who, file=str(photo))
    for line in ("匿名", "提交"):
        await desk.hear(who, text=line)


async def naming(desk: Rehearsal, word: str) -> set[str]:
    """Tables in which a word stands."""

    def read(books: object) -> set[str]:
        connection = desk.house.connection
        return {t.name for t in metadata.sorted_tables for row in connection.execute(sa.select(t)) if word in str(row)}

    return await desk.house.desk.do(read)


async def test_from_the_moment_it_is_lodged_no_record_names_the_account(desk: Rehearsal, tmp_path: Path) -> None:
    await lodge(desk, tmp_path / "photo")
    assert NO in str(await rows_of(desk, "complainant"))
    assert await naming(desk, WHO) & set(AT_ONCE) == set()


async def test_a_colleague_may_complain_anonymously_too(desk: Rehearsal, tmp_path: Path) -> None:
    before = len(await rows_of(desk, "audit"))
    await lodge(desk, tmp_path / "photo", "BH040")
    assert {row.actor[:1] for row in (await rows_of(desk, "audit"))[before:]} <= {"~", "", "d"}  # d as in desk
    assert await naming(desk, "BH040") & {"contact", "complainant", "complaint_step", "attachment"} == set()


async def test_two_days_later_nothing_at_all_names_it(desk: Rehearsal, tmp_path: Path) -> None:
    await lodge(desk, tmp_path / "photo")
    await desk.hear(HEAD, text=f"答复 {NO} 已批评教育")
    await desk.move_to(MORNING + timedelta(days=2))
    assert await naming(desk, WHO) == set()


async def test_the_answer_arrives_and_progress_is_told_to_the_same_account_alone(
    desk: Rehearsal, said: list[Said], tmp_path: Path
) -> None:
    await lodge(desk, tmp_path / "photo")
    await desk.move_to(MORNING + timedelta(days=2))
    said.clear()
    await desk.hear(WHO, text=f"查询 {NO}")
    await desk.hear("别人", text=f"查询 {NO}")
    mine, other = ("\n".join(s.text for s in said if s.to == who) for who in (WHO, "别人"))
    assert NO in mine and "没查到" not in mine
    assert "没查到" in other
    said.clear()
    await desk.hear(HEAD, text=f"答复 {NO} 已批评教育")
    assert any("已批评教育" in s.text for s in said if s.to == WHO)
    await desk.hear(WHO, text=f"撤诉 {NO}")
    assert await naming(desk, WHO) & {"contact", "audit", "complaint", "complainant", "complaint_step"} == set()


async def test_a_call_for_a_person_while_complaining_names_nobody_and_is_answered(
    desk: Rehearsal, said: list[Said]
) -> None:
    for line in ("投诉", "人工"):
        await desk.hear(WHO, text=line)
    card = next(s for s in said if s.to.startswith("BH") and "要找您说话" in s.text)
    assert await naming(desk, WHO) & {"contact", "audit"} == set()
    await desk.hear(card.to, tap="答复")
    await desk.hear(card.to, text="我是督查科的,请说")
    assert any("我是督查科的" in s.text for s in said if s.to == WHO)


async def lines(desk: Rehearsal) -> list[Any]:
    return [row for row in await rows_of(desk, "audit") if "heard" in str(row)]


async def rows_of(desk: Rehearsal, table: str) -> list[Any]:
    query = sa.select(metadata.tables[table])
    return await desk.house.desk.do(lambda _: list(desk.house.connection.execute(query)))


async def test_no_two_lines_of_the_audit_tell_that_they_are_the_same_persons(desk: Rehearsal) -> None:
    for text in ("帮助", "帮助", "菜单"):
        await desk.hear(WHO, text=text)
    actors = [row.actor for row in await lines(desk)]
    assert len(set(actors)) == 3 and all(actor.startswith("~") for actor in actors)


def test_a_sealed_name_opens_with_its_own_key_alone() -> None:
    seal = Seal(b"one")
    closed = seal.close("telegram:42")
    assert closed == Seal(b"one").close("telegram:42") == seal.close(closed)
    assert "42" not in closed and seal.open(closed) == "telegram:42" and seal.open("telegram:42") == "telegram:42"
    assert closed != seal.close("telegram:43") and seal.mark("a") != Seal(b"two").mark("a")
    with pytest.raises(InvalidTag):
        Seal(b"two").open(closed)

"""二㈢1: only what its window approved is told, every version stays, and who was told which is on record."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from reception_desk import Counter, day

from storage.books import Books
from storage.consulting import CURRENT, REPLACED, entry, given
from storage.machine import audit

PASSPORT = "pp_new"


async def versions(desk: Counter, topic: str) -> list[tuple[Any, ...]]:
    """Version, state, fee, who approved."""
    found = sa.select(entry).where(entry.c.topic == topic).order_by(entry.c.id)
    rows = await desk.do(lambda books: list(books.execute(found)))
    return [(row.version, row.state, row.body["fee"], row.approved_by) for row in rows]


async def told(desk: Counter) -> list[tuple[str, int]]:
    """Who was told which version, in order."""
    found = sa.select(given.c.person, entry.c.version).join(entry, entry.c.id == given.c.entry).order_by(given.c.id)
    return [tuple(row) for row in await desk.do(lambda books: list(books.execute(found)))]


async def test_which_version_was_given_to_whom_is_on_record(desk: Counter) -> None:
    """2-03: a change makes a new version, the old one stays with those it was told to."""
    await desk.say("甲", "办护照要带什么")
    await desk.say("陆凤霞", "条目 普通护照首次申请 费用 160元", "[提交]")
    await desk.say("乙", "办护照要带什么", "多少钱")
    assert await versions(desk, PASSPORT) == [(1, REPLACED, "120元", ""), (2, CURRENT, "160元", "BH025")]
    assert await told(desk) == [("citizen:甲", 1), ("citizen:乙", 2), ("citizen:乙", 2)]
    named = sa.select(sa.func.count()).where(audit.c.actor.contains("citizen:甲"), audit.c.ref.startswith("given"))
    assert await desk.do(lambda books: books.execute(named).scalar()) == 0


async def test_a_booking_has_the_papers_of_the_version_in_force(desk: Counter) -> None:
    """2-03, 1-10: what was sent with the booking is that version's, and on record."""
    await desk.say("陆凤霞", "条目 普通护照首次申请 材料 身份证原件,照片2张", "[提交]")
    said = await desk.say("甲", "预约办护照", "明天上午9点半", "13800000000", "[提交]")
    assert "身份证原件" in said.text
    assert "户口簿" not in said.text
    assert await told(desk) == [("citizen:甲", 2)]


async def test_a_draft_is_told_to_nobody(desk: Counter) -> None:
    """2-03: neither before its window approves it, nor when somebody else presses."""
    await desk.say("宋浩然", "条目 普通护照首次申请 费用 999元", "[提交]")
    await desk.say("甲", "办护照要带什么")
    assert not any("999" in one.text for one in desk.to("甲"))
    assert [row[1] for row in await versions(desk, PASSPORT)] == [CURRENT, "draft"]


async def test_of_two_drafts_the_later_one_does_not_undo_the_first(desk: Counter) -> None:
    """2-03: what was drafted from a version that is in force no more changes nothing."""
    await desk.say("宋浩然", "条目 普通护照首次申请 费用 160元", "[提交]")
    await desk.say("顾春花", "条目 普通护照首次申请 时限 5个工作日", "[提交]")
    await desk.say("陆凤霞", "[同意]")
    said = await desk.say("陆凤霞", "[#old 同意]")
    assert "没有生效" in said.text
    assert [row[:2] for row in await versions(desk, PASSPORT)] == [(1, REPLACED), (0, "refused"), (2, CURRENT)]


async def test_a_load_does_not_undo_what_the_window_approved(desk: Counter) -> None:
    """2-03: of what only a load has said, a later load says the next version; over the window's word it asks first."""
    await desk.say("陆凤霞", "条目 普通护照首次申请 费用 160元", "[提交]")
    changed = {PASSPORT: {"fee": "90元"}, "id_lost": {"fee": "35元"}}
    await desk.reload("item", change=changed)
    assert await versions(desk, "id_lost") == [(1, REPLACED, "40元", ""), (2, CURRENT, "35元", "")]
    assert (await versions(desk, PASSPORT))[-1] == (0, "draft", "90元", "")
    await desk.reload("item", change=changed)
    assert len(await versions(desk, PASSPORT)) == 3
    await desk.at(day(24, 8, 45))
    assert any("160元" in one.text and "90元" in one.text for one in desk.to("陆凤霞"))
    await desk.say("陆凤霞", "[同意]")
    assert (await versions(desk, PASSPORT))[-1] == (3, CURRENT, "90元", "BH025")


async def test_the_window_is_asked_once_about_what_is_due(desk: Counter) -> None:
    """2-03: a day passes without a second first question, and what was confirmed is asked no more."""

    def long_ago(books: Books) -> None:
        books.consulting.confirm(books.consulting.current("id_lost").id, books.now - timedelta(days=181))

    await desk.do(long_ago)
    for _ in range(2):
        await desk.rehearsal.house.bells.ring("consulting/daily")
    await desk.rehearsal.settle()
    assert [one.to for one in desk.said if "到期" in one.text] == ["BH022", "BH023", "BH024"]
    await desk.say("许正义", "[仍然有效]")
    assert await desk.waiting("entries:huji") != []
    await desk.at(day(25, 9))
    assert not any("到期" in one.text for one in desk.said)

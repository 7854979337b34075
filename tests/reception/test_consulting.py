"""二㈢1: only what its window approved is told, every version stays, and who was told which is on record."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from reception_desk import Counter, day

from bot.app import EXAMPLE
from bot.entrybook import export, show_versions
from storage.books import Books
from storage.consulting import CURRENT, REPLACED, entry, given
from storage.loading import load_folder, write_centre
from storage.machine import audit
from storage.reception import booking

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


async def test_who_has_booked_hears_of_new_papers(desk: Counter) -> None:
    """2-03: at once, and the booking has the new list; a list agreed with the citizen alone stays."""
    for person, time in (("甲", "9点半"), ("乙", "10点")):
        await desk.say(person, f"预约办护照 明天上午{time}", "13800000000", "[提交]")
    own = sa.update(booking).where(booking.c.person == "citizen:乙").values(papers=["护照"])
    await desk.do(lambda books: books.execute(own))
    await desk.say("陆凤霞", "条目 普通护照首次申请 材料 身份证原件", "[提交]")
    assert ["身份证原件" in one.text for one in desk.to("甲")] == [True]
    assert desk.to("乙") == []
    papers = sa.select(booking.c.papers).order_by(booking.c.no)
    assert await desk.do(lambda books: list(books.execute(papers).scalars())) == [["身份证原件"], ["护照"]]
    assert await told(desk) == [("citizen:甲", 1), ("citizen:乙", 1), ("citizen:甲", 2)]


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
    await desk.reload("item", change={PASSPORT: {"fee": "160元"}})
    assert len(await versions(desk, PASSPORT)) == 3
    await desk.at(day(23, 9, 15))
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


async def adopted(desk: Counter) -> None:
    """Somebody asked what nobody knew, the officer answered, the window took it over."""
    await desk.say("甲", "我家猫能不能写进户口簿", "都不是")
    await desk.say("黎子涵", "[答复]", "不登记宠物", "[请窗口采用]", "1-3号窗", "[采用为条目]")


async def test_an_adopted_answer_has_its_version_on_record(desk: Counter) -> None:
    """2-07: unknown, answered, taken over, told to the next at once; nobody is called a second time."""
    await adopted(desk)
    said = await desk.say("乙", "我家猫能不能写进户口簿")
    assert "不登记宠物" in said.text
    assert [one.to for one in desk.said] == ["乙"]
    assert await told(desk) == [("citizen:乙", 1)]


async def test_words_that_may_mean_the_window_are_not_shown_to_it(desk: Counter) -> None:
    """3-C, 2-07: an officer's answer that names the window makes no card of words about somebody there."""
    await desk.say("甲", "黎子涵家的猫能不能写进户口簿", "都不是")
    owner = await desk.do(lambda books: books.first_contact.last_of("citizen:甲").owner)
    await desk.say(owner, "[答复]", "不登记宠物,公安户籍窗口说的")
    assert not any("采用" in one.text for one in desk.said)


async def test_two_windows_see_each_other_s_entries_never(desk: Counter) -> None:
    """2-03: in the matrix of who keeps what, only one's own window opens."""
    for person, own in (("宋浩然", True), ("陆凤霞", True), ("黎子涵", False), ("段子涵", False), ("朱思远", False)):
        said = await desk.say(person, "条目 普通护照首次申请 费用 1元")
        assert ("请核对" in said.text) is own, person
        await desk.say(person, "取消")
    assert await versions(desk, PASSPORT) == [(1, CURRENT, "120元", "")]


async def test_what_is_exported_and_loaded_again_changes_nothing(
    desk: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """2-03: `frontdesk entries` shows every version, and writes what the centre's files can take."""
    await desk.say("陆凤霞", "条目 普通护照首次申请 费用 160元", "[提交]")
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", desk.rehearsal.house.database.url.render_as_string(False))
    export("")
    shutil.copytree(EXAMPLE, tmp_path / "centre")
    (tmp_path / "centre" / "items.yaml").write_text(capsys.readouterr().out, encoding="utf-8")
    again = load_folder(tmp_path / "centre")
    await desk.do(lambda books: write_centre(books, again))
    assert await versions(desk, PASSPORT) == [(1, REPLACED, "120元", ""), (2, CURRENT, "160元", "BH025")]
    assert show_versions("普通护照首次申请") == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("第1版(旧)", "120元", "第2版", "160元", "同意:陆凤霞"))
    assert show_versions("飞天本本") == 1

"""1-06: only the kind of help is kept, no longer than its day, and not of whoever is erased."""

import sqlalchemy as sa
from reception_desk import Counter, day

from storage.helping import help_wanted

WORDS = "我半身不遂要轮椅"


async def kept(desk: Counter) -> list[tuple[str, list[str]]]:
    rows = await desk.do(lambda books: books.execute(sa.select(help_wanted.c.no, help_wanted.c.needs)).all())
    return [tuple(row) for row in rows]


async def ask(desk: Counter, when: str) -> None:
    await desk.say("小陈", f"预约结婚登记 {when}", "13800000001", "提交", "[来时要人帮忙]", WORDS)


async def test_a_need_is_kept_for_its_day_only(desk: Counter) -> None:
    await ask(desk, "今天上午11点")
    assert await kept(desk) == [("YY2600001", ["walking"])]
    await desk.say("小陈", "预约补领婚姻登记证 明天上午9点", "[用0001那个]", "提交", "[来时要人帮忙]", "[听不清]")
    await desk.at(day(24, 0, 6))
    assert await kept(desk) == [("YY2600002", ["hearing"])]


async def test_nobody_else_says_what_somebody_needs(desk: Counter) -> None:
    await ask(desk, "明天上午9点")
    assert "没查到" in (await desk.say("路人", "不用帮忙 YY2600001")).text
    assert await kept(desk) == [("YY2600001", ["walking"])]
    await desk.say("黎子涵", "不用帮忙 YY2600001")
    assert await kept(desk) == []


async def test_whoever_is_erased_needs_nothing_any_more(desk: Counter) -> None:
    await ask(desk, "明天上午9点")
    gone = await desk.do(lambda books: dict(books.erasing("citizen:小陈").erase().gone))
    assert gone["help_wanted"] == 1 and await kept(desk) == []


async def test_the_notice_of_the_evening_before_says_who_needs_what(desk: Counter) -> None:
    await ask(desk, "明天上午9点")
    await desk.at(day(23, 16, 30))
    (told,) = [said.text for said in desk.to("许正义")]
    assert "要帮忙1位(一㈠2⑴):上午9:00轮椅或搀扶" in told

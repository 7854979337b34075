"""1-10: a full half-day can be waited for; what comes free is the first one's for a while, then the next one's."""

from datetime import timedelta
from random import Random  # noqa: TID251 - with a fixed seed

import pytest
import sqlalchemy as sa
from reception_desk import Counter, day

from rules.calendar import Calendar
from rules.reception import BookingLimits, Slot
from rules.waitlist import Wait, offer_until, wait_refused
from storage.books import Books
from storage.reception import slot
from storage.waitlist import waiting

WINDOW, ITEM = "huji", "id_renew"
MORNING = Slot(day(24, 8, 30), day(24, 12))


def fill(books: Books) -> list[str]:
    """Everything of Tuesday morning, each place by somebody else."""
    item, window, taken = books.centre.items[ITEM], books.centre.windows[WINDOW], []
    while free := books.reception.free_in(window, MORNING):
        taken.append(books.reception.book(f"citizen:{books.count('made up')}", item, free[0], "13800001111"))
    return [str(no) for no in taken]


@pytest.mark.parametrize(
    ("now", "start", "until"),
    [
        pytest.param(day(23, 9), day(24, 9), day(23, 9, 30), id="1-10 half an hour"),
        pytest.param(day(23, 11, 50), day(24, 9), day(23, 14, 20), id="1-10 lunch is not counted"),
        pytest.param(day(23, 17, 20), day(24, 9), day(24, 7), id="1-10 never past the cut-off: heard in the evening"),
        pytest.param(day(23, 22), day(24, 9), None, id="G6 at night there is nobody to ask before the cut-off"),
        pytest.param(day(24, 7, 30), day(24, 9), None, id="1-10 past the cut-off"),
    ],
)
def test_how_long_a_place_is_kept(now: object, start: object, until: object) -> None:
    assert offer_until(now, start, BookingLimits(), Calendar()) == until  # type: ignore[arg-type]


def test_who_may_wait() -> None:
    limits = BookingLimits()
    assert wait_refused([], 2, limits) is None
    refused = [wait_refused([MORNING], 0, limits), wait_refused([], 3, limits)]
    assert [r and (r.clause, r.why) for r in refused] == [("1-10", "place_free"), ("1-10", "too_many_waits")]


async def waits(desk: Counter, person: str) -> str:
    return (await desk.say(person, "预约换身份证 明天上午", "[候补周二24日上午]", "13800001111", "提交")).text


async def test_the_first_in_line_is_asked_then_the_next(desk: Counter) -> None:
    full = await desk.do(fill)
    assert "HB2600001" in await waits(desk, "甲")
    assert "HB2600002" in await waits(desk, "乙")
    await desk.do(lambda books: books.reception.cancel(full[0]))
    await desk.at(day(23, 9, 1))
    assert "空出来了" in desk.to("甲")[-1].text and desk.to("乙") == []
    assert "8:30" not in (await desk.say("丙", "预约换身份证 明天上午")).text, "the kept place is shown to nobody else"
    await desk.at(day(23, 9, 31))
    assert "没等到您回话" in desk.to("甲")[-1].text
    assert "空出来了" in desk.to("乙")[-1].text
    assert "已经结束" in (await desk.say("甲", "候补 HB2600001 要")).text or "时间过了" in desk.to("甲")[-1].text
    await desk.say("乙", "[要这个时间]")
    assert "约好了" in desk.to("乙")[0].text
    booked = await desk.do(lambda books: [row.start for row in books.reception.mine("citizen:乙")])
    assert booked == [day(24, 8, 30)]


async def test_nobody_waits_past_the_half_day(desk: Counter) -> None:
    await desk.do(fill)
    await waits(desk, "甲")
    await desk.at(day(24, 10, 1))
    assert "没有人退" in desk.to("甲")[-1].text


async def test_a_caller_is_telephoned_and_the_officer_answers(desk: Counter) -> None:
    full = await desk.do(fill)
    await desk.say("黎子涵", "电话预约 换身份证 13800002222 明天上午", "[候补周二24日上午]", "提交")
    await desk.do(lambda books: books.reception.cancel(full[0]))
    await desk.at(day(23, 9, 1))
    assert "13800002222" in desk.to("黎子涵")[-1].text
    await desk.say("黎子涵", "候补 HB2600001 要")
    assert "约好了" in desk.to("黎子涵")[0].text


def broken(books: Books) -> list[str]:
    """What must never be: a place counted wrongly, or free while somebody waits for it."""
    rows = books.execute(sa.select(slot).where(slot.c.window == WINDOW)).all()
    kept = [row.start for row in books.execute(sa.select(waiting).where(waiting.c.state == "offered"))]
    sold = [row.start for row in books.reception.ahead() if row.window == WINDOW]
    wrong = [str(row.start) for row in rows if row.taken != kept.count(row.start) + sold.count(row.start)]
    free = books.reception.free_in(books.centre.windows[WINDOW], MORNING)
    may = [w.no for w in books.waitlist.line() for s in free if not books.reception.refused(w.person, w.item, s.start)]
    return wrong + may


async def test_no_place_is_idle_or_sold_twice_while_somebody_waits(desk: Counter) -> None:
    """Two hundred steps in any order: people give back, wait, take, pass, say nothing, and new ones book."""
    await desk.do(fill)
    dice, now, seen = Random(20261123), day(23, 9), set[str]()
    for _ in range(200):
        act = dice.choice(["cancel", "cancel", "wait", "wait", "wait", "take", "pass", "late", "book"])

        def step(books: Books, act: str = act) -> None:
            item, line = books.centre.items[ITEM], books.waitlist.kept_in(WINDOW, MORNING)
            who = f"citizen:w{dice.randrange(9)}"
            if act == "cancel" and (booked := books.reception.ahead()):
                books.reception.cancel(dice.choice(booked).no)
            elif act == "wait":
                books.waitlist.join(who, item, Wait(MORNING.start, MORNING.end), "13800001111")
            elif act == "book":
                fill(books)
            elif act in ("take", "pass") and line:
                no = dice.choice(line).no
                books.waitlist.accept(no) if act == "take" else books.waitlist.leave(no, "passed")

        await desk.do(step)
        if act == "late":
            now += timedelta(minutes=20)
            await desk.at(now)
        assert await desk.do(broken) == []
        seen |= {row.state for row in await desk.do(lambda books: books.execute(sa.select(waiting)).all())}
    assert seen >= {"waiting", "offered", "taken", "passed", "lapsed"}

"""1-10: a window closed or open for once; nobody it hits is left without a place or a person."""

from datetime import datetime

import pytest
from reception_desk import Counter, day

from rules.calendar import ZONE, Calendar, local
from rules.openings import Opening, hours_refused, place_instead, window_calendar, window_slots
from rules.people import Person, Role
from rules.reception import Slot
from storage.books import Books


def slot(number: int, hour: int, minute: int = 0, hours: float = 0.5) -> Slot:
    start = day(number, hour, minute)
    return Slot(start, datetime.fromtimestamp(start.timestamp() + hours * 3600, ZONE))


@pytest.mark.parametrize(
    ("role", "unit", "may"),
    [
        pytest.param(Role.WINDOW_HEAD, "hunyin", True, id="1-10 its head"),
        pytest.param(Role.WINDOW_HEAD, "huji", False, id="1-10 another head"),
        pytest.param(Role.WINDOW_STAFF, "hunyin", False, id="1-10 its staff"),
        pytest.param(Role.SECTION_STAFF, "office", True, id="1-10 the office"),
        pytest.param(Role.DIRECTOR, "leadership", True, id="1-10 the director"),
    ],
)
def test_who_may_set_the_hours(role: Role, unit: str, may: bool) -> None:
    assert (hours_refused(Person("P1", "甲", role, unit), "hunyin") is None) is may


def test_a_window_has_hours_of_its_own() -> None:
    closed = [Slot(day(24, 9), day(24, 12)), Slot(day(25, 8), day(26, 9))]
    opened = [Opening(day(28, 8, 30), day(28, 10), 30, 4)]
    mine = window_calendar(Calendar(), closed, opened)
    worked = {n: [(f"{a:%H:%M}", f"{b:%H:%M}") for a, b in mine.sessions_on(day(n, 9).date())] for n in range(24, 30)}
    assert worked == {
        24: [("08:30", "09:00"), ("14:00", "17:30")], 25: [], 26: [("09:00", "12:00"), ("14:00", "17:30")],
        27: [("08:30", "12:00"), ("14:00", "17:30")], 28: [("08:30", "10:00")], 29: [],
    }  # fmt: skip
    saturday = window_slots(day(28, 9).date(), 20, Calendar(), closed, opened)
    assert [local(found.start).strftime("%H:%M") for found in saturday] == ["08:30", "09:00", "09:30"]
    assert window_slots(day(24, 9).date(), 30, Calendar(), closed, opened)[1].start == day(24, 14)
    assert window_calendar(Calendar(), [], []) == Calendar()


def test_the_nearest_place_instead() -> None:
    free = [slot(24, 9), slot(25, 9), slot(25, 14), slot(27, 15)]
    assert place_instead(day(25, 15), free) == slot(25, 14)
    assert place_instead(day(23, 9), free) == slot(24, 9)
    assert place_instead(day(23, 9), []) is None


def sell_out(books: Books) -> None:
    """Every place of the window within the horizon."""
    item, window = books.centre.items["marry"], books.centre.windows["hunyin"]
    for each in books.reception.days(window.id):
        while free := books.reception.free_slots(window, each):
            books.reception.book(f"citizen:{books.count('made up')}", item, free[0], "13800001111")


async def test_where_nothing_is_free_a_person_agrees_a_time(desk: Counter) -> None:
    await desk.do(sell_out)
    await desk.say("朱思远", "停办 12月2日上午8点半到9点 停电", "提交")
    done = desk.to("朱思远")[-1].text
    assert "2位一时没有空位" in done
    assert sum("YY26" in said.text and bool(said.choices) for said in desk.to("朱思远")) == 2, "the window is asked"
    states = await desk.do(lambda books: sorted({row.state for row in books.reception.open_wishes()}))
    assert states == ["wished"]


async def test_an_extra_day_is_reminded_of_like_any_other(desk: Counter) -> None:
    await desk.say("朱思远", "加开 11月28日上午 每半小时4个", "提交")
    booked = await desk.say("小王", "预约结婚登记 11月28日上午9点", "13800000004", "提交")
    assert "要带" in booked.text
    assert await desk.waiting("booking:") == [day(27, 15), day(28, 8)]
    await desk.at(day(24, 9, 53))
    assert desk.to("小王") == [], "the day is not taken for a closed one"


async def test_more_places_go_to_those_who_wait(desk: Counter) -> None:
    await desk.do(sell_out)
    await desk.say("老周", "预约结婚登记 明天上午", "[候补周二24日上午]", "13800000003", "提交")
    await desk.say("朱思远", "加开 11月24日上午 每半小时3个", "提交")
    assert "1位先挑" in desk.to("朱思远")[-1].text
    assert "空出来了" in desk.to("老周")[-1].text

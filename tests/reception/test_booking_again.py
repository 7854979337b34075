"""1-10: what was shown is looked at again when it is kept; who is refused hears why and loses nothing."""

from datetime import timedelta

import pytest
from reception_desk import Counter, day

from rules.clause import Refusal
from rules.reception import Slot
from storage.books import Books

START = ("预约换身份证 明天上午9点", "13800001111")


def slot(number: int, hour: int, minute: int = 0, minutes: int = 30) -> Slot:
    return Slot(day(number, hour, minute), day(number, hour, minute) + timedelta(minutes=minutes))


def why(books: Books, chosen: Slot, person: str = "citizen:甲") -> str:
    done = books.reception.book(person, books.centre.items["id_renew"], chosen, "13800001111")
    return done.why if isinstance(done, Refusal) else "booked"


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (slot(24, 9), "booked"),
        (slot(20, 9), "past_cutoff"),
        (slot(23, 10), "past_cutoff"),
        (slot(28, 9), "closed"),
        (slot(24, 12, 30), "closed"),
        (Slot(day(24, 9).replace(month=12), day(24, 9, 30).replace(month=12)), "beyond_horizon"),
        (slot(24, 9, 7), "not_offered"),
    ],
)
async def test_a_place_that_cannot_be_had_is_not_entered(desk: Counter, chosen: Slot, expected: str) -> None:
    assert await desk.do(lambda books: why(books, chosen)) == expected


async def test_the_same_matter_at_the_same_time_is_entered_once(desk: Counter) -> None:
    assert await desk.do(lambda books: why(books, slot(24, 9))) == "booked"
    assert await desk.do(lambda books: why(books, slot(24, 9))) == "same_place"
    assert await desk.do(lambda books: why(books, slot(24, 9, 30))) == "booked"
    assert await desk.do(lambda books: why(books, slot(24, 10))) == "too_many_that_day"
    assert await desk.do(lambda books: why(books, slot(25, 9))) == "booked"
    assert await desk.do(lambda books: why(books, slot(26, 9))) == "too_many_open"


async def test_a_summary_left_open_too_long_asks_only_the_time_again(desk: Counter) -> None:
    await desk.say("甲", "预约换身份证 今天上午11点", "13800001111")
    await desk.at(day(23, 9, 30))
    asked = await desk.say("甲", "提交")
    assert "来不及" in desk.to("甲")[0].text
    assert "您哪天方便" in asked.text
    assert "13800001111" in (await desk.say("甲", "明天上午9点")).text
    assert "YY2600001" in (await desk.say("甲", "提交"), desk.to("甲")[0].text)[1]


async def test_a_day_that_is_closed_meanwhile_is_refused(desk: Counter) -> None:
    await desk.say("甲", *START)
    await desk.reload("centre", change={"centre": {"closures": ["2026-11-24"]}})
    await desk.say("甲", "提交")
    assert "不办公" in desk.to("甲")[0].text
    assert not await desk.do(lambda books: books.reception.mine("citizen:甲"))


async def test_a_window_given_up_meanwhile_is_refused(desk: Counter) -> None:
    await desk.say("甲", *START)
    await desk.reload("window", without="huji")
    assert "不放号" in (await desk.say("甲", "提交")).text


async def test_who_holds_as_many_as_allowed_hears_so_first(desk: Counter) -> None:
    for n in (24, 25, 26):
        await desk.do(lambda books, n=n: why(books, slot(n, 9)))
    refused = await desk.say("甲", "预约护照")
    assert "最多3个" in refused.text
    assert not refused.choices


async def test_a_day_with_two_is_refused_before_the_phone_is_asked(desk: Counter) -> None:
    for hour in (9, 10):
        await desk.do(lambda books, hour=hour: why(books, slot(24, hour)))
    asked = await desk.say("甲", "预约护照 明天下午3点")
    assert "最多约2次" in desk.to("甲")[0].text
    assert "您哪天方便" in asked.text


async def test_a_booking_moved_within_its_day_keeps_its_reminders(desk: Counter) -> None:
    await desk.say("甲", "预约换身份证 11月26日上午9点", "13800001111", "提交")
    both = [day(25, 15), day(26, 8)]
    assert await desk.waiting("booking:YY2600001:") == both
    for time in ("11月26日上午10点", "11月26日上午9点"):
        await desk.say("甲", "我的预约", "[改时间]", time)
        assert await desk.waiting("booking:YY2600001:") == both
    await desk.at(day(25, 15))
    assert "上午9:00来办" in desk.to("甲")[0].text


async def test_the_time_changed_in_the_summary_is_chosen_anew(desk: Counter) -> None:
    await desk.say("甲", *START)
    await desk.say("甲", "[改一项]", "[时间]")
    asked = await desk.say("甲", "[周二24日下午]")
    assert "这几个时间有空" in asked.text
    assert asked.choices[0] == "下午2:00"


async def test_another_stretch_is_shown_from_its_first_place(desk: Counter) -> None:
    shown = await desk.say("甲", "预约护照 明天上午", "[更多]")
    assert shown.choices[0] == "上午10:30"
    assert (await desk.say("甲", "后天上午")).choices[0] == "上午8:30"
    assert (await desk.say("甲", "11月26日上午")).choices[0] == "上午8:30"


async def fill(desk: Counter, *only: Slot) -> None:
    """Take every seat of those places, else of the whole Tuesday morning."""

    def take(books: Books) -> None:
        item = next(item for item in books.centre.items.values() if item.window == "chujing")
        window = books.centre.windows[item.window]
        morning = [one for one in books.reception.free_slots(window, day(24, 9).date()) if one.start < day(24, 12)]
        for n, place in enumerate(only or morning):
            for seat in range(window.places_per_slot):
                assert isinstance(books.reception.book(f"citizen:{n}.{seat}", item, place, "1"), str)

    await desk.do(take)


async def test_a_place_taken_while_it_was_shown_leaves_the_others(desk: Counter) -> None:
    await desk.say("甲", "预约护照 明天上午")
    await fill(desk, slot(24, 9))
    shown = await desk.say("甲", "[上午9:00]")
    assert "约满" in desk.to("甲")[0].text
    assert shown.choices[:2] == ("上午8:30", "上午9:30")


async def test_a_half_day_that_went_leads_back_to_the_half_days(desk: Counter) -> None:
    await desk.say("甲", "预约护照 明天上午")
    await fill(desk)
    shown = await desk.say("甲", "[上午9:00]")
    assert "您哪天方便" in shown.text
    assert "周二24日上午" not in shown.choices


async def test_a_time_that_cannot_be_had_is_said_before_anything_is_asked(desk: Counter) -> None:
    await desk.say("甲", "预约换身份证 星期六上午")
    assert "不办公" in desk.to("甲")[0].text
    await desk.say("乙", "预约换身份证 1月4日上午9点")
    assert "还没开始放号" in desk.to("乙")[0].text
    assert "还没公布" in desk.to("乙")[0].text


async def test_the_receipt_promises_the_reminders_that_come(desk: Counter) -> None:
    await desk.say("甲", "预约换身份证 今天上午11点", "13800001111", "提交")
    assert "不再另外提醒" in desk.to("甲")[-2].text
    assert await desk.waiting("booking:") == []
    await desk.say("乙", *START, "提交")
    assert "前一天和当天早上" in desk.to("乙")[-2].text

"""1-09 to 1-11: a time the window proposes, from the request to the feedback, whoever is quicker."""

from typing import Any

import sqlalchemy as sa
from reception_desk import Counter, day

from storage.arranging import arrangement
from storage.reception import slot

WINDOW, HEAD = "何振华", "BH047"
WISH = ("预约办残疾人证", "明天下午", "13811112222", "提交")


async def held(desk: Counter) -> int:
    """Places kept for wishes."""
    return int(await desk.do(lambda books: books.execute(sa.select(sa.func.sum(slot.c.taken))).scalar() or 0))


async def row(desk: Counter, no: str = "YY2600001") -> Any:
    return await desk.do(lambda books: books.execute(sa.select(arrangement).where(arrangement.c.no == no)).first())


async def test_a_place_is_held_from_the_request_to_the_offer(desk: Counter) -> None:
    await desk.say("甲", *WISH)
    assert await held(desk) == 1
    await desk.say(WINDOW, "[定时间]", "12月1日上午9点", "[照单子]", "[提交]")
    assert await held(desk) == 0
    await desk.say("甲", "[换个时间]", "后天上午")
    assert await held(desk) == 1
    await desk.say("甲", "我的预约", "[取消预约]", "[取消预约]")
    assert await held(desk) == 0


async def test_an_offer_for_somebody_who_left_changes_nothing(desk: Counter) -> None:
    await desk.say("甲", *WISH)
    await desk.say(WINDOW, "[定时间]", "12月1日上午9点", "[照单子]")
    await desk.say("甲", "我的预约", "[取消预约]", "[取消预约]")
    assert "已取消" in (await desk.say(WINDOW, "[提交]")).text
    assert (await row(desk)).round == 0


async def test_a_second_yes_changes_nothing(desk: Counter) -> None:
    await desk.say("甲", *WISH)
    await desk.say(WINDOW, "[定时间]", "12月1日上午9点", "[照单子]", "[提交]")
    await desk.say("甲", "[就这个时间]")
    before = await desk.do(lambda books: books.reception.get("YY2600001"))
    assert "办过了" in (await desk.say("甲", "[就这个时间]")).text
    assert await desk.do(lambda books: books.reception.get("YY2600001")) == before
    assert await held(desk) == 0


async def test_whoever_has_seen_it_is_not_told_on_but_must_answer(desk: Counter) -> None:
    await desk.say("甲", *WISH)
    await desk.say(WINDOW, "[收到]")
    await desk.at(day(23, 10, 5))
    assert not desk.to(HEAD)
    await desk.at(day(23, 15, 5))
    assert "催办" in desk.to("黎子涵")[0].text
    await desk.at(day(23, 17, 35))
    assert "还没答复" in desk.to(HEAD)[0].text


async def test_a_caller_is_arranged_with_by_telephone(desk: Counter) -> None:
    await desk.say("黎子涵", "电话预约 残疾人证 13811112222 下周二上午", "提交")
    asked = desk.to(HEAD)[0]
    assert "请打 13811112222" in asked.text
    assert asked.choices == ("电话约好了", "收到", "另外答复")
    await desk.say(WINDOW, "[电话约好了]", "12月1日上午9点", "[照单子]", "[提交]")
    found = await desk.do(lambda books: books.reception.get("YY2600001"))
    assert (found.state, found.form) == ("booked", "phone")
    assert "反馈咨询台" in desk.to("黎子涵")[0].text


async def test_an_agreed_booking_is_cancelled_without_a_place_to_give_back(desk: Counter) -> None:
    await desk.say("甲", *WISH)
    await desk.say(WINDOW, "[定时间]", "12月1日上午9点", "[照单子]", "[提交]")
    await desk.say("甲", "[就这个时间]", "我的预约", "[取消预约]", "[取消预约]")
    assert await held(desk) == 0
    assert (await desk.do(lambda books: books.reception.get("YY2600001"))).state == "cancelled"

"""G10, 2-04, 2-10: who has the desk at that moment owns what comes in, is reminded of it, and passes it on."""

import pytest
from reception_desk import Counter, day

from handlers.reading import phone_number
from handlers.words import short_label

OFFICER, NEXT, STAND_BY, SUPERVISION = "BH022", "BH023", "BH059", "BH004"


async def owners(desk: Counter) -> list[str]:
    return await desk.do(lambda books: [row.owner for row in books.first_contact.unsettled()])


async def test_an_officer_on_leave_is_passed_over(desk: Counter) -> None:
    await desk.say("黎子涵", "请假 今天下午 有事", "提交")
    await desk.say("于若溪", "[同意]")
    await desk.at(day(23, 14, 5))
    answer = await desk.say("甲", "人工")
    assert "黎子涵" not in answer.text
    assert OFFICER not in await owners(desk)
    assert "黎子涵" not in (await desk.say("甲", "谁在办我的事")).text


async def test_the_officer_who_calls_a_person_gets_another(desk: Counter) -> None:
    await desk.say("黎子涵", "人工")
    assert OFFICER not in await owners(desk)


async def test_three_calls_are_one_card(desk: Counter) -> None:
    first = await desk.say("甲", "人工")
    again = await desk.say("甲", "人工", "人工")
    assert "不用再叫" in again.text
    assert "不用再叫" not in first.text
    assert len(await owners(desk)) == 1


async def test_what_nobody_answers_is_said_once_more_and_once_only(desk: Counter) -> None:
    await desk.say("甲", "人工")
    await desk.at(day(23, 10))
    assert [one.text[:4] for one in desk.to(OFFICER)] == ["还没答复"]
    await desk.at(day(23, 11))
    assert not desk.to(OFFICER)


async def test_what_was_answered_is_not_said_again(desk: Counter) -> None:
    await desk.say("甲", "人工")
    await desk.say("黎子涵", "[答复]", "请到一楼咨询台")
    await desk.at(day(23, 10))
    assert not desk.to(OFFICER)


async def hand_over(desk: Counter) -> None:
    await desk.at(day(23, 17))
    await desk.say("黎子涵", "交接班", "无", "无", "无", "无", "无", "提交")


async def test_the_receiver_owns_what_was_handed_over(desk: Counter) -> None:
    await desk.say("甲", "人工")
    await hand_over(desk)
    await desk.say("许正义", "[确认接班]")
    assert any("第1号来访" in one.text for one in desk.to(NEXT))
    assert await owners(desk) == [NEXT]
    await desk.at(day(24, 9))
    refused = await desk.say("黎子涵", "[答复]")
    assert "没有发出" in refused.text
    await desk.say("许正义", "[答复]", "请到一楼咨询台")
    assert "请到一楼咨询台" in desk.to("甲")[0].text


async def test_whatever_day_it_came_in_it_stands_in_the_handover(desk: Counter) -> None:
    await desk.do(lambda books: books.first_contact.note("citizen:甲", "x", "open", owner_id=STAND_BY))
    await desk.at(day(23, 17))
    await desk.say("黎子涵", "交接班")
    assert "来访 1 待答复" in desk.to(OFFICER)[0].text


async def test_what_was_said_about_the_officer_stays_out_of_his_book(desk: Counter) -> None:
    await desk.say("甲", "想搞个那个东西,黎子涵不理我")
    await desk.do(lambda books: books.first_contact.note("citizen:乙", "黎子涵不理我", "open", owner_id=SUPERVISION))
    await desk.at(day(23, 17))
    await desk.say("黎子涵", "交接班")
    assert "不理我" not in "".join(one.text for one in desk.to(OFFICER))


async def test_the_book_is_not_given_in_the_morning(desk: Counter) -> None:
    assert "下午4:30" in (await desk.say("黎子涵", "交接班")).text


async def test_a_cancelled_wish_asks_for_no_answer(desk: Counter) -> None:
    await desk.say("甲", "我要预约楼层导引", "明天", "13800001111")
    await desk.say("甲", "提交")
    assert "要带:" not in desk.to("甲")[-1].text
    gone = await desk.say("甲", "我的预约", "[取消预约]", "[取消预约]")
    assert "位子" not in gone.text
    assert await owners(desk) == []
    assert "已取消" in (await desk.say("黎子涵", "[另外答复]")).text
    await desk.at(day(23, 10))
    assert not desk.to(OFFICER)


async def test_what_a_new_list_leaves_out_is_still_named(desk: Counter) -> None:
    await desk.say("甲", "预约换身份证 11月26日上午9点", "13800001111", "提交")
    await desk.say("乙", "预约办残疾人证", "下周二", "13800001112", "提交")
    await desk.reload("window", without="huji")
    await desk.reload("item", without="id_renew")
    wish = await desk.do(lambda books: next(iter(books.reception.open_wishes())).item)
    await desk.reload("item", without=wish)
    assert "公安户籍窗口" in (await desk.say("甲", "我的预约")).text
    assert "不放号" in (await desk.say("甲", "[改时间]")).text
    assert "残疾人证" in (await desk.say("乙", "查询 YY2600002")).text
    await desk.say("何振华", "[另外答复]", "周二来")
    assert "周二来" in desk.to("乙")[0].text
    await desk.at(day(25, 15))
    assert "公安户籍窗口" in desk.to("甲")[0].text


async def test_several_bookings_can_be_told_apart(desk: Counter) -> None:
    await desk.say("甲", "预约换身份证 明天上午9点", "13800001111", "提交")
    await desk.say("甲", "预约护照 后天下午3点", "13800001111", "提交")
    for words in ("我的预约", "取消预约", "退号", "改约", "改时间", "我要取消预约"):
        shown = await desk.say("甲", words)
        assert shown.choices == ("24日上午9:00", "25日下午3:00"), words
        assert "YY2600001" in shown.text
        await desk.say("甲", "取消")


async def test_coming_leaves_a_way_to_change(desk: Counter) -> None:
    await desk.say("甲", "预约换身份证 明天上午9点", "13800001111", "提交")
    await desk.at(day(23, 15, 1))
    assert "我的预约" in (await desk.say("甲", "[我会来]")).text


def test_a_phone_number_is_found_in_a_sentence() -> None:
    assert phone_number("我电话是13812340000,你记一下") == "13812340000"
    assert phone_number("打0515-84198000找我") == "051584198000"
    assert not isinstance(phone_number("12345678901"), str)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("办护照", "办护照"),
        ("营业执照(设立、变更)办理", "营业执照"),
        ("报警、报案、治安纠纷处理", "报警、报案"),
        ("没有停顿的很长很长的名字", "没有停顿的很长很长的"),
    ],
)
def test_a_long_name_is_cut_where_it_pauses(name: str, label: str) -> None:
    assert short_label(name) == label

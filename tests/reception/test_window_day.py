"""1-10, 2-04: the window's day, where somebody comes early, late, wrongly or not at all."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from reception_desk import Counter, day

from storage.books import Books
from storage.hall import visit
from storage.machine import audit
from storage.reception import booking


async def book(desk: Counter, who: str, when: str, phone: str) -> None:
    await desk.say(who, f"预约结婚登记 {when}", phone, "提交")


async def row(desk: Counter, no: str) -> tuple[str, str]:
    """The state of a booking and the outcome of its visit."""
    joined = sa.select(booking.c.state, visit.c.outcome).join(visit, visit.c.no == booking.c.no)
    found = await desk.do(lambda books: books.execute(joined.where(booking.c.no == no)).first())
    return found.state, found.outcome


async def test_who_checked_in_is_never_a_no_show(desk: Counter) -> None:
    await book(desk, "小陈", "今天上午11点", "13800000001")
    await desk.at(day(23, 10, 58))
    await desk.say("小陈", "到了")
    await desk.at(day(23, 11, 40))
    assert "不算没来" in (await desk.say("贺丽娟", "没来 YY2600001")).text
    assert await row(desk, "YY2600001") == ("done", "left")


async def test_who_comes_after_being_noted_missed_has_a_place(desk: Counter) -> None:
    await book(desk, "小陈", "今天上午11点", "13800000001")
    await desk.at(day(23, 11, 16))
    await desk.say("贺丽娟", "没来 1")
    assert await row(desk, "YY2600001") == ("missed", "missed")
    assert "签到好了" in (await desk.say("小陈", "到了")).text
    assert await row(desk, "YY2600001") == ("booked", "")
    await desk.at(day(23, 11, 30))
    assert desk.to("小陈") == [], "the word about not coming is not sent any more"


async def test_a_closed_window_has_no_no_shows(desk: Counter) -> None:
    await book(desk, "小陈", "今天上午11点", "13800000001")
    await desk.do(lambda b: b.openings.enter("hunyin", "closed", day(23, 10, 30), day(23, 12), "", 30, 2))
    await desk.at(day(23, 11, 30))
    assert "不能记他没来" in (await desk.say("贺丽娟", "没来 1")).text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("签到 YY2600001", "没查到您名下有", id="somebody else's"),
        pytest.param("签到 YY2699999", "没查到您名下有", id="nobody's"),
        pytest.param("到了", "没查到您今天的预约", id="none"),
    ],
)
async def test_a_stranger_gets_no_place(desk: Counter, line: str, said: str) -> None:
    await book(desk, "小陈", "今天上午11点", "13800000001")
    answer = (await desk.say("路人", line)).text
    assert said in answer and "咨询台" in answer
    assert await desk.do(lambda books: books.execute(sa.select(visit)).all()) == []


async def test_the_wrong_day_and_a_cancelled_one_are_told_apart(desk: Counter) -> None:
    await book(desk, "小陈", "明天上午11点", "13800000001")
    assert "不是今天" in (await desk.say("小陈", "签到 YY2600001")).text
    assert "11月24日(周二)上午11:00" in (await desk.say("小陈", "到了")).text
    await desk.do(lambda books: books.reception.cancel("YY2600001"))
    assert "已经取消" in (await desk.say("小陈", "签到 YY2600001")).text


async def test_a_window_sees_its_own_people_only(desk: Counter) -> None:
    await book(desk, "小陈", "今天上午11点", "13800000001")
    for line in ("本窗口", "本窗口 YY2600001", "办好 YY2600001", "叫号 YY2600001", "材料不齐 YY2600001 照片", "叫号"):
        answer = await desk.say("许正义", line)
        assert "结婚" not in answer.text and "13800000001" not in answer.text
    assert await desk.do(lambda books: books.execute(sa.select(visit)).all()) == []
    assert "13800000001" in (await desk.say("贺丽娟", "本窗口 YY2600001")).text


async def test_every_step_of_a_visit_has_its_audit_line(desk: Counter) -> None:
    await book(desk, "小陈", "今天上午11点", "13800000001")
    await desk.at(day(23, 10, 58))
    await desk.say("小陈", "到了")
    await desk.say("贺丽娟", "叫号", "材料不齐 1 照片")
    await desk.say("小陈", "[选时间]", "周三上午9点")
    mine = sa.select(audit.c.act).where(audit.c.ref == "visit/YY2600001").order_by(audit.c.seq)
    assert await desk.do(lambda books: list(books.execute(mine).scalars())) == ["came", "called", "lacking", "again"]


async def test_a_centre_may_let_missed_bookings_count(desk: Counter) -> None:
    def missed_three(books: Books) -> None:
        item = books.centre.item("marry")
        for hour in (9, 10, 11):
            no = books.reception._enter(
                "citizen:小陈", item, "13800000001", "chat", start=day(20, hour), state="missed"
            )
            assert no

    await desk.do(missed_three)
    assert (await desk.do(lambda books: books.hall.limits("citizen:小陈"))).open_per_person == 3
    shelf = desk.rehearsal.house.desk.shelf
    shelf.centre = replace(shelf.centre, readings=replace(shelf.centre.readings, missed_means="one_open"))
    assert (await desk.do(lambda books: books.hall.limits("citizen:小陈"))).open_per_person == 1


async def test_a_limit_takes_nothing_from_who_has_booked_and_holds_afterwards(desk: Counter) -> None:
    for n in (1, 2):
        await book(desk, f"甲{n}", "12月2日上午9点", f"1380000000{n}")
    await desk.say("朱思远", "减号 12月2日上午 每半小时1个", "提交")
    assert {one.no for one in await desk.do(lambda b: b.hall.day("hunyin", date(2026, 12, 2)))} == {
        "YY2600001", "YY2600002",
    }  # fmt: skip
    await desk.do(lambda books: books.reception.cancel("YY2600001"))
    assert "约满" in (await desk.say("乙", "预约结婚登记 12月2日上午9点")).text or "已经约满" in desk.to("乙")[0].text
    await desk.say("乙", "取消")
    await desk.do(lambda books: books.reception.cancel("YY2600002"))
    assert "留一个电话" in (await desk.say("乙", "预约结婚登记 12月2日上午9点")).text


SHEET = "补录 1 办好 11:05;2 没来;3 缺 1、3 11:40;现场 补领婚姻登记证 李 9:50 办好;现场 离婚登记 下午1:58 走了"


async def test_what_was_written_by_hand_is_keyed_in_once(desk: Counter) -> None:
    """With the times on the paper, not that of keying; keyed in again by a colleague nothing changes."""
    for n, when in enumerate(("11点", "11点", "11点半"), 1):
        await book(desk, f"甲{n}", f"今天上午{when}", f"1380000000{n}")
    await desk.at(day(23, 14, 30))
    assert "记了5条" in (await desk.say("贺丽娟", SHEET)).text

    def rows(books: Books) -> list[object]:
        return [books.execute(sa.select(table).order_by(table.c.no)).all() for table in (visit, booking)]

    before = await desk.do(rows)
    assert "5条先前记过" in (await desk.say("朱思远", SHEET)).text
    assert await desk.do(rows) == before
    ended = {one.no: one.ended for one in await desk.do(lambda books: books.hall.day("hunyin", date(2026, 11, 23)))}
    assert ended["YY2600001"] == day(23, 11, 5) and ended["PH2600001"] == day(23, 9, 50)
    assert {line.split("(")[1] for line in (await desk.say("许正义", SHEET)).text.split("\n")[1:3]} == {
        "本窗口那天没有这个号)"
    }


@pytest.mark.parametrize(
    ("line", "why"),
    [
        pytest.param("1 办好 15:00", "时间还没到", id="ahead"),
        pytest.param("1 好像办了", "没看懂", id="unread"),
        pytest.param("1 缺", "缺哪些材料没写", id="papers unnamed"),
        pytest.param("现场 李 9:50 办好", "没看出是哪件事", id="no matter"),
    ],
)
async def test_a_line_that_cannot_be_kept_says_why(desk: Counter, line: str, why: str) -> None:
    await book(desk, "小陈", "今天上午11点", "13800000001")
    await desk.at(day(23, 14, 30))
    assert why in (await desk.say("贺丽娟", f"补录 {line}")).text
    assert await desk.do(lambda books: books.execute(sa.select(visit)).all()) == []


async def test_who_comes_late_is_told_so_kindly_and_served(desk: Counter) -> None:
    await book(desk, "小陈", "今天上午11点", "13800000001")
    await desk.at(day(23, 11, 16))
    said = (await desk.say("小陈", "到了")).text
    assert "约的上午11:00过了" in said and "照样办" in said
    assert "请叫 YY2600001" in (await desk.say("贺丽娟", "叫号")).text


async def test_a_colleague_leads_who_stands_at_the_wrong_window(desk: Counter) -> None:
    await book(desk, "小陈", "今天上午11点", "13800000001")
    for line in ("签到 YY2600001", "叫号 YY2600001"):
        assert "是1楼22号婚姻登记窗口的" in (await desk.say("许正义", line)).text
    assert await desk.do(lambda books: books.execute(sa.select(visit)).all()) == []


async def test_who_asks_after_todays_booking_may_check_in_with_one_tap(desk: Counter) -> None:
    await book(desk, "小陈", "今天上午11点", "13800000001")
    assert (await desk.say("小陈", "YY2600001")).choices == ("我到了",)
    assert "签到好了" in (await desk.say("小陈", "[我到了]")).text
    await book(desk, "阿芳", "明天上午11点", "13800000002")
    assert (await desk.say("阿芳", "YY2600002")).choices == ()

"""When somebody means: the conventions of the desk."""

from datetime import date, datetime
from typing import Literal

import pytest

from bot.understanding.lunar import festival, solar
from bot.understanding.times import Ask, Ok, Reject, understand
from rules.calendar import ZONE, Calendar

REF = datetime(2026, 9, 16, 10, 20, tzinfo=ZONE)
CALENDAR = Calendar()
Context = Literal["appointment", "leave", "outing", "duty"]


def found(text: str, context: Context = "appointment") -> Ok | Ask | Reject:
    return understand(text, REF, context, CALENDAR)


@pytest.mark.parametrize(
    ("context", "text", "start", "end"),
    [
        ("appointment", "明朝上半天", "09/17 08:30", "09/17 12:00"),
        ("appointment", "3点", "09/16 15:00", ""),
        ("appointment", "月底前", "09/16 10:20", "09/30 17:30"),
        ("appointment", "腊月二十三", "01/30 08:30", "01/30 17:30"),
        ("appointment", "下班前", "09/16 10:20", "09/16 17:30"),
        ("appointment", "１５号窗口，明天９：３０", "09/17 09:30", ""),
        ("leave", "明天早退一小时", "09/17 16:30", "09/17 17:30"),
        ("leave", "明天晚到半小时", "09/17 08:30", "09/17 09:00"),
        ("leave", "下周一起请5天年假", "09/21 08:30", "09/28 17:30"),
        ("leave", "病假一周,从明天开始", "09/17 08:30", "09/23 17:30"),
        ("leave", "产假从10月10号开始98天", "10/10 08:30", "01/15 17:30"),
        ("leave", "明天下午和后天上午", "09/17 14:00", "09/18 12:00"),
        ("leave", "21-23号", "09/21 08:30", "09/23 17:30"),
        ("outing", "下午出去开会,四点回来", "09/16 14:00", "09/16 16:00"),
        ("outing", "马上出去,一个半小时后回来", "09/16 10:20", "09/16 11:50"),
        ("appointment", "9月最后一天", "09/30 08:30", "09/30 17:30"),
        ("appointment", "20260922上午", "09/22 08:30", "09/22 12:00"),
        ("appointment", "重阳节", "10/18 08:30", "10/18 17:30"),
        ("appointment", "冬至那天", "12/22 08:30", "12/22 17:30"),
        ("appointment", "节后第一个工作日", "09/28 08:30", "09/28 17:30"),
        ("appointment", "大清早八点半，后天", "09/18 08:30", ""),
        ("leave", "请假到三点", "09/16 10:20", "09/16 15:00"),
        ("leave", "提前一小时下班", "09/16 16:30", "09/16 17:30"),
        ("leave", "28号到7号请假", "09/28 08:30", "10/07 17:30"),
        ("leave", "明天下午晚到四十分钟", "09/17 14:00", "09/17 14:40"),
        ("outing", "外出 到四点回来", "09/16 10:20", "09/16 16:00"),
        ("outing", "去区里，中午回", "09/16 10:20", "09/16 12:00"),
        ("duty", "中秋那三天谁值班", "09/25 08:30", "09/27 17:30"),
        ("duty", "中秋节值班", "09/25 08:30", "09/27 17:30"),
        ("appointment", "下个月第一个周一", "10/05 08:30", "10/05 17:30"),
        ("appointment", "最迟周五", "09/16 10:20", "09/18 17:30"),
        ("appointment", "国庆前", "09/16 10:20", "09/30 17:30"),
        ("appointment", "大年初八", "02/13 08:30", "02/13 17:30"),
        ("appointment", "阴历十月初一下午", "11/09 14:00", "11/09 17:30"),
        ("appointment", "22号(周二)下午", "09/22 14:00", "09/22 17:30"),
        ("appointment", "呃下周一,大概九点的样子", "09/21 09:00", ""),
        ("appointment", "外后天", "09/19 08:30", "09/19 17:30"),
        ("appointment", "9 月 28 号 下午 3 点", "09/28 15:00", ""),
        ("duty", "我跟小李换一下周五的班", "09/18 08:30", "09/18 17:30"),
        ("duty", "国庆第二天值班", "10/02 08:30", "10/02 17:30"),
        ("leave", "国庆回老家,9月30号请一天", "09/30 08:30", "09/30 17:30"),
        ("leave", "20、21号", "09/20 08:30", "09/21 17:30"),
        ("leave", "9月21-25", "09/21 08:30", "09/25 17:30"),
        ("leave", "21号到23号请三天", "09/21 08:30", "09/23 17:30"),
        ("leave", "现在请假到下班", "09/16 10:20", "09/16 17:30"),
        ("leave", "从明天起请半个月", "09/17 08:30", "10/01 17:30"),
        ("leave", "昨天发烧了,今天请一天", "09/16 08:30", "09/16 17:30"),
        ("leave", "疼了三天了,明天上午请假", "09/17 08:30", "09/17 12:00"),
        ("leave", "带6个月的宝宝打针,明天上午", "09/17 08:30", "09/17 12:00"),
        ("leave", "后天孩子打疫苗,上午请假", "09/18 08:30", "09/18 12:00"),
        ("leave", "时间: 2026-09-21 08:30 至 2026-09-22 17:30", "09/21 08:30", "09/22 17:30"),
        ("outing", "出去一小时二十分钟", "09/16 10:20", "09/16 11:40"),
        ("outing", "下午三点出去,不回来了", "09/16 15:00", "09/16 17:30"),
        ("outing", "这会儿出去,下班前回", "09/16 10:20", "09/16 17:30"),
    ],
)
def test_understood(context: Context, text: str, start: str, end: str) -> None:
    span = found(text, context)
    assert isinstance(span, Ok)
    assert (span.start.strftime("%m/%d %H:%M"), span.end.strftime("%m/%d %H:%M") if span.end else "") == (start, end)


@pytest.mark.parametrize(
    ("context", "text", "answer"),
    [
        ("appointment", "上周五", Reject("past")),
        ("appointment", "2月30号", Reject("invalid")),
        ("appointment", "明天25点", Reject("invalid")),
        ("leave", "23号到21号", Reject("order")),
        ("appointment", "9999年12月31日", Reject("invalid")),
        ("appointment", "过999999天", Reject("invalid")),
        ("leave", "明天起请0天", Reject("invalid")),
        ("appointment", "下午15点70分", Reject("invalid")),
        ("appointment", "去年国庆", Reject("past")),
        ("appointment", "去年10月1号", Reject("past")),
        ("appointment", "明天24点半", Reject("invalid")),
        ("appointment", "下午三四点", Ask("which_hour")),
        ("appointment", "国庆前后", Ask("which_day")),
        ("appointment", "明天快下班的时候", Ask("which_hour")),
        ("leave", "今天早退", Ask("which_hour")),
        ("appointment", "周一或者周二", Ask("which_day")),
        ("leave", "请半天假", Ask("which_half")),
        ("leave", "明天请两小时假", Ask("which_hour")),
        ("outing", "2点出去", Ask("back_when")),
        ("duty", "周五的班和下周一对调", Ask("two_dates")),
        ("appointment", "十一个人", Ask("no_time")),
        ("appointment", "3号窗口在哪", Ask("no_time")),
        ("appointment", "每周三", Ask("vague")),
        ("appointment", "10月上旬", Ask("vague")),
        ("appointment", "今年正月十五", Reject("past")),
        ("appointment", "除了周三都行", Ask("which_day")),
        ("appointment", "周三以后", Ask("which_day")),
        ("appointment", "五号左右", Ask("which_day")),
        ("appointment", "三点多", Ask("which_hour")),
        ("appointment", "两三天后", Ask("which_day")),
        ("appointment", "过两天", Ask("vague")),
        ("appointment", "明天一上班", Ask("which_hour")),
        ("appointment", "22号周三", Ask("mismatch")),
        ("appointment", "下午3", Ask("unread")),
        ("appointment", "一三五下午", Ask("unread")),
        ("appointment", "九月九", Ask("which_day")),
        ("appointment", "下星期八", Reject("invalid")),
        ("leave", "明天18号请假", Ask("mismatch")),
        ("leave", "请明天和第二天", Ask("which_day")),
        ("leave", "从明天开始请假", Ask("until_when")),
        ("leave", "明天请假,周五回来上班", Ask("until_when")),
        ("leave", "21号到23号请两天", Ask("count")),
        ("leave", "下周一、三、五", Ask("two_dates")),
        ("leave", "明天、后天上午", Ask("two_dates")),
        ("leave", "明天三点开始请两天", Ask("which_half")),
        ("outing", "出去两小时,四点回来", Ask("count")),
        ("outing", "现在出去", Ask("back_when")),
        ("outing", "三点去税务局", Ask("back_when")),
        ("outing", "税务局 三点", Ask("until_when")),
        ("duty", "25号我跟小王换26号", Ask("two_dates")),
    ],
)
def test_not_accepted(context: Context, text: str, answer: Ask | Reject) -> None:
    assert found(text, context) == answer


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("请假 明天后天 家里有事", "明天后天"),
        ("家里有事，从明天开始请三天", "从明天开始请三天"),
        ("我约 周五下午 办退休", "周五下午"),
        ("请假 明天,不对,后天 家里有事", "明天,不对,后天"),
        ("请假(9月21日(周一)) 搬家", "9月21日(周一)"),
        ("请假 ９ 月 ２８ 号 下午 搬家", "９ 月 ２８ 号 下午"),
    ],
)
def test_matched_parts_the_time_from_the_rest(text: str, when: str) -> None:
    span = found(text, "leave")
    assert isinstance(span, Ok)
    assert text[slice(*span.matched)] == when


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("明天,不对,后天下午", "09/18 14:00"),
        ("明天下午三点,不对,后天", "09/18 15:00"),
        ("明天上午,哦不,下午三点", "09/17 15:00"),
        ("周三,不是,周四上午", "09/17 08:30"),
        ("不是明天,是后天", "09/18 08:30"),
        ("明天上午没空,下午行", "09/17 14:00"),
        ("我礼拜三下午去行不行", "09/16 14:00"),
    ],
)
def test_what_was_taken_back_does_not_count(text: str, start: str) -> None:
    span = found(text)
    assert isinstance(span, Ok) and span.start.strftime("%m/%d %H:%M") == start


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("明天下舞三点", "明天下午三点"),
        ("命天尚午", "明天上午"),
        ("下周伞上午", "下周三上午"),
        ("星其五中武", "星期五中午"),
        ("9月28号下五", "9月28号下午"),
        ("20好上午九典", "20号上午九点"),
        ("下午三点版", "下午三点半"),
        ("過兩個鐘頭後", "过两个钟头后"),
    ],
)
def test_homophones_of_time_words(typed: str, meant: str) -> None:
    assert found(typed) == found(meant) and isinstance(found(typed), Ok)


@pytest.mark.parametrize("text", ["最近天气不好", "上网报名天数", "在网上办的小事", "跳下舞台", "下雾了", "去下五楼"])
def test_words_that_only_sound_like_a_time(text: str) -> None:
    assert isinstance(found(text), Ask)


def test_a_made_up_day_counts_as_working() -> None:
    span = found("从周五起请两天", "leave")
    assert isinstance(span, Ok) and span.end and span.end.date() == date(2026, 9, 20)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("春节", "2024-02-10"),
        ("春节", "2033-01-31"),
        ("端午", "2025-05-31"),
        ("中秋", "2026-09-25"),
        ("清明", "2026-04-05"),
        ("除夕", "2025-01-28"),
    ],
)
def test_festivals(name: str, day: str) -> None:
    wanted = date.fromisoformat(day)
    assert festival(name, wanted.year) == wanted


def test_a_leap_month_is_its_own() -> None:
    assert solar(2028, 5, 1, leap=True) == date(2028, 6, 23) and solar(2028, 5, 1) == date(2028, 5, 24)
    assert solar(2026, 6, 3, leap=True) is None
    said = found("闰五月初一")
    assert isinstance(said, Ok) and said.start.date() == date(2028, 6, 23)


def test_lunar_dates_outside_the_known_years_are_not_guessed() -> None:
    assert solar(1999, 1, 1) is None and solar(2026, 13, 1) is None and solar(2026, 1, 31) is None

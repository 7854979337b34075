"""When somebody means: conventions of the desk, and that nothing anybody types breaks it."""

from datetime import date, datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.lunar import festival, solar
from bot.understanding.numerals import number
from bot.understanding.times import Ask, Ok, Reject, understand
from rules.calendar import ZONE, Calendar

REF = datetime(2026, 9, 16, 10, 20, tzinfo=ZONE)
CALENDAR = Calendar()
Context = Literal["appointment", "leave", "outing", "duty"]
CONTEXTS = st.sampled_from(["appointment", "leave", "outing", "duty"])
SAID = """
明天 后天 下周三 周五 9月24日 20号 上午 下午 中午 9点 3点半 8:30 到 至 前
以后 半天 两天 一周 一小时 请假 早退 回来 国庆 节后 腊月 初八 或者 和 差 一刻 12 月
号 从 起 现在 月底 半 内 廿 2月30号
"""
WORDS = SAID.split()


def found(text: str, context: Context = "appointment") -> Ok | Ask | Reject:
    return understand(text, REF, context, CALENDAR)


@pytest.mark.parametrize(
    ("context", "text", "start", "end"),
    [
        ("appointment", "明朝上半天", "09-17 08:30", "09-17 12:00"),
        ("appointment", "3点", "09-16 15:00", ""),
        ("appointment", "月底前", "09-16 10:20", "09-30 17:30"),
        ("appointment", "腊月二十三", "01-30 08:30", "01-30 17:30"),
        ("appointment", "下班前", "09-16 10:20", "09-16 17:30"),
        ("appointment", "１５号窗口，明天９：３０", "09-17 09:30", ""),
        ("leave", "明天早退一小时", "09-17 16:30", "09-17 17:30"),
        ("leave", "明天晚到半小时", "09-17 08:30", "09-17 09:00"),
        ("leave", "下周一起请5天年假", "09-21 08:30", "09-28 17:30"),
        ("leave", "病假一周,从明天开始", "09-17 08:30", "09-23 17:30"),
        ("leave", "产假从10月10号开始98天", "10-10 08:30", "01-15 17:30"),
        ("leave", "明天下午和后天上午", "09-17 14:00", "09-18 12:00"),
        ("leave", "21-23号", "09-21 08:30", "09-23 17:30"),
        ("outing", "下午出去开会,四点回来", "09-16 14:00", "09-16 16:00"),
        ("outing", "马上出去,一个半小时后回来", "09-16 10:20", "09-16 11:50"),
        ("appointment", "9月最后一天", "09-30 08:30", "09-30 17:30"),
        ("appointment", "20260922上午", "09-22 08:30", "09-22 12:00"),
        ("appointment", "重阳节", "10-18 08:30", "10-18 17:30"),
        ("appointment", "冬至那天", "12-22 08:30", "12-22 17:30"),
        ("appointment", "节后第一个工作日", "09-28 08:30", "09-28 17:30"),
        ("appointment", "大清早八点半，后天", "09-18 08:30", ""),
        ("leave", "请假到三点", "09-16 10:20", "09-16 15:00"),
        ("leave", "提前一小时下班", "09-16 16:30", "09-16 17:30"),
        ("leave", "28号到7号请假", "09-28 08:30", "10-07 17:30"),
        ("leave", "明天下午晚到四十分钟", "09-17 14:00", "09-17 14:40"),
        ("outing", "外出 到四点回来", "09-16 10:20", "09-16 16:00"),
        ("outing", "去区里，中午回", "09-16 10:20", "09-16 12:00"),
        ("duty", "中秋那三天谁值班", "09-25 08:30", "09-27 17:30"),
        ("duty", "中秋节值班", "09-25 08:30", "09-27 17:30"),
    ],
)
def test_understood(context: Context, text: str, start: str, end: str) -> None:
    span = found(text, context)
    assert isinstance(span, Ok)
    assert (span.start.strftime("%m-%d %H:%M"), span.end.strftime("%m-%d %H:%M") if span.end else "") == (start, end)


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
        ("outing", "2点出去", Ask("until_when")),
        ("duty", "周五的班和下周一对调", Ask("two_dates")),
        ("appointment", "十一个人", Ask("no_time")),
        ("appointment", "3号窗口在哪", Ask("no_time")),
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
    ],
)
def test_matched_parts_the_time_from_the_rest(text: str, when: str) -> None:
    span = found(text, "leave")
    assert isinstance(span, Ok)
    assert text[slice(*span.matched)] == when


def test_a_made_up_day_counts_as_working() -> None:
    span = found("从周五起请两天", "leave")
    assert isinstance(span, Ok) and span.end and span.end.date() == date(2026, 9, 20)


@given(st.text(max_size=60), CONTEXTS)
def test_any_text_gets_an_answer(text: str, context: Context) -> None:
    assert isinstance(found(text, context), Ok | Ask | Reject)


@given(st.lists(st.sampled_from(WORDS) | st.integers(0, 9999).map(str), max_size=8), CONTEXTS)
def test_any_time_words_get_an_answer(words: list[str], context: Context) -> None:
    text = "".join(words)
    span = found(text, context)
    if isinstance(span, Ok):
        assert 0 <= span.matched[0] < span.matched[1] <= len(text)
        assert span.end is None or span.start <= span.end


@given(st.datetimes(REF.replace(tzinfo=None) + timedelta(days=1), datetime(2029, 12, 31)), st.integers(0, 3))
def test_a_formatted_date_round_trips(instant: datetime, form: int) -> None:
    instant = instant.replace(second=0, microsecond=0, tzinfo=ZONE)
    day = (
        f"{instant:%Y-%m-%d}",
        f"{instant:%Y/%m/%d}",
        f"{instant.year}年{instant.month}月{instant.day}日",
        f"{instant:%Y.%m.%d}",
    )
    clock = f"{instant:%H:%M}"
    said = found(f"{day[form]} {clock}")
    if 1 <= instant.hour <= 9:
        assert clock.startswith("0")
    assert isinstance(said, Ok) and said.start == instant


@given(st.integers(0, 99))
def test_numbers_as_written(value: int) -> None:
    tens, ones = divmod(value, 10)
    digits = "零一二三四五六七八九"
    said = digits[value] if value < 10 else (digits[tens] if tens > 1 else "") + "十" + (digits[ones] if ones else "")
    assert number(said) == number(str(value)) == value


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

"""When somebody means: nothing anybody types breaks it, what is written out comes back, and doubt is asked about."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.numerals import number
from bot.understanding.times import Ask, Ok, Reject
from rules.calendar import ZONE
from tests.understanding.test_times import REF, Context, found

CONTEXTS = st.sampled_from(["appointment", "leave", "outing", "duty"])
SAID = """
明天 后天 下周三 周五 9月24日 20号 上午 下午 中午 9点 3点半 8:30 到 至 前
以后 半天 两天 一周 一小时 请假 早退 回来 国庆 节后 腊月 初八 或者 和 差 一刻 12 月
号 从 起 现在 月底 半 内 廿 2月30号
"""
WORDS = SAID.split()


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


DAYS = st.dates(REF.date() + timedelta(days=1), REF.date() + timedelta(days=240))
WEEKDAYS = "一二三四五六日"


def spelt(value: int) -> str:
    """0 to 99 in characters."""
    tens, ones = divmod(value, 10)
    digits = "零一二三四五六七八九"
    return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones or not tens else "")


@given(DAYS, st.integers(0, 6), st.sampled_from(["({})", "（{}）", "{}"]), st.sampled_from(["周", "星期", "礼拜"]))
def test_a_date_and_its_weekday_must_agree(day: date, weekday: int, form: str, week: str) -> None:
    said = found(f"{spelt(day.month)}月{spelt(day.day)}号{form.format(week + WEEKDAYS[weekday])}")
    if weekday == day.weekday():
        assert isinstance(said, Ok) and said.start.date() == day
    else:
        assert said == Ask("mismatch")


@given(
    DAYS, DAYS, st.sampled_from(["{}月{}日到{}月{}日", "{}.{}-{}.{}", "{} 月 {} 号 至 {} 月 {} 号", "{}月{}—{}月{}号"])
)
def test_a_formatted_range_round_trips(first: date, last: date, form: str) -> None:
    first, last = min(first, last), max(first, last)
    said = found(form.format(first.month, first.day, last.month, last.day), "leave")
    assert isinstance(said, Ok) and said.end and (said.start.date(), said.end.date()) == (first, last)


@given(DAYS, DAYS, st.sampled_from(["我妈住院,", "要办事 ", "没人;", "或者"]), CONTEXTS)
def test_of_two_days_none_is_picked(one: date, other: date, between: str, context: Context) -> None:
    said = found(f"{one.month}月{one.day}号{between}{other.month}月{other.day}号", context)
    assert one == other or not isinstance(said, Ok)


@given(st.integers(0, 99))
def test_numbers_as_written(value: int) -> None:
    assert number(spelt(value)) == number(str(value)) == value

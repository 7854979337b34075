"""Months and their parts, and days counted from today: 下月底, 10月上旬, 三个工作日后."""

import re
from datetime import date

from bot.understanding.numerals import NUMBER, number
from bot.understanding.time_days import (
    NEAR,
    SHIFT,
    WEEK,
    YEAR,
    Days,
    Fault,
    Seen,
    Vague,
    form,
    in_year,
    later,
    one,
    said_year,
    shifted,
    shifts,
)

_N = f"({NUMBER})"
_SHIFTED = f"({SHIFT}?一?个?)月"


def months_on(day: date, months: int) -> date:
    """The same day so many months on, or that month's last."""
    return shifted(day, months, min(day.day, last_of(day, months).day))


def last_of(day: date, months: int) -> date:
    """The last day of the month so many months on."""
    return later(shifted(day, months + 1, 1), -1)


@form(rf"{_SHIFTED}份?的?(?:底|末|尾|最后一天)(?!旬)")
def _end_of_month(m: re.Match[str], seen: Seen) -> Days:
    return one(last_of(seen.today, shifts(m[1])))


@form(rf"(?:{SHIFT}?一?个?|{NUMBER})月份?的?(?:初|中|头)(?!旬|[一二三四五六七八九十])|{NUMBER}月份?(?:左右|前后)")
def _part_of_month(m: re.Match[str], seen: Seen) -> Days:
    raise Vague("vague")


@form(rf"(?:({SHIFT})一?个?月)份?(?![0-9一二三四五六七八九十底末尾初中头])(?:一整个月|整月)?")
def _month(m: re.Match[str], seen: Seen) -> Days:
    months = shifts(m[1])
    return Days(shifted(seen.today, months, 1), last_of(seen.today, months), whole=True)


@form(rf"{YEAR}{_N}月份?的?(?:最后一天|底|末|尾)")
def _end_of_named_month(m: re.Match[str], seen: Seen) -> Days:
    return one(last_of(_first_of(m, seen), 0))


def _first_of(m: re.Match[str], seen: Seen) -> date:
    return in_year(said_year(m, seen), number(m[3]), 1, seen)


@form(rf"(?:{YEAR}{_N}月份?|{_SHIFTED}份?)?的?[上中下]旬")
def _third_of_month(m: re.Match[str], seen: Seen) -> Days:
    """上旬 has its bounds, but nobody who says it means all ten days."""
    raise Vague("vague")


@form(rf"{YEAR}{_N}月份?(?![0-9一二三四五六七八九十初廿底末尾中])")
def _named_month(m: re.Match[str], seen: Seen) -> Days:
    first = _first_of(m, seen)
    return Days(first, last_of(first, 0), whole=True)


@form(r"(?:(今|明|后)年)?年?[底末](?<=年[底末])")
def _year_end(m: re.Match[str], seen: Seen) -> Days:
    return one(date(seen.today.year + NEAR[m[1] or "今"], 12, 31))


@form(r"(?:再?过)?半个月(?:后|之后|以后)")
def _half_month(m: re.Match[str], seen: Seen) -> Days:
    return one(later(seen.today, 15))


# -- counted from today ----------------------------------------------------------------------------------------------
_UNIT = "(?:个)?(天|日|周|星期|礼拜|(?<=个)月|工作日)"


@form(rf"(?:过|再过|隔)?{_N}{_UNIT}(?:后|之后|以后|过后)")
def _after(m: re.Match[str], seen: Seen) -> Days:
    if m[2] == "日" and number(m[1]) > 10:
        raise Vague("which_day")
    return one(_ahead(number(m[1]), m[2], seen))


@form(rf"(?:再)?过(?!两天){_N}(?:个)?(天|周|星期|礼拜|月|工作日)(?!半|多)")
def _passing(m: re.Match[str], seen: Seen) -> Days:
    return one(_ahead(number(m[1]), m[2], seen))


@form(rf"{_N}(?:个)?(天|周|星期|礼拜|工作日|(?<=个)月)(?:之|以)?前")
def _ago(m: re.Match[str], seen: Seen) -> Days:
    return one(_ahead(-number(m[1]), "天" if m[2] == "工作日" else m[2], seen))


def _ahead(count: int, unit: str, seen: Seen) -> date:
    if unit == "工作日":
        return seen.calendar.next_working_day(seen.today, count) if 0 < count <= 250 else later(seen.today, count)
    if unit == "月":
        return months_on(seen.today, count)
    return later(seen.today, count * (1 if unit in "天日" else 7))


@form(r"(?:下一?个|最近的?一?个|下个)(?:工作日|上班日)")
def _next_working(m: re.Match[str], seen: Seen) -> Days:
    return one(seen.calendar.next_working_day(seen.today))


# -- one of a stretch ------------------------------------------------------------------------------------------------
_WEEKDAYS = {c: n for n, c in enumerate("一二三四五六日")} | {"天": 6}
NTH = (
    rf"(?:第{_N}|(首)|(倒数第一|最后一?)|倒数第({NUMBER}))个?"
    rf"(?:(工作日|上班日|天上班)|(天|日)|{WEEK}([一二三四五六日天]))"
)


def nth_of(days: Days, m: re.Match[str], seen: Seen) -> Days:
    """下周第一个工作日, 10月最后一个周五; m is a match of NTH. Fault where the stretch has no such day."""
    at = int(m[2] == "首") or (number(m[1]) if m[1] else -number(m[4]) if m[4] else -1)
    every = [later(days.first, n) for n in range((days.last - days.first).days + 1)]
    if m[5]:
        every = [day for day in every if seen.calendar.is_working(day)]
    elif m[7]:
        every = [day for day in every if day.weekday() == _WEEKDAYS[m[7]]]
    if not 1 <= abs(at) <= len(every):
        raise Fault("invalid")
    return one(every[at - 1] if at > 0 else every[at])

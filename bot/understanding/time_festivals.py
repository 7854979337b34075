"""Festivals, the days around them, and the farmers' calendar."""

import re
from datetime import date, timedelta

from bot.understanding.lunar import NAMES, festival, solar
from bot.understanding.numerals import NUMBER, number
from bot.understanding.time_days import Days, Fault, Seen, form, in_year, one
from rules.calendar import Calendar

_N = f"({NUMBER})"
_DAY = timedelta(days=1)
HOLIDAYS = {
    *[
        "元旦",
        "春节",
        "过年",
        "大年初一",
        "除夕",
        "年三十",
        "大年三十",
        "清明",
        "五一",
        "劳动节",
        "端午",
        "中秋",
        "八月半",
        "国庆",
        "十一",
    ]
}
_NAMED = "|".join(sorted(NAMES, key=len, reverse=True)).replace(
    "十一", "(?<![二三0-9])十一(?=节|假|长假|放假|期间|小长假|值)"
)
_FESTIVAL = f"({_NAMED})(?:节|假期|长假|放假|小长假)*"


@form(rf"(去年|前年|上年|明年|后年)的?{_FESTIVAL}")
def _festival_of_year(m: re.Match[str], seen: Seen) -> Days:
    year = seen.today.year + {"去年": -1, "上年": -1, "前年": -2, "明年": 1, "后年": 2}[m[1]]
    day = festival(m[2], year)
    if day is None:
        raise Fault("invalid")
    first, last = _block(day, seen.calendar) if m[2] in HOLIDAYS else (day, day)
    return Days(first, last, whole=m[2] in HOLIDAYS)


@form(rf"{_FESTIVAL}(?:期间|那几天)?")
def _festival(m: re.Match[str], seen: Seen) -> Days:
    first, last = _holiday(m[1], seen)
    return Days(first, last, whole=first < last or m[1] in HOLIDAYS)


@form(rf"{_FESTIVAL}(?:当天|那天|那一天)")
def _festival_day(m: re.Match[str], seen: Seen) -> Days:
    return one(_festival_date(m[1], seen))


@form(
    rf"(?:{_FESTIVAL}|节|假期|放假)(?:之|以|过|放假|收假)?后(?:的|上班)?(?:第{_N}?个?(?:工作日|天上班|天|个?上班日)(?:上班)?|首个?(?:工作日|上班日))?"
)
def _after_festival(m: re.Match[str], seen: Seen) -> Days:
    last = _holiday(m[1], seen)[1] if m[1] else _next_holiday(seen)[1]
    return one(seen.calendar.next_working_day(last, min(number(m[2]), 60) if m[2] else 1))


@form(rf"(?:{_FESTIVAL}|节|放假)(?:之|以|放假)?前(?:的)?(?:最后(?:一个|一)?(?:工作日|天上班|天)|一天|一个工作日)")
def _before_festival(m: re.Match[str], seen: Seen) -> Days:
    first = _holiday(m[1], seen)[0] if m[1] else _next_holiday(seen)[0]
    return one(seen.calendar.previous_working_day(first))


@form(
    rf"(?:农历|阴历|旧历)?(闰?)(正月|腊月|冬月|{NUMBER}月)(初[一二三四五六七八九十]|廿[一二三四五六七八九]?|三十|(?:二?十)[一二三四五六七八九]?)(?![号日点])"
)
def _lunar(m: re.Match[str], seen: Seen) -> Days:
    if not (m[0][0] in "农阴旧正腊冬闰" or m[3][0] in "初廿"):
        return _month_day_of(m, seen)
    month = {"正月": 1, "冬月": 11, "腊月": 12}.get(m[2]) or number(m[2][:-1])
    years = range(-1, 20) if m[1] else (-1, 0, 1)
    found = (solar(seen.today.year + n, month, number(m[3].lstrip("初")), bool(m[1])) for n in years)
    days = [day for day in found if day and day >= seen.today]
    if not days:
        raise Fault("invalid")
    return one(days[0])


def _month_day_of(m: re.Match[str], seen: Seen) -> Days:
    return one(in_year(None, number(m[2][:-1]), number(m[3]), seen))


def _festival_date(name: str, seen: Seen) -> date:
    days = (festival(name, seen.today.year + n) for n in (0, 1))
    found = [day for day in days if day and _block(day, seen.calendar)[1] >= seen.today]
    if not found:
        raise Fault("invalid")
    return found[0]


def _holiday(name: str, seen: Seen) -> tuple[date, date]:
    day = _festival_date(name, seen)
    return _block(day, seen.calendar) if name in HOLIDAYS else (day, day)


def _block(day: date, calendar: Calendar) -> tuple[date, date]:
    """The closed days around a festival, or the day itself when the centre works."""
    first = last = day
    while not calendar.is_working(day) and not calendar.is_working(first - _DAY):
        first -= _DAY
    while not calendar.is_working(day) and not calendar.is_working(last + _DAY):
        last += _DAY
    return first, last


def _next_holiday(seen: Seen) -> tuple[date, date]:
    """The festival with closed days that comes next, or is on."""
    days = (festival(name, seen.today.year + n) for name in NAMES for n in (0, 1))
    blocks = [_block(day, seen.calendar) for day in days if day and not seen.calendar.is_working(day)]
    return min((block for block in blocks if block[1] >= seen.today), default=(seen.today, seen.today))

"""Festivals, the days around them, and the farmers' calendar."""

import re
from datetime import date, timedelta

from bot.understanding.lunar import NAMES, festival, solar
from bot.understanding.numerals import NUMBER, number
from bot.understanding.time_days import Days, Fault, Seen, form, in_year, one
from rules.calendar import Calendar

_N = f"({NUMBER})"
_DAY = timedelta(days=1)
_NAMED = "|".join(sorted(NAMES, key=len, reverse=True)).replace(
    "十一", "(?<![二三0-9])十一(?=节|假|长假|放假|期间|小长假|值)"
)
_FESTIVAL = f"({_NAMED})(?:节|假期|长假|放假|小长假)*"


@form(rf"{_FESTIVAL}(?:期间|那几天)?")
def _festival(m: re.Match[str], seen: Seen) -> Days:
    first, last = _holiday(m[1], seen)
    return Days(first, last, whole=True)


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
    rf"(?:农历|阴历|旧历)?(正月|腊月|冬月|{NUMBER}月)(初[一二三四五六七八九十]|廿[一二三四五六七八九]?|三十|(?:二?十)[一二三四五六七八九]?)(?![号日点])"
)
def _lunar(m: re.Match[str], seen: Seen) -> Days:
    if not (m[0][0] in "农阴旧正腊冬" or m[2][0] in "初廿"):
        return _month_day_of(m, seen)
    month = {"正月": 1, "冬月": 11, "腊月": 12}.get(m[1]) or number(m[1][:-1])
    found = (solar(seen.today.year + n, month, number(m[2].lstrip("初"))) for n in (-1, 0, 1))
    days = [day for day in found if day and day >= seen.today]
    if not days:
        raise Fault("invalid")
    return one(days[0])


def _month_day_of(m: re.Match[str], seen: Seen) -> Days:
    return one(in_year(None, number(m[1][:-1]), number(m[2]), seen))


def _festival_date(name: str, seen: Seen) -> date:
    days = (festival(name, seen.today.year + n) for n in (0, 1))
    found = [day for day in days if day and _block(day, seen.calendar)[1] >= seen.today]
    if not found:
        raise Fault("invalid")
    return found[0]


def _holiday(name: str, seen: Seen) -> tuple[date, date]:
    return _block(_festival_date(name, seen), seen.calendar)


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

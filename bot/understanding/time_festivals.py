"""Festivals, the days around them, and the farmers' calendar."""

import re
from datetime import date, timedelta
from itertools import pairwise

from bot.understanding.lunar import NAMES, festival, solar
from bot.understanding.numerals import NUMBER, number
from bot.understanding.time_days import Days, Fault, Seen, Vague, form, in_year, later, one
from rules.calendar import Calendar

_N = f"({NUMBER})"
_DAY = timedelta(days=1)
# Festivals with days off; those of one day stay one day when named, though the days off around them are known.
HOLIDAYS = ("元旦", "春节", "过年", "清明", "五一", "劳动节", "端午", "中秋", "八月半", "国庆", "十一")
_ONE_DAY = ("除夕", "年三十", "大年三十", "大年初一")
_GUARDED = {
    "十一": "(?<![二三0-9])十一(?=节|假|长假|放假|期间|小长假|值|前|后|那)",
    "六一": "(?<![0-9一二三四五六七八九十])六一(?![0-9一二三四五六七八九十号日点天])",
}
_NAMED = "|".join(_GUARDED.get(name, name) for name in sorted(NAMES, key=len, reverse=True))
_TAIL = "(?:节|假期|长假|放假|小长假)*"
_FESTIVAL = f"(?:(去年|前年|上年|今年|明年|后年)的?)?({_NAMED}){_TAIL}"
_REST = "(?:节日?|假期|放假|收假|长假|小长假)"


@form(rf"{_FESTIVAL}(?:期间|那([几两三])天)?")
def _festival(m: re.Match[str], seen: Seen) -> Days:
    first, last = _rest(m, seen) if m[2] in HOLIDAYS else (_date(m, seen), _date(m, seen))
    if m[3] in ("两", "三") and (last - first).days + 1 != number(m[3]):
        raise Vague("which_day")
    return Days(first, last, whole=m[2] in HOLIDAYS, by="festival")


@form(rf"{_FESTIVAL}(?:当天|那天|那一天|当日)")
def _festival_day(m: re.Match[str], seen: Seen) -> Days:
    return one(_date(m, seen))


@form(rf"{_FESTIVAL}的?(?:第({NUMBER})|(首|头)|最后一?)[天日]")
def _day_of_festival(m: re.Match[str], seen: Seen) -> Days:
    first, last = _rest(m, seen)
    if not m[3] and not m[4]:
        return one(last)
    nth = later(first if m[2] in HOLIDAYS else _date(m, seen), (number(m[3]) if m[3] else 1) - 1)
    if not first <= nth <= max(last, first + _DAY):
        raise Fault("invalid")
    return one(nth)


@form(rf"{_FESTIVAL}(?:的?(前|头)一[天日]|(?:的?次|过?后一)[天日])")
def _beside_festival(m: re.Match[str], seen: Seen) -> Days:
    if not m[3] and "后" in m[0] and m[2] in HOLIDAYS:
        raise Vague("which_day")
    return one(later(_date(m, seen), -1 if m[3] else 1))


@form(rf"(?:{_FESTIVAL}|{_REST}|年)(?:之|以)?前[夕后]|(?:{_FESTIVAL}|{_REST})(?:之|以)?前的?(?:{_N}|几)[天日]")
def _around_festival(m: re.Match[str], seen: Seen) -> Days:
    raise Vague("which_day")


# -- the working days around a festival ------------------------------------------------------------------------------
_FIRST = (
    rf"(?:的|上班|开工|恢复上班)*(?:第({NUMBER})?个?(?:工作日|天上班|[天日]|个?上班日)(?:上班)?"
    r"|(?:首|头一)个?(?:工作日|上班日|日|天))"
)


@form(rf"(?:{_FESTIVAL}|{_REST})(?:之|以|过|放假|收假|结束)*后{_FIRST}|(?:过完|过了)(?:{_FESTIVAL}|{_REST}){_FIRST}")
def _after_festival(m: re.Match[str], seen: Seen) -> Days:
    count = next((number(n) for n in (m[3], m[6]) if n), 1)
    return one(seen.calendar.next_working_day(_rest(m, seen)[1], max(1, min(count, 60))))


@form(
    rf"(?:{_FESTIVAL}|{_REST})(?:之|以|过|放假|收假|结束)*后(?:上班)?|(?:过完|过了)(?:{_FESTIVAL}|{_REST})(?:之|以)?后?"
)
def _some_time_after(m: re.Match[str], seen: Seen) -> Days:
    """国庆后: the first working day where a length follows, some day otherwise."""
    return one(seen.calendar.next_working_day(_rest(m, seen)[1]), by="after")


@form(rf"(?:{_FESTIVAL}|{_REST})(?:之|以|放假)*前的?(?:(?:最后|倒数第)一?个?(?:工作日|天上班|[天日])|一个工作日)")
def _last_before(m: re.Match[str], seen: Seen) -> Days:
    return one(seen.calendar.previous_working_day(_rest(m, seen)[0]))


@form(rf"(?:{_REST})(?:之|以)?前(?:一天|头一天|的前一天)")
def _eve_of_rest(m: re.Match[str], seen: Seen) -> Days:
    return one(_rest(m, seen)[0] - _DAY)


@form(rf"(?:{_FESTIVAL}|{_REST})(?:之|以|放假)*前")
def _before_festival(m: re.Match[str], seen: Seen) -> Days:
    """国庆前: until the last working day before the days off; a festival without any is included."""
    if m[2] and m[2] not in (*HOLIDAYS, *_ONE_DAY):
        return one(_date(m, seen), by="until")
    return one(seen.calendar.previous_working_day(_rest(m, seen)[0]), by="until")


# -- the farmers' calendar -------------------------------------------------------------------------------------------
_LUNAR = "(?:农历|阴历|旧历|老历|古历)"
_MONTHS = {"正月": 1, "冬月": 11, "腊月": 12}
_LUNAR_DAY = r"初[一二三四五六七八九十]|廿[一二三四五六七八九]?|三十|(?:二?十)[一二三四五六七八九]?"


@form(rf"(去年|前年|今年|明年|后年)的?(?:{_LUNAR})?的?(正月|腊月|冬月)({_LUNAR_DAY}|{NUMBER})(?![号日点])")
def _lunar_of_year(m: re.Match[str], seen: Seen) -> Days:
    """今年正月十五; before the new year has come nobody knows which year is meant."""
    new_year = solar(seen.today.year, 1, 1)
    day = solar(seen.today.year + _YEARS[m[1]], _MONTHS[m[2]], number(m[3].lstrip("初")))
    if new_year is None or day is None:
        raise Fault("invalid")
    if seen.today < new_year:
        raise Vague("which_day")
    return one(day, by="lunar")


@form(rf"({_LUNAR})?的?(闰?)(正月|腊月|冬月|{NUMBER}月)({_LUNAR_DAY}|(?<=正月){NUMBER})(?![号日点])")
@form(rf"({_LUNAR})的?(闰?)(正月|腊月|冬月|{NUMBER}月)(初?{NUMBER})[号日]?")
def _lunar(m: re.Match[str], seen: Seen) -> Days:
    if not (m[1] or m[3][0] in "正腊冬" or m[2] or m[4][0] in "初廿"):
        return one(in_year(None, number(m[3][:-1]), number(m[4]), seen), by="date")
    month = _MONTHS.get(m[3]) or number(m[3][:-1])
    return one(_next_lunar(seen.today, month, number(m[4].lstrip("初")), bool(m[2])), by="lunar")


@form(r"(?:大年|正?年)初([一二三四五六七八九十])")
def _new_year_days(m: re.Match[str], seen: Seen) -> Days:
    return one(_next_lunar(seen.today, 1, number(m[1])))


@form(
    rf"(?:{_LUNAR})?(?:下个?月)?(?:初[一二三四五六七八九十]|廿[一二三四五六七八九]?)(?!中|高|期)|{_LUNAR}的?{NUMBER}(?![月号日])"
)
def _day_of_no_month(m: re.Match[str], seen: Seen) -> Days:
    raise Vague("which_day")


def _next_lunar(today: date, month: int, day: int, leap: bool = False) -> date:
    years = range(-1, 20) if leap else (-1, 0, 1)
    found = (solar(today.year + n, month, day, leap) for n in years)
    days = [day for day in found if day and day >= today]
    if not days:
        raise Fault("invalid")
    return days[0]


# -- days off --------------------------------------------------------------------------------------------------------
_YEARS = {"去年": -1, "上年": -1, "前年": -2, "今年": 0, "明年": 1, "后年": 2}


def _named(m: re.Match[str]) -> tuple[str, str]:
    """The year said with a festival, and the festival's name; "" for what is missing."""
    groups = ["", *(group or "" for group in m.groups())]
    return next(((said, name) for said, name in pairwise(groups) if name in NAMES), ("", ""))


def _date(m: re.Match[str], seen: Seen) -> date:
    """The festival's own day: of the year said, or the next whose days off are not over."""
    said, name = _named(m)
    years = [_YEARS[said]] if said else [-1, 0, 1]
    days = [day for n in years if (day := festival(name, seen.today.year + n))]
    found = [day for day in days if said or _block(day, seen.calendar)[1] >= seen.today]
    if not found:
        raise Fault("invalid")
    return found[0]


def _rest(m: re.Match[str], seen: Seen) -> tuple[date, date]:
    """The days off of the festival named, or of the next one."""
    name = _named(m)[1]
    if not name:
        return _next_holiday(seen)
    day = _date(m, seen)
    return _block(day, seen.calendar) if name in (*HOLIDAYS, *_ONE_DAY) else (day, day)


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
    days = (festival(name, seen.today.year + n) for name in HOLIDAYS for n in (0, 1))
    blocks = [_block(day, seen.calendar) for day in days if day and not seen.calendar.is_working(day)]
    return min((block for block in blocks if block[1] >= seen.today), default=(seen.today, seen.today))

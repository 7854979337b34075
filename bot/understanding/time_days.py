"""The day words of the grammar: each form with the days it means, seen from a reference day."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.understanding.numerals import NUMBER, number
from rules.calendar import Calendar


class Fault(Exception):
    """What was said cannot be a time: rejected, with the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Vague(Exception):
    """A time was meant but not said: asked back, with the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Days:
    """First and last day meant; `whole` when a stretch was named, `listed` when its days were, `by` how it was said."""

    first: date
    last: date
    whole: bool = False
    listed: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """From where a day word is read: today, the calendar, and a day already named in the same text."""

    today: date
    calendar: Calendar
    before: date | None = None


Read = Callable[[re.Match[str], Seen], Days]
FORMS: list[tuple[re.Pattern[str], Read]] = []
_N = f"({NUMBER})"
# Not the 下 of 换一下周五, nor the 上 of 晚上周五.
SHIFT = "(?:(?<![一楼底])下+|这|本|(?<![早晚马路网身以])上+)"
WEEK = "(?:周|星期|礼拜)"
_WEEKDAYS = {c: n for n, c in enumerate("一二三四五六日")} | {"天": 6} | {str(n + 1): n for n in range(6)}
NEAR = {
    **{"大大后": 4, "大后": 3, "外后": 3, "老后": 3, "后": 2, "明": 1, "次": 1, "今": 0, "当": 0},
    **{"昨": -1, "夜": -1, "去": -1, "前": -2, "大前": -3},
}
_AFTER_LIST = r"(?![0-9一二三四五六七八九十个点:天号月人位次份年岁楼])"
KNOWN = range(1990, 2101)


def form(pattern: str) -> Callable[[Read], Read]:
    """Adds a form to the grammar; the longest match wins, then the earlier form."""

    def enter(read: Read) -> Read:
        FORMS.append((re.compile(pattern), read))
        return read

    return enter


def one(day: date, by: str = "") -> Days:
    return Days(day, day, by=by)


def calendar_day(year: int, month: int, day: int) -> date:
    """The day, or Fault where there is none or it lies outside what anybody books."""
    try:
        return within(date(year, month, day))
    except (ValueError, OverflowError):
        raise Fault("invalid") from None


def within(day: date) -> date:
    if day.year not in KNOWN:
        raise Fault("invalid")
    return day


def later(day: date, days: int) -> date:
    """The day so many days on, or Fault outside what anybody books."""
    try:
        return within(day + timedelta(days=days))
    except OverflowError:
        raise Fault("invalid") from None


def adjoining(days: list[date]) -> Days:
    """Days named one by one, as one stretch; Vague where they do not adjoin."""
    first, last = min(days), max(days)
    if (last - first).days + 1 != len(set(days)) or days != sorted(days):
        raise Vague("two_dates")
    return Days(first, last, whole=True, listed=True)


# -- near days -------------------------------------------------------------------------------------------------------
@form(
    r"(大大后|大前|大后|外后|老后|前|昨|今|明|次|后)"
    r"(?:天|日|儿个|儿|朝子|朝|们儿?|门儿|个(?![0-9一二两三四五六七八九十几多小月星礼周]))(?!到|数)|(大大后|大前|大后|前|昨|今|明|后)天|(夜)个"
)
def _near(m: re.Match[str], seen: Seen) -> Days:
    return one(later(seen.today, NEAR[m[1] or m[2] or m[3]]), by="near")


@form(r"(今|明|昨|后)(?=早|晚|上午|下午|中午|一早|傍晚|上半天|下半天|晌午)|明(?=[0-9]{1,2}[点:])")
def _short(m: re.Match[str], seen: Seen) -> Days:
    return one(later(seen.today, NEAR[m[1] or "明"]), by="near")


@form(r"(今明|明后)(?:两|2|二|这两|儿)?[天日]?|明天?后天?大后天?|明后大后天|(今明后|明后大后)(?:三)?天")
def _in_a_row(m: re.Match[str], seen: Seen) -> Days:
    first = 0 if m[0][0] == "今" else 1
    return Days(later(seen.today, first), later(seen.today, first + (2 if m[2] or "大后" in m[0] else 1)), True, True)


# -- weeks -----------------------------------------------------------------------------------------------------------
_SAID = rf"({SHIFT}?)(?:一)?个?"


@form(rf"{_SAID}{WEEK}([一二三四五六日天]|[1-6](?![0-9:.点]))")
def _weekday(m: re.Match[str], seen: Seen) -> Days:
    return one(_day_of_week(m[1], m[2], seen), by="weekday")


def _day_of_week(said: str, name: str, seen: Seen) -> date:
    if said:
        return later(monday(seen.today), 7 * shifts(said) + _WEEKDAYS[name])
    start = seen.before or seen.today
    return later(start, (_WEEKDAYS[name] - start.weekday()) % 7)


@form(rf"{_SAID}{WEEK}([一二三四五六日天1-6])((?:[、,和跟及与][一二三四五六日天1-6]|[一二三四五六日天])+){_AFTER_LIST}")
def _weekdays(m: re.Match[str], seen: Seen) -> Days:
    """下周二、三; but 周三四 without a sign between may be either of two, save for 周六日."""
    names = [m[2], *re.findall(r"[一二三四五六日天1-6]", m[3])]
    if not re.search(r"[、,和跟及与]", m[3]) and len(names) == 2 and names != ["六", "日"]:
        raise Vague("which_day")
    first = _day_of_week(m[1], names[0], seen)
    if names == ["六", "日"]:
        return Days(first, later(first, 1), whole=True)
    return adjoining([later(first, _WEEKDAYS[name] - _WEEKDAYS[names[0]]) for name in names])


@form(rf"{_SAID}{WEEK}([一二三四五六1-6])[到至~-]([二三四五六日天2-6]){_AFTER_LIST}")
def _weekday_range(m: re.Match[str], seen: Seen) -> Days:
    first = _day_of_week(m[1], m[2], seen)
    last = later(first, _WEEKDAYS[m[3]] - _WEEKDAYS[m[2]])
    if last <= first:
        raise Fault("order")
    return Days(first, last, whole=True)


@form(rf"{_SAID}{WEEK}(?:[七八九十零07-9])(?![0-9年岁月天个]|[\u4e00-\u9fff]{{0,3}}[先师主老同])")
def _no_weekday(m: re.Match[str], seen: Seen) -> Days:
    raise Fault("invalid")


@form(rf"{_SAID}{WEEK}末|(双休日)")
def _weekend(m: re.Match[str], seen: Seen) -> Days:
    saturday = later(monday(seen.today), 7 * shifts(m[1] or "") + 5)
    return Days(saturday, later(saturday, 1), whole=True)


@form(rf"({SHIFT})(?:一)?个?{WEEK}(?![一二三四五六日天末1-6])(?:一?整周|一整个?{WEEK})?")
def _week(m: re.Match[str], seen: Seen) -> Days:
    first = later(monday(seen.today), 7 * shifts(m[1]))
    return Days(first, later(first, 6), whole=True)


def shifts(said: str) -> int:
    """How many weeks or months on: 下下 is two, 上 one back."""
    return said.count("下") - said.count("上")


def monday(day: date) -> date:
    return later(day, -day.weekday())


# -- dates -----------------------------------------------------------------------------------------------------------
YEAR = r"(?:(前|去|今|明|后)年的?|([0-9]{4}|[二][零〇一二三四五六七八九]{3}|2[0-9])年的?)?"


# Said without 号 these are the farmers' festivals to most, and days of the printed calendar to some.
_EITHER_CALENDAR = ("八月十五", "九月九", "七月十五", "五月五", "二月二", "三月三", "七月七")


@form(rf"{YEAR}{_N}月份?{_N}(?:日|号|(?![0-9点:个天周小旬]))")
def _month_day(m: re.Match[str], seen: Seen) -> Days:
    if m[0] in _EITHER_CALENDAR:
        raise Vague("which_day")
    return one(in_year(said_year(m, seen), number(m[3]), number(m[4]), seen), by="date")


def said_year(m: re.Match[str], seen: Seen) -> int | None:
    if m[1]:
        return NEAR[m[1]] + seen.today.year
    return number(m[2]) + (2000 if number(m[2]) < 100 else 0) if m[2] else None


@form(rf"{YEAR}{_N}月份?((?:{NUMBER}[日号]?[、,和跟及])+{NUMBER})(?:[日号]|(?=[两三]天))")
def _month_days(m: re.Match[str], seen: Seen) -> Days:
    numbers = [number(n) for n in re.findall(NUMBER, m[4])]
    return adjoining([in_year(said_year(m, seen), number(m[3]), n, seen) for n in numbers])


@form(rf"{YEAR}{_N}月份?{_N}[日号]?[-~到至]+{_N}(?![0-9月号日点天个:./])")
def _month_day_range(m: re.Match[str], seen: Seen) -> Days:
    first, last = (in_year(said_year(m, seen), number(m[3]), number(m[n]), seen) for n in (4, 5))
    if last < first:
        raise Fault("order")
    return Days(first, last, whole=True)


@form(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})(?![0-9])[日号]?")
def _iso(m: re.Match[str], seen: Seen) -> Days:
    return one(calendar_day(int(m[1]), int(m[2]), int(m[3])), by="date")


@form(r"(?<![0-9.])(2[0-9])[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?![0-9])")
def _short_year(m: re.Match[str], seen: Seen) -> Days:
    return one(calendar_day(2000 + int(m[1]), int(m[2]), int(m[3])), by="date")


@form(r"(?<![0-9])(20[0-9]{2})([01][0-9])([0-3][0-9])(?![0-9])")
def _unbroken(m: re.Match[str], seen: Seen) -> Days:
    return one(calendar_day(int(m[1]), int(m[2]), int(m[3])), by="date")


@form(
    r"(?<![0-9.])([0-9]{1,2})(?:[./]([0-9]{1,2})(?:日|号)?|-([0-9]{1,2})(?!日|号))(?![0-9点天时:小个份元块万米斤人分%]|\.[0-9])"
)
def _dotted(m: re.Match[str], seen: Seen) -> Days:
    return one(in_year(None, int(m[1]), int(m[2] or m[3]), seen), by="date")


def in_year(year: int | None, month: int, day: int, seen: Seen) -> date:
    """Without a year: this one, or the next when that day lies more than four months back, or before one named."""
    if year is not None:
        return calendar_day(year, month, day)
    this = calendar_day(seen.today.year, month, day)
    turned = seen.before is not None and (this - seen.before).days < -180
    long_ago = this < later(seen.today, -120)
    return calendar_day(this.year + 1, month, day) if long_ago or turned else this


_PLACES = "楼窗线台柜厅机桌子间院门店铺桶文公"


@form(rf"((?:{SHIFT})一?个?月的?|当月)?{_N}[号日](?![{_PLACES}])")
def _day_of_month(m: re.Match[str], seen: Seen) -> Days:
    return one(_numbered(m[1] or "", number(m[2]), seen), by="date")


@form(
    rf"((?:{SHIFT})一?个?月的?|当月)?((?:{NUMBER}[号日]?[、,和跟及])+{NUMBER})[号日](?![{_PLACES}])|{NUMBER}、{NUMBER}(?:两天|这两天)"
)
def _days_of_month(m: re.Match[str], seen: Seen) -> Days:
    numbers = [number(n) for n in re.findall(NUMBER, m[2] or m[0])][: 31 if m[2] else 2]
    days = [_numbered(m[1] or "", numbers[0], seen)]
    for n in numbers[1:]:
        days.append(_numbered("", n, replace(seen, before=days[-1])))
    return adjoining(days)


def _numbered(said: str, day: int, seen: Seen) -> date:
    if not 1 <= day <= 31:
        raise Fault("invalid")
    if said:
        return shifted(seen.today, shifts(said), day)
    if seen.before:
        turned = seen.before.day >= 25 and day <= 7
        return shifted(seen.before, 1 if turned else 0, day)
    return shifted(seen.today, 0 if day >= seen.today.day else 1, day)


@form(rf"((?:{SHIFT})一?个?月的?)?{_N}(?=(?:号|日)?[到至~-]+{NUMBER}[号日])(?:号|日)?")
def _bare_day(m: re.Match[str], seen: Seen) -> Days:
    return one(_numbered(m[1] or "", number(m[2]), seen), by="date")


@form(rf"({SHIFT}一?个?月)的?({NUMBER})(?![0-9号日点个天月周小第])")
def _bare_day_of_month(m: re.Match[str], seen: Seen) -> Days:
    return one(_numbered(m[1], number(m[2]), seen), by="date")


def shifted(day: date, months: int, to: int) -> date:
    """That day of the month so many months on."""
    count = day.year * 12 + day.month - 1 + months
    return calendar_day(count // 12, count % 12 + 1, to)

"""The day words of the grammar: each form with the days it means, seen from a reference day."""

import re
from collections.abc import Callable
from dataclasses import dataclass
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
    """First and last day meant; `whole` when a stretch rather than one day was named."""

    first: date
    last: date
    whole: bool = False
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """From where a day word is read: today, the calendar, and a day already named in the same text."""

    today: date
    calendar: Calendar
    before: date | None = None


Read = Callable[[re.Match[str], Seen], Days]
FORMS: list[tuple[re.Pattern[str], Read]] = []
_N = f"({NUMBER})"
_WEEK = "(?:周|星期|礼拜)"
_WEEKDAYS = {c: n for n, c in enumerate("一二三四五六日")} | {"天": 6} | {str(n + 1): n for n in range(6)}
_NEAR = {"大大后": 4, "大前": -3, "前": -2, "昨": -1, "去": -1, "今": 0, "当": 0, "明": 1, "次": 1, "后": 2, "大后": 3}
_DAY = timedelta(days=1)
KNOWN = range(1990, 2101)


def form(pattern: str) -> Callable[[Read], Read]:
    """Adds a form to the grammar; the longest match wins, then the earlier form."""

    def enter(read: Read) -> Read:
        FORMS.append((re.compile(pattern), read))
        return read

    return enter


def one(day: date, loose: bool = False) -> Days:
    return Days(day, day, loose=loose)


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


@form(
    r"(大大后|大前|大后|前|昨|今|明|次|后)(?:天|日|儿个|儿|朝|个(?![0-9一二两三四五六七八九十小月]))(?!到|数)|(大大后|大前|大后|前|昨|今|明|后)天"
)
def _near(m: re.Match[str], seen: Seen) -> Days:
    return one(later(seen.today, _NEAR[m[1] or m[2]]))


@form(r"(今|明|昨|后)(?=早|晚|上午|下午|中午|一早|傍晚)|明(?=[0-9]{1,2}[点:])")
def _short(m: re.Match[str], seen: Seen) -> Days:
    return one(later(seen.today, _NEAR[m[1] or "明"]))


@form(r"今明(?:两|2|二)?[天日]|今天明天")
def _today_tomorrow(m: re.Match[str], seen: Seen) -> Days:
    return Days(seen.today, later(seen.today, 1), whole=True)


@form(r"明后(?:两|2|二)?[天日]")
def _tomorrow_after(m: re.Match[str], seen: Seen) -> Days:
    return Days(later(seen.today, 1), later(seen.today, 2), whole=True)


@form(r"(今|本|明|接下来)(?:后)?(?:的)?三天(?!后|之后|以后)")
def _three(m: re.Match[str], seen: Seen) -> Days:
    start = later(seen.today, 0 if m[1] in "今本" else 1)
    return Days(start, later(start, 2), whole=True)


@form(rf"((?:下+|这|本|上+)?)(?:一)?个?{_WEEK}([一二三四五六日天1-6])(?![0-9])")
def _weekday(m: re.Match[str], seen: Seen) -> Days:
    wanted, said = _WEEKDAYS[m[2]], m[1]
    if said:
        return one(later(_monday(seen.today), 7 * _weeks(said) + wanted))
    start = seen.before or seen.today
    return one(later(start, (wanted - start.weekday()) % 7), loose=seen.before is None)


@form(rf"((?:下+|这|本|上+)?)(?:一)?个?{_WEEK}末|(双休日)")
def _weekend(m: re.Match[str], seen: Seen) -> Days:
    saturday = later(_monday(seen.today), 7 * _weeks(m[1] or "") + 5)
    return Days(saturday, later(saturday, 1), whole=True)


@form(rf"(下+|这|本|上+)(?:一)?个?{_WEEK}(?![一二三四五六日天末1-6])(?:一?整周|内|之内|以内)?")
def _week(m: re.Match[str], seen: Seen) -> Days:
    monday = later(_monday(seen.today), 7 * _weeks(m[1]))
    return Days(monday, later(monday, 6), whole=True)


def _weeks(said: str) -> int:
    return said.count("下") - said.count("上")


def _monday(day: date) -> date:
    return later(day, -day.weekday())


@form(
    rf"(?:(前|去|今|明|后)年|([0-9]{{4}}|[二][零〇一二三四五六七八九]{{3}})年)?{_N}月份?{_N}(?:日|号)?(?![0-9点:个天周小])"
)
def _month_day(m: re.Match[str], seen: Seen) -> Days:
    year = _NEAR[m[1]] + seen.today.year if m[1] else number(m[2]) if m[2] else None
    return one(in_year(year, number(m[3]), number(m[4]), seen))


@form(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})(?![0-9])[日号]?")
def _iso(m: re.Match[str], seen: Seen) -> Days:
    return one(calendar_day(int(m[1]), int(m[2]), int(m[3])))


@form(r"(?<![0-9])(20[0-9]{2})([01][0-9])([0-3][0-9])(?![0-9])")
def _unbroken(m: re.Match[str], seen: Seen) -> Days:
    return one(calendar_day(int(m[1]), int(m[2]), int(m[3])))


@form(r"(?<![0-9.])([0-9]{1,2})(?:[./]([0-9]{1,2})(?:日|号)?|-([0-9]{1,2})(?!日|号))(?![0-9.点天时:小个])")
def _dotted(m: re.Match[str], seen: Seen) -> Days:
    return one(in_year(None, int(m[1]), int(m[2] or m[3]), seen))


def in_year(year: int | None, month: int, day: int, seen: Seen) -> date:
    """Without a year: this one, or the next when that day lies more than four months back."""
    if year is not None:
        return calendar_day(year, month, day)
    this = calendar_day(seen.today.year, month, day)
    long_ago = this < later(seen.today, -120)
    return calendar_day(this.year + 1, month, day) if long_ago else this


@form(rf"((?:这|本|下+|上)个?月|当月)?{_N}[号日](?![楼窗线台柜厅机桌子间])")
def _day_of_month(m: re.Match[str], seen: Seen) -> Days:
    day = number(m[2])
    if not 1 <= day <= 31:
        raise Fault("invalid")
    if m[1]:
        return one(_shifted(seen.today, _months(m[1]), day))
    if seen.before:
        turned = seen.before.day >= 25 and day <= 7
        return one(_shifted(seen.before, 1 if turned else 0, day))
    return one(_next_such_day(seen.today, day))


@form(rf"{_N}(?=[到至~-]{NUMBER}[号日])")
def _bare_day(m: re.Match[str], seen: Seen) -> Days:
    if not 1 <= number(m[1]) <= 31:
        raise Fault("invalid")
    return one(_next_such_day(seen.today, number(m[1])))


def _months(said: str) -> int:
    return said.count("下") - said.count("上")


def _shifted(day: date, months: int, to: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    return calendar_day(count // 12, count % 12 + 1, to)


def months_on(day: date, months: int) -> date:
    """The same day so many months on, or that month's last."""
    return _shifted(day, months, min(day.day, _last_of(day, months).day))


def _next_such_day(today: date, day: int) -> date:
    if day >= today.day:
        return _shifted(today, 0, day)
    return _shifted(today, 1, day)


def _last_of(day: date, months: int) -> date:
    return later(_shifted(day, months + 1, 1), -1)


@form(r"((?:这|本|下+|上)个?)?月(底|末|初|中)(?!旬)|((?:这|本|下+|上)个?)?月(?:最后一天)")
def _part_of_month(m: re.Match[str], seen: Seen) -> Days:
    months = _months(m[1] or m[3] or "")
    if m[2] in ("初", "中"):
        raise Vague("vague")
    return one(_last_of(seen.today, months))


@form(r"(?:(这|本|下+|上)个?月)(?![0-9一二三四五六七八九十底末初中])")
def _month(m: re.Match[str], seen: Seen) -> Days:
    months = _months(m[1])
    return Days(_shifted(seen.today, months, 1), _last_of(seen.today, months), whole=True)


@form(rf"{_N}月份?的?(?:最后一天|底|末)")
def _end_of_named_month(m: re.Match[str], seen: Seen) -> Days:
    return one(_last_of(in_year(None, number(m[1]), 1, seen), 0))


@form(rf"(这个?月|本月|下+个?月)({NUMBER})(?![0-9号日点个天月周小])")
def _bare_day_of_month(m: re.Match[str], seen: Seen) -> Days:
    return one(_shifted(seen.today, _months(m[1]), number(m[2])))


@form(rf"{_N}月份?(?:上|中|下)旬|(?:这|本|下+)个?月(?:上|中|下)旬")
def _third_of_month(m: re.Match[str], seen: Seen) -> Days:
    raise Vague("vague")


@form(rf"{_N}月份?(?![0-9一二三四五六七八九十初廿底])")
def _named_month(m: re.Match[str], seen: Seen) -> Days:
    first = in_year(None, number(m[1]), 1, seen)
    return Days(first, _last_of(first, 0), whole=True)


@form(r"(?:过)?半个月(?:后|之后|以后)")
def _half_month(m: re.Match[str], seen: Seen) -> Days:
    return one(later(seen.today, 15))


@form(r"年底|年末|今年底")
def _year_end(m: re.Match[str], seen: Seen) -> Days:
    return one(date(seen.today.year, 12, 31))


@form(rf"(?:过|再过|隔)?{_N}(?:个)?(天|日|周|星期|礼拜|月|工作日)(?:后|之后|以后|过后)")
def _after(m: re.Match[str], seen: Seen) -> Days:
    return one(_ahead(number(m[1]), m[2], seen))


@form(rf"(?:再)?过{_N}(?:个)?(天|周|星期|礼拜|月|工作日)")
def _passing(m: re.Match[str], seen: Seen) -> Days:
    return one(_ahead(number(m[1]), m[2], seen))


def _ahead(count: int, unit: str, seen: Seen) -> date:
    if unit == "工作日":
        return seen.calendar.next_working_day(seen.today, count) if 0 < count <= 250 else later(seen.today, count)
    if unit == "月":
        return months_on(seen.today, count)
    return later(seen.today, count * (1 if unit in "天日" else 7))


@form(r"(?:下一?个|最近的?一?个?|下个)工作日|下一个上班日")
def _next_working(m: re.Match[str], seen: Seen) -> Days:
    return one(seen.calendar.next_working_day(seen.today))

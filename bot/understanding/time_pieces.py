"""The other words of the grammar: parts of the day, clock times, durations; and the reader of all words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.understanding import time_festivals  # noqa: F401 - enters its forms
from bot.understanding.numerals import ABOUT, NUMBER, number
from bot.understanding.time_days import FORMS, WEEK, Seen, Vague
from bot.understanding.time_links import LINKS, LOOSE_DAY, LOOSE_HOUR
from bot.understanding.time_months import NTH
from rules.calendar import Calendar

_N = f"({NUMBER})"
_AM = (
    "上午头?|早上|早晨头?|清早|清晨|一大早|一早|大清早|清起来|上半天|头午|头晌|前晌|上昼"
    "|早(?=[0-9一二三四五六七八九十])|(?<=[今明后天日号一二三四五六])早(?![就已点些退走一到来])"
)
_PM = "下午头?|午后|下半天|后晌|过晌|下昼|下晚"
_NOON = "中午头?|晌午头?|正午|中上|晌心|午休(?:时间|时|的时候)"
_NIGHT = (
    "晚上|傍晚|夜里|夜晚|晚间|晚黑|黑来|晚(?=[0-9一二三四五六七八九十]+点(?![到来走]))"
    "|(?<=[今明后天日号一二三四五六])晚(?![到来点些一走回就])"
)
HALVES = {"am": _AM, "noon": _NOON, "pm": _PM, "night": _NIGHT, "dawn": "凌晨|半夜"}
UNITS = {"分钟": 1, "分": 1, "刻钟": 15, "小时": 60, "钟头": 60, "个钟": 60, "h": 60, "min": 1}


@dataclass(frozen=True, slots=True)
class Piece:
    """One understood word: what kind, where, and what it says."""

    kind: str
    first: int
    last: int
    value: Any = None


@dataclass(frozen=True, slots=True)
class Clock:
    """Hour and minute as said; `padded` when written as 08:30 or 15:00, which needs no guessing."""

    hour: int
    minute: int
    padded: bool = False


@dataclass(frozen=True, slots=True)
class Length:
    """A duration: halves of working days, or minutes, or weeks, months or days of the calendar."""

    halves: int = 0
    minutes: int = 0
    weeks: int = 0
    months: int = 0
    days: int = 0


Read = Callable[[re.Match[str]], Any]


# -- reading ---------------------------------------------------------------------------------------------------------
def _clock(m: re.Match[str]) -> Clock:
    minute = m[2] or ""
    if minute in ("半", "一刻", "三刻", "3刻", "1刻", "整", "正", ""):
        return Clock(number(m[1]), {"半": 30, "一刻": 15, "1刻": 15, "三刻": 45, "3刻": 45}.get(minute, 0))
    return Clock(number(m[1]), number(minute))


def _digital(m: re.Match[str]) -> Clock:
    return Clock(int(m[1]), int(m[2]), padded=m[1].startswith("0") or int(m[1]) > 12)


def _english(m: re.Match[str]) -> Clock:
    """3pm, 9:30am."""
    hour = int(m[1]) % 12 + (12 if m[3] == "p" else 0)
    return Clock(hour if 1 <= int(m[1]) <= 12 else 99, int(m[2] or 0), padded=True)


def _short_of(m: re.Match[str]) -> Clock:
    """差一刻十点, 十点差五分."""
    hour, lack = (m[3], m[1] or m[2]) if m[3] else (m[4], m[5] or m[6])
    minutes = number(hour) * 60 - (15 if lack == "一刻" else number(lack))
    return Clock(minutes // 60, minutes % 60)


def _days(m: re.Match[str]) -> Length:
    whole = m[1]
    if "." in whole:
        return Length(halves=round(float(whole) * 2))
    return Length(halves=2 * number(whole) + (1 if m[2] else 0))


def _hours(m: re.Match[str]) -> Length:
    count = float(m[1]) if "." in m[1] else number(m[1])
    return Length(minutes=round((count + (0.5 if m[2] else 0)) * UNITS[m[3]]))


def _hours_and(m: re.Match[str]) -> Length:
    """一小时二十分钟, 两个小时一刻钟."""
    return Length(minutes=number(m[1]) * 60 + (15 * number(m[3]) if m[3] else number(m[2])))


def _loose(reason: str) -> Read:
    """Words that name a time without saying it."""

    def read(_: re.Match[str]) -> Any:
        raise Vague(reason)

    return read


def _const(value: Any) -> Read:
    return lambda _: value


# -- forms -----------------------------------------------------------------------------------------------------------
_DECIMAL = rf"([0-9]+\.[0-9]+|{NUMBER})"
_LONG = rf"(?:小时|钟头|分钟|刻钟|天|日|{WEEK}|月|工作日)"
_AROUND = "(?:之?后|以后|之?内|以内|之?前|以前)?"
_HOUR_WORD = r"(?:(?<![有早晚迟快慢差大小])|(?!一点))"
_NOT_HOUR = r"(?!间|候|小|事|儿|急|问题|东西|材料|私|意见|空|都不|也不|小事)"
# A length that tells of something else: 疼了三天, 三个月没来, 六个月的宝宝, 一年一次.
_SINCE = "(?:了|没|未|多没|一次|一回|以来|来(?!办))"
_TOLD = (
    rf"(?:了{_DECIMAL}个?半?{_LONG}(?!.{{0,2}}假)了?|{_DECIMAL}个?半?{_LONG}{_SINCE}"
    rf"|{_DECIMAL}个?半?(?:月|{WEEK})(?:大|的(?!假|事|病|年|产|婚|护|培|会))|[等排跑忙]了?半(?:天|个?小时|个?月|年)"
    r"|(?:几点|什么时候)(?:钟|就)?(?:上班|下班|开门|关门|开始|结束))"
)
_OTHER: list[tuple[str, str, Read]] = [
    (
        "loose",
        rf"(?:{ABOUT})[点时]钟?(?:左右)?|{_N}点(?:钟)?(?:多|几分|出头|不到|前后)|(?:不到|快到?|将近){_N}点(?:半|钟)?",
        _loose("which_hour"),
    ),
    ("loose", rf"(?:{ABOUT})个?多?(?:[号日天]|{_LONG}){_AROUND}|个把{_LONG}", _loose("which_day")),
    ("loose", rf"{NUMBER}个?多(?:个)?{_LONG}{_AROUND}|{NUMBER}[天月周]多|半个?多(?:小时|钟头|月)", _loose("which_day")),
    ("loose", rf"{NUMBER}[~到至、-]{NUMBER}个?(?:天|小时|钟头|分钟|周|星期|礼拜|工作日){_AROUND}", _loose("which_day")),
    (
        "loose",
        rf"{NUMBER}[号日](?:左右|前后|上下|那几天|那两天)|{WEEK}[一二三四五六日天](?:左右|前后)",
        _loose("which_day"),
    ),
    ("loose", LOOSE_HOUR, _loose("which_hour")),
    ("loose", LOOSE_DAY, _loose("which_day")),
    ("loose", r"[大小]半[天日]|半个?(?:上午|下午)|半晌", _loose("which_hour")),
    *((("half", words, _const(half))) for half, words in HALVES.items()),
    ("half", r"(?:整个|一整个|一|整)(?:上午|早上)", _const("am")),
    ("half", r"(?:整个|一整个|一|整)下午", _const("pm")),
    ("whole", r"全天|一整天|整天|整日|一天到晚|整整一天", _const(None)),
    (
        "clock",
        rf"{_HOUR_WORD}{_N}[点时]{_NOT_HOUR}(?:钟|零|过(?={NUMBER}分))?(半|[一1]刻|[三3]刻|整|正(?!常|好)|{NUMBER}(?!点|号|天|月|个|小时|楼|位|人|份|块))?(?:分)?",
        _clock,
    ),
    ("clock", r"(?<![0-9])([0-9]{1,2})[:：]([0-9]{2})(?![0-9])(?::[0-9]{2})?", _digital),
    ("clock", r"(?<![0-9:.])([0-9]{1,2})(?:[:.]([0-9]{2}))?\s?(a|p)\.?m\.?(?![a-z])", _english),
    ("clock", rf"{_N}(?=[到至~-]+{NUMBER}[点时])", lambda m: Clock(number(m[1]), 0)),
    ("clock", rf"差(?:(一刻)|{_N}分)(?:钟)?(?:到|不到)?{_N}点|{_N}点(?:钟)?[差欠](?:(一刻)|{_N}分)", _short_of),
    ("now", r"现在|马上|这会儿?|立刻|即刻|此刻|这就|眼下", _const(None)),
    ("moment", r"这(?:个)?(?:时候|时间|点)|(?:同一|同样的?)时间", _const(None)),
    ("told", _TOLD, _const(None)),
    ("span", rf"{_DECIMAL}(?:个)?(?:工作)?[天日](半)?(?!后|之后|以后|前|之前|以前|内|[0-9]*号)", _days),
    ("these", r"[这那]([两三四五2-5])天", lambda m: Length(halves=2 * number(m[1]))),
    ("span", r"半(?:个)?[天日]", _const(Length(halves=1))),
    ("span", rf"{_DECIMAL}(?:个(?!钟(?!头)))?(半)?(小时|钟头|分钟|刻钟|个钟(?!头))(?!后|之后|以后|前|之前)", _hours),
    ("span", rf"{_N}个?(?:小时|钟头)零?(?:{_N}分钟?|{_N}刻钟?)(?!后|之后|以后)", _hours_and),
    ("span", rf"{_DECIMAL} ?()(h|min)(?![a-z])", _hours),
    ("span", r"半个?(?:小时|钟头|钟)(?!后|之后|以后|前|内)", _const(Length(minutes=30))),
    ("span", rf"{_N}个?{WEEK}(?!后|之后|以后|内|[一二三四五六日天末])", lambda m: Length(weeks=number(m[1]))),
    ("span", rf"{_N}个月(?!后|之后|以后|内)", lambda m: Length(months=number(m[1]))),
    ("span", r"半个月(?!后|之后|以后|内)", _const(Length(days=15))),
    ("loose", rf"{_N}个半(?:月|{WEEK})|{_N}(?:周|个月)半|{_N}天零", _loose("which_day")),
    ("in", rf"(?:过|再过)?{_DECIMAL}个?(半)?(小时|钟头|分钟|刻钟)(?:后|之后|以后|过后)", _hours),
    ("in", rf"再过{_DECIMAL}个?(半)?(小时|钟头|分钟|刻钟)", _hours),
    ("in", r"(?:过|再过)?半个?(?:小时|钟头)(?:后|之后|以后|过后)", _const(Length(minutes=30))),
    ("in", r"再过(?:半个|半)(?:小时|钟头)", _const(Length(minutes=30))),
    ("ago", rf"(?:{_DECIMAL}个?(半)?(小时|钟头|分钟|刻钟)|半个?(?:小时|钟头))(?:之|以)?前", _const(None)),
    (
        "within",
        rf"({NUMBER}|半)(?:个)?(天|日|周|星期|礼拜|工作日|月|小时|钟头|分钟)(?:之|以)?内",
        lambda m: (m[1], m[2]),
    ),
    ("within", r"(?:之|以)?内", _const(None)),
    ("nth", rf"的?(?:里面?|里头)?的?{NTH}", lambda m: re.fullmatch(NTH, m[0].lstrip("的里面头"))),
    *((kind, words, _const(None)) for kind, words in LINKS.items()),
]
Reading = Callable[[re.Match[str], Seen], Any]


def _unseeing(read: Read) -> Reading:
    return lambda match, _: read(match)


_FORMS: list[tuple[str, re.Pattern[str], Reading]] = [
    *(("day", words, day) for words, day in FORMS),
    *((kind, re.compile(words), _unseeing(read)) for kind, words, read in _OTHER),
]


# -- the reader ------------------------------------------------------------------------------------------------------
def pieces(text: str, today: date, calendar: Calendar) -> list[Piece]:
    """The time words of a plain text from left to right; raises Fault as the day forms do."""
    found: list[Piece] = []
    before: date | None = None
    at = 0
    coming = [(words.search(text), kind, read) for kind, words, read in _FORMS]
    while coming := [_from(at, text, *form) for form in coming if form[0]]:
        at = min((match.start() for match, _, _ in coming if match), default=len(text))
        here = [form for form in coming if form[0] and form[0].start() == at]
        if not here:
            break
        piece = _piece(max(here, key=_weight), Seen(today, calendar, before))
        found.append(piece)
        at = piece.last
        before = piece.value.first if piece.kind == "day" else before
    return found


Coming = tuple[re.Match[str] | None, str, Reading]


def _from(at: int, text: str, match: re.Match[str] | None, kind: str, read: Reading) -> Coming:
    """A form with its next match at or behind a place."""
    if match and match.start() < at:
        match = match.re.search(text, at)
    return match, kind, read


def _piece(best: Coming, seen: Seen) -> Piece:
    match, kind, read = best
    assert match
    try:
        return Piece(kind, match.start(), match.end(), read(match, seen))
    except Vague as vague:
        return Piece("loose", match.start(), match.end(), vague.reason)


def _weight(found: Coming) -> tuple[int, bool]:
    """The longest match, and of equals the one that leaves it open."""
    return (found[0].end() if found[0] else 0), found[1] == "loose"

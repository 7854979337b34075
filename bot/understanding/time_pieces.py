"""The other words of the grammar: parts of the day, clock times, durations, links; and the reader of all."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.understanding import time_festivals  # noqa: F401 - enters its forms
from bot.understanding.numerals import NUMBER, number
from bot.understanding.time_days import FORMS, Seen, Vague
from rules.calendar import Calendar

LONGEST = 400
_N = f"({NUMBER})"
_AM, _PM = "上午|早上|早晨|清早|清晨|一大早|一早|大清早|上半天|头午|早", "下午|午后|下半天|后晌|下昼"
HALVES = {"am": _AM, "noon": "中午|晌午|正午", "pm": _PM, "night": "晚上|傍晚|夜里|夜晚|晚间|晚", "dawn": "凌晨|半夜"}
UNITS = {"分钟": 1, "分": 1, "刻钟": 15, "小时": 60, "钟头": 60, "钟": 60}


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
    """A duration: halves of days, or minutes, or weeks and months."""

    halves: int = 0
    minutes: int = 0
    weeks: int = 0
    months: int = 0


Read = Callable[[re.Match[str]], Any]


def _clock(m: re.Match[str]) -> Clock:
    minute = m[2] or ""
    if minute in ("半", "一刻", "三刻", "整", ""):
        return Clock(number(m[1]), {"半": 30, "一刻": 15, "三刻": 45}.get(minute, 0))
    return Clock(number(m[1]), number(minute))


def _digital(m: re.Match[str]) -> Clock:
    return Clock(int(m[1]), int(m[2]), padded=m[1].startswith("0") or int(m[1]) > 12)


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


def _loose(reason: str) -> Read:
    """Words that name a time without saying it."""

    def read(_: re.Match[str]) -> Any:
        raise Vague(reason)

    return read


def _const(value: Any) -> Read:
    return lambda _: value


_EITHER = "一两|一二|两三|二三|三四|四五|五六|六七|七八|八九|九十(?!五|分)"
_DECIMAL = rf"([0-9]+\.[0-9]+|{NUMBER})"
_OTHER: list[tuple[str, str, Read]] = [
    ("loose", rf"(?<![零一二两三四五六七八九十])(?:{_EITHER})[点时]钟?", _loose("which_hour")),
    ("loose", r"(?:快|临|就要|将要)下班", _loose("which_hour")),
    ("loose", r"剩下(?:的)?(?:几|两|三)?天|前后(?:几天)?", _loose("which_day")),
    *((("half", words, _const(half))) for half, words in HALVES.items()),
    ("whole", r"全天|一整天|整天|整日", _const(None)),
    ("clock", rf"{_N}[点时](?!间|候|小)(?:钟|过|零)?(半|一刻|三刻|整|{NUMBER}(?!点|号|天|月|个|小时))?(?:分)?", _clock),
    ("clock", r"([0-9]{1,2})[:：]([0-9]{2})(?![0-9])(?::[0-9]{2})?", _digital),
    ("clock", rf"{_N}(?=[到至~-]{NUMBER}[点时])", lambda m: Clock(number(m[1]), 0)),
    ("clock", rf"差(?:(一刻)|{_N}分)(?:钟)?(?:到|不到)?{_N}点|{_N}点(?:钟)?差(?:(一刻)|{_N}分)", _short_of),
    ("now", r"现在|马上|这会儿?|立刻|即刻|此刻|这就", _const(None)),
    ("span", rf"{_DECIMAL}(?:个)?(?:工作)?[天日](半)?(?!后|之后|以后|前|内|[0-9]*号)", _days),
    ("span", r"半(?:个)?[天日]", _const(Length(halves=1))),
    ("span", rf"{_DECIMAL}个?(半)?(小时|钟头|分钟|刻钟)(?!后|之后|以后)", _hours),
    ("span", r"半个?(?:小时|钟头|钟)(?!后|之后|以后)", _const(Length(minutes=30))),
    ("span", rf"{_N}个?(?:周|星期|礼拜)(?!后|之后|以后|[一二三四五六日天])", lambda m: Length(weeks=number(m[1]))),
    ("span", rf"{_N}个月(?!后|之后|以后)", lambda m: Length(months=number(m[1]))),
    ("in", rf"(?:过|再过)?{_DECIMAL}个?(半)?(小时|钟头|分钟|刻钟)(?:后|之后|以后)", _hours),
    ("in", rf"再过{_DECIMAL}个?(半)?(小时|钟头|分钟|刻钟)", _hours),
    ("in", r"(?:过|再过)?半个?(?:小时|钟头)(?:后|之后|以后)", _const(Length(minutes=30))),
    ("within", rf"{_N}(?:个)?(天|日|周|星期|礼拜|工作日)(?:之|以)?内", lambda m: (number(m[1]), m[2])),
    ("to", r"到|至|~|～|—+|–|直到|一直到|-", _const(None)),
    ("from", r"从|自|打", _const(None)),
    ("on", r"开始|起", _const(None)),
    ("before", r"之前|以前|前", _const(None)),
    ("past", r"之后|以后|后|过后", _const(None)),
    ("and", r"、|和|跟|及|与", _const(None)),
    ("or", r"或者|或|还是", _const(None)),
    ("close", r"下班", _const(None)),
    ("back", r"回来|返回|回单位|归岗|销假|回岗|结束|赶回|回(?=$|[,，。;；!])|(?<=[点半刻分前])回", _const(None)),
    ("late", r"晚到|迟到|晚来|晚点到|晚点来|迟来", _const(None)),
    ("early", r"早退|早走|早点走|先走|提前(?=.{0,8}(?:走|下班|离开|离岗))", _const(None)),
    ("swap", r"换到|调到|改到|换成|调成|改成|对调", _const(None)),
    (
        "vague",
        r"有空|有时间|过几天|这几天|过段时间|过阵子|过两天|改天|改日|哪天|随便|尽快|尽早|最近|近期|抽空|回头|下次|几天后|早点|晚点|越快越好|到时候|几号|看情况|再说|再看|商量|什么时候|啥时候|都行|都可以|任意|任何",
        _const(None),
    ),
    ("any", r"(?:工作日)?(?:任意|随便|哪|任何|某|选)一?[天日]|哪天都|的?(?:任意|某)一?个?工作日", _const(None)),
]
_COMPILED = [(kind, re.compile(words), read) for kind, words, read in _OTHER]


def folded(text: str) -> str:
    """Full-width digits and signs made plain, one character for one, so that positions stay."""
    return "".join(_plain(char) for char in text[:LONGEST])


def _plain(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char).lower()
    return plain if len(plain) == 1 else char


def pieces(text: str, today: date, calendar: Calendar) -> list[Piece]:
    """The time words of a folded text from left to right; raises Fault or Vague as the day forms do."""
    found: list[Piece] = []
    before: date | None = None
    at = 0
    while at < len(text):
        piece = _longest(text, at, Seen(today, calendar, before))
        if piece is None:
            at += 1
            continue
        found.append(piece)
        at = piece.last
        before = piece.value.first if piece.kind == "day" else before
    return found


def _longest(text: str, at: int, seen: Seen) -> Piece | None:
    best = max(_matches(text, at), key=lambda pair: pair[0].end(), default=None)
    if best is None:
        return None
    match, kind, read = best
    return Piece(kind, at, match.end(), read(match, seen))


def _matches(text: str, at: int) -> Iterator[tuple[re.Match[str], str, Callable[[re.Match[str], Seen], Any]]]:
    for words, day in FORMS:
        if match := words.match(text, at):
            yield match, "day", day
    for kind, words, read in _COMPILED:
        if match := words.match(text, at):
            yield match, kind, _unseeing(read)


def _unseeing(read: Read) -> Callable[[re.Match[str], Seen], Any]:
    return lambda match, _: read(match)

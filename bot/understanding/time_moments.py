"""From words to moments: a day, part of the day or clock time, joined from neighbouring pieces."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.understanding.time_days import Days, Fault, Seen, Vague, later
from bot.understanding.time_months import nth_of
from bot.understanding.time_pieces import Clock, Piece
from rules.calendar import ZONE, Calendar

GAP = 6
MINUTE, HALFDAY, DAY, RANGE, DAYRANGE, DEADLINE = "minute", "halfday", "day", "range", "dayrange", "deadline"


@dataclass(frozen=True, slots=True)
class Moment:
    """What one stretch of time words names; any part may be missing."""

    first: int
    last: int
    days: Days | None = None
    half: str = ""
    clock: Clock | None = None
    now: bool = False
    instant: datetime | None = None

    @property
    def timed(self) -> bool:
        return bool(self.clock or self.half or self.now or self.instant)


def joined(found: list[Piece], text: str, ref: datetime, calendar: Calendar) -> list[Moment | Piece]:
    """Pieces with neighbouring day, half and clock made one moment; links and durations stay pieces."""
    result: list[Moment | Piece] = []
    for piece in found:
        at = next((n for n in reversed(range(len(result))) if not _passable(result[n])), -1)
        last = result[at] if at >= 0 else None
        if isinstance(last, Moment) and (grown := _with(last, piece, text, ref, calendar)):
            result[at] = grown
        else:
            result.append(_part(piece, ref) or piece)
    return result


def _passable(word: Moment | Piece) -> bool:
    return isinstance(word, Piece) and word.kind in ("from", "soft")


def _with(last: Moment, piece: Piece, text: str, ref: datetime, calendar: Calendar) -> Moment | None:
    """The moment with one more piece, where that belongs to it."""
    if piece.kind == "nth":
        return _one_of(last, piece, text, ref, calendar)
    if piece.kind == "moment" and last.days and not last.timed:
        return replace(last, last=piece.last, clock=Clock(ref.hour, ref.minute, padded=True))
    part = _part(piece, ref)
    if part is None or not _close(last, part, text):
        return None
    if last.days and part.days:
        return _same_day(last, part, text[last.last : part.first])
    return _grown(last, part)


def _one_of(last: Moment, piece: Piece, text: str, ref: datetime, calendar: Calendar) -> Moment | None:
    """下周 and 第一个工作日."""
    if last.days is None or not last.days.whole or last.timed or not _close(last, Moment(piece.first, 0), text):
        return None
    return replace(last, last=piece.last, days=nth_of(last.days, piece.value, Seen(ref.date(), calendar)))


def _same_day(last: Moment, part: Moment, between: str) -> Moment | None:
    """下周,周三 narrows; 22号(周二) says it twice, and must agree."""
    assert last.days and part.days
    inside = last.days.first <= part.days.first and part.days.last <= last.days.last
    if last.days.whole and not last.days.listed and inside and not last.timed and between not in ("、", "和"):
        return replace(last, last=part.last, days=part.days)
    if last.days == replace(part.days, by=last.days.by) and not last.clock:
        return replace(last, last=part.last)
    said = {last.days.by, part.days.by}
    if len(said) > 1 and "" not in said and between in ("", "(", "是", "就是", "也就是"):
        raise Vague("mismatch")
    return None


def _part(piece: Piece, ref: datetime) -> Moment | None:
    whole = Moment(piece.first, piece.last)
    match piece.kind:
        case "day":
            return replace(whole, days=piece.value)
        case "half":
            return replace(whole, half=piece.value)
        case "clock":
            return replace(whole, clock=piece.value)
        case "whole":
            return replace(whole, half="day")
        case "now":
            return replace(whole, now=True)
        case "in":
            return replace(whole, instant=ref + timedelta(minutes=piece.value.minutes))
    return None


_FILLING = re.compile(
    r"(?:[\s,、()~]|嗯|呃|额|啊|哦|噢|那个|这个|就|大概|大约|约莫|约|差不多|估计|可能|左右|的|得|在|是|要|想|我|来|去|吧|呢|嘛|呀|哈"
    r"|那天|这天|时候|光景|头|请假|请|休|也|他|她|一下|个)*"
)


def _close(moment: Moment, part: Moment, text: str) -> bool:
    """A little may stand between two words of one moment, but not the end of a clause with it."""
    between = text[moment.last : part.first]
    short = len(between) <= GAP and not any(mark in between for mark in ",.;!?、。")
    return len(between) <= 1 or short or bool(_FILLING.fullmatch(between))


def _grown(moment: Moment, part: Moment) -> Moment | None:
    """The moment with one more part, when it lacks that part and nothing much stands between."""
    if moment.now or part.now or moment.instant or part.instant:
        return None
    if part.days and not moment.days and not moment.clock:
        return replace(moment, last=part.last, days=part.days)
    if part.half and not moment.half and not moment.clock:
        return replace(moment, last=part.last, half=part.half)
    if part.clock and not moment.clock:
        return replace(moment, last=part.last, clock=part.clock)
    if part.half and moment.clock and not moment.half and not part.days and part.first == moment.last:
        return replace(moment, last=part.last, half=part.half)
    return None


def clock_time(clock: Clock, half: str) -> tuple[time, int]:
    """The time of day meant and days to add; 1 to 6 without a word is afternoon. Raises Fault when impossible."""
    hour, days = clock.hour, 0
    if (
        hour * 60 + clock.minute > 24 * 60
        or clock.minute > 59
        or (half == "am" and hour > 12)
        or (half == "dawn" and hour > 6)
    ):
        raise Fault("invalid")
    if half == "noon" and 4 <= hour < 10:
        raise Fault("invalid")
    if half == "night" and 1 <= hour <= 4:
        raise Vague("which_hour")
    if (
        (half in ("pm", "night") and 1 <= hour < 12)
        or (half == "noon" and 1 <= hour <= 3)
        or (not half and not clock.padded and 1 <= hour <= 6)
    ):
        hour += 12
    if hour == 24 or (half == "night" and hour == 12):
        hour, days = 0, 1
    return time(hour, clock.minute), days


def start_of(moment: Moment, ref: datetime, calendar: Calendar) -> datetime:
    """The first instant meant."""
    return _edges(moment, ref, calendar)[0]


def end_of(moment: Moment, ref: datetime, calendar: Calendar) -> datetime:
    """The last instant meant; a clock time is its own end."""
    return _edges(moment, ref, calendar)[1]


def day_of(moment: Moment, ref: datetime) -> Days:
    return moment.days or Days(ref.date(), ref.date())


def _edges(moment: Moment, ref: datetime, calendar: Calendar) -> tuple[datetime, datetime]:
    if moment.now or moment.instant:
        instant = moment.instant or ref
        return instant, instant
    days = day_of(moment, ref)
    if moment.clock:
        moment_of_day, more = clock_time(moment.clock, moment.half)
        instant = datetime.combine(later(days.first, more), moment_of_day, ZONE)
        return instant, instant
    if moment.half in ("am", "noon", "pm"):
        return half_day(days.first, moment.half, calendar)[0], half_day(days.last, moment.half, calendar)[1]
    if moment.half in ("night", "dawn"):
        raise Vague("which_hour")
    return calendar.opening(days.first), calendar.closing(days.last)


def half_day(day: date, half: str, calendar: Calendar) -> tuple[datetime, datetime]:
    """The session before or after noon, or the break between, whether or not the day is worked."""
    opens, closes = calendar.opening(day), calendar.closing(day)
    sessions = calendar.sessions_on(day)
    if len(sessions) != 2:
        sessions = tuple(
            (datetime.combine(day, s.start, ZONE), datetime.combine(day, s.end, ZONE)) for s in calendar.sessions
        )
    noon, two = sessions[0][1], sessions[-1][0]
    if half == "am":
        return opens, noon
    return (two, closes) if half == "pm" else (noon, two)

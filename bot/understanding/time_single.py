"""One moment as a span: until it, from it, or itself."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.understanding.time_days import Days, Fault, Vague
from bot.understanding.time_moments import DAY, DAYRANGE, DEADLINE, HALFDAY, MINUTE, RANGE, Moment, day_of, half_day
from bot.understanding.time_pieces import Piece
from bot.understanding.time_ranges import Span
from bot.understanding.time_words import Words

_GOING = re.compile(r"[^,。;!]{0,3}(?:出去|外出|出发|出门|动身|走|去)")


@dataclass(frozen=True, slots=True)
class Single(Words):
    """The reading of a sentence that names one moment and no duration."""

    def read(self, moment: Moment) -> Span:
        behind, ahead = self.behind(moment), self.ahead(moment)
        if "to" in ahead and self.of_kind("opens"):
            return self._since_opening(moment)
        if behind[:1] == ["close"] and not moment.clock:
            return self._by_close(moment, behind)
        if behind[:1] == ["before"] or {"to", "by"} & ahead or (moment.days and moment.days.by == "until"):
            return self._until(moment)
        if behind[:1] == ["within"]:
            return Span(self.ref, self.end(moment), DEADLINE, moment.first, moment.last + 1)
        if closes := self._till_close(moment, behind):
            return replace(self._open(moment), last=closes.last)
        if behind[:1] == ["past"] or "since" in ahead:
            return self._after(moment)
        if ("on" in behind[:2] or "from" in ahead) and not (moment.clock and self.context == "appointment"):
            raise Vague("back_when" if self.context == "outing" else "until_when")
        if (moment.clock or moment.now or moment.instant) and self.context in ("leave", "outing"):
            return self._one_edge(moment)
        return self._undirected(moment, behind)

    def _undirected(self, moment: Moment, behind: list[str]) -> Span:
        """No word says from or until."""
        away = self.context in ("leave", "outing")
        if moment.days and (moment.days.by == "after" or (moment.days.by == "festival" and "back" in behind)):
            raise Vague("which_day")
        if not moment.clock and ((self.of_kind("early", "late") and away) or behind[:1] == ["opens"]):
            raise Vague("which_hour")
        if "back" in behind[:2] and away:
            if moment.half and self.context == "outing":
                return self._until(moment)
            raise Vague("until_when")
        if self.of_kind("soft") and moment.days and moment.days.whole:
            raise Vague("which_day")
        return self._plain(moment)

    def _till_close(self, moment: Moment, behind: list[str]) -> Piece | None:
        """三点到下班, 现在出去,下班前回, 三点出去不回来了."""
        gone = self.context == "outing" and moment.clock is not None
        behind_it = [piece for piece in self.of_kind("close", "gone") if piece.first >= moment.last]
        return next((w for w in behind_it if self._ends_day(w, set(behind), gone)), None)

    def _ends_day(self, piece: Piece, behind: set[str], gone: bool) -> bool:
        return gone if piece.kind == "gone" else bool({"to", "past"} & behind) or self._bounds(piece)

    def _bounds(self, close: Piece) -> bool:
        """到下班, 下班前."""
        led = any(w.last == close.first for w in self.of_kind("to"))
        return led or any(w.first == close.last for w in self.of_kind("before"))

    def _since_opening(self, moment: Moment) -> Span:
        """上班到十点."""
        end = self.end(moment)
        return Span(self.calendar.opening(end.date()), end, RANGE, moment.first, moment.last)

    def _by_close(self, moment: Moment, behind: list[str]) -> Span:
        """明天下班前; 下班后 and 下班 alone name no hour of the desk."""
        if behind[1:2] != ["before"] or moment.half not in ("", "pm"):
            raise Vague("which_hour")
        return self._until(moment)

    def _until(self, moment: Moment) -> Span:
        """到下周五, 中午前: from now, or from the named half's start where that is still ahead."""
        end = self.start(moment) if moment.half == "noon" and not moment.clock else self.end(moment)
        start = self.ref
        if moment.days and (moment.days.whole or moment.days.by == "after"):
            raise Vague("which_day")
        if moment.half and moment.clock and moment.days:
            start = max(self.ref, half_day(moment.days.first, moment.half, self.calendar)[0])
        grain = RANGE if moment.timed and end.date() == self.ref.date() else DEADLINE
        if end <= self.ref:
            raise Fault("past")
        return Span(start, end, grain, moment.first, moment.last)

    def _after(self, moment: Moment) -> Span:
        """三点以后 has the rest of its day; 周三以后 has no end."""
        if moment.clock or moment.instant:
            return self._open(moment)
        raise Vague("until_when" if self.context == "leave" else "which_day")

    def _open(self, moment: Moment) -> Span:
        """三点以后, 三点到下班: until the day closes."""
        start, closes = self.start(moment), self.calendar.closing(self.start(moment).date())
        if start >= closes:
            raise Vague("which_hour")
        return Span(start, closes, RANGE, moment.first, moment.last)

    def _one_edge(self, moment: Moment) -> Span:
        """One clock time of a leave or an outing: which edge it is must be said."""
        instant = self.start(moment)
        if self.of_kind("early"):
            return Span(instant, self.calendar.closing(instant.date()), RANGE, moment.first, moment.last)
        if self.of_kind("late"):
            return Span(self.calendar.opening(instant.date()), instant, RANGE, moment.first, moment.last)
        if self.of_kind("back") and not moment.now and (self.context == "outing" or instant.date() == self.ref.date()):
            return Span(self.ref, instant, RANGE, moment.first, moment.last)
        if instant < self.ref and moment.days is not None:
            raise Fault("past")
        going = self.context == "outing" and (moment.now or _GOING.match(self.text, moment.last))
        raise Vague("back_when" if going else "until_when")

    def _plain(self, moment: Moment) -> Span:
        start, end = self.start(moment), self.end(moment)
        where = (moment.first, moment.last)
        if moment.clock or moment.now or moment.instant:
            if moment.days and moment.days.first != moment.days.last:
                raise Vague("which_day")
            return Span(start, None, MINUTE, *where)
        days = day_of(moment, self.ref)
        if moment.half in ("am", "pm", "noon") and days.first != days.last:
            raise Vague("which_day")
        if moment.half in ("am", "pm", "noon"):
            return Span(start, end, RANGE if moment.half == "noon" else HALFDAY, *where)
        if days.listed and self.context == "appointment":
            raise Vague("which_day")
        if days.whole:
            return Span(self._rest(days, start), end, DAYRANGE, *where)
        return Span(start, end, DAYRANGE if self.context == "leave" else DAY, *where)

    def _rest(self, days: Days, start: datetime) -> datetime:
        """A stretch already begun counts from today on."""
        today = self.ref.date()
        return self.calendar.opening(today) if days.first < today <= days.last else start

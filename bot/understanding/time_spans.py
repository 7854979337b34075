"""From moments to the span meant: one moment, a range, a deadline, a start and a duration, a list of days."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

from bot.understanding.numerals import number
from bot.understanding.time_days import Fault, Vague, later
from bot.understanding.time_lengths import Lasting, fits
from bot.understanding.time_moments import DAYRANGE, DEADLINE, RANGE, Moment
from bot.understanding.time_months import months_on
from bot.understanding.time_pieces import Clock, Piece
from bot.understanding.time_ranges import Span, completed, listed, spanned
from bot.understanding.time_single import Single
from bot.understanding.time_words import Words

_ENUMERATES = re.compile(r"[\s,、;和跟及与请假我想要的也都(]*|还有|[,、]?(?:再)?加上?")


@dataclass(frozen=True, slots=True)
class Sentence(Words):
    """The time words of one text, read as a whole."""

    def span(self) -> Span:
        """Raises Vague when something must be asked, Fault when it cannot be."""
        span = self._widened(self._read())
        if span.end is not None and span.end < span.start:
            raise Fault("order")
        if span.start < self.ref and (span.end is None or span.end <= self.ref or span.start.date() < self.ref.date()):
            raise Fault("past")
        return span

    def _widened(self, span: Span) -> Span:
        """With the 从 before and the 起, 前 or 回来 behind, which say nothing without the time."""
        first, last = span.first, span.last
        for word in self.words:
            if isinstance(word, Piece) and word.kind in ("from", "to", "by") and word.last == first:
                first = word.first
            elif isinstance(word, Piece) and word.kind in ("on", "before", "past", "back") and word.first == last:
                last = word.last
        bracketed = "(" in self.text[first:last] and self.text[last : last + 1] == ")"
        return replace(span, first=first, last=last + bracketed)

    # -- the whole -------------------------------------------------------------------------------------------------
    def _read(self) -> Span:
        """Every time word must have its part in the reading, else it is asked."""
        moments, lengths = self.moments(), self.of_kind("span")
        self._nothing_open(moments)
        bounds = [piece for piece in self.of_kind("within") if piece.value]
        if len(lengths) > 1 or len(bounds) > 1 or (bounds and (moments or lengths)):
            raise Vague("count")
        if bounds:
            return self._within(bounds[0])
        if not moments:
            return self._without_moment(lengths)
        if len(moments) > 1:
            return self._agreeing(self._several(moments), [*lengths, *self.of_kind("these")])
        if self.of_kind("these"):
            return self._agreeing(self._alone().read(moments[0]), self.of_kind("these"))
        return self._lasting(moments[0], lengths[0]) if lengths else self._alone().read(moments[0])

    def _alone(self) -> Single:
        return Single(self.words, self.text, self.ref, self.context, self.calendar)

    def _nothing_open(self, moments: list[Moment]) -> None:
        for piece in self.of_kind("loose", "nth"):
            raise Vague(piece.value if piece.kind == "loose" else "which_day")
        several = len(moments) > 1
        if several and (self.of_kind("swap") or (self.context == "duty" and any(c in self.text for c in "换调"))):
            raise Vague("two_dates")
        if self.of_kind("any") or (self.of_kind("or") and several):
            raise Vague("which_day")
        if self.of_kind("hard"):
            raise Vague("vague")

    # -- no moment -------------------------------------------------------------------------------------------------
    def _without_moment(self, lengths: list[Piece]) -> Span:
        length = lengths[0].value if lengths else None
        if length and length.minutes and self.context == "outing":
            start = self.ref
            return Span(start, start + timedelta(minutes=length.minutes), RANGE, lengths[0].first, lengths[0].last)
        if length and length.minutes and self.of_kind("early"):
            closes = self.calendar.closing(self.ref.date())
            return Span(closes - timedelta(minutes=length.minutes), closes, RANGE, lengths[0].first, lengths[0].last)
        if length and length.halves == 1:
            raise Vague("which_half")
        if length:
            raise Vague("which_day")
        if self.of_kind("close") and {"to", "before"} & self.kinds():
            piece = self.of_kind("close")[0]
            return Span(self.ref, self.calendar.closing(self.ref.date()), RANGE, piece.first, piece.last)
        raise Vague("vague" if self.of_kind("soft", "these") else "no_time")

    def _within(self, piece: Piece) -> Span:
        count, unit = piece.value
        today = self.ref.date()
        if unit in ("小时", "钟头", "分钟"):
            minutes = (
                (30 if count == "半" else number(count) * 60) if unit != "分钟" else number(count.strip("半") or "0")
            )
            return Span(self.ref, self.ref + timedelta(minutes=minutes), RANGE, piece.first, piece.last)
        if unit == "工作日":
            last = self.calendar.next_working_day(today, max(1, min(number(count), 250)))
        elif unit == "月":
            last = later(today, 15) if count == "半" else months_on(today, number(count))
        elif count == "半":
            raise Vague("which_hour")
        else:
            last = later(today, number(count) * (1 if unit in "天日" else 7))
        return Span(self.ref, self.calendar.closing(last), DEADLINE, piece.first, piece.last)

    def _lasting(self, moment: Moment, piece: Piece) -> Span:
        """A start and a duration, in either order."""
        behind, ahead = self.behind(moment), self.ahead(moment)
        after = moment.days and moment.days.by == "after" and piece.first == moment.last
        if after or (moment.days and moment.days.by == "until"):
            raise Vague("which_day")
        ends = "to" in ahead or {"before", "past", "back"} & set(behind[:2]) or (self.of_kind("back") and moment.clock)
        if ends and not self._after_return(moment, piece):
            raise Vague("count")
        lasting = Lasting(moment, piece.value, frozenset(self.kinds()), self.text, self.ref, self.calendar)
        return Span(*lasting.reach(), min(moment.first, piece.first), max(moment.last, piece.last))

    def _after_return(self, moment: Moment, piece: Piece) -> bool:
        """两点出去,一个小时回来: the way back is said of the duration."""
        return moment.last <= piece.first and not {"back", "before", "past"} & set(self.behind(moment))

    # -- more than one ---------------------------------------------------------------------------------------------
    def _several(self, moments: list[Moment]) -> Span:
        if len(moments) == 2 and (span := self._pair(*moments)):
            return span
        if not any(m.clock or m.now or m.instant for m in moments) and moments[0].days and self._enumerated(moments):
            return listed(moments, self.ref, self.context, self.calendar)
        raise Vague("which_day" if self.context == "appointment" else "two_dates")

    def _pair(self, first: Moment, second: Moment) -> Span | None:
        behind, ahead = self.behind(first), self.ahead(second)
        bounded = behind[:1] == ["past"] and self.behind(second)[:1] == ["before"] and first.clock and second.clock
        meets = bool(self.of_kind("between")) and "and" in behind and first.clock and second.clock
        if "to" in ahead | set(behind[-1:]) or bounded or meets:
            if behind[:1] == ["before"]:
                raise Vague("two_dates")
            return spanned(*completed(first, second), self.ref, self.calendar)
        if self.of_kind("back") and self.context in ("leave", "outing"):
            if self.context == "leave" and not second.clock:
                raise Vague("until_when")
            if second.half == "noon" and not second.clock:
                second = replace(second, clock=Clock(12, 0))
            if second.clock or second.instant or second.days:
                return spanned(*completed(first, second), self.ref, self.calendar)
        return None

    def _enumerated(self, moments: list[Moment]) -> bool:
        gaps = (self.text[one.last : other.first] for one, other in pairwise(moments))
        return all(_ENUMERATES.fullmatch(gap) for gap in gaps)

    def _agreeing(self, span: Span, lengths: list[Piece]) -> Span:
        """21号到23号请三天: a length beside a range must be its length."""
        if span.grain == DAYRANGE and self.context == "appointment" and self.of_kind("soft"):
            raise Vague("which_day")
        for piece in lengths:
            if span.end and not fits(piece.value, span.start, span.end, self.calendar):
                raise Vague("count")
            span = replace(span, first=min(span.first, piece.first), last=max(span.last, piece.last))
        return span

"""When somebody means: plain Chinese read by a small grammar into a span, a question back, or a refusal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.understanding.time_days import Fault, Vague
from bot.understanding.time_moments import joined
from bot.understanding.time_pieces import folded, pieces
from bot.understanding.time_spans import Sentence, Span
from rules.calendar import Calendar, local

Context = Literal["appointment", "leave", "outing", "duty"]


@dataclass(frozen=True, slots=True)
class Ok:
    """A span understood; `matched` is where in the text it stood, from the first character to past the last."""

    start: datetime
    end: datetime | None
    grain: str
    matched: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Ask:
    """No one time was said; `reason` is what to ask."""

    reason: str


@dataclass(frozen=True, slots=True)
class Reject:
    """The time said cannot be; `reason` is why."""

    reason: str


def understand(text: str, ref: datetime, context: Context, calendar: Calendar) -> Ok | Ask | Reject:
    """What a text says about time, seen from the aware instant `ref`; any text gets an answer."""
    try:
        span = _span(folded(text), local(ref), context, calendar)
    except Vague as vague:
        return Ask(vague.reason)
    except Fault as fault:
        return Reject(fault.reason)
    return Ok(span.start, span.end, span.grain, (span.first, span.last))


def _span(text: str, ref: datetime, context: Context, calendar: Calendar) -> Span:
    return Sentence(joined(pieces(text, ref.date(), calendar), text, ref), text, ref, context, calendar).span()

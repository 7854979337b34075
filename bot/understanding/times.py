"""When somebody means: plain Chinese read by a small grammar into a span, a question back, or a refusal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.understanding.time_claims import Claims, explained
from bot.understanding.time_days import Fault, Vague
from bot.understanding.time_links import LINKS
from bot.understanding.time_moments import joined
from bot.understanding.time_pieces import pieces
from bot.understanding.time_ranges import Span
from bot.understanding.time_spans import Sentence
from bot.understanding.time_typing import typed
from rules.calendar import Calendar, local

# Links that name a time by themselves.
WHEN = ("close", "hard", "soft", "any")
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
    plain = typed(text)
    try:
        span = _span(plain.text, local(ref), context, calendar)
    except Vague as vague:
        return Ask(vague.reason)
    except Fault as fault:
        return Reject(fault.reason)
    return Ok(span.start, span.end, span.grain, plain.original(span.first, span.last))


def stretches(text: str, ref: datetime, calendar: Calendar) -> list[tuple[int, int]]:
    """Where a text speaks of time, understood or not, from left to right; words that only link are left out."""
    plain = typed(text)
    try:
        found = pieces(plain.text, local(ref).date(), calendar)
    except Fault:
        return []
    return [plain.original(piece.first, piece.last) for piece in found if piece.kind not in LINKS or piece.kind in WHEN]


def _span(text: str, ref: datetime, context: Context, calendar: Calendar) -> Span:
    found = joined(pieces(text, ref.date(), calendar), text, ref, calendar)
    words = Claims(found, text, ref, context).settled()
    span = Sentence(words, text, ref, context, calendar).span()
    if not explained(found, text):
        raise Vague("unread")
    return span

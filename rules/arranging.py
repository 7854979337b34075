"""一㈠3⑵⑶: a time the window proposes: who is asked, who is chased, what may be offered, when it is agreed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rules.calendar import Calendar, local
from rules.clause import Refusal, in_force
from rules.readings import Readings
from rules.reception import Slot, confirmation_refused

READINGS = Readings()


class Chase(StrEnum):
    """What happens when a window stays silent: its head hears of it, then the duty officer telephones."""

    HEAD = "head"
    PHONE = "phone"
    FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True)
class ChaseStep:
    """One rung and its instant."""

    rung: Chase
    at: datetime


@in_force("1-09", "1-11", "G6")
def chase(asked: datetime, calendar: Calendar, readings: Readings = READINGS) -> tuple[ChaseStep, ...]:
    """及时: seen within a working hour or the head hears, answered within four or the desk telephones, told by closing.

    Feedback is looked for at the closing of the day on which the window was asked, of the next working day when that
    is nearer than the answer is due (1-11).
    """
    seen = calendar.add_working_minutes(asked, readings.window_seen_minutes)
    answered = calendar.add_working_minutes(asked, readings.window_answer_minutes)
    closing = calendar.closing(local(answered).date())
    return (ChaseStep(Chase.HEAD, seen), ChaseStep(Chase.PHONE, answered), ChaseStep(Chase.FEEDBACK, closing))


@in_force("1-10")
def wished_session(wish: Slot | None, calendar: Calendar) -> datetime | None:
    """The start of the first session the wish touches: where a place is held until the window answers (1-10)."""
    if wish is None:
        return None
    sessions = calendar.sessions_on(local(wish.start).date())
    return next((opens for opens, closes in sessions if opens < max(wish.end, wish.start + _MINUTE) and
                 wish.start < closes), None)  # fmt: skip


@in_force("1-10")
def offer_refused(start: datetime, papers: tuple[str, ...], now: datetime, calendar: Calendar) -> Refusal | None:
    """Refused when past, when the centre is closed then, or without the papers to bring (1-10)."""
    if start <= now:
        return Refusal("1-10", "offer_past")
    if not calendar.is_open(start):
        return Refusal("1-10", "offer_closed")
    return confirmation_refused(papers)


@in_force("1-10")
def answer_refused(offered: int, newest: int, waits: bool) -> Refusal | None:
    """Refused when another time was offered since, or nothing is offered any more: a second yes changes nothing."""
    if not waits:
        return Refusal("1-10", "offer_over")
    return None if offered == newest else Refusal("1-10", "offer_old")


@in_force("1-10")
def lapses(start: datetime, readings: Readings = READINGS) -> datetime:
    """When an offer nobody answered lapses: some hours of the clock before its time (1-10)."""
    return start - timedelta(minutes=readings.offer_lapses_minutes)


_MINUTE = timedelta(minutes=1)

"""一㈠2⑵: 代办 — papers handed to the desk are each written down and each accounted for before the errand ends."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from rules.calendar import Calendar
from rules.clause import Refusal, in_force
from rules.readings import Readings

READINGS = Readings()


class Place(StrEnum):
    """Where a paper is."""

    DESK = "desk"
    WINDOW = "window"  # handed to the window it is for
    BACK = "back"  # with the citizen again


class State(StrEnum):
    """How an errand stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DONE = "done"


@in_force("1-07")
def receiving_refused(state: State) -> Refusal | None:
    """Refused before somebody at the desk answers for the papers, and once the errand is over (1-07)."""
    return None if state == State.ACCEPTED else Refusal("1-07", "not_accepted" if state == State.ASKED else "over")


@in_force("1-07")
def moving_refused(place: Place, to: Place) -> Refusal | None:
    """Refused for a paper that is there already, or has left the desk and is to go to the window (1-07)."""
    moves = {Place.DESK: (Place.WINDOW, Place.BACK), Place.WINDOW: (Place.BACK,), Place.BACK: ()}
    return None if to in moves[place] else Refusal("1-07", "moved_before")


@in_force("1-07")
def ending_refused(places: Iterable[Place]) -> Refusal | None:
    """Refused while a paper is neither returned nor handed to its window (1-07)."""
    return Refusal("1-07", "paper_held") if Place.DESK in set(places) else None


@in_force("1-07", "G6")
def answer_due(asked: datetime, calendar: Calendar, readings: Readings = READINGS) -> datetime:
    """Until when somebody at the desk takes it on (及时), in working minutes (1-07)."""
    return calendar.add_working_minutes(asked, readings.errand_answer_minutes)


@in_force("1-07", "G6")
def errand_due(accepted: datetime, calendar: Calendar, readings: Readings = READINGS) -> datetime:
    """Until when it is to be done, or its window's head hears of it (1-07)."""
    return calendar.add_working_minutes(accepted, readings.errand_minutes)

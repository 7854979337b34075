"""一㈠3⑵: two matters on one way to the centre — which places fit one another, and one list of papers for both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rules.calendar import Calendar, local
from rules.clause import in_force
from rules.reception import Slot


@dataclass(frozen=True, slots=True)
class Paper:
    """One line of the list for several matters, and how many of them ask for it."""

    name: str
    matters: int


@in_force("1-10")
def same_trip(first: Slot, free: Iterable[Slot], calendar: Calendar) -> tuple[Slot, ...]:
    """Places of that day beside the first matter's: of its session if there are any, nearest first (1-10)."""
    day = local(first.start).date()
    fit = [s for s in free if local(s.start).date() == day and (s.start >= first.end or s.end <= first.start)]
    near = [s for s in fit if _session(s.start, calendar) == _session(first.start, calendar)]
    return tuple(sorted(near or fit, key=lambda s: (_gap(first, s), s.start < first.start)))


def _gap(first: Slot, other: Slot) -> float:
    return max(other.start - first.end, first.start - other.end).total_seconds()


def _session(instant: datetime, calendar: Calendar) -> datetime | None:
    sessions = calendar.sessions_on(local(instant).date())
    return next((opens for opens, closes in sessions if opens <= instant < closes), None)


@in_force("1-10", "2-03")
def papers_together(lists: Sequence[Sequence[str]]) -> tuple[Paper, ...]:
    """Everything to bring for all of them at once, each paper on one line (2-03)."""
    names = dict.fromkeys(name for papers in lists for name in papers)
    return tuple(Paper(name, sum(name in papers for papers in lists)) for name in names)

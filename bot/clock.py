"""The only clock. Everything else is told the time."""

import time
from datetime import datetime, timedelta

from rules.calendar import ZONE

EPOCH = datetime(2000, 1, 1, tzinfo=ZONE)
_SLEEPLESS = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady() -> float:
    """Seconds since the machine started, those it slept included."""
    return time.clock_gettime(_SLEEPLESS)


def steady_instant() -> datetime:
    """For measuring alone: an instant that means nothing, and that nobody can set."""
    return EPOCH + timedelta(seconds=steady())


class Clock:
    """The machine's clock, moved by an offset where a demonstration says so."""

    def __init__(self) -> None:
        self._offset = timedelta(0)
        self._lead = self._ahead()

    def now(self) -> datetime:
        return self._real() + self._offset

    def set(self, instant: datetime) -> None:
        """From here on the clock runs on from `instant` (aware)."""
        self._offset = instant - self._real()

    def elapsed(self) -> float:
        """Seconds that no adjustment of the clock disturbs; time asleep counts."""
        return steady()

    def was_set(self) -> timedelta:
        """How far the machine's clock was set since this was last asked; that time passed is not that."""
        before, self._lead = self._lead, self._ahead()
        return self._lead - before

    def _ahead(self) -> timedelta:
        return self._real() - EPOCH - timedelta(seconds=self.elapsed())

    @staticmethod
    def _real() -> datetime:
        return datetime.now(ZONE)  # noqa: TID251 - this is the one place


class StandingClock(Clock):
    """A clock that stands still until it is moved: transcripts and `frontdesk talk --now`."""

    def __init__(self, instant: datetime) -> None:
        super().__init__()
        self._instant = instant

    def now(self) -> datetime:
        return self._instant

    def was_set(self) -> timedelta:
        return timedelta(0)

    def set(self, instant: datetime) -> None:
        self._instant = instant

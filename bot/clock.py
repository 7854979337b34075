"""The only clock. Everything else is told the time."""

import time
from datetime import datetime, timedelta

from rules.calendar import ZONE


class Clock:
    """The machine's clock, moved by an offset where a demonstration says so."""

    def __init__(self) -> None:
        self._offset = timedelta(0)

    def now(self) -> datetime:
        return self._real() + self._offset

    def set(self, instant: datetime) -> None:
        """From here on the clock runs on from `instant` (aware)."""
        self._offset = instant - self._real()

    def elapsed(self) -> float:
        """Seconds that no adjustment of the clock disturbs."""
        return time.monotonic()

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

    def set(self, instant: datetime) -> None:
        self._instant = instant

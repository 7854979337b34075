"""A clock that was set by more than an hour is not believed at once: what hangs on it waits for ten minutes."""

from datetime import datetime, timedelta

from bot.clock import Clock

FAR = timedelta(hours=1)
NEAR = timedelta(minutes=1)
PATIENCE = 600.0  # steady seconds somebody has to set it right
LONGEST_REST = timedelta(days=4)  # a desk that was away longer looks whether it is its clock that is wrong


class Doubt:
    """Compares the wall clock with the steady one, and at start with the newest line of the books."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until = 0.0
        self.by = timedelta(0)  # how far the clock was set since the doubt began

    @property
    def lasts(self) -> bool:
        return self._clock.elapsed() < self._until

    def look(self) -> timedelta:
        """How far the clock was set since the last look; begins a doubt, or ends it when it was set right again."""
        jump = self._clock.was_set()
        if self.lasts:
            self.by += jump
            if abs(self.by) < NEAR:
                self.end()
            elif abs(jump) >= FAR:
                self._begin(self.by)
        elif abs(jump) >= FAR:
            self._begin(jump)
        return jump

    def wake(self, newest: datetime | None) -> None:
        """At start: believed unless it is behind the books, or far ahead of them."""
        gap = self._clock.now() - newest if newest else timedelta(0)
        if gap < -FAR or gap > LONGEST_REST:
            self._begin(gap)

    def end(self) -> None:
        self._until, self.by = 0.0, timedelta(0)

    def _begin(self, by: timedelta) -> None:
        self._until, self.by = self._clock.elapsed() + PATIENCE, by

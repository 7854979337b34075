"""Lets bubbles out to one platform: in turn, answers before notices, and no faster than it takes them."""

import asyncio
from collections import deque

from bot.speech import Ability

SLOW = 3.0  # seconds after which one that is under way makes nobody wait any longer
NEXT_SLOW = 0.5  # and while others are that slow, so many
REMEMBERED = 4000  # people whose pace is looked through for what is over
UNLIMITED = 1 << 30


class Gate:
    """Where a platform cannot tell a repeat, one bubble is under way at a time.

    What is under way when the desk is killed must be said again, since nobody can know whether it arrived: so that is
    one bubble at most. Only one that hangs lets others pass.
    """

    def __init__(self, ability: Ability) -> None:
        self._at_once = UNLIMITED if ability.drops_repeats else 1
        self._step = 1 / ability.in_all if ability.in_all else 0.0
        self._rest = 1 / ability.per_second if ability.per_second else 0.0
        self._burst = ability.burst
        self._ticket = 0
        self._under_way: dict[int, float] = {}
        self._slow: set[int] = set()
        self._waiting: tuple[deque[asyncio.Future[int]], ...] = (deque(), deque())
        self._next = 0.0
        self._rung: asyncio.TimerHandle | None = None
        self._paces: dict[str, float] = {}
        # Nobody knows what the process before said in its last seconds, so nobody starts with a whole burst.
        self._newest = asyncio.get_running_loop().time() + self._rest * (self._burst - 1)

    async def enter(self, address: str, notice: bool = False) -> int:
        """Wait for one's turn; returns the ticket to `leave` with."""
        now = asyncio.get_running_loop().time()
        if self._rest:
            wait = self._pace(address, now)
            if wait > 0:
                await asyncio.sleep(wait)
                now += wait
        if len(self._under_way) < self._at_once and not self._queued() and now >= self._next:
            return self._let_in(now)
        turn: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting[notice].append(turn)
        self._admit()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave(turn.result())
            raise

    def leave(self, ticket: int) -> None:
        """The bubble is no longer under way."""
        self._slow.discard(ticket)
        self._under_way.pop(ticket, None)
        if self._queued():
            self._admit()

    def _queued(self) -> bool:
        return bool(self._waiting[0] or self._waiting[1])

    def _pace(self, address: str, now: float) -> float:
        """Seconds until this person may be told one more; it is counted."""
        if len(self._paces) > REMEMBERED:
            self._paces = {who: due for who, due in self._paces.items() if due > now}
        due = max(self._paces.get(address, self._newest), now) + self._rest
        self._paces[address] = due
        return due - self._rest * self._burst - now

    def _let_in(self, now: float) -> int:
        self._ticket += 1
        self._under_way[self._ticket] = now
        if self._step:
            self._next = max(self._next, now - self._step) + self._step
        return self._ticket

    def _admit(self) -> None:
        """Let in whoever may go, and look again when the next one may."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        while self._queued() and now >= self._opens(now):
            turn = (self._waiting[0] or self._waiting[1]).popleft()
            if not turn.done():
                turn.set_result(self._let_in(now))
        if self._rung is not None:
            self._rung.cancel()
        self._rung = loop.call_at(self._opens(now), self._admit) if self._queued() else None

    def _opens(self, now: float) -> float:
        """When the next one may go, if nobody leaves before."""
        if len(self._under_way) < self._at_once:
            return self._next
        ticket, since = next(iter(self._under_way.items()))
        until = since + (NEXT_SLOW if self._slow else SLOW)
        if until > now:
            return until
        self._slow.add(ticket)
        del self._under_way[ticket]
        return self._next

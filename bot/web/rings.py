"""The last bubbles of every open page, kept in memory so that a reload or a broken line loses none of them."""

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.speech import Spoken

KEPT_BUBBLES = 50
MOST_PAGES = 5000
FORGOTTEN_AFTER = timedelta(hours=1)


class Full(OSError):
    """More pages are listening than the desk has room for."""


@dataclass(slots=True)
class Ring:
    """One page's last bubbles, numbered from 1, and the listeners to wake when another comes."""

    left: datetime
    bubbles: deque[tuple[int, Spoken]] = field(default_factory=lambda: deque(maxlen=KEPT_BUBBLES))
    last: int = 0
    listeners: set[asyncio.Event] = field(default_factory=set)

    def put(self, spoken: Spoken) -> None:
        """Keep the bubble as the newest and wake whoever listens."""
        self.last += 1
        self.bubbles.append((self.last, spoken))
        self.wake()

    def wake(self) -> None:
        for listener in self.listeners:
            listener.set()

    def newer_than(self, number: int) -> list[tuple[int, Spoken]]:
        return [bubble for bubble in self.bubbles if bubble[0] > number]


class Rings:
    """Every page's ring by its address. `clock` must be the machine's own, a demonstration's clock jumps."""

    def __init__(self, clock: Callable[[], datetime], heartbeat: float) -> None:
        self._clock = clock
        self._heartbeat = heartbeat
        self._rings: dict[str, Ring] = {}
        self._since = clock()
        # Numbers start again with every process; the mark tells an old process's numbers from this one's.
        self._mark = secrets.token_hex(4)
        self._open = False

    def open(self) -> None:
        """From now on pages may listen; one seen only by an earlier process counts as having left just now."""
        self._since = self._clock()
        self._open = True

    def close(self) -> None:
        """End every stream, or the server would wait for them for ever when it stops."""
        self._open = False
        for ring in self._rings.values():
            ring.wake()

    def away(self, address: str) -> timedelta | None:
        """How long nobody has listened at this address; None while somebody does."""
        ring = self._rings.get(address)
        if ring and ring.listeners:
            return None
        return self._clock() - (ring.left if ring else self._since)

    def put(self, spoken: Spoken) -> None:
        self._rings[spoken.address].put(spoken)

    def find(self, address: str, event_id: str) -> Spoken | None:
        """The bubble a page knows under this event id, while it is kept."""
        ring = self._rings.get(address)
        number = self._number(event_id)
        return next((spoken for kept, spoken in ring.bubbles if kept == number), None) if ring else None

    def admit(self, address: str) -> None:
        """Make a ring for this page if it has none; raise Full when there is no room for another."""
        if not self._open:
            raise Full("the desk is not open")
        if address not in self._rings:
            self._make_room()
            self._rings[address] = Ring(self._clock())

    async def follow(self, address: str, last_id: str) -> AsyncGenerator[tuple[str, Spoken] | None, None]:
        """Every bubble after `last_id`, oldest first, then each as it comes; None at once and after each silence."""
        ring = self._rings.setdefault(address, Ring(self._clock()))
        listener, number = asyncio.Event(), self._number(last_id)
        ring.listeners.add(listener)
        try:
            yield None
            while self._open:
                listener.clear()
                for fresh, spoken in ring.newer_than(number):
                    number = fresh
                    yield f"{self._mark}-{number}", spoken
                if not await self._woken(listener):
                    yield None
        finally:
            ring.listeners.discard(listener)
            ring.left = self._clock()

    def tidy(self) -> None:
        """Forget the pages closed long ago: what was said to people is not kept longer than they may come back."""
        limit = self._clock() - FORGOTTEN_AFTER
        for address in [a for a, ring in self._rings.items() if not ring.listeners and ring.left < limit]:
            del self._rings[address]

    async def _woken(self, listener: asyncio.Event) -> bool:
        try:
            await asyncio.wait_for(listener.wait(), self._heartbeat)
        except TimeoutError:
            return False
        return True

    def _number(self, event_id: str) -> int:
        mark, _, number = event_id.partition("-")
        return int(number) if mark == self._mark and number.isascii() and number.isdigit() and len(number) < 12 else 0

    def _make_room(self) -> None:
        if len(self._rings) < MOST_PAGES:
            return
        idle = [address for address, ring in self._rings.items() if not ring.listeners]
        if not idle:
            raise Full("too many pages")
        del self._rings[min(idle, key=lambda address: self._rings[address].left)]

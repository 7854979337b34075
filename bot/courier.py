"""Empties the outbox: one lane per recipient, order kept, so that one refused recipient stops nobody."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import structlog

from bot.clock import Clock
from bot.desk import Desk
from bot.directory import Directory
from bot.gate import Gate
from bot.lanes import Lanes
from bot.logs import where
from bot.receipts import Receipts
from bot.speech import Channel, Later, Refused, Spoken, Unsure
from storage import machine
from storage.books import Books
from storage.outbox import CARD, DUTY, LATE, PUSH, Letter, Mark
from storage.schema import stamp

MOST_TROUBLES = 3  # of a kind that says nothing about when it will be better
CALL, MOST_CALLERS = "call:", 2
BACK_OFF = (1, 2, 5, 15, 30, 60)
MARKS_WAIT = 0.05  # seconds
ROOM = 1000  # letters read at once beside those in hand
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outcome:
    state: str
    note: str | None = None


class Courier:
    """Letters come in after the commit that posted them, and again from the table at start."""

    def __init__(
        self,
        desk: Desk,
        channels: Mapping[str, Channel],
        directory: Directory,
        clock: Clock,
        receipts: Receipts,
        one_lane: bool = False,
    ) -> None:
        self.desk = desk
        self.directory = directory
        self._lanes = Lanes(one_lane)  # rehearsals read what was said in the order it was posted
        self.channels = channels
        self.clock = clock
        self.receipts = receipts
        self._gates: dict[str, Gate] = {}
        self.hold_timed: Callable[[], bool] = lambda: False  # while the clock is doubted
        self._tasks: set[asyncio.Task[None]] = set()
        self._sweeping = asyncio.Lock()
        self._lately: set[int] = set()  # settled since the last look into the table began
        self._ringing: asyncio.TimerHandle | None = None

    @property
    def lanes(self) -> int:
        """Recipients with letters on their way."""
        return len(self._lanes)

    @property
    def on_the_way(self) -> int:
        """Letters in lanes, and those whose end is not stored yet."""
        return len(self._lanes.held)

    def deliver(self, letters: list[Letter]) -> None:
        """Take letters whose time has come; the others stay in the table until `sweep` finds them due."""
        now = stamp(self.clock.now())
        for letter in letters:
            if letter.not_before is None or letter.not_before <= now:
                self._walk_if_new(self._lanes.take_new(letter))

    def _walk_if_new(self, name: str | None) -> None:
        if name is not None:
            self._tasks.add(asyncio.create_task(self._walk(name)))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def sweep(self) -> None:
        """Pick up what waits in the table: at start, whenever held letters fall due, and as room is made."""
        async with self._sweeping:
            while await self._look():
                pass

    async def _look(self) -> bool:
        """Take what fits of the waiting letters; whether to look again at once."""
        now, full = self.clock.now(), self._lanes.full()
        most = len(self._lanes.held) + ROOM
        with self._lanes.look(full) as look:
            self._lately = set()
            waiting = await self.desk.do(lambda books: books.outbox.waiting(now, most, full), now=now)
            look.whole = len(waiting) < most
            for letter in waiting:
                if letter.id not in self._lately and not (letter.not_before and self.hold_timed()):
                    self._walk_if_new(self._lanes.take(letter))
        return look.again

    async def _sweep_soon(self) -> None:
        try:
            await self.sweep()
        except OSError:  # the bells will look again
            log.warning("no look into the table")

    async def drain(self, most: float | None = None) -> None:
        """Wait until nothing that may go out now is left, at most so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(most):
                while self._tasks or self.desk.writer.marks:
                    await asyncio.shield(asyncio.gather(*self._tasks))
                    await self._write_marks()

    async def _walk(self, name: str) -> None:
        lane = self._lanes[name]
        try:
            while lane:
                letter = lane[0]
                outcome = await self._deliver_one(letter)
                if outcome.state == machine.DEAD and letter.says(DUTY):
                    await self._to_call_list(letter, outcome)
                self._mark(letter, outcome)
                lane.popleft()
            self._lanes.close(name)
        finally:  # by itself: a callback of the task would be one more round of the loop for every letter
            self._tasks.discard(cast("asyncio.Task[None]", asyncio.current_task()))
        if self._lanes.wants(name) and not self._sweeping.locked():
            self._begin(self._sweep_soon())

    async def _deliver_one(self, letter: Letter) -> Outcome:
        """Send until the platform takes it, refuses it, or it is overtaken; nothing holds a lane for ever."""
        tries, troubles = 0, 0
        while True:
            try:
                return await self._send(letter)
            except Later as later:
                wait = later.seconds if later.seconds is not None else _pause(tries)
            except Refused as refused:
                return Outcome(machine.DEAD, str(refused)[:200])
            except Unsure:
                troubles += 1
                if troubles >= MOST_TROUBLES or not self._may_repeat(letter):
                    self.receipts.note(letter)
                    return Outcome(machine.SENT, "unsure")
                wait = _pause(tries)
            except OSError:  # the database, not this letter
                wait = _pause(tries)
            except Exception as trouble:
                log.error("letter failed", letter=letter.id, cause=type(trouble).__name__, where=where(trouble))
                troubles += 1
                if troubles >= MOST_TROUBLES:
                    return Outcome(machine.DEAD, f"failed: {type(trouble).__name__}")
                wait = _pause(tries)
            tries += 1
            await asyncio.sleep(wait)

    async def _stale(self, letter: Letter) -> Outcome | None:
        """Late or overtaken by events: expired, and said so in the books instead of being sent."""
        if letter.until and letter.until < stamp(self.clock.now()):
            return Outcome(machine.EXPIRED, LATE)
        if letter.recheck:
            holds = self.desk.contents.rechecks[letter.recheck]
            if not await self.desk.do(lambda books: holds(books, letter.subject)):
                return Outcome(machine.EXPIRED, "overtaken")
        return None

    async def _send(self, letter: Letter) -> Outcome:
        """Sent, or found overtaken while it waited for its turn; raises what the last account's channel raised."""
        last: Exception = Refused("no account")
        for name, address in self._accounts(letter):
            channel = self.channels.get(name)
            if channel is None:
                last = Refused(f"no channel {name}")
                continue
            try:
                return await self._hand_over(letter, channel, spoken(letter, name, address))
            except Refused as refused:
                last = refused
        stale = await self._stale(letter)
        if stale is None:
            raise last
        return stale

    async def _hand_over(self, letter: Letter, channel: Channel, said: Spoken) -> Outcome:
        """What is said is noted before anything else is said there."""
        gate = self._gates.get(said.channel) or self._gates.setdefault(said.channel, Gate(channel.ability))
        ticket = await gate.enter(said.address, letter.says(PUSH))
        try:
            stale = await self._stale(letter) if letter.until or letter.recheck else None
            if stale is None:
                await self.desk.prove()
                await channel.send(said)
                self.receipts.note(letter)
            return stale or Outcome(machine.SENT)
        finally:
            gate.leave(ticket)

    def _may_repeat(self, letter: Letter) -> bool:
        """After a doubt: duties always, anything where the platform drops what it has."""
        channel = self.channels.get(letter.channel)
        return letter.says(DUTY) or (channel is not None and channel.ability.drops_repeats)

    def _accounts(self, letter: Letter) -> list[tuple[str, str]]:
        if letter.channel:
            return [(letter.channel, letter.address)]
        return self.directory.accounts_of(self.desk.shelf.seal.open(letter.person))

    # -- what became of it -----------------------------------------------------------------------------------------
    def _mark(self, letter: Letter, outcome: Outcome) -> None:
        """Outcomes ride with the next message, so that it never overtakes them; soon by themselves when none comes."""
        now = self.clock.now()
        self.desk.writer.marks.append((outcome.state, stamp(now), outcome.note, letter.id))
        age = now - datetime.fromisoformat(letter.not_before or letter.posted)
        self.desk.writer.tally.letter_age.add(age.total_seconds())
        self._ring_later()

    def _ring_later(self) -> None:
        if self._ringing is None:
            self._ringing = asyncio.get_running_loop().call_later(MARKS_WAIT, self._ring)

    def settled(self, marks: list[Mark]) -> None:
        """What became of these letters is stored."""
        settled = {mark[3] for mark in marks}
        self._lately |= settled
        self._lanes.held -= settled
        self.receipts.settle(settled)

    def _ring(self) -> None:
        self._ringing = None
        if self.desk.writer.marks:
            self._begin(self._write_marks())

    async def _write_marks(self) -> None:
        """A piece of work that does nothing: the marks ride with it."""
        try:
            await self.desk.do(lambda books: None)
        except OSError:
            await asyncio.sleep(1)
            self._ring_later()

    async def _to_call_list(self, letter: Letter, outcome: Outcome) -> None:
        """What could not be delivered is telephoned: on the duty officer's list, or whoever the letter names.

        A list that cannot be delivered goes to one other officer and no further: nobody may be bound yet.
        """
        key = f"call:{letter.key if letter.key.startswith(CALL) else letter.id}"

        def note(books: Books) -> None:
            caller = letter.caller()
            if caller is None:
                caller = books.duty.officer_now(frozenset({letter.person})).id
            if caller not in ("", letter.person) and key.count(CALL) <= MOST_CALLERS:
                books.outbox.post(
                    caller, "machine/call_list", key, who=books.roster.label(letter.person),
                    what=letter.text, calls=letter.caller() and "",
                )  # fmt: skip

        log.warning("letter refused", letter=letter.id)
        while True:
            try:
                await self.desk.do(note)
                return
            except OSError:
                await asyncio.sleep(BACK_OFF[0])
            except Exception as trouble:
                log.error("no call list", letter=letter.id, cause=type(trouble).__name__, where=where(trouble))
                return


def _pause(tries: int) -> float:
    return BACK_OFF[min(tries, len(BACK_OFF) - 1)]


def spoken(letter: Letter, channel: str, address: str) -> Spoken:
    """The letter as one bubble for one account."""
    labels = tuple(json.loads(letter.labels)) if letter.labels else ()
    return Spoken(channel, address, letter.text, labels, letter.token, letter.file, letter.says(CARD),
                  letter.says(DUTY), str(letter.id))  # fmt: skip

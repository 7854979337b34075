"""A few days of a desk that is away now and then, and what everybody must have heard of all the same."""

import random  # noqa: TID251 - with a fixed seed
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from databases import url_in

from bot.clock import StandingClock
from bot.rehearsal import Rehearsal, Said
from rules.calendar import ZONE, Calendar, local
from rules.complaints import next_reminder
from rules.reception import booking_reminders
from storage import machine
from storage.complaints import UNANSWERED, complaint
from storage.reception import BOOKED, booking

LONGEST = timedelta(days=3)
AFRESH = 10  # times away, then new things are waited for
ASIDE = ("put_away", "prune", "send_head", "follow_roster", "complaints/follow_calendar", "reception/follow_calendar",
         "warn_calendar")  # fmt: skip
CALENDAR = Calendar()
# Where a desk begins its days: an ordinary week, the days before a long holiday, the year's end.
BEGINNINGS = (datetime(2026, 11, 23, 9, tzinfo=ZONE), datetime(2026, 9, 29, 9, tzinfo=ZONE),
              datetime(2026, 12, 29, 9, tzinfo=ZONE), datetime(2026, 5, 8, 9, tzinfo=ZONE))  # fmt: skip


class World:
    """One desk, its people, and a number of times it is away."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.begins = BEGINNINGS[seed % len(BEGINNINGS)]
        self.clock = StandingClock(self.begins)
        self.said: list[Said] = []
        self.awake: list[tuple[datetime, datetime]] = []
        self.url = url_in(folder)
        self.rehearsal = self._house()

    def _house(self) -> Rehearsal:
        return Rehearsal(self.url, self.clock, self.said.append, without=ASIDE)

    async def live(self, times: int) -> list[str]:
        """What is wrong in the end."""
        await self.rehearsal.open()
        for n in range(times):
            if n % AFRESH == 0:
                await self._open_everything(n)
            await self._stay_up()
            await self._be_away()
        await self._stay_up(timedelta(hours=26))
        found = [fault async for fault in self._faults()]
        await self.rehearsal.close()
        return found

    async def _open_everything(self, time: int) -> None:
        """Bookings, a complaint, an outing, somebody waiting for an answer: all that clocks wait for."""
        day, hear = local(self.clock.now()).date(), self.rehearsal.hear
        for n, ahead in enumerate(self.chance.sample(range(1, 9), 4)):
            when = CALENDAR.next_working_day(day, ahead)
            hour = self.chance.choice(("上午9点", "上午11点", "下午3点"))
            for text in (
                "预约居民身份证首次申领",
                f"{when.month}月{when.day}日{hour}",
                f"138000{time:02d}00{n}",
                "提交",
            ):
                await hear(f"citizen:{time}.{n}", text=text)
        for text in ("你们税务窗口的人态度恶劣,骂人", "匿名", "提交"):
            await hear(f"citizen:unhappy {time}", text=text)
        for text in ("外出 去县住建局送材料 两小时 13800000000", "提交"):
            await hear("BH022", text=text)
        await hear(f"citizen:lost {time}", text="人工")

    # -- being there or not ----------------------------------------------------------------------------------------
    async def _stay_up(self, long: timedelta | None = None) -> None:
        begins = self.clock.now()
        await self.rehearsal.move_to(begins + (long or timedelta(minutes=self.chance.randint(1, 400))))
        self.awake.append((begins, self.clock.now()))

    async def _be_away(self) -> None:
        """Killed and started again, or asleep with everything in memory; then it looks what fell due."""
        span = min(LONGEST, timedelta(hours=self.chance.expovariate(1 / 14)))
        if self.chance.random() < 0.2:
            await self.rehearsal.close()
            self.clock.set(self.clock.now() + span)
            self.rehearsal = self._house()
            await self.rehearsal.open()
        else:
            self.clock.set(self.clock.now() + span)
            await self.rehearsal.house.bells.catch_up()
        await self.rehearsal.settle()

    # -- what everybody heard --------------------------------------------------------------------------------------
    async def _faults(self) -> Any:
        letters = await self._rows(machine.outbox)
        for fault in (*self._booking_faults(await self._rows(booking), letters), *self._twice(letters),
                      *self._duty_faults(letters), *self._complaint_faults(await self._rows(complaint), letters),
                      *self._machine_faults(await self._rows(machine.timer), letters)):  # fmt: skip
            yield fault
        for row in await self._rows(machine.put_aside):
            yield f"put aside: {row.cause[-200:]}"

    async def _rows(self, table: sa.Table) -> list[Any]:
        def read(books: object) -> list[Any]:
            return list(self.rehearsal.house.connection.execute(sa.select(table)))

        return await self.rehearsal.house.desk.do(read)

    def _booking_faults(self, rows: list[Any], letters: list[Any]) -> Iterator[str]:
        for row in rows:
            instants = [i for i in booking_reminders(row.start, row.made) if i <= self.clock.now()]
            told = [x for x in letters if x.person == row.person and x.key.startswith("remind:") and row.no in x.key]
            if row.state != BOOKED or not instants:
                continue
            if not any(x.posted >= instants[-1] for x in told):
                yield f"{row.no} at {row.start}: nobody spoke of it since {instants[-1]}"
            if len(told) > len(instants) or max(Counter(x.posted for x in told).values(), default=0) > 1:
                yield f"{row.no}: {len(told)} words for {len(instants)} reminders"

    def _duty_faults(self, letters: list[Any]) -> Iterator[str]:
        """Each duty day that has begun was announced, or its being missed was."""
        day, keys = CALENDAR.next_working_day(self.begins.date()), [x.key for x in letters]
        while CALENDAR.opening(day) <= self.clock.now():
            before = CALENDAR.previous_working_day(day)
            if not any(key.startswith((f"duty:{before}:", f"duty:{day}:missed")) for key in keys):
                yield f"duty of {day}: nobody heard of it"
            day = CALENDAR.next_working_day(day)

    def _complaint_faults(self, rows: list[Any], letters: list[Any]) -> Iterator[str]:
        for row in rows:
            newest, coming = None, next_reminder(row.due, row.accepted, CALENDAR)
            while coming.at <= self.clock.now():
                newest, coming = coming, next_reminder(row.due, coming.at, CALENDAR)
            key = f"complaint:{row.no}:{newest.at:%Y%m%d}:" if newest else ""
            if newest and row.state in UNANSWERED and not any(x.key.startswith(key) for x in letters):
                yield f"{row.no}: not reminded of at {newest.at}"

    def _twice(self, letters: list[Any]) -> Iterator[str]:
        seen = Counter((x.person, x.text, x.posted) for x in letters if "duty" in x.flags)
        yield from (f"{person} heard the same twice at {posted}" for (person, _, posted), n in seen.items() if n > 1)
        heard = Counter((said.to, said.text, said.at) for said in self.said)
        yield from (f"{to} was sent the same twice at {when}" for (to, _, when), n in heard.items() if n > 1)

    def _machine_faults(self, timers: list[Any], letters: list[Any]) -> Iterator[str]:
        yield from (f"timer {x.key} is {x.state}" for x in timers if x.state == "failed")
        yield from (f"timer {x.key} waits" for x in timers if x.state == "waiting" and x.at <= self.clock.now())
        words = {x.key for x in letters}
        late = [x for x in letters if x.state == "expired" and x.note == "late"]
        yield from (f"{x.key} expired in silence" for x in late if f"late:{x.id}" not in words)

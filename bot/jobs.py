"""Clocks ring here. A job says "do what is due at now"; what is due is a row, so nothing is lost while we sleep."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.clock import Clock
from bot.contents import Job
from bot.courier import Courier
from bot.desk import Desk
from bot.doubt import Doubt
from bot.logs import where
from rules.calendar import ZONE
from storage.books import Books

TICK_SECONDS = 5
BACKWARDS = timedelta(minutes=1)
log = structlog.get_logger()


def trigger_of(job: Job) -> Any:
    """APScheduler's trigger; weekdays are named because its numbers are not cron's."""
    return CronTrigger(timezone=ZONE, **job.cron) if job.cron else IntervalTrigger(seconds=job.seconds, timezone=ZONE)


class Bells:
    """Rings the jobs: by APScheduler as time passes, or instant by instant when a standing clock is moved."""

    def __init__(self, desk: Desk, courier: Courier, clock: Clock) -> None:
        self.desk = desk
        self.courier = courier
        courier.hold_timed = lambda: self.doubt.lasts
        self.clock = clock
        self.jobs: dict[str, Job] = {job.name: job for job in desk.contents.jobs}
        self.doubt = Doubt(clock)
        self.last_tick: datetime | None = None
        self._unrung: set[str] = set()  # jobs whose hour came while nothing could be stored, or the clock was in doubt
        self._told = timedelta(0)  # the doubt the administrators know of
        self._scheduler: AsyncIOScheduler | None = None
        self._beat: asyncio.Task[None] | None = None

    async def ring(self, name: str, now: datetime | None = None) -> None:
        """Run one job now; while the clock is in doubt, afterwards."""
        job = self.jobs[name]
        if self.doubt.lasts:
            self._unrung.add(name)
            return
        try:
            await self.desk.do(job.run, now=now or self.clock.now())
        except OSError:
            self._unrung.add(name)
            raise
        except Exception as trouble:
            log.error("job failed", job=name, cause=type(trouble).__name__, where=where(trouble))
            await self._job_failed(name, trouble)

    async def _job_failed(self, name: str, trouble: Exception) -> None:
        """Kept with its cause, once a day, and the administrators are told."""
        now = self.clock.now()
        await self.desk.put_aside("job", f"{name}:{now:%Y%m%d}", name, f"{type(trouble).__name__} {where(trouble)}")

    async def tick(self) -> None:
        """Do what is due: jobs that could not be rung, then timers, then letters held until now."""
        self._look()
        if self.doubt.lasts:
            await self._tell_doubt()
            self.last_tick = self.clock.now()
            return
        for name in sorted(self._unrung):
            await self.ring(name)
            self._unrung.discard(name)
        while await self.desk.fire(self.clock.now()):
            pass
        await self.courier.sweep()
        await self._tell_refused()
        self.last_tick = self.clock.now()

    async def _tell_refused(self) -> None:
        """That nothing could be stored for a while is said to the administrators as soon as something can."""
        if self.desk.writer.refused is None:
            return
        (since, why), now = self.desk.writer.refused, self.clock.now()
        began = now - timedelta(seconds=self.clock.elapsed() - since)

        def tell(books: Books) -> None:
            for admin in books.centre.administrators():
                key = f"refused:{began:%Y%m%d%H%M%S}:{admin.id}"
                books.outbox.post(admin.id, "machine/not_stored", key, quiet=False, since=began, why=why)

        await self.desk.do(tell)
        self.desk.writer.refused = None

    def _look(self) -> None:
        """Whatever the wall clock did, APScheduler looks at it again: its own waiting knows only steady time."""
        jump = self.doubt.look()
        if self._scheduler is None:
            return
        if jump < -BACKWARDS:
            self._arrange()
        self._scheduler.wakeup()

    async def _tell_doubt(self) -> None:
        """Once a doubt, in the log and to the administrators; it is also the writer's sign of life."""
        by, now = self.doubt.by, self.clock.now()
        if self._told != by:
            log.error("clock was set", seconds=by.total_seconds())

        def tell(books: Books) -> None:
            for admin in books.centre.administrators() if self._told != by else ():
                key = f"clock:{by.total_seconds():.0f}:{now:%Y%m%d%H%M%S}:{admin.id}"
                books.outbox.post(admin.id, "machine/clock_set", key, quiet=False, ahead=by > timedelta(0))

        await self.desk.do(tell)
        self._told = by

    async def wake(self) -> None:
        """At a real start: is the clock to be believed beside the newest line of the books?"""
        self.doubt.wake(await self.desk.do(lambda books: books.housekeeping.newest()))

    async def catch_up(self) -> None:
        """At start: what was left unsaid, every job once (each is idempotent), then all that fell due meanwhile."""
        await self.courier.sweep()
        for name in self.jobs:
            await self.ring(name)
        await self.tick()

    def start(self) -> None:
        """Ring with the real clock from here on: jobs by APScheduler, what is due by our own steady beat."""
        self._scheduler = AsyncIOScheduler(timezone=ZONE, job_defaults={"misfire_grace_time": None, "coalesce": True})
        self._arrange()
        self._scheduler.start()
        self._beat = asyncio.create_task(self._keep_ticking())

    def _arrange(self) -> None:
        assert self._scheduler is not None
        for job in self.jobs.values():
            self._scheduler.add_job(self.ring, trigger_of(job), args=[job.name], id=job.name, replace_existing=True)

    def stop(self) -> None:
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        if self._beat is not None:
            self._beat.cancel()

    async def _keep_ticking(self) -> None:
        """Every few seconds of the steady clock, whatever the wall clock does."""
        while True:
            try:
                await self.tick()
            except Exception as trouble:
                log.error("tick failed", cause=type(trouble).__name__, where=where(trouble))
            await asyncio.sleep(TICK_SECONDS)

    async def move_to(self, target: datetime, patience: float | None = None) -> None:
        """Move a clock to `target`, stopping at every instant on the way at which something falls due.

        `patience`: seconds to wait at each for what is on its way out, where somebody may never take it.
        """
        self.doubt.end()
        rung = self.clock.now()
        nexts = {name: self._next(job, rung) for name, job in self.jobs.items()}
        while True:
            due = await self._next_due(rung)
            instants = [i for i in (due, *nexts.values()) if i is not None and i <= target]
            if not instants:
                break
            rung = max(min(instants), self.clock.now())
            self.clock.set(rung)
            ringing = [n for n, i in nexts.items() if i is not None and i <= rung]
            await asyncio.gather(*map(self.ring, ringing))
            nexts |= {name: self._next(self.jobs[name], rung) for name in ringing}
            await self.tick()
            await self.courier.drain(patience)
        self.clock.set(max(target, self.clock.now()))
        await self.tick()
        await self.courier.drain(patience)

    def _next(self, job: Job, after: datetime) -> datetime | None:
        if job.seconds:
            return after + timedelta(seconds=job.seconds)
        found: datetime | None = trigger_of(job).get_next_fire_time(after, after + timedelta(microseconds=1))
        return found

    async def _next_due(self, after: datetime) -> datetime | None:
        timer, held = await self.desk.do(lambda books: (books.timers.next_at(), books.outbox.next_at(after)))
        return min((i for i in (timer, held) if i is not None), default=None)


def listed(jobs: Iterable[Job], now: datetime) -> list[tuple[str, datetime | None]]:
    """Job names with the instant each rings next."""
    return [(job.name, trigger_of(job).get_next_fire_time(None, now)) for job in jobs]

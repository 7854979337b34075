"""Is the desk well? Asked by /readyz, /metrics and the doctor; the answers are named alarms, never data."""

import asyncio
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiosqlite
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.alarms import STOPS, Alarm
from bot.app import House
from rules.calendar import ZONE, Calendar
from storage import migrating
from storage.database import Database
from storage.standing import Standing, standing

WRITER_ANSWERS_IN = 2.0  # seconds
LONGEST_QUEUE = 1000
OLDEST_LETTER = timedelta(minutes=15)
LATEST_BACKUP = timedelta(minutes=30)
LATEST_TICK = timedelta(seconds=30)
FULL_MB, LOW_MB = 200, 1024
AWAY = (sa.exc.SQLAlchemyError, aiosqlite.Error, OSError)


@dataclass(slots=True)
class Health:
    """`reasons` make the desk not ready; `warnings` are for the administrator."""

    reasons: list[Alarm] = field(default_factory=list)
    warnings: list[Alarm] = field(default_factory=list)

    def add(self, alarms: Iterator[Alarm]) -> None:
        for alarm in alarms:
            (self.reasons if alarm.name in STOPS else self.warnings).append(alarm)


def reader(database: Database) -> AsyncEngine:
    """An engine for looking only: on SQLite it cannot write."""
    engine = create_async_engine(database.reading_url(), poolclass=NullPool, hide_parameters=True)
    if database.sqlite:
        sa.event.listen(engine.sync_engine, "connect", lambda raw, _: raw.execute("PRAGMA query_only=ON"))
    return engine


class Readiness:
    """Looks the running desk over."""

    def __init__(self, house: House, data: Path, backed_up: bool = False) -> None:
        self._house, self._data, self._backed_up = house, data, backed_up
        self._engine = reader(house.database)

    async def look(self) -> Health:
        """Every alarm at once, so that nobody mends them one by one."""
        house, now, health = self._house, self._house.clock.now(), Health()
        health.add(iter([*await self._writer(), *await self._database(now)]))
        health.add(self._clocks(now))
        health.add(self._loaded())
        health.add(pulses(house.channels))
        health.add(calendar_alarms(house.desk.shelf.centre.calendar, now.date()))
        health.add(disk_alarms(self._data))
        health.add(self._kept(now))
        return health

    async def standing(self) -> Standing:
        """How the books stand now, read beside the writer. Raises one of AWAY."""
        async with self._engine.connect() as connection:
            return Standing(*(await connection.execute(standing(self._house.clock.now()))).one())

    async def size(self) -> int | None:
        """Bytes of a database that is a server's; None where it is a file."""
        if self._house.database.sqlite:
            return None
        async with self._engine.connect() as connection:
            found = await connection.scalar(sa.text("SELECT pg_database_size(current_database())"))
        return int(found or 0)

    async def close(self) -> None:
        await self._engine.dispose()

    def _clocks(self, now: datetime) -> Iterator[Alarm]:
        last = self._house.bells.last_tick
        if last is None:
            yield Alarm("scheduler: catching up")
        elif abs(now - last) > LATEST_TICK:
            yield Alarm("scheduler: late", {"since": last})
        if self._house.bells.doubt.lasts:
            yield Alarm("clock: was set", {"ahead": self._house.bells.doubt.by > timedelta(0), "now": now})

    def _kept(self, now: datetime) -> Iterator[Alarm]:
        if self._house.changed:
            yield Alarm("records: changed", {"where": self._house.changed})
        if self._backed_up:
            yield from backup_alarms(self._data, now)

    def _loaded(self) -> Iterator[Alarm]:
        if not self._house.routing_loaded:
            yield Alarm("routing: not loaded")
        if not self._house.desk.shelf.centre.windows:
            yield Alarm("centre: not loaded")

    async def _writer(self) -> list[Alarm]:
        writer = self._house.writer
        if not writer.is_alive():
            return [Alarm("writer: stopped")]
        if (queued := writer.queue.qsize()) > LONGEST_QUEUE:
            return [Alarm("writer: too much queued", {"count": queued})]
        try:
            async with asyncio.timeout(WRITER_ANSWERS_IN):
                await self._house.desk.do(lambda books: None)
        except TimeoutError:
            return [Alarm("writer: slow")]
        except OSError:
            return [Alarm("writer: cannot store")]
        return [Alarm("writer: cannot store")] if writer.refused else []  # an empty commit touches no disk

    async def _database(self, now: datetime) -> list[Alarm]:
        try:
            found = await self.standing()
        except AWAY as trouble:
            return [Alarm("database: away", {"why": type(trouble).__name__})]
        return [*letter_alarms(found, now), *migration_alarms(found)]


def letter_alarms(found: Standing, now: datetime) -> Iterator[Alarm]:
    """Letters are due and nobody takes them."""
    if found.oldest_letter is not None and now - found.oldest_letter >= OLDEST_LETTER:
        yield Alarm("outbox: letters wait too long", {"count": found.letters_due, "since": found.oldest_letter})


def migration_alarms(found: Standing) -> Iterator[Alarm]:
    if found.version != migrating.newest():
        yield Alarm("migration: not the newest")


def calendar_alarms(calendar: Calendar, today: date) -> Iterator[Alarm]:
    """Working days are an expectation this year, or, from 1 November, next year's official ones are not known yet."""
    for year in calendar.missing_years(today):
        name = "this year provisional" if year == today.year else "next year missing"
        yield Alarm(f"calendar: {name}", {"year": year})


def disk_alarms(data: Path) -> Iterator[Alarm]:
    """What is left where the desk keeps its files."""
    free = shutil.disk_usage(data).free // 2**20
    if free < LOW_MB:
        yield Alarm("disk: full" if free < FULL_MB else "disk: low", {"free": free})


def backup_alarms(data: Path, now: datetime) -> Iterator[Alarm]:
    """Each run of `frontdesk backup` that went well touches its marks, also when nothing had changed."""
    marks = data / "backup.marks"
    at = datetime.fromtimestamp(marks.stat().st_mtime, ZONE) if marks.exists() else None
    if at is None or now - at > LATEST_BACKUP:
        yield Alarm("backup: late", {"at": at})


def pulses(channels: Mapping[str, Any]) -> Iterator[Alarm]:
    """Channels that have no word from their platform, with the trouble they name."""
    for name, channel in channels.items():
        pulse = getattr(channel, "pulse", None)
        if pulse is not None and pulse.trouble:
            yield Alarm("channel: no word", {"channel": name, "why": pulse.trouble})

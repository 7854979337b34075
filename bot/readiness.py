"""Is the desk well? Asked by /readyz and by the doctor; the answers are short reasons, never data."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import aiosqlite
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.app import House
from rules.calendar import Calendar
from storage import machine, migrating
from storage.database import Database

WRITER_ANSWERS_IN = 2.0  # seconds
LONGEST_QUEUE = 1000
OLDEST_LETTER = timedelta(minutes=15)
LATEST_TICK = timedelta(seconds=30)
WARN_FROM = (11, 1)


@dataclass(slots=True)
class Health:
    """`reasons` make the desk not ready; `warnings` are for the administrator."""

    reasons: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def reader(database: Database) -> AsyncEngine:
    """An engine for looking only: on SQLite it cannot write."""
    engine = create_async_engine(database.reading_url(), poolclass=NullPool, hide_parameters=True)
    if database.sqlite:
        sa.event.listen(engine.sync_engine, "connect", lambda raw, _: raw.execute("PRAGMA query_only=ON"))
    return engine


def calendar_warning(calendar: Calendar, today: date) -> str:
    """From 1 November: next year's official working days are not known yet; "" when all is well."""
    if (today.month, today.day) < WARN_FROM:
        return f"calendar {today.year} provisional" if calendar.is_provisional(today) else ""
    next_year = date(today.year + 1, 1, 1)
    return f"calendar {next_year.year} provisional" if calendar.is_provisional(next_year) else ""


class Readiness:
    """Looks the running desk over."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._engine = reader(house.database)

    async def look(self) -> Health:
        """Every reason at once, so that nobody mends them one by one."""
        house, now = self._house, self._house.clock.now()
        health = Health([*await self._writer(), *await self._database(now)])
        last = house.bells.last_tick
        if last is None:
            health.reasons.append("scheduler: catching up")
        elif abs(now - last) > LATEST_TICK:
            health.reasons.append("scheduler: late")
        if not house.routing_loaded:
            health.reasons.append("routing: not loaded")
        health.reasons += pulses(house.channels)
        if warning := calendar_warning(house.desk.shelf.centre.calendar, now.date()):
            health.warnings.append(warning)
        return health

    async def close(self) -> None:
        await self._engine.dispose()

    async def _writer(self) -> list[str]:
        if not self._house.writer.is_alive():
            return ["writer: stopped"]
        if self._house.writer.queue.qsize() > LONGEST_QUEUE:
            return ["writer: too much queued"]
        try:
            async with asyncio.timeout(WRITER_ANSWERS_IN):
                await self._house.desk.do(lambda books: None)
        except TimeoutError:
            return ["writer: slow"]
        except OSError:
            return ["writer: cannot store"]
        return []

    async def _database(self, now: datetime) -> list[str]:
        letters = machine.outbox.c
        waiting, due = letters.state == machine.WAITING, letters.not_before.is_(None) | (letters.not_before <= now)
        since = sa.func.coalesce(letters.not_before, letters.posted, type_=letters.posted.type)
        try:
            async with self._engine.connect() as connection:
                oldest = await connection.scalar(sa.select(sa.func.min(since)).where(waiting, due))
                stands = await connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        except (sa.exc.SQLAlchemyError, aiosqlite.Error, OSError) as trouble:
            return [f"database: {type(trouble).__name__}"]
        late = [] if oldest is None or now - oldest < OLDEST_LETTER else ["outbox: letters wait too long"]
        return late + ([] if stands == migrating.newest() else ["migration: not the newest"])


def pulses(channels: Mapping[str, Any]) -> list[str]:
    """Channels that have no word from their platform, with the trouble they name."""
    found = ((name, getattr(channel, "pulse", None)) for name, channel in channels.items())
    return [f"{name}: {pulse.trouble}" for name, pulse in found if pulse is not None and pulse.trouble]

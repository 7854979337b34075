"""How the machine's books stand at an instant: what waits, since when; one look, for readiness, metrics and doctor."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from storage import attachments
from storage.machine import DEAD, WAITING, attachment, outbox, put_aside, timer

_VERSION = sa.table("alembic_version", sa.column("version_num", sa.Text))


class Standing(NamedTuple):
    """Counts, and instants of what has waited longest (None: nothing waits)."""

    letters_due: int
    oldest_letter: datetime | None
    letters_held: int
    put_aside: int
    timer_due: datetime | None
    files_waiting: int
    files_lost: int
    version: str | None  # the migration the database stands at


class Lately(NamedTuple):
    """What went wrong since an instant."""

    put_aside: int
    letters_refused: int
    timers_failed: int
    files_lost: int


def standing(now: datetime) -> sa.Select[Any]:
    """One row with the columns of `Standing`."""
    letters, since = outbox.c, sa.func.coalesce(outbox.c.not_before, outbox.c.posted, type_=outbox.c.posted.type)
    waits = letters.state == WAITING
    due = letters.not_before.is_(None) | (letters.not_before <= now)
    return _row(
        Standing,
        _count(outbox, waits, due),
        sa.select(sa.func.min(since)).where(waits, due),
        _count(outbox, waits, ~due),
        _count(put_aside),
        sa.select(sa.func.min(timer.c.at)).where(timer.c.state == WAITING, timer.c.at <= now),
        _count(attachment, attachment.c.state == attachments.WAITING),
        _count(attachment, attachment.c.state == attachments.LOST),
        sa.select(_VERSION.c.version_num),
    )


def lately(since: datetime) -> sa.Select[Any]:
    """One row with the columns of `Lately`."""
    return _row(
        Lately,
        _count(put_aside, put_aside.c.at >= since),
        _count(outbox, outbox.c.state == DEAD, outbox.c.posted >= since),
        _count(timer, timer.c.state == "failed", timer.c.at >= since),
        _count(attachment, attachment.c.state == attachments.LOST, attachment.c.at >= since),
    )


def _row(kind: Any, *columns: sa.Select[Any]) -> sa.Select[Any]:
    named = zip(kind._fields, columns, strict=True)
    return sa.select(*(column.scalar_subquery().label(name) for name, column in named))


def _count(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(table).where(*conditions)

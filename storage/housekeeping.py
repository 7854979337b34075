"""What the desk knows of itself: talks left half done, the chain's head, what went wrong."""

from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage import machine
from storage.schema import instant

if TYPE_CHECKING:
    from storage.books import Books


class Housekeeping:
    """The clerk of the machine's own rows."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    def half_done(self, before: datetime) -> list[str]:
        """People whose open talks nobody has touched since an instant."""
        rows = sa.select(machine.sitting.c.person).where(machine.sitting.c.touched < before)
        return list(self._books.execute(rows.order_by(machine.sitting.c.person)).scalars())

    def head(self) -> tuple[int, str]:
        """Number and mac of the newest audit line; (0, "") on an empty chain."""
        last = sa.select(machine.audit.c.seq, machine.audit.c.mac).order_by(machine.audit.c.seq.desc()).limit(1)
        row = self._books.execute(last).first()
        return (row.seq, row.mac) if row else (0, "")

    def began_on(self, day: date) -> bool:
        """Was the chain begun that day (or not yet)?"""
        first = self._books.execute(sa.select(machine.audit.c.at).order_by(machine.audit.c.seq).limit(1)).scalar()
        return first is None or instant(first).date() == day

    def troubles(self, since: datetime) -> dict[str, int]:
        """How many messages were set aside, and letters could not be delivered, since an instant."""
        aside = sa.select(sa.func.count()).where(machine.put_aside.c.at >= since)
        dead = sa.select(sa.func.count()).where(machine.outbox.c.state == machine.DEAD, machine.outbox.c.done >= since)
        return {
            "aside": int(self._books.execute(aside).scalar_one()),
            "dead": int(self._books.execute(dead).scalar_one()),
        }

"""What is due is a row with an instant and a unique key."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from storage.machine import timer

if TYPE_CHECKING:
    from storage.books import Books


class Timers:
    """The clerk of the diary."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    def set(self, key: str, at: datetime, name: str, **args: Any) -> bool:
        """Enter what `handlers` calls `name` for `at` under `key`: what waits or is done stays, what was struck out
        comes back."""
        state = self._books.execute(sa.select(timer.c.state).where(timer.c.key == key)).scalar()
        if state not in (None, "cancelled"):
            return False
        values = {"at": at, "name": name, "args": args, "state": "waiting"}
        again = sa.update(timer).where(timer.c.key == key).values(**values)
        self._books.execute(again if state else sa.insert(timer).values(key=key, **values))
        return True

    def cancel(self, prefix: str) -> None:
        """Strike out what waits under keys that begin so."""
        mine = (timer.c.state == "waiting") & timer.c.key.startswith(prefix, autoescape=True)
        self._books.execute(sa.update(timer).where(mine).values(state="cancelled"))

    def due(self, now: datetime, limit: int = 64) -> list[Any]:
        """Rows whose instant has come, in order."""
        rows = sa.select(timer).where(timer.c.state == "waiting", timer.c.at <= now)
        return list(self._books.execute(rows.order_by(timer.c.at, timer.c.key).limit(limit)))

    def next_at(self) -> datetime | None:
        """The earliest instant still waiting."""
        first = sa.select(timer.c.at).where(timer.c.state == "waiting").order_by(timer.c.at).limit(1)
        return self._books.execute(first).scalar()

    def newest(self, name: str) -> datetime | None:
        """The latest instant ever entered for what is called `name`; None without any."""
        return self._books.execute(sa.select(sa.func.max(timer.c.at)).where(timer.c.name == name)).scalar()

    def expire(self, key: str) -> None:
        """Its time was over when it came: to be seen for what it is, beside the word to whom it concerned."""
        self._books.execute(sa.update(timer).where(timer.c.key == key).values(state="expired"))

    def take(self, key: str, state: str = "done") -> bool:
        """Mark a waiting row; False when it was taken before."""
        mine = sa.update(timer).where(timer.c.key == key, timer.c.state == "waiting")
        return self._books.execute(mine.values(state=state, fired=self._books.now)).rowcount == 1

"""Tries that hit nothing: whoever guesses codes or other people's numbers is stopped (5-01, 3-D)."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage.schema import Identity, Instant, metadata

if TYPE_CHECKING:
    from storage.books import Books

guess = sa.Table(
    "guess",
    metadata,
    sa.Column("id", Identity, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),  # channel:address, or a colleague's id
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_guess_kind_at", "kind", "at"),
)

CODE, NUMBER, LOCK = "code", "number", "lock"
DAY = timedelta(days=1)
WRONG_NUMBERS = 10  # within a day, then a day's lock


class Guesses:
    """The clerk of wrong tries."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    def note(self, kind: str, account: str) -> None:
        """One more wrong try."""
        row = {"id": self._books.next_id(guess), "kind": kind, "account": account, "at": self._books.now}
        self._books.execute(sa.insert(guess).values(row))

    def count(self, kind: str, since: datetime, account: str = "", channel: str = "") -> int:
        """Wrong tries since an instant: of one account, of all accounts of a channel, or of everybody."""
        wanted = (guess.c.kind == kind) & (guess.c.at > since)
        if account:
            wanted &= guess.c.account == account
        if channel:
            wanted &= guess.c.account.startswith(f"{channel}:", autoescape=True)
        return int(self._books.execute(sa.select(sa.func.count()).where(wanted)).scalar_one())

    def is_locked(self, account: str) -> bool:
        """May this account not ask by number any more, for a day from its tenth wrong one on?"""
        return self.count(LOCK, self._books.now - DAY, account) > 0

    def wrong_number(self, account: str) -> bool:
        """A number that is not this account's, whether it exists or not; True when that locks it."""
        self.note(NUMBER, account)
        locks = self.count(NUMBER, self._books.now - DAY, account) >= WRONG_NUMBERS
        if locks:
            self.note(LOCK, account)
        return locks

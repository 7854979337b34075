"""Who is who: one chat account, one colleague, by a one-time code (5-01)."""

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from rules.clause import Refusal
from rules.people import Person, Role, binding_refused
from storage.catalogue import account, rota
from storage.schema import Identity, Instant, metadata

if TYPE_CHECKING:
    from datetime import date

    from storage.books import Books

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH, CODE_MINUTES, TRIES_PER_HOUR = 8, 10, 5

code = sa.Table(
    "code",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("until", Instant, nullable=False),
    sa.Column("issued_by", sa.Text, nullable=False),
)

code_try = sa.Table(
    "code_try",
    metadata,
    sa.Column("id", Identity, primary_key=True, autoincrement=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)


class Roster:
    """The clerk of names and accounts."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    def person(self, person_id: str) -> Person:
        """A colleague, or the citizen of that id."""
        return self._books.centre.person(person_id) or Person(person_id, "", Role.CITIZEN, "")

    def label(self, person_id: str) -> str:
        """How colleagues see somebody: name and unit, or what is known of a citizen."""
        centre = self._books.centre
        known = centre.staff.get(person_id)
        return f"{known.name}({centre.unit_name(known.unit)})" if known else person_id.partition(":")[2] or person_id

    def bind(self, channel: str, address: str, person: str) -> None:
        """The account is that person's from now on."""
        row = {"channel": channel, "address": address, "person": person, "bound": self._books.now, "used": self._books.now}
        here = (account.c.channel == channel) & ((account.c.address == address) | (account.c.person == person))
        self._books.execute(sa.delete(account).where(here))
        self._books.execute(sa.insert(account).values(row))
        self._books.record("bound", account, channel, address)
        self._books.count("centre")

    def unbind(self, channel: str, address: str) -> None:
        self._books.execute(sa.delete(account).where(account.c.channel == channel, account.c.address == address))
        self._books.record("unbound", account, channel, address)
        self._books.count("centre")

    def new_code(self, person: str, by: str) -> str:
        """Eight unambiguous characters, good once for ten minutes; a newer code voids the older."""
        fresh = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
        until = self._books.now + timedelta(minutes=CODE_MINUTES)
        self._books.execute(sa.delete(code).where(code.c.person == person))
        self._books.execute(sa.insert(code).values(person=person, digest=_digest(fresh), until=until, issued_by=by))
        self._books.note_line("code issued", f"person {person}", "")
        return fresh

    def redeem(self, channel: str, address: str, given: str) -> Person | Refusal:
        """Bind the account the code was issued for; five wrong tries an hour, then no more."""
        books = self._books
        if self._tries(channel, address) >= TRIES_PER_HOUR:
            return Refusal("5-01", "too_many_tries")
        row = books.execute(sa.select(code).where(code.c.digest == _digest(given), code.c.until >= books.now)).first()
        if row is None:
            self._note_try(channel, address)
            return Refusal("5-01", "wrong_code")
        accounts = books.centre.accounts
        other = next((a for (c, a), p in accounts.items() if c == channel and p == row.person), None)
        refused = binding_refused(row.person, accounts.get((channel, address)), other, address)
        if refused:
            return refused
        books.execute(sa.delete(code).where(code.c.person == row.person))
        self.bind(channel, address, row.person)
        return self.person(row.person)

    def _tries(self, channel: str, address: str) -> int:
        hour = self._books.now - timedelta(hours=1)
        mine = (code_try.c.account == f"{channel}:{address}") & (code_try.c.at > hour)
        return int(self._books.execute(sa.select(sa.func.count()).where(mine)).scalar_one())

    def _note_try(self, channel: str, address: str) -> None:
        row = {"id": self._books.next_id(code_try), "account": f"{channel}:{address}", "at": self._books.now}
        self._books.execute(sa.insert(code_try).values(row))

    def put_on_duty(self, day: "date", officer: str, stand_by: str = "") -> None:
        """One line of the rota, in place of the one before."""
        self._books.execute(sa.delete(rota).where(rota.c.date == day))
        self._books.execute(sa.insert(rota).values(date=day, officer=officer, stand_by=stand_by))
        self._books.record("rota", rota, day)
        self._books.count("centre")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

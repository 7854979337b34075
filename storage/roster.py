"""Who is who: one chat account, one colleague, by a one-time code (5-01)."""

import hashlib
import secrets
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rules.clause import Refusal
from rules.people import Person, Role, binding_refused
from storage.catalogue import account, rota
from storage.guesses import CODE
from storage.schema import Instant, metadata

if TYPE_CHECKING:
    from storage.books import Books

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that reads like another
CODE_LENGTH, CODE_MINUTES, TRIES_PER_HOUR = 8, 10, 5
CHANNEL_TRIES = 100  # an hour, all accounts of a channel together: accounts are free, on the web at least

code = sa.Table(
    "code",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("until", Instant, nullable=False),
    sa.Column("issued_by", sa.Text, nullable=False),
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
        known = centre.person(person_id)
        if known is None:
            return person_id.partition(":")[2] or person_id
        unit = centre.unit_name(known.unit)
        return f"{known.name}({unit})" if unit else known.name

    # -- accounts ------------------------------------------------------------------------------------------------
    def bind(self, channel: str, address: str, person: str) -> Refusal | None:
        """The account is that colleague's from now on, unless either is bound elsewhere on this channel (5-01)."""
        owner = self._look(account.c.person, channel, account.c.address == address)
        refused = binding_refused(person, owner, self._look(account.c.address, channel, _of(person)), address)
        if refused or owner == person:
            return refused
        now = self._books.now
        row = {"channel": channel, "address": address, "person": person, "bound": now, "used": now}
        self._books.execute(sa.insert(account).values(row))
        self._changed("bound", channel, address)
        return None

    def unbind(self, channel: str, address: str) -> bool:
        """The account is nobody's again; False when it was nobody's before."""
        if self._books.execute(sa.delete(account).where(*_at(channel, address))).rowcount == 0:
            return False
        self._changed("unbound", channel, address)
        return True

    def dismiss(self, person: str) -> None:
        """Take accounts and code from somebody who has left, so that nobody acts in that name (5-01)."""
        for channel, address in self._rows_of(person):
            self.unbind(channel, address)
        self._void_code(person, "voided")

    def accounts_of(self, person: str) -> list[tuple[str, str]]:
        """Where a person can be written to, the account used last first; a citizen at his own account."""
        return self._rows_of(person) or self._books.centre.own_account(person)

    def used(self, channel: str, address: str) -> None:
        """The colleague writes from this account now; costs nothing while it is the same as before."""
        centre = self._books.centre
        person = centre.accounts.get((channel, address))
        if person is not None and centre.accounts_of(person)[0] != (channel, address):
            self._books.execute(sa.update(account).where(*_at(channel, address)).values(used=self._books.now))
            self._changed("used", channel, address)

    def _rows_of(self, person: str) -> list[tuple[str, str]]:
        mine = sa.select(account.c.channel, account.c.address).where(_of(person))
        found = self._books.execute(mine.order_by(account.c.used.desc()))
        return [(row.channel, row.address) for row in found]

    def _look(self, column: Any, channel: str, where: Any) -> str | None:
        return self._books.execute(sa.select(column).where(account.c.channel == channel, where)).scalar()

    def _changed(self, act: str, channel: str, address: str) -> None:
        self._books.record(act, account, channel, address)
        self._books.count("centre")

    # -- codes ---------------------------------------------------------------------------------------------------
    def new_code(self, person: str, by: str) -> str:
        """Eight unambiguous characters, good once for ten minutes; a newer code voids the older.

        Raises LookupError for somebody who is not on the roster.
        """
        if person not in self._books.centre.staff:
            raise LookupError(person)
        fresh = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
        until = self._books.now + timedelta(minutes=CODE_MINUTES)
        self._void_code(person, "issued")
        self._books.execute(sa.insert(code).values(person=person, digest=_digest(fresh), until=until, issued_by=by))
        self._books.record("issued", code, person)
        return fresh

    def redeem(self, channel: str, address: str, given: str) -> Person | Refusal:
        """Bind the account the code was issued for; five wrong tries an hour, then no more (5-01)."""
        books, hour = self._books, self._books.now - timedelta(hours=1)
        tries = books.guesses.count(CODE, hour, f"{channel}:{address}")
        if tries >= TRIES_PER_HOUR or books.guesses.count(CODE, hour, channel=channel) >= CHANNEL_TRIES:
            return Refusal("5-01", "too_many_tries")
        row = books.execute(sa.select(code).where(code.c.digest == _digest(given), code.c.until > books.now)).first()
        if row is None:
            books.guesses.note(CODE, f"{channel}:{address}")
            return Refusal("5-01", "wrong_code")
        refused = self.bind(channel, address, row.person)
        if refused:
            return refused
        self._void_code(row.person, "redeemed")
        return self.person(row.person)

    def _void_code(self, person: str, act: str) -> None:
        if self._books.execute(sa.delete(code).where(code.c.person == person)).rowcount:
            self._books.record(act, code, person)

    def issuer_of(self, given: str) -> str:
        """Who handed out this code; "" when nobody did."""
        found = sa.select(code.c.issued_by).where(code.c.digest == _digest(given))
        return self._books.execute(found).scalar() or ""

    # -- the rota ------------------------------------------------------------------------------------------------
    def put_on_duty(self, day: date, officer: str, stand_by: str = "") -> None:
        """One line of the rota, in place of the one before."""
        self._books.execute(sa.delete(rota).where(rota.c.date == day))
        self._books.execute(sa.insert(rota).values(date=day, officer=officer, stand_by=stand_by))
        self._books.record("rota", rota, day)
        self._books.count("centre")


def _at(channel: str, address: str) -> tuple[Any, Any]:
    return account.c.channel == channel, account.c.address == address


def _of(person: str) -> Any:
    return account.c.person == person


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().upper().encode()).hexdigest()

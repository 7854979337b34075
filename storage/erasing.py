"""Erasing a person (PIPL 47): what the law lets go goes, what the centre must keep loses the name, and why is said.

The audit chain stays whole: every row changed gets a new line. Who was erased is kept as a keyed mark, which names
nobody and lets an older backup be purged when it is brought back.
"""

import hmac
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from storage import attachments, machine
from storage.attendance import leave, outing
from storage.audit import Chain, Head
from storage.complaints import CLOSED, OUTSIDE, WITHDRAWN, complainant, complaint
from storage.consulting import given
from storage.errands import errand
from storage.first_contact import contact
from storage.guesses import guess
from storage.hall import visit
from storage.helping import help_wanted
from storage.manner import manner
from storage.reception import OPEN, booking
from storage.schema import Instant, Json, metadata, stamp
from storage.seal import PURPOSE, Seal
from storage.waitlist import waiting

if TYPE_CHECKING:
    from storage.books import Books

erasure = sa.Table(
    "erasure",
    metadata,
    sa.Column("mark", sa.Text, primary_key=True),  # when, and a keyed digest of whom
    sa.Column("at", Instant, nullable=False),
    sa.Column("gone", Json, nullable=False),  # how many of what
    sa.Column("kept", Json, nullable=False),  # how many of what could not go
)

OVER = (CLOSED, WITHDRAWN, OUTSIDE)
ALIAS = "erased-"
COMPLAINTS_OPEN, COMPLAINTS, EVIDENCE, ATTENDANCE, AUDIT = "open", "complaints", "evidence", "attendance", "audit"
SHORTEST_PHONE = 7
PEOPLE = (machine.sitting, machine.shown, machine.outbox, machine.put_aside, machine.attachment, booking, waiting,
          help_wanted, errand, contact, given, complainant, leave, outing, manner)  # fmt: skip


@dataclass(slots=True)
class Erased:
    """What came of it: counts of what went and of what stayed, and the digests of files no row names any more."""

    gone: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    files: list[str] = field(default_factory=list)


def digest_of_person(person: str, key: bytes) -> str:
    """What the list of the erased knows of a person; without the chain's key it fits nobody."""
    return hmac.digest(key, f"erased {person}".encode(), "sha256").hex()[:40]


def mark_of(person: str, now: datetime, key: bytes) -> str:
    """What an erasure is known by: when, and a keyed digest of whom."""
    return f"{stamp(now)}.{digest_of_person(person, key)}".replace(":", "")


def marks(connection: sa.Connection) -> set[str]:
    """The marks of everybody these books have erased."""
    return set(connection.execute(sa.select(erasure.c.mark)).scalars())


def missing(connection: sa.Connection, listed: Iterable[str], key: bytes) -> dict[str, str]:
    """Erasures these books know nothing of, by mark, each with the person who stands in them again, or ""."""
    fresh = sorted(set(listed) - marks(connection))
    people = _everybody(connection) if fresh else set[str]()
    seal = Seal(Chain(key, Head()).key_for(PURPOSE))
    known = {digest_of_person(seal.open(person), key): person for person in people}
    return {mark: known.get(mark.rpartition(".")[2], "") for mark in fresh}


def _everybody(connection: sa.Connection) -> set[str]:
    people = sa.union(*(sa.select(table.c.person) for table in PEOPLE), sa.select(guess.c.account))
    return set(connection.execute(people).scalars())


class Erasing:
    """The clerk who takes a person out of the books; one transaction."""

    def __init__(self, books: "Books", person: str, mark: str) -> None:
        self._books, self.mark = books, mark
        self.person = books.seal.open(person)
        self._names = books.names_of(self.person)  # by account, and where nobody may read it
        self._alias = ALIAS + secrets.token_hex(6)
        self.done = Erased()

    def erase(self) -> Erased:
        """Everything of this person, in the order in which one thing still needs another; of nobody, only the mark."""
        if self.person:
            self._take_out()
        self._enter()
        return self.done

    def _take_out(self) -> None:
        phones = self._phones()
        self._waits()
        self._help()
        self._bookings()
        self._errands()
        self._visits()
        self._contacts()
        self._told()
        self._attachments(self._complaints())
        self._attendance()
        self._books.roster.dismiss(self.person)
        self._manner()
        self._words(phones)
        self._letters(phones)
        lines = machine.audit.c
        named = (lines.actor == self.person) | lines.ref.contains(self.person, autoescape=True)
        self.done.kept[AUDIT] = self._count(machine.audit, named)

    def _enter(self) -> None:
        self._books.execute(sa.insert(erasure).values(
            mark=self.mark, at=self._books.now, gone=dict(self.done.gone), kept=dict(+self.done.kept)))  # fmt: skip
        self._books.record("erased", erasure, self.mark)

    def _phones(self) -> list[str]:
        """The numbers the person left, by which others' letters name him."""
        left = [self.person.partition(":")[2]]
        for table in (booking, waiting, errand, complainant):
            left += self._books.execute(sa.select(table.c.phone).where(table.c.person.in_(self._names))).scalars()
        return sorted({phone for phone in left if len(phone) >= SHORTEST_PHONE})

    # -- records ---------------------------------------------------------------------------------------------------
    def _waits(self) -> None:
        """Out of line before anything else: a place given back must not be kept for who is going."""
        for row in self._rows(waiting):
            self._books.waitlist.leave(row.no)
            by = self._alias if row.entered_by == self.person else row.entered_by
            self._change(waiting, row.no, person=self._alias, phone="", entered_by=by)
            self.done.gone["waiting"] += 1

    def _help(self) -> None:
        for row in self._rows(help_wanted):
            self._books.helping.forget(row.no)
            self.done.gone["help_wanted"] += 1
        mine = sa.select(help_wanted.c.no).where(help_wanted.c.noted_by.in_(self._names))
        for no in self._books.execute(mine).scalars().all():
            self._change(help_wanted, no, noted_by=self._alias)

    def _bookings(self) -> None:
        for row in self._rows(booking):
            if row.state in OPEN and (row.start is None or row.start >= self._books.now):
                self._books.reception.cancel(row.no)
            by = self._alias if row.entered_by == self.person else row.entered_by
            self._change(booking, row.no, person=self._alias, phone="", wish="", answer="", for_whom="", entered_by=by)
            self.done.gone["booking"] += 1

    def _visits(self) -> None:
        """Who checked in with somebody's slip."""
        mine = sa.select(visit.c.no).where(visit.c.came_by.in_(self._names))
        for no in self._books.execute(mine).scalars().all():
            self._change(visit, no, came_by=self._alias)
            self.done.gone["visit"] += 1

    def _errands(self) -> None:
        """Whose papers lie at the desk is known until they are back (1-07)."""
        for row in self._rows(errand):
            if self._books.errands.let_go(row.no):
                self._change(errand, row.no, person=self._alias, phone="", for_whom="", result="")
                self.done.gone["errand"] += 1
            else:
                self.done.kept["errand"] += 1

    def _contacts(self) -> None:
        items = {item.name for item in self._books.centre.items.values()}
        for row in self._rows(contact):
            if row.settled is None and row.outcome == "open":
                self._books.first_contact.answer(row.id, "", "withdrawn")
            matter = row.matter if row.matter in items else ""
            self._change(contact, row.id, person=self._alias, matter=matter, answer="")
            self.done.gone["contact"] += 1

    def _told(self) -> None:
        """That a version was told stays, to nobody."""
        for row in self._rows(given):
            self._change(given, row.id, actor="", person=self._alias)
            self.done.gone["given"] += 1

    def _complaints(self) -> dict[str, str]:
        """The register keeps what was complained of; who it was goes once it is settled. Evidence, by its complaint."""
        evidence: dict[str, str] = {}
        for side in self._rows(complainant):
            row = self._books.complaints.row(side.no)
            evidence |= dict.fromkeys(row.evidence, row.no)
            if row.state in OVER:
                self._change(complainant, side.no, actor="", person=self._alias, name="", phone="")
                self.done.kept[COMPLAINTS] += 1
            else:
                self.done.kept[COMPLAINTS_OPEN] += 1
        return evidence

    def _attachments(self, evidence: dict[str, str]) -> None:
        table = machine.attachment
        for row in self._rows(table):
            if row.id in evidence:
                self._rename(row, evidence[row.id])
                self.done.kept[EVIDENCE] += 1
                continue
            self._books.execute(sa.delete(table).where(table.c.id == row.id))
            self._books.record("erased", table, row.id, actor="")
            self.done.gone["attachment"] += 1
            if row.state == attachments.KEPT and not self._count(table, table.c.digest == row.digest):
                self.done.files.append(row.digest)

    def _rename(self, row: Any, no: str) -> None:
        """Evidence stays under a name that leads to nobody."""
        table, name = machine.attachment, f"{self._alias}/{secrets.token_hex(4)}"
        new = {"id": name, "person": self._alias, "source": ""}
        self._books.execute(sa.update(table).where(table.c.id == row.id).values(new))
        for key in (row.id, name):
            self._books.record("erased", table, key, actor="")
        named = self._books.complaints.row(no).evidence
        self._change(complaint, no, actor="", evidence=[name if one == row.id else one for one in named])

    def _attendance(self) -> None:
        """Slips and outings stand in the register; only the telephone numbers go."""
        for table, phones in ((leave, ("phone", "cover_phone")), (outing, ("phone",))):
            for row in self._rows(table):
                self._change(table, row[0], **dict.fromkeys(phones, ""))
                self.done.kept[ATTENDANCE] += 1

    # -- the machine's rows ----------------------------------------------------------------------------------------
    def _words(self, phones: list[str]) -> None:
        """What was said and shown, what failed, deliveries by address, wrong codes."""
        m, said = machine, machine.put_aside.c.raw
        for table, where in (
            (m.sitting, m.sitting.c.person == self.person),
            (m.shown, m.shown.c.person.in_(self._names)),
            (m.put_aside, sa.or_(m.put_aside.c.person == self.person, *(said.contains(p) for p in phones))),
            (m.inbox, sa.or_(*(m.inbox.c.id.startswith(self.person + end, autoescape=True) for end in "/:"))),
            (guess, guess.c.account == self.person),
        ):
            self.done.gone[table.name] += self._books.execute(sa.delete(table).where(where)).rowcount
        opens = m.shown.c.opens
        renamed = sa.func.replace(opens, self.person, self._alias)
        self._books.execute(
            sa.update(m.shown).where(opens.contains(self.person, autoescape=True)).values(opens=renamed)
        )

    def _manner(self) -> None:
        if self._books.execute(sa.delete(manner).where(manner.c.person == self.person)).rowcount:
            self._books.record("erased", manner, self.person)
            self._books.count("centre")

    def _letters(self, phones: list[str]) -> None:
        """A letter keeps its row, so that none goes out twice; its words and its address go."""
        box = machine.outbox
        silent = {"text": "", "labels": "", "file": "", "address": ""}
        key = sa.func.replace(box.c.key, self.person, self._alias)
        mine = box.c.person.in_(self._names)
        unsent = mine & (box.c.state == machine.WAITING)
        self._books.execute(sa.update(box).where(unsent).values(state=machine.EXPIRED, done=self._books.now))
        own = sa.update(box).where(mine).values(person=self._alias, key=key, **silent)
        self.done.gone["outbox"] += self._books.execute(own).rowcount
        about = sa.or_(*(box.c.text.contains(one) for one in (*phones, self.person)))
        others = sa.update(box).where(about, box.c.state != machine.WAITING).values(text="", labels="", file="")
        self.done.gone["outbox"] += self._books.execute(others).rowcount
        named = sa.or_(*(box.c.key.contains(self.person + end, autoescape=True) for end in "/:#"))
        self._books.execute(sa.update(box).where(named).values(key=key))

    # -- one row ---------------------------------------------------------------------------------------------------
    def _rows(self, table: sa.Table) -> list[Any]:
        return list(self._books.execute(sa.select(table).where(table.c.person.in_(self._names))))

    def _change(self, table: sa.Table, key: Any, actor: str | None = None, **values: Any) -> None:
        (primary,) = table.primary_key
        self._books.execute(sa.update(table).where(primary == key).values(values))
        self._books.record("erased", table, key, actor=actor)

    def _count(self, table: sa.Table, where: Any) -> int:
        return int(self._books.execute(sa.select(sa.func.count()).select_from(table).where(where)).scalar_one())


def meant(books: "Books", given: str) -> Iterator[str]:
    """The people an account, a record's number or a telephone number stands for."""
    found: set[str] = set()
    for table in PEOPLE:
        where = sa.or_(*(table.c[name] == given for name in ("person", "no", "phone") if name in table.c))
        found |= set(books.execute(sa.select(table.c.person).where(where).distinct()).scalars())
    known = {books.seal.open(person): person for person in sorted(found, reverse=True)}
    yield from sorted(name for person, name in known.items() if person and not person.startswith(ALIAS))

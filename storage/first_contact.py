"""二、首问责任: every contact has an owner of record and never ends in silence."""

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rules.first_contact import Outcome, duties_of, goes_to_handover
from rules.people import Person
from storage.schema import Identity, Instant, added, metadata
from storage.seal import is_closed

if TYPE_CHECKING:
    from storage.books import Books

contact = sa.Table(
    "contact",
    metadata,
    sa.Column("id", Identity, primary_key=True, autoincrement=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("matter", sa.Text, nullable=False),
    sa.Column("duty", sa.Text, nullable=False),  # the clauses that applied
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("ref", sa.Text, nullable=False, server_default=""),
    sa.Column("answer", sa.Text, nullable=False, server_default=""),
    sa.Column("settled", Instant),
    added("bounces", sa.Integer, 0),  # how many could not tell whose it is, so far
    added("decider", sa.Text, ""),  # whose word is final, once nobody could tell (2-07)
    sa.Index(
        "ix_contact_open",
        "owner",
        sqlite_where=sa.text("outcome = 'open'"),
        postgresql_where=sa.text("outcome = 'open'"),
    ),
    sa.Index("ix_contact_person", "person"),
)


class FirstContact:
    """The clerk of the first-contact register (2-01, 2-10, G10)."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    def note(
        self, person: str, matter: str, outcome: str, ref: str = "", kind: str = "item", owner_id: str = "",
        bounces: int = 0,
    ) -> Person:  # fmt: skip
        """Enter a contact; returns its owner: who is named, else the duty officer of the moment (G10, 3-C)."""
        books = self._books
        owner = books.centre.person(owner_id) or books.duty.officer_now(frozenset({person}))
        row = {
            "id": books.next_id(contact), "person": person, "channel": books.reply.channel if books.reply else "",
            "at": books.now, "matter": matter, "duty": " ".join(duties_of(kind)), "owner": owner.id,
            "outcome": outcome, "ref": ref, "bounces": bounces,
        }  # fmt: skip
        books.execute(sa.insert(contact).values(row))
        books.record("met", contact, row["id"], actor="" if is_closed(person) else None)
        return owner

    def settle(self, ref: str, outcome: str, answer: str = "") -> None:
        """What an open contact came to."""
        for row in self._open(contact.c.ref == ref):
            self._close(row.id, outcome, answer)

    def answer(self, number: int, answer: str, outcome: str = Outcome.ANSWERED) -> Any:
        """What one contact was told; the row, or None when it was settled before."""
        row = next(iter(self._open(contact.c.id == number)), None)
        if row is not None:
            self._close(number, outcome, answer)
        return row

    def bounce(self, number: int, decider: str) -> Any:
        """One more could not tell whose it is; the row with who decides from now on ("" the desk still) (2-07)."""
        values = {"bounces": contact.c.bounces + 1, "decider": decider}
        self._books.execute(sa.update(contact).where(contact.c.id == number).values(values))
        self._books.record("bounced", contact, number)
        return self.get(number)

    def get(self, number: int) -> Any:
        """The contact of that number, or None."""
        return self._books.execute(sa.select(contact).where(contact.c.id == number)).first()

    def open_of(self, person: str) -> Any:
        """The newest contact of a person that waits for an answer and is about nothing on record, or None."""
        found = self._open((contact.c.person.in_(self._books.names_of(person))) & (contact.c.ref == ""))
        return found[-1] if found else None

    def about(self, ref: str) -> Any:
        """The open contact about what has that number, or None."""
        return next(iter(self._open(contact.c.ref == ref)), None)

    def pass_to(self, number: int, owner: str) -> Any:
        """Another owner of record from now on; the row, or None when it is settled or was his before (1-22, 2-10)."""
        row = next(iter(self._open((contact.c.id == number) & (contact.c.owner != owner))), None)
        if row is not None:
            self._books.execute(sa.update(contact).where(contact.c.id == number).values(owner=owner))
            self._books.record("passed", contact, number)
        return row

    def may_answer(self, row: Any) -> bool:
        """Whether who acts is the owner of record or on the desk now, or the one whose word is final (2-04, 2-07)."""
        if row is not None and row.decider:
            return bool(self._books.actor == row.decider)
        return row is not None and self._books.actor in {row.owner, *self._books.duty.on_desk()}

    def _close(self, number: int, outcome: str, answer: str) -> None:
        values = {"outcome": outcome, "answer": answer, "settled": self._books.now}
        self._books.execute(sa.update(contact).where(contact.c.id == number).values(values))
        self._books.record("settled", contact, number)

    def _open(self, condition: Any) -> list[Any]:
        found = sa.select(contact).where(condition, contact.c.outcome == Outcome.OPEN).order_by(contact.c.id)
        return list(self._books.execute(found))

    def unsettled(self, owner: str = "") -> list[Any]:
        """Contacts nobody has answered yet, oldest first; of one owner where named (they stand in the handover)."""
        rows = self._open(contact.c.owner == owner if owner else sa.true())
        return [row for row in rows if goes_to_handover(row.outcome)]

    def last_of(self, person: str) -> Any:
        """The newest contact of a person, or None."""
        rows = sa.select(contact).where(contact.c.person.in_(self._books.names_of(person)))
        return self._books.execute(rows.order_by(contact.c.id.desc()).limit(1)).first()

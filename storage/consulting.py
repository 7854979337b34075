"""一㈠1⑴、二㈢1: what each window vouches for, version by version, and which version was told to whom."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rules.calendar import local
from rules.consulting import holds_until
from rules.first_contact import RouteKind
from rules.readings import Readings
from storage.catalogue import Answer, Item, Version
from storage.reception import OPEN, booking
from storage.schema import Identity, Instant, Json, metadata

if TYPE_CHECKING:
    from storage.books import Books

DRAFT, CURRENT, REPLACED, REFUSED = "draft", "current", "replaced", "refused"
LOAD, WINDOW, OFFICER = "load", "window", "officer"
KEPT = ("materials", "promised_working_days", "legal_working_days", "on_the_spot", "fee", "hours", "place", "phone",
        "notes")  # fmt: skip

entry = sa.Table(
    "entry",
    metadata,
    sa.Column("id", Identity, primary_key=True, autoincrement=False),
    sa.Column("topic", sa.Text, nullable=False),  # an item's id, or answer:N
    sa.Column("window", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),  # 0 while it is a draft, or was refused
    sa.Column("body", Json, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),  # load | window | officer
    sa.Column("base", sa.Integer),  # the version a draft was made from
    sa.Column("drafted_by", sa.Text, nullable=False),
    sa.Column("drafted", Instant, nullable=False),
    sa.Column("approved_by", sa.Text, nullable=False, server_default=""),
    sa.Column("approved", Instant),
    sa.Column("checked_by", sa.Text, nullable=False, server_default=""),  # "" nobody since it was loaded
    sa.Column("checked", Instant),
    sa.Column("asked", Instant),  # when its window was asked about it
    sa.Index("ix_entry_topic", "topic"),
    sa.Index(
        "uq_entry_current",
        "topic",
        unique=True,
        sqlite_where=sa.text("state = 'current'"),
        postgresql_where=sa.text("state = 'current'"),
    ),
)

given = sa.Table(
    "given",
    metadata,
    sa.Column("id", Identity, primary_key=True, autoincrement=False),
    sa.Column("entry", Identity, sa.ForeignKey("entry.id"), nullable=False),
    sa.Column("person", sa.Text, nullable=False),  # the account, nothing else
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_given_person", "person"),
)


def body_of(item: Item) -> dict[str, Any]:
    """What an entry says of an item."""
    return {name: _plain(getattr(item, name)) for name in KEPT}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def overlaid(items: Mapping[str, Item], rows: Iterable[Any], readings: Readings) -> dict[str, Item]:
    """The items as the versions in force have them."""
    found = dict(items)
    for row in rows:
        if row.topic in found:
            found[row.topic] = replace(found[row.topic], **in_item(row.body), version=version_of(row, readings))
    return found


def in_item(body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an item that a version's body holds."""
    known = {f.name for f in fields(Item)}
    kept = {name: value for name, value in body.items() if name in known}
    return {**kept, "materials": tuple(kept.get("materials") or ())}


def answers_in(rows: Iterable[Any], readings: Readings) -> dict[str, Answer]:
    """The answers in force, by route."""
    return {
        row.topic: Answer(row.topic, row.body["question"], row.body["answer"], row.window, version_of(row, readings))
        for row in rows
        if is_answer(row.topic)
    }


def is_answer(topic: str) -> bool:
    return topic.startswith(f"{RouteKind.ANSWER}:")


def version_of(row: Any, readings: Readings) -> Version:
    checked = local(row.checked).date()
    return Version(
        row.id, row.version, checked, holds_until(checked, readings), row.source == LOAD and not row.checked_by
    )


def in_force_now(connection: sa.Connection) -> list[Any]:
    """The versions that are told, one a topic."""
    return list(connection.execute(sa.select(entry).where(entry.c.state == CURRENT).order_by(entry.c.id)))


class Consulting:
    """The clerk of the entries (1-03, 2-03)."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    # -- from the centre's files ---------------------------------------------------------------------------------
    def take_over(self, items: Mapping[str, Item]) -> None:
        """What a load brought: version 1; a later one where the last came from a load, else a draft for the window."""
        found = self._books.execute(sa.select(entry).order_by(entry.c.id)).all()
        current = {row.topic: row for row in found if row.state == CURRENT}
        brought = {row.topic: row for row in found if row.source == LOAD}
        self._begin({topic: item for topic, item in items.items() if topic not in brought and topic not in current})
        for topic, item in items.items():
            body, last, stands = body_of(item), brought.get(topic), current.get(topic)
            if (last is None and stands is None) or body in [row.body for row in (last, stands) if row is not None]:
                continue
            number = self.draft(topic, item.window, body, LOAD, stands.id if stands else None)
            if stands is None or (stands.source == LOAD and not stands.checked_by):
                self._put_in_force(self.get(number), "", stands)

    def _begin(self, items: Mapping[str, Item]) -> None:
        """Version 1 of what was never told before, in force at once."""
        books, rows = self._books, list[dict[str, Any]]()
        for topic, item in items.items():
            rows.append({"id": books.next_id(entry), "topic": topic, "window": item.window, "version": 1,
                         "body": body_of(item), "state": CURRENT, "source": LOAD, "drafted_by": books.actor,
                         "drafted": books.now, "approved_by": "", "approved": books.now, "checked_by": "",
                         "checked": books.now})  # fmt: skip
            books.record("approved", entry, rows[-1]["id"])
        if rows:
            books.execute(sa.insert(entry), rows)

    # -- versions ------------------------------------------------------------------------------------------------
    def draft(self, topic: str, window: str, body: Mapping[str, Any], source: str, base: int | None = None) -> int:
        """A version nobody is told before it is approved; its number."""
        books = self._books
        number = books.next_id(entry)
        row = {"id": number, "topic": topic, "window": window, "version": 0, "body": dict(body), "state": DRAFT,
               "source": source, "base": base, "drafted_by": books.actor, "drafted": books.now}  # fmt: skip
        books.execute(sa.insert(entry).values(row))
        books.record("drafted", entry, number)
        return number

    def approve(self, number: int) -> Any:
        """The draft is the version in force from now on, the one before stays on record; None when it came too late."""
        row = self.get(number)
        stands = self.current(row.topic) if row is not None else None
        if row is None or row.state != DRAFT or row.base != (stands.id if stands else None):
            return None
        self._put_in_force(row, self._books.actor, stands)
        self._books.count("centre")  # every desk on these books reads the centre again
        return self.get(number)

    def _put_in_force(self, row: Any, by: str, stands: Any) -> None:
        if stands is not None:
            self._set(stands.id, "replaced", state=REPLACED)
        now, version = self._books.now, (stands.version if stands else 0) + 1
        self._set(row.id, "approved", state=CURRENT, version=version, approved_by=by, approved=now, checked_by=by,
                  checked=now)  # fmt: skip

    def refuse(self, number: int) -> Any:
        """The draft is not taken; None when it was decided before."""
        row = self.get(number)
        if row is None or row.state != DRAFT:
            return None
        self._set(number, "refused", state=REFUSED)
        return self.get(number)

    def confirm(self, number: int, at: datetime | None = None) -> bool:
        """The version holds as it is, or held at an earlier instant; False when it is in force no more."""
        row = self.get(number)
        if row is None or row.state != CURRENT:
            return False
        self._set(number, "checked", checked_by=self._books.actor, checked=at or self._books.now, asked=None)
        self._books.count("centre")
        return True

    def mark_asked(self, number: int) -> None:
        """Its window, or who approves the draft, has been asked about it."""
        self._set(number, "asked", asked=self._books.now)

    def _set(self, number: int, act: str, **values: Any) -> None:
        self._books.execute(sa.update(entry).where(entry.c.id == number).values(**values))
        self._books.record(act, entry, number)

    def get(self, number: int) -> Any:
        """The version of that number, or None."""
        return self._books.execute(sa.select(entry).where(entry.c.id == number)).first()

    def current(self, topic: str) -> Any:
        """The version in force, or None."""
        mine = (entry.c.topic == topic) & (entry.c.state == CURRENT)
        return self._books.execute(sa.select(entry).where(mine)).first()

    def drafts(self, source: str) -> list[Any]:
        """What waits for approval and came from there, oldest first."""
        mine = (entry.c.state == DRAFT) & (entry.c.source == source)
        return list(self._books.execute(sa.select(entry).where(mine).order_by(entry.c.id)))

    def change_papers(self, topic: str, before: list[str], after: list[str]) -> list[Any]:
        """The bookings still to come whose papers were those of the version before: they have the new ones now."""
        books = self._books
        coming = sa.or_(booking.c.start.is_(None), booking.c.start > books.now)
        open_ = (booking.c.item == topic) & booking.c.state.in_(OPEN) & coming
        rows = [row for row in books.execute(sa.select(booking).where(open_)) if row.papers == before]
        for row in rows:
            books.execute(sa.update(booking).where(booking.c.no == row.no).values(papers=after))
            books.record("papers", booking, row.no)
        return rows

    # -- who was told what ---------------------------------------------------------------------------------------
    def hand_out(self, version: Version | None, person: str) -> None:
        """This version was told to this account now (2-03)."""
        if version is not None:
            self.note_given(version.id, person)

    def note_given(self, version: int, person: str) -> None:
        """The version of that number was told to this account now; the audit names nobody (2-03)."""
        number = self._books.next_id(given)
        row = {"id": number, "entry": version, "person": person, "at": self._books.now}
        self._books.execute(sa.insert(given).values(row))
        self._books.record("given", given, number, actor="")

    def last_given(self, person: str) -> tuple[str, datetime] | None:
        """The topic told last to this account, and when."""
        mine = given.c.person.in_(self._books.names_of(person))
        found = sa.select(entry.c.topic, given.c.at).join(entry, entry.c.id == given.c.entry).where(mine)
        row = self._books.execute(found.order_by(given.c.id.desc()).limit(1)).first()
        return (row.topic, row.at) if row else None


def listed(connection: sa.Connection, topic: str = "") -> list[Any]:
    """All versions of a topic, or those in force and the drafts; with how often each was told."""
    told = sa.select(given.c.entry, sa.func.count().label("told")).group_by(given.c.entry).subquery()
    which = entry.c.topic == topic if topic else entry.c.state.in_((CURRENT, DRAFT))
    found = sa.select(entry, sa.func.coalesce(told.c.told, 0).label("told")).outerjoin(told, told.c.entry == entry.c.id)
    return list(connection.execute(found.where(which).order_by(entry.c.topic, entry.c.id)))

"""Nothing is sent, only posted: letters wait here with a key that can exist once."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from bot.templates import Utterance
from bot.values import writer
from rules.reception import Push, quiet_until
from storage import machine
from storage.schema import stamp

if TYPE_CHECKING:
    from storage.books import Books

written = writer()

PUSH, DUTY, CARD = "push", "duty", "card"
HUSH = "hush"  # of something private: a day after it went out only its key is left
CALLS = "calls:"
LATE = "late"  # why a letter expired unsent: its time was over


Mark = tuple[str, str, str | None, int]  # what became of a letter: state, stamp, note, id


class Letter(NamedTuple):
    """One bubble waiting to go out. Instants are stamps (UTC text)."""

    id: int
    key: str
    person: str
    channel: str
    address: str
    text: str
    labels: str
    token: str
    file: str
    flags: str
    not_before: str | None
    until: str | None
    recheck: str
    subject: str
    posted: str

    def row(self) -> tuple[Any, ...]:
        return (*self, machine.WAITING, None, None)

    def says(self, flag: str) -> bool:
        return flag in self.flags

    def caller(self) -> str | None:
        """Who telephones it when it cannot be delivered; "" nobody, None the duty officer."""
        named = [flag.removeprefix(CALLS) for flag in self.flags.split() if flag.startswith(CALLS)]
        return named[0] if named else None


class Outbox:
    """The clerk who posts."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    def answer(self, key: str, said: Utterance, token: str = "", file: str = "", flags: str = "") -> None:
        """Post a bubble back to the account the message came from."""
        to = self._books.reply
        assert to is not None, "an answer needs somebody who asked"
        labels = written(said.labels) if said.labels else ""
        books = self._books
        books.add_letter(Letter(books.next_letter_id(), key, to.person, to.channel, to.address, said.text, labels,
                                token, file, flags, None, None, "", "", stamp(books.now)))  # fmt: skip

    def post(
        self,
        to: str,
        path: str,
        key: str,
        *,
        card: str = "",
        opens: Mapping[str, Any] | None = None,
        push: str = Push.ORDINARY,
        quiet: bool = True,
        not_before: datetime | None = None,
        until: datetime | None = None,
        recheck: str = "",
        subject: str = "",
        calls: str | None = None,
        **values: Any,
    ) -> bool:
        """Post the utterance `path` to a person, once for ever under `key`; False when it was posted before.

        `card` names the conversation its buttons open, without it they are a menu; `quiet` and `push` keep it out of
        the quiet hours (ux 31);
        after `until` it expires unsent; `recheck` names what the courier looks at again right before sending.
        `calls` is who telephones what cannot be delivered: the duty officer unless named, "" nobody (3-C).
        """
        books = self._books
        if books.is_posted(key):
            return False
        say = books.words.say_to_elder if books.seal.open(to) in books.centre.elders else books.words.say
        said = say(path, {"now": books.now, "centre": books.centre, **values})
        kind, means = ("card", card) if card else ("menu", path)
        token = books.show(to, kind, means, said, opens) if said.labels else ""
        start = max(books.now, not_before or books.now)
        start = quiet_until(books.calendar, start, push, books.centre.readings) if quiet else start
        flags = " ".join((PUSH, DUTY, CARD) if card else (PUSH, DUTY))
        flags += "" if calls is None else f" {CALLS}{calls}"
        labels = written(said.labels)
        books.add_letter(Letter(books.next_letter_id(), key, to, "", "", said.text, labels, token, "", flags,
                                stamp(start) if start > books.now else None, stamp(until) if until else None,
                                recheck, subject, stamp(books.now)))  # fmt: skip
        return True

    def waiting(self, upto: datetime | None = None, most: int = 1000, without: Collection[str] = ()) -> list[Letter]:
        """Letters not yet sent whose time has come by `upto` (None: all), oldest first, `without` these people's."""
        due = machine.outbox.c.state == machine.WAITING
        if upto is not None:
            due &= machine.outbox.c.not_before.is_(None) | (machine.outbox.c.not_before <= upto)
        if without:
            due &= machine.outbox.c.person.not_in(without)
        rows = sa.select(machine.outbox).where(due).order_by(machine.outbox.c.id).limit(most)
        return [letter_of(row) for row in self._books.execute(rows)]

    def next_at(self, after: datetime) -> datetime | None:
        """When the first held letter falls due after an instant."""
        held = (machine.outbox.c.state == machine.WAITING) & (machine.outbox.c.not_before > after)
        return self._books.execute(sa.select(sa.func.min(machine.outbox.c.not_before)).where(held)).scalar()

    def of(self, person: str) -> list[Letter]:
        """All letters to a person, newest first."""
        rows = sa.select(machine.outbox).where(machine.outbox.c.person == person)
        return [letter_of(row) for row in self._books.execute(rows.order_by(machine.outbox.c.id.desc()))]


def waiting_between(connection: sa.Connection, first: int, last: int) -> list[Letter]:
    """Letters of these numbers which the books believe not to be sent."""
    box = machine.outbox
    named = box.c.id.between(first, last) & (box.c.state == machine.WAITING)
    return [letter_of(row) for row in connection.execute(sa.select(box).where(named))]


def letter_of(row: Any) -> Letter:
    found = row._mapping
    values = {name: found[name] for name in Letter._fields}
    for name in ("not_before", "until", "posted"):
        values[name] = stamp(values[name]) if values[name] is not None else None
    return Letter(**values)

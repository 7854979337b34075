"""A group is one transaction: what its pieces of work share, and the one write of all machine rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from bot.templates import Words
from storage.audit import Chain, Head, Line
from storage.catalogue import Centre
from storage.machine import Statements, outbox
from storage.outbox import Letter, Mark
from storage.schema import stamp
from storage.seal import PURPOSE, Seal


class NotCommitted(Exception):
    """PostgreSQL threw the transaction away."""


class Group:
    """One transaction: begin, the pieces of work, one write of all machine rows, commit."""

    def __init__(self, connection: sa.Connection, shelf: "Shelf") -> None:
        self.connection = connection
        self.raw: Any = connection.connection.driver_connection
        self.shelf = shelf
        self.text = shelf.statements
        self.seen: set[str] = set()
        self.sittings: dict[str, str | None] = {}
        self.changed: dict[str, tuple[str, datetime]] = {}
        self.heard: list[tuple[str, str]] = []
        self.questions: list[tuple[Any, ...]] = []
        self.letters: list[Letter] = []
        self.lines: list[Line] = []
        self.written = False

    def begin(self, keys: Sequence[str], persons: Sequence[str]) -> None:
        """Take the write lock and read what the group's messages will need."""
        self.raw.execute(self.text.begin)
        self.shelf.refresh(self)
        if keys:
            self.seen = {row[0] for row in self.raw.execute(self.text.seen(len(keys)), keys)}
        if persons:
            self.sittings = dict.fromkeys(persons)
            self.sittings.update(self.raw.execute(self.text.sittings(len(persons)), persons).fetchall())

    def sitting_of(self, person: str) -> str | None:
        if person not in self.sittings:
            row = self.raw.execute(self.text.sittings(1), (person,)).fetchone()
            self.sittings[person] = row[1] if row else None
        return self.sittings[person]

    def commit(self, marks: Sequence[Mark] = ()) -> Head:
        """Write the machine's rows and what became of letters, each kind at once, and sync; the chain's new head."""
        run, head = self.raw.cursor(), self.shelf.chain.head
        if self.lines:
            head, rows = self.shelf.chain.extend(self.lines)
            run.executemany(self.text.audit, rows)
        if self.heard:
            run.executemany(self.text.inbox, self.heard)
        if self.questions:
            run.executemany(self.text.shown, self.questions)
        if self.letters:
            run.executemany(self.text.outbox, [letter.row() for letter in self.letters])
        if marks:
            run.executemany(self.text.sent, marks)
        self._seat(run)
        if getattr(self.raw.execute("COMMIT"), "statusmessage", "COMMIT") != "COMMIT":
            raise NotCommitted("a failed transaction ends in a rollback even when it is told to commit")
        return head

    def _seat(self, run: Any) -> None:
        sat = [(p, s, stamp(at), False) for p, (s, at) in self.changed.items() if s]
        if sat:
            run.executemany(self.text.sit, sat)
        risen = [(p,) for p, (s, _) in self.changed.items() if not s]
        if risen:
            run.executemany(self.text.rise, risen)


@dataclass
class Shelf:
    """What outlives a group and never changes without a commit: statements, words, the centre, the chain, counters."""

    statements: Statements
    words: Words
    chain: Chain
    next_letter: int = 1
    discreet: frozenset[str] = frozenset()
    public_url: str = ""  # where people open what the desk links to
    version: int = -1
    centre: Centre = field(default_factory=Centre.empty)
    load_centre: Callable[[sa.Connection], Centre] = lambda _: Centre.empty()

    @cached_property
    def seal(self) -> Seal:
        """Closes and opens the names of those who must not be named."""
        return Seal(self.chain.key_for(PURPOSE))

    def refresh(self, group: Group) -> None:
        """Read the centre, the chain's head and the letters' count again when somebody changed the centre since."""
        row = group.raw.execute(self.statements.version).fetchone()
        version = row[0] if row else 0
        if version != self.version:
            self.centre, self.version = self.load_centre(group.connection), version
            self.chain.head = self.chain.head_in(group.connection)  # `frontdesk load` extends the chain beside the desk
            self.next_letter = max(self.next_letter, last_letter(group.connection) + 1)


def last_letter(connection: sa.Connection) -> int:
    """The newest letter's number; 0 when there is none."""
    return int(connection.scalar(sa.select(sa.func.max(outbox.c.id))) or 0)

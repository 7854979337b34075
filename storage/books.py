"""The unit of work: in a group each message or job has its own Books, whole or not at all."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.templates import Utterance, Words
from bot.values import writer
from rules.calendar import Calendar
from storage import machine
from storage.audit import Line, digest_of_row
from storage.catalogue import Centre
from storage.clerks import Clerks
from storage.erasing import Erasing, mark_of
from storage.group import Group, Shelf
from storage.outbox import Letter, Outbox
from storage.schema import by_key, keepable, metadata, stamp
from storage.seal import Seal

written = writer()

__all__ = ["Books", "Group", "Reply", "Shelf"]


@dataclass(slots=True)
class Reply:
    """Where an answer goes: the account the message came from."""

    person: str
    channel: str
    address: str


class Books(Clerks):
    """What one message or job may read and write: machine rows wait in lists, the systems' rows in a savepoint."""

    def __init__(self, group: Group, now: datetime, actor: str = "desk", reply: Reply | None = None) -> None:
        self._group = group
        self.now = now
        self.actor = actor
        self.reply = reply
        self.outbox = Outbox(self)
        self.letters: list[Letter] = []
        self._open = False
        self._questions: list[tuple[Any, ...]] = []
        self._lines: list[Line] = []
        self._touched: dict[tuple[str, tuple[Any, ...]], tuple[str, str]] = {}
        self._heard: str | None = None
        self._left: dict[str, str] = {}

    # -- what the centre is --------------------------------------------------------------------------------------
    @property
    def centre(self) -> Centre:
        return self._group.shelf.centre

    @property
    def calendar(self) -> Calendar:
        return self._group.shelf.centre.calendar

    @property
    def seal(self) -> Seal:
        return self._group.shelf.seal

    def names_of(self, person: str) -> tuple[str, str]:
        """What a person is called in the books: by account, and where nobody may read it."""
        return person, self.seal.close(person)

    @property
    def discreet(self) -> frozenset[str]:
        """Channels on which nobody is asked for a name or a phone."""
        return self._group.shelf.discreet

    @property
    def public_url(self) -> str:
        """Where people open what the desk links to; "" where it has no address."""
        return self._group.shelf.public_url

    @property
    def words(self) -> Words:
        return self._group.shelf.words

    def erasing(self, person: str, mark: str = "") -> Erasing:
        """The clerk who takes this person out of the books, under a mark of its own unless one is given."""
        return Erasing(self, person, mark or mark_of(self.seal.open(person), self.now, self._group.shelf.chain.key))

    # -- rows of the systems ------------------------------------------------------------------------------------
    def execute(self, statement: Any, values: Any = None) -> sa.CursorResult[Any]:
        """Run a Core statement inside this piece's savepoint."""
        self._step_in()
        return self._group.connection.execute(statement, values)

    def _step_in(self) -> None:
        if not self._open:
            self._group.raw.execute("SAVEPOINT piece")
            self._open = True

    def record(self, act: str, table: sa.Table, *key: Any, actor: str | None = None) -> None:
        """The row `key` of `table` was written: its audit line is drawn from what stands there when the piece ends.

        `actor` stands for the piece's own where the audit must not name it; "" names nobody (3-D).
        """
        self._touched[table.name, key] = act, self.actor if actor is None else actor

    def enter_once(self, table: sa.Table, row: Mapping[str, Any]) -> bool:
        """Insert a row unless its key is there already; True when it was new."""
        statement = self._insert(table).values(row).on_conflict_do_nothing()
        return self.execute(statement).rowcount == 1

    def _insert(self, table: sa.Table) -> Any:
        kind = postgresql if self._group.connection.dialect.name == "postgresql" else sqlite
        return kind.insert(table)

    def count(self, name: str) -> int:
        """The next of a counter, from 1; never given twice."""
        self._step_in()
        return int(self._group.raw.execute(self._group.text.count, (name,)).fetchone()[0])

    def number(self, letters: str) -> str:
        """The next number of a kind, such as YY2600001: nine characters, readable aloud."""
        year = f"{letters}{self.now.year % 100:02d}"
        return f"{year}{self.count(year):05d}"

    def next_id(self, table: sa.Table) -> int:
        """The next number of a register that shows none."""
        return self.count(f"id {table.name}")

    # -- the machine's rows -------------------------------------------------------------------------------------
    def heard_before(self, inbox_id: str) -> bool:
        """Has this delivery been handled? If not, it is from here on."""
        if inbox_id in self._group.seen:
            return True
        self._heard = inbox_id
        return False

    def sitting(self, person: str) -> str | None:
        """The person's open conversations as they were left."""
        return self._group.sitting_of(person)

    def is_speaking(self, person: str) -> bool:
        """Has this person's sitting been changed by this very group?"""
        return person in self._group.changed

    def leave_sitting(self, person: str, stack: str) -> None:
        """How they are left now; "" when there is nothing open."""
        self._left[person] = stack

    def show(self, person: str, kind: str, means: str, said: Utterance, opens: Mapping[str, Any] | None = None) -> str:
        """Keep what the buttons of an utterance mean; returns their token (64 bits)."""
        token = secrets.token_hex(8)
        labels = written([said.labels, said.values])
        opened = written(opens or {})
        self._questions.append((token, person, kind, means, labels, opened, stamp(self.now), None))
        return token

    def question(self, token: str) -> Any:
        """The shown question or card a token stands for, or None."""
        found = [q for q in (*self._group.questions, *self._questions) if q[0] == token]
        row = found[0] if found else self._group.raw.execute(self._group.text.question, (token,)).fetchone()
        return sa.util.immutabledict(zip(machine.shown.c.keys(), row, strict=True)) if row else None

    def open_cards(self, person: str, most: int = 20) -> list[Any]:
        """Cards a person has not answered and menus shown to them, newest first."""
        shown = machine.shown
        mine = (shown.c.person == person) & (shown.c.kind != "question") & shown.c.answer.is_(None)
        found = self.execute(sa.select(shown).where(mine).order_by(shown.c.at.desc()).limit(most))
        return [row._mapping for row in found]

    def answer_card(self, token: str, label: str) -> None:
        """The card is decided; its buttons say so from now on."""
        self.execute(sa.update(machine.shown).where(machine.shown.c.token == token).values(answer=label))

    def put_aside(self, inbox_id: str, person: str, raw: str, cause: str) -> None:
        """Keep what failed, with its cause, and tell the administrators, once an hour: junk must not bury them."""
        row = {"id": inbox_id, "at": self.now, "person": person, "raw": keepable(raw), "cause": keepable(cause)}
        self.execute(sa.insert(machine.put_aside).values(row))
        for admin in self.centre.administrators():
            self.outbox.post(admin.id, "machine/put_aside", f"aside:{self.now:%Y%m%d%H}:{admin.id}")

    def note_message(self, inbox_id: str, private: bool = False) -> None:
        """The audit line of a message; of citizens and private matters it bears a mark of this line alone (3-D)."""
        said = written([(letter.person, letter.text) for letter in self.letters])
        named = self.actor if self.actor in self.centre.staff and not private else ""
        actor = named or f"~{self.seal.mark(f'{self.actor} {inbox_id}')[:16]}"
        self._lines.append(Line(stamp(self.now), actor, "heard", inbox_id, self.seal.mark(said)))

    def note_line(self, act: str, ref: str, digest: str) -> None:
        self._lines.append(Line(stamp(self.now), self.actor, act, ref, digest))

    def add_letter(self, letter: Letter) -> None:
        self.letters.append(letter)

    def next_letter_id(self) -> int:
        n = self._group.shelf.next_letter
        self._group.shelf.next_letter = n + 1
        return n

    def is_posted(self, key: str) -> bool:
        """Was a letter with this key ever posted?"""
        if any(letter.key == key for letter in (*self._group.letters, *self.letters)):
            return True
        return self._group.raw.execute(self._group.text.posted, (key,)).fetchone() is not None

    # -- ending --------------------------------------------------------------------------------------------------
    def close(self) -> None:
        """Everything this piece did joins the group."""
        group = self._group
        for (name, key), (act, actor) in self._touched.items():
            self._draw_line(name, key, act, actor)
        if self._open:
            group.raw.execute("RELEASE SAVEPOINT piece")
        if self._heard:
            group.seen.add(self._heard)
            group.heard.append((self._heard, stamp(self.now)))
        for person, stack in self._left.items():
            group.sittings[person] = stack or None
            group.changed[person] = (stack, self.now)
        group.questions.extend(self._questions)
        group.letters.extend(self.letters)
        group.lines.extend(self._lines)

    def _draw_line(self, name: str, key: tuple[Any, ...], act: str, actor: str) -> None:
        table = metadata.tables[name]
        values = {f"key {c.name}": v for c, v in zip(table.primary_key, key, strict=True)}
        row = self._group.connection.execute(by_key(name), values).first()
        ref = f"{name}/" + "/".join(map(str, key))
        self._lines.append(Line(stamp(self.now), actor, act, ref, digest_of_row(table, row) if row else ""))

    def undo(self) -> None:
        """Nothing this piece did has happened."""
        if self._open:
            self._group.raw.execute("ROLLBACK TO SAVEPOINT piece")
            self._group.raw.execute("RELEASE SAVEPOINT piece")

"""The machine's own tables, read and written once per group on text compiled from Core."""

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.schema import Identity, Instant, Json, metadata

WAITING, SENT, DEAD, EXPIRED = "waiting", "sent", "dead", "expired"

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # channel:key
    sa.Column("at", Instant, nullable=False),
)

sitting = sa.Table(
    "sitting",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("stack", sa.Text, nullable=False),  # the focused conversation last
    sa.Column("touched", Instant, nullable=False),
    sa.Column("nudged", sa.Boolean, nullable=False, server_default=sa.text("false")),
)

shown = sa.Table(
    "shown",
    metadata,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # question | menu | card
    sa.Column("means", sa.Text, nullable=False),  # the step or menu, or the conversation a card opens
    sa.Column("labels", sa.Text, nullable=False),  # JSON
    sa.Column("opens", sa.Text, nullable=False),  # JSON: what the card's conversation is given
    sa.Column("at", Instant, nullable=False),
    sa.Column("answer", sa.Text),
    sa.Index(
        "ix_shown_open",
        "person",
        "at",
        sqlite_where=sa.text("kind <> 'question' AND answer IS NULL"),
        postgresql_where=sa.text("kind <> 'question' AND answer IS NULL"),
    ),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", Identity, primary_key=True, autoincrement=False),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),  # "" = wherever the person can be reached
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("labels", sa.Text, nullable=False),
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("flags", sa.Text, nullable=False),  # "push duty card", in any order
    sa.Column("not_before", Instant),
    sa.Column("until", Instant),
    sa.Column("recheck", sa.Text, nullable=False),  # "" or the name of what is looked at again before sending
    sa.Column("subject", sa.Text, nullable=False),  # what it looks at
    sa.Column("posted", Instant, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("done", Instant),
    sa.Column("note", sa.Text),
    sa.Index(
        "ix_outbox_waiting",
        "id",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", Identity, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("mac", sa.Text, nullable=False),
    sa.Index("ix_audit_ref", "ref"),
)

put_aside = sa.Table(
    "put_aside",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # channel:key
    sa.Column("at", Instant, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("raw", sa.Text, nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
)

timer = sa.Table(
    "timer",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("args", Json, nullable=False),
    sa.Column("state", sa.Text, nullable=False, server_default="waiting"),  # waiting | done | cancelled | failed
    sa.Column("fired", Instant),
    sa.Index(
        "ix_timer_waiting",
        "at",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
)

counter = sa.Table(
    "counter",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("n", Identity, nullable=False),
)

attachment = sa.Table(
    "attachment",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # the inbox id it came with
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("state", sa.Text, nullable=False, server_default="waiting"),  # waiting | kept | lost
    sa.Column("digest", sa.Text),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
)

OUTBOX_COLUMNS = tuple(c.name for c in outbox.c)


class Statements:
    """The machine's statements as text for one driver, so that the writing path builds no expression."""

    def __init__(self, dialect_name: str) -> None:
        kind: Any = sqlite if dialect_name == "sqlite" else postgresql
        self.dialect: sa.Dialect = kind.dialect(paramstyle="qmark" if kind is sqlite else "format")
        self.begin = "BEGIN IMMEDIATE" if dialect_name == "sqlite" else "BEGIN"
        self.inbox = self._insert(inbox)
        self.shown = self._insert(shown)
        self.outbox = self._insert(outbox)
        self.audit = self._insert(audit)
        self.sit = self._upsert(sitting, ("stack", "touched", "nudged"))
        self.count = self._count()
        self.rise = self._text(sa.delete(sitting).where(sitting.c.person == sa.bindparam("p")))
        self.sent = self._text(
            sa.update(outbox)
            .values(state=sa.bindparam("s"), done=sa.bindparam("d", type_=sa.Text), note=sa.bindparam("n"))
            .where(outbox.c.id == sa.bindparam("i"))
        )
        self.question = self._text(sa.select(*shown.c).where(shown.c.token == sa.bindparam("t")))
        self.version = self._text(sa.select(counter.c.n).where(counter.c.name == sa.literal_column("'centre'")))
        self.seen = cache(self._seen)
        self.sittings = cache(self._sittings)
        self.posted = self._text(sa.select(outbox.c.id).where(outbox.c.key == sa.bindparam("k")))

    def _seen(self, n: int) -> str:
        return self._text(sa.select(inbox.c.id).where(inbox.c.id.in_(_params(n))))

    def _sittings(self, n: int) -> str:
        return self._text(sa.select(sitting.c.person, sitting.c.stack).where(sitting.c.person.in_(_params(n))))

    def _insert(self, table: sa.Table) -> str:
        return self._text(sa.insert(table).values({c.name: sa.bindparam(c.name) for c in table.c}))

    def _upsert(self, table: sa.Table, changed: tuple[str, ...]) -> str:
        kind: Any = sqlite.insert if self.dialect.name == "sqlite" else postgresql.insert
        row = kind(table).values({c.name: sa.bindparam(c.name) for c in table.c})
        keys = [c.name for c in table.primary_key]
        return self._text(row.on_conflict_do_update(index_elements=keys, set_={c: row.excluded[c] for c in changed}))

    def _count(self) -> str:
        kind: Any = sqlite.insert if self.dialect.name == "sqlite" else postgresql.insert
        first = kind(counter).values(name=sa.bindparam("name"), n=sa.literal_column("1"))
        again = first.on_conflict_do_update(index_elements=["name"], set_={"n": counter.c.n + sa.literal_column("1")})
        return self._text(again.returning(counter.c.n))

    def _text(self, statement: Any) -> str:
        return str(statement.compile(dialect=self.dialect))


def _params(n: int) -> list[sa.BindParameter[str]]:
    return [sa.bindparam(f"p{i}", type_=sa.Text) for i in range(n)]

"""Files people sent: entered with the message, fetched after the commit, kept outside the database by digest."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from storage.machine import attachment

if TYPE_CHECKING:
    from storage.books import Books

WAITING, KEPT, LOST = "waiting", "kept", "lost"


def enter(books: "Books", inbox_id: str, channel: str, kind: str, source: str) -> None:
    """A file came with this message, its bytes still with the channel. It may be evidence: the audit names nobody."""
    row = {"id": inbox_id, "person": books.actor, "channel": channel, "kind": kind, "source": source, "at": books.now}
    books.execute(sa.insert(attachment).values(row))
    books.record("sent in", attachment, inbox_id, actor="")


def conceal(books: "Books", keys: Iterable[str], name: str) -> None:
    """Files that are evidence of somebody who must not be named belong to the sealed name (3-D)."""
    for key in keys:
        books.execute(sa.update(attachment).where(attachment.c.id == key).values(person=name))
        books.record("evidence", attachment, key, actor="")


def waiting(books: "Books") -> list[Any]:
    """Files still to be fetched, oldest first."""
    rows = sa.select(attachment).where(attachment.c.state == WAITING)
    return list(books.execute(rows.order_by(attachment.c.at, attachment.c.id)))


def keep(books: "Books", key: str, digest: str) -> None:
    """The bytes are in the files' folder under their SHA-256."""
    _change(books, key, state=KEPT, digest=digest)


def lose(books: "Books", key: str) -> None:
    """The bytes will never come, or are not to be kept."""
    _change(books, key, state=LOST)


def miss(books: "Books", key: str) -> None:
    """One more try in vain."""
    _change(books, key, tries=attachment.c.tries + 1)


def _change(books: "Books", key: str, **values: Any) -> None:
    books.execute(sa.update(attachment).where(attachment.c.id == key).values(**values))
    books.record("file", attachment, key)

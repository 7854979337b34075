"""How a person wants to be spoken to: kept for ever, said by themselves or set by a colleague (ux 26)."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage.schema import Instant, metadata

if TYPE_CHECKING:
    from storage.books import Books

manner = sa.Table(
    "manner",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("since", Instant, nullable=False),
    sa.Column("set_by", sa.Text, nullable=False),
)


class Manners:
    """The clerk of who is spoken to plainly and shortly: a row stands for yes."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    def set(self, person: str, elder: bool) -> bool:
        """Switch it on or off; False when it was so before."""
        books = self._books
        if elder:
            row = {"person": person, "since": books.now, "set_by": books.actor}
            changed = books.enter_once(manner, row)
        else:
            changed = books.execute(sa.delete(manner).where(manner.c.person == person)).rowcount == 1
        if changed:
            books.record("elder" if elder else "usual", manner, person)
            books.count("centre")
        return changed


def elders(connection: sa.Connection) -> frozenset[str]:
    """Everybody who is spoken to so."""
    return frozenset(connection.execute(sa.select(manner.c.person)).scalars())

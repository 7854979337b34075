"""Citizens' own words that somebody led to their place: proposed as wording, taken over or not by the administrator."""

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from storage.schema import Identity, Instant, metadata

if TYPE_CHECKING:
    from storage.books import Books

PROPOSED, ACCEPTED, REFUSED = "proposed", "accepted", "refused"

wording = sa.Table(
    "wording",
    metadata,
    sa.Column("id", Identity, primary_key=True, autoincrement=False),
    sa.Column("route", sa.Text, nullable=False),  # an item's id, window:ID or elsewhere:ID
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("proposed_by", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False, server_default=""),
    sa.Column("decided", Instant),
    sa.UniqueConstraint("route", "text"),
)


class Wordings:
    """The clerk of the words the desk has yet to learn (2-07)."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    def propose(self, route: str, text: str) -> int | None:
        """Enter a proposal; its number, or None when these words were proposed for this place before."""
        number = self._books.next_id(wording)
        row = {"id": number, "route": route, "text": text, "proposed_by": self._books.actor, "at": self._books.now,
               "state": PROPOSED}  # fmt: skip
        if not self._books.enter_once(wording, row):
            return None
        self._books.record("proposed", wording, number)
        return number

    def get(self, number: int) -> Any:
        """The wording of that number, or None."""
        return self._books.execute(sa.select(wording).where(wording.c.id == number)).first()

    def decide(self, number: int, accepted: bool, text: str = "", route: str = "") -> Any:
        """Take it over, in other words or for another place where given, or not; None when it was decided before."""
        row = self.get(number)
        if row is None or row.state != PROPOSED:
            return None
        state = ACCEPTED if accepted else REFUSED
        values = {"state": state, "decided_by": self._books.actor,
                  "decided": self._books.now, "text": text or row.text, "route": route or row.route}  # fmt: skip
        self._books.execute(sa.update(wording).where(wording.c.id == number).values(values))
        self._books.record(state, wording, number)
        if accepted:
            self._books.count("centre")  # every desk on these books reads the centre again
        return self.get(number)


def listed(connection: sa.Connection, state: str = "") -> list[Any]:
    """The wordings in a state, or all, oldest first."""
    which = wording.c.state == state if state else sa.true()
    return list(connection.execute(sa.select(wording).where(which).order_by(wording.c.id)))

"""一㈠2⑵: errands the desk does for whoever cannot come, and every paper handed over for them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rules.errands import Place, State, ending_refused, errand_due, moving_refused, receiving_refused
from storage.catalogue import Item
from storage.schema import Identity, Instant, metadata

if TYPE_CHECKING:
    from storage.books import Books

errand = sa.Table(
    "errand",
    metadata,
    sa.Column("no", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("window", sa.Text, nullable=False),
    sa.Column("phone", sa.Text, nullable=False),
    sa.Column("for_whom", sa.Text, nullable=False),
    sa.Column("asked", Instant, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # rules.errands.State
    sa.Column("officer", sa.Text, nullable=False, server_default=""),  # who answers for it now
    sa.Column("due", Instant),
    sa.Column("ended", Instant),
    sa.Column("result", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_errand_person", "person"),
    sa.Index("ix_errand_state", "state"),
)

paper = sa.Table(
    "errand_paper",
    metadata,
    sa.Column("id", Identity, primary_key=True, autoincrement=False),
    sa.Column("errand", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # original | copy
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("received", Instant, nullable=False),
    sa.Column("received_by", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),  # rules.errands.Place
    sa.Column("moved", Instant),
    sa.Column("moved_by", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_errand_paper_errand", "errand"),
)

ORIGINAL, COPY = "original", "copy"
OPEN = (State.ASKED, State.ACCEPTED)


class Errands:
    """The clerk of the errand register (1-07)."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    # -- looking ---------------------------------------------------------------------------------------------------
    def get(self, no: str) -> Any:
        return self._books.execute(sa.select(errand).where(errand.c.no == no)).first()

    def papers(self, no: str) -> list[Any]:
        """Every paper ever handed over, in the order it came."""
        return list(self._books.execute(sa.select(paper).where(paper.c.errand == no).order_by(paper.c.id)))

    def open(self, person: str = "") -> list[Any]:
        """Errands that are not over, oldest first; one person's where named."""
        mine = errand.c.state.in_(OPEN) & (errand.c.person == person if person else sa.true())
        return list(self._books.execute(sa.select(errand).where(mine).order_by(errand.c.asked, errand.c.no)))

    # -- its course --------------------------------------------------------------------------------------------------
    def ask(self, person: str, item: Item, phone: str, whom: str) -> str:
        """Somebody asks; the number."""
        books = self._books
        no = books.number("DB")
        row = {"no": no, "person": person, "item": item.id, "window": item.window, "phone": phone, "for_whom": whom,
               "asked": books.now, "state": State.ASKED.value}  # fmt: skip
        books.execute(sa.insert(errand).values(row))
        books.record("asked", errand, no)
        return no

    def accept(self, no: str) -> bool:
        """Whoever acts answers for it; False when it was answered before."""
        books = self._books
        due = errand_due(books.now, books.calendar, books.centre.readings)
        return self._turn(no, (State.ASKED,), State.ACCEPTED, officer=books.actor, due=due)

    def refuse(self, no: str, why: str) -> bool:
        return self._turn(no, (State.ASKED,), State.REFUSED, result=why, ended=self._books.now)

    def end(self, no: str, state: State, result: str = "") -> bool:
        """Done or withdrawn; False while a paper lies at the desk, or when it was over before (1-07)."""
        if ending_refused(Place(row.place) for row in self.papers(no)):
            return False
        first = (State.ACCEPTED,) if state == State.DONE else OPEN
        return self._turn(no, first, state, result=result, ended=self._books.now)

    def pass_on(self, numbers: Iterable[str], receiver: str) -> None:
        """What stands in a handover is the receiver's from now on."""
        for no in numbers:
            self._turn(no, (State.ACCEPTED,), State.ACCEPTED, officer=receiver)

    def _turn(self, no: str, before: Sequence[State], state: State, **values: Any) -> bool:
        here = (errand.c.no == no) & errand.c.state.in_(before)
        done = self._books.execute(sa.update(errand).where(here).values(state=state.value, **values)).rowcount == 1
        if done:
            self._books.record(state.value, errand, no)
        return done

    # -- papers ------------------------------------------------------------------------------------------------------
    def receive(self, no: str, papers: Sequence[Sequence[Any]]) -> bool:
        """Each paper as name, kind, count; False when nobody answers for the errand (any more)."""
        books, row = self._books, self.get(no)
        if row is None or receiving_refused(State(row.state)):
            return False
        for name, kind, count in papers:
            number = books.next_id(paper)
            one = {"id": number, "errand": no, "name": name, "kind": kind, "count": count, "received": books.now,
                   "received_by": books.actor, "place": Place.DESK.value}  # fmt: skip
            books.execute(sa.insert(paper).values(one))
            books.record("received", paper, number)
        return True

    def move(self, numbers: Sequence[int], to: Place) -> list[int]:
        """Those papers that went: to the window, or back; what was there already stays as it was noted."""
        books, gone = self._books, []
        for row in books.execute(sa.select(paper).where(paper.c.id.in_(numbers)).order_by(paper.c.id)).all():
            if moving_refused(Place(row.place), to) is None:
                values = {"place": to.value, "moved": books.now, "moved_by": books.actor}
                books.execute(sa.update(paper).where(paper.c.id == row.id).values(values))
                books.record(to.value, paper, row.id)
                gone.append(row.id)
        return gone

    def let_go(self, no: str) -> bool:
        """Over because its citizen is erased; False while a paper of theirs lies at the desk."""
        self.end(no, State.WITHDRAWN)
        return self.get(no).state not in OPEN

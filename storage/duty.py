"""一㈢: the notice to tomorrow's officer, the duty log under its four headings, and the handover of both."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rules.calendar import local
from rules.people import Person, supervision
from rules.reception import handover_done
from storage.schema import Identity, Instant, Json, metadata

if TYPE_CHECKING:
    from storage.books import Books

notice = sa.Table(
    "duty_notice",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),  # the day whose officer is told
    sa.Column("officer", sa.Text, nullable=False),
    sa.Column("giver", sa.Text, nullable=False),  # on whose behalf
    sa.Column("told", sa.Integer, nullable=False),  # how often
    sa.Column("acknowledged", Instant),
    sa.Column("acknowledged_by", sa.Text, nullable=False, server_default=""),
    sa.Column("how", sa.Text, nullable=False, server_default=""),  # received | phoned
    sa.Column("escalated", Instant),
    sa.Index("ix_duty_notice_officer", "officer"),
)

entry = sa.Table(
    "duty_entry",
    metadata,
    sa.Column("id", Identity, primary_key=True, autoincrement=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("heading", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("struck", Instant),  # taken back: it stays in the book, crossed out
    sa.Index("ix_duty_entry_day", "day"),
)

handover = sa.Table(
    "handover",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),  # the giver's day
    sa.Column("giver", sa.Text, nullable=False),
    sa.Column("receiver", sa.Text, nullable=False),
    sa.Column("items", Json, nullable=False),
    sa.Column("held", sa.Text, nullable=False),  # keys, papers, equipment
    sa.Column("round", sa.Integer, nullable=False),  # how often it was submitted
    sa.Column("given", Instant, nullable=False),
    sa.Column("taken", Instant),
    sa.Column("objection", sa.Text, nullable=False, server_default=""),
    sa.Column("state", sa.Text, nullable=False),  # waiting | objected | done
    sa.Column("reason", sa.Text, nullable=False, server_default=""),  # why one side was enough
    sa.Index("ix_handover_receiver", "receiver"),
)

WAITING, OBJECTED, DONE = "waiting", "objected", "done"
RECEIVED, PHONED = "received", "phoned"
SAME_PERSON = "same_person"


class Duty:
    """The clerk of the duty desk's book (1-20 to 1-22)."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    # -- who has the desk ------------------------------------------------------------------------------------------
    def absent_at(self, instant: datetime) -> frozenset[str]:
        """Those on the desk's list of that day who are on approved leave, or sent out, at the instant (1-01)."""
        centre = self._books.centre
        line = centre.rota.get(local(instant).date())
        people = [*((line.officer, line.stand_by) if line else ()), *supervision(centre.house)]
        return self._books.attendance.away(people, instant, instant + timedelta(minutes=1))

    def officer_at(self, instant: datetime, besides: frozenset[str] = frozenset()) -> Person:
        """The officer of that day, those away at the instant and those named in `besides` passed over (1-01)."""
        return self._books.centre.officer_on(local(instant).date(), self.absent_at(instant) | besides)

    def officer_now(self, besides: frozenset[str] = frozenset()) -> Person:
        """Who has the desk now; out of hours who has it when it opens next (G10)."""
        return self.officer_at(self._books.calendar.next_open(self._books.now), besides)

    def on_desk(self) -> frozenset[str]:
        """Who may act for the desk now: its officer, the stand-by, the supervision section."""
        centre, opens = self._books.centre, self._books.calendar.next_open(self._books.now)
        beside = centre.stand_by_on(local(opens).date())
        return frozenset({self.officer_now().id, *supervision(centre.house), *({beside.id} if beside else ())})

    # -- the notice ------------------------------------------------------------------------------------------------
    def notice(self, day: date) -> Any:
        """The notice to the officer of that day, or None while nobody was told (1-21)."""
        return self._books.execute(sa.select(notice).where(notice.c.day == day)).first()

    def tell(self, day: date, officer: str, giver: str) -> int:
        """Note that the day's officer is told once more; another officer than before is told anew. How often so far."""
        row = self.notice(day)
        told = row.told + 1 if row and row.officer == officer else 1
        values = {"officer": officer, "giver": giver, "told": told}
        if row is None:
            self._books.execute(sa.insert(notice).values(day=day, **values))
        elif told == 1:
            self._note(day, acknowledged=None, acknowledged_by="", how="", escalated=None, **values)
        else:
            self._note(day, **values)
        self._books.record("told", notice, day)
        return told

    def acknowledge(self, day: date, how: str) -> bool:
        """The first acknowledgement of the notice; False when there is no notice or it was acknowledged before."""
        row = self.notice(day)
        if row is None or row.acknowledged:
            return False
        self._note(day, acknowledged=self._books.now, acknowledged_by=self._books.actor, how=how)
        self._books.record("acknowledged", notice, day)
        return True

    def escalate(self, day: date) -> bool:
        """Note that stand-by and supervision are told; False when they were before."""
        row = self.notice(day)
        if row is None or row.escalated:
            return False
        self._note(day, escalated=self._books.now)
        self._books.record("escalated", notice, day)
        return True

    def _note(self, day: date, **values: Any) -> None:
        self._books.execute(sa.update(notice).where(notice.c.day == day).values(**values))

    def told_to(self, officer: str, first: date) -> Any:
        """The notice to a person for a day from `first` on, an unacknowledged one before others; None without any."""
        mine = (notice.c.officer == officer) & (notice.c.day >= first)
        order = (notice.c.acknowledged.is_not(None), notice.c.day)
        return self._books.execute(sa.select(notice).where(mine).order_by(*order)).first()

    # -- the log ---------------------------------------------------------------------------------------------------
    def write(self, day: date, heading: str, text: str) -> int:
        """One line in the day's log under a heading; its number (1-20)."""
        books = self._books
        number = books.next_id(entry)
        row = {"id": number, "day": day, "heading": heading, "text": text, "by": books.actor, "at": books.now}
        books.execute(sa.insert(entry).values(row))
        books.record("logged", entry, number)
        return number

    def strike(self, by: str, since: datetime, number: int = 0) -> Any:
        """Cross out that line (0: the newest) if the person wrote it since then; the line, or None (1-20)."""
        mine = (entry.c.by == by) & (entry.c.at >= since) & entry.c.struck.is_(None)
        mine = mine & (entry.c.id == number) if number else mine
        row = self._books.execute(sa.select(entry).where(mine).order_by(entry.c.id.desc())).first()
        if row is not None:
            self._books.execute(sa.update(entry).where(entry.c.id == row.id).values(struck=self._books.now))
            self._books.record("struck", entry, row.id)
        return row

    def log(self, day: date) -> dict[str, list[str]]:
        """The day's lines by heading, as written, without those crossed out."""
        mine = (entry.c.day == day) & entry.c.struck.is_(None)
        found: dict[str, list[str]] = {}
        for row in self._books.execute(sa.select(entry).where(mine).order_by(entry.c.id)):
            found.setdefault(row.heading, []).append(row.text)
        return found

    # -- the handover ----------------------------------------------------------------------------------------------
    def handover(self, day: date) -> Any:
        """The handover of that day's book, or None while it was not submitted (1-22)."""
        return self._books.execute(sa.select(handover).where(handover.c.day == day)).first()

    def give(self, day: date, receiver: str, items: Sequence[Any], held: str, reason: str = "") -> int:
        """The giver's submission, his confirmation; which submission it is. With a reason it is done at once (1-22)."""
        books, row = self._books, self.handover(day)
        turn = row.round + 1 if row else 1
        values = {
            "giver": books.actor, "receiver": receiver, "items": list(items), "held": held, "given": books.now,
            "round": turn, "objection": "", "reason": reason,
            "state": DONE if reason else WAITING,
        }  # fmt: skip
        if row is None:
            books.execute(sa.insert(handover).values(day=day, **values))
        else:
            books.execute(sa.update(handover).where(handover.c.day == day).values(**values))
        books.record("given", handover, day)
        return turn

    def take(self, day: date, turn: int) -> bool:
        """The receiver's confirmation of that submission; False when it is not his, not open, or not the newest."""
        row = self.open_to(self._books.actor, day, turn)
        if row is None or not handover_done(row.giver, row.receiver, (row.giver, self._books.actor)):
            return False
        return self._change(day, "taken", state=DONE, taken=self._books.now)

    def object(self, day: date, turn: int, why: str) -> bool:
        """The receiver's objection to that submission; it goes back and stays open. False as for `take`."""
        if self.open_to(self._books.actor, day, turn) is None:
            return False
        return self._change(day, "objected", state=OBJECTED, objection=why)

    def _change(self, day: date, act: str, **values: Any) -> bool:
        self._books.execute(sa.update(handover).where(handover.c.day == day).values(**values))
        self._books.record(act, handover, day)
        return True

    def open_to(self, receiver: str, day: date, turn: int) -> Any:
        """That submission while it waits for this receiver, or None."""
        row = self.handover(day)
        mine = row is not None and row.receiver == receiver and row.round == turn and row.state == WAITING
        return row if mine else None

    def given_to(self, receiver: str) -> Any:
        """The newest handover submitted to a person, or None."""
        mine = sa.select(handover).where(handover.c.receiver == receiver, handover.c.reason == "")
        return self._books.execute(mine.order_by(handover.c.day.desc())).first()

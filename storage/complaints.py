"""三、投诉处理: the register, the complainants apart from it, and who may open either (3-05, 3-06, 3-C, 3-D)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rules.calendar import local
from rules.complaints import (
    Accused,
    Subject,
    accepted_at,
    answer_due,
    barred_from,
    due_is_provisional,
    handled_by,
    may_ask,
    may_see,
    overdue_told,
)
from storage import attachments
from storage.attendance import leave
from storage.audit import LOOKED
from storage.filing import Filing as Filing
from storage.filing import Side
from storage.machine import SENT, attachment, outbox, timer
from storage.requests import GRANTED, request
from storage.schema import Instant, Json, metadata

if TYPE_CHECKING:
    from storage.books import Books

complaint = sa.Table(
    "complaint",
    metadata,
    sa.Column("no", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, nullable=False),  # one of the five, or unsorted
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("whom", sa.Text, nullable=False),  # the complainant's own words, "" = not known
    sa.Column("people", Json, nullable=False),
    sa.Column("units", Json, nullable=False),
    sa.Column("barred", Json, nullable=False),  # as it stood at registration; a later posting opens nothing
    sa.Column("evidence", Json, nullable=False),
    sa.Column("form", sa.Text, nullable=False, server_default="network"),
    sa.Column("registered", Instant, nullable=False),
    sa.Column("accepted", Instant, nullable=False),
    sa.Column("due", Instant, nullable=False),  # the first certain one, never written again (3-10, G4)
    sa.Column("provisional", sa.Boolean, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("changed", Instant, nullable=False),
    sa.Column("handler", sa.Text, nullable=False, server_default=""),
    sa.Column("reply", sa.Text, nullable=False, server_default=""),
    sa.Column("replied", Instant),
    sa.Column("finding", sa.Text, nullable=False, server_default=""),  # upheld | unfounded
    sa.Column("correction", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_complaint_state", "state"),
)

complainant = sa.Table(
    "complainant",
    metadata,
    sa.Column("no", sa.Text, sa.ForeignKey("complaint.no"), primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False, server_default=""),  # "" = anonymous
    sa.Column("phone", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_complainant_person", "person"),
)

complaint_step = sa.Table(
    "complaint_step",
    metadata,
    sa.Column("no", sa.Text, sa.ForeignKey("complaint.no"), primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
)

OPEN, ACCEPTED, ANSWERED, CLOSED = "open", "accepted", "answered", "closed"
WITHDRAWN, OUTSIDE, REFERRED = "withdrawn", "outside", "referred"
UNANSWERED = (OPEN, ACCEPTED)
WITHDRAWABLE = (*UNANSWERED, REFERRED)
MOST_FILES = 5  # with one complaint
COMPLAINANTS_OWN = ("registered", "withdrawn")  # entered without the account: that stands in `complainant` alone
Row = Any


class Complaints:
    """The clerk of the complaint register: whoever asks for a row names the reader."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    # -- lodging ---------------------------------------------------------------------------------------------------
    def file(self, filing: Filing) -> Row:
        """Enter a complaint with its one due instant; without anybody inside to handle it, as referred (3-C, G5)."""
        books = self._books
        accepted = accepted_at(books.now, books.calendar)
        due = answer_due(accepted, books.calendar, books.centre.readings)
        no = books.number("TS")
        barred = self.kept_from(filing.wide) | self.kept_from(filing.accused)
        row = {
            "no": no, "subject": filing.subject, "content": filing.content, "whom": filing.whom,
            "people": list(filing.accused.people), "units": list(filing.accused.units), "barred": sorted(barred),
            "evidence": list(filing.evidence), "registered": books.now, "accepted": accepted, "due": due,
            "provisional": due_is_provisional(accepted, due, books.calendar), "changed": books.now,
            "state": OPEN if handled_by(books.centre.house, barred | {filing.person}) else REFERRED,
        }  # fmt: skip
        books.execute(sa.insert(complaint).values(row))
        person = filing.person if filing.name else books.seal.close(filing.person)
        side = {"no": no, "person": person, "name": filing.name, "phone": filing.phone}
        books.execute(sa.insert(complainant).values(side))
        books.record("complainant", complainant, no, actor=None if filing.name else "")
        if not filing.name:
            attachments.conceal(books, filing.evidence, person)
        self._note(no, "registered")
        return self.row(no)

    def evidence_since(self, person: str, began: datetime) -> tuple[str, ...]:
        """The first files a person sent since an instant, by the message each came with."""
        mine = (attachment.c.person == person) & (attachment.c.at >= began)
        found = sa.select(attachment.c.id).where(mine).order_by(attachment.c.at, attachment.c.id)
        return tuple(self._books.execute(found.limit(MOST_FILES)).scalars())

    # -- who may read ----------------------------------------------------------------------------------------------
    def kept_from(self, accused: Accused) -> frozenset[str]:
        """Whom these accused keep out today, their stand-ins included (3-C)."""
        return barred_from(accused, self._books.centre.house, self._stand_ins())

    def _stand_ins(self) -> list[tuple[str, str]]:
        books = self._books
        line = books.centre.rota.get(books.centre.duty_day(books.now))
        on_rota = [(line.stand_by, line.officer)] if line and line.stand_by else []
        now = (leave.c.start <= books.now) & (leave.c.end > books.now) & (leave.c.cover_id != "")
        rows = sa.select(leave.c.cover_id, leave.c.person).join(request, request.c.no == leave.c.no)
        return on_rota + [(r.cover_id, r.person) for r in books.execute(rows.where(now, request.c.state == GRANTED))]

    def barred(self, row: Row) -> frozenset[str]:
        """Who must not deal with it: the accused then and now, and who complains, being the other side (3-C, G11)."""
        today = self.kept_from(Accused(tuple(row.people), tuple(row.units)))
        return today | {*row.barred, self._side(row.no).person}

    def handlers(self, row: Row) -> tuple[str, ...]:
        """Who deals with it: the first level above everybody named (3-C)."""
        return handled_by(self._books.centre.house, self.barred(row))

    def days_over(self, row: Row) -> int:
        """Working days past the due one until it was settled, else until now; 0 before (3-C)."""
        until = row.replied or (self._books.now if row.state in UNANSWERED else row.changed)
        first, last = local(row.due).date(), local(until).date()
        return max(0, len(self._books.calendar.working_days(first, last)) - 1)

    def told_when_overdue(self, row: Row, days_over: int) -> tuple[str, ...]:
        """The ladder on that day overdue, nobody barred in it (3-10, 3-C)."""
        barred = self.barred(row)
        told = overdue_told(self._books.centre.house, barred, days_over)
        return tuple(person for person in told if person not in barred)

    def may_open(self, row: Row, viewer: str) -> bool:
        """Whether a colleague may see, find or count it (3-C, 3-D)."""
        circle = {*self.handlers(row), *self.told_when_overdue(row, self.days_over(row))}
        return may_see(viewer, circle, self.barred(row))

    def see(self, no: str, viewer: str) -> Row:
        """The complaint for a colleague who may see it, noted in the audit; else None, as if it did not exist."""
        row = self.row(no)
        if row is None or not self.may_open(row, viewer):
            return None
        self._books.note_line(LOOKED, f"complaint/{no}", "")
        return row

    def complainant(self, no: str, viewer: str) -> Row:
        """Name and phone for a colleague who may see the complaint, noted in the audit; else None (3-D)."""
        if self.see(no, viewer) is None:
            return None
        self._books.note_line(LOOKED, f"complainant/{no}", "")
        return self._side(no)

    def own(self, no: str, person: str) -> Row:
        """The complaint for the one who lodged it; None for anybody else (3-D)."""
        side = self._side(no)
        return self.row(no) if side is not None and may_ask(person, side.person) else None

    def lodged_by(self, person: str) -> list[Row]:
        """A person's own complaints, newest first."""
        rows = sa.select(complaint).join(complainant, complainant.c.no == complaint.c.no)
        mine = complainant.c.person.in_(self._books.names_of(person))
        return list(self._books.execute(rows.where(mine).order_by(complaint.c.no.desc())))

    def listed(self, viewer: str) -> list[Row]:
        """What is not closed and this colleague may see, the most urgent first."""
        rows = sa.select(complaint).where(complaint.c.state.in_((*UNANSWERED, ANSWERED)))
        found = [row for row in self._books.execute(rows.order_by(complaint.c.due)) if self.may_open(row, viewer)]
        self._books.note_line("listed", "complaint", str(len(found)))
        return found

    def reach(self, no: str) -> tuple[str, bool]:
        """Whom answers go to, sealed for the anonymous, and whether a phone was left; never for showing."""
        side = self._side(no)
        return side.person if side.name else self._books.seal.close(side.person), bool(side.phone)

    def unreminded(self) -> list[Row]:
        """What waits for an answer while no clock is set to remind of it (3-10)."""
        clocks = sa.select(timer.c.args).where(timer.c.state == "waiting", timer.c.name == "complaints/remind")
        minded = {args["no"] for args in self._books.execute(clocks).scalars()}
        rows = sa.select(complaint).where(complaint.c.state.in_(UNANSWERED)).order_by(complaint.c.no)
        return [row for row in self._books.execute(rows) if row.no not in minded]

    def leaning(self) -> list[Row]:
        """What waits for an answer by a date that was an expectation, the year's notice being known now (G4)."""
        rows = sa.select(complaint).where(complaint.c.provisional, complaint.c.state.in_(UNANSWERED))
        found, known = self._books.execute(rows.order_by(complaint.c.no)), self._books.calendar
        return [row for row in found if not due_is_provisional(row.accepted, row.due, known)]

    def make_certain(self, row: Row) -> None:
        """Accepted and due by the calendar as it is known now; from here on they stand (3-10, G4)."""
        accepted = accepted_at(row.registered, self._books.calendar)
        due = answer_due(accepted, self._books.calendar, self._books.centre.readings)
        sure = sa.update(complaint).values(accepted=accepted, due=due, provisional=False)
        self._books.execute(sure.where(complaint.c.no == row.no))
        self._note(row.no, "calendar", due.isoformat())

    def row(self, no: str) -> Row:
        """The complaint for clocks and letters; a person's wish to read goes through `see` or `own`."""
        return self._books.execute(sa.select(complaint).where(complaint.c.no == no)).first()

    def _side(self, no: str) -> Any:
        row = self._books.execute(sa.select(complainant).where(complainant.c.no == no)).first()
        return Side(row.no, self._books.seal.open(row.person), row.name, row.phone) if row else None

    # -- handling --------------------------------------------------------------------------------------------------
    def acknowledge(self, no: str) -> bool:
        """Taken in hand by whoever acts; False when somebody was first."""
        return self._move(no, "accepted", (OPEN,), ACCEPTED, handler=self._books.actor)

    def answer(self, no: str, reply: str) -> bool:
        """The reply of the section; False when it was answered, refused or withdrawn before (3-10)."""
        row = self.row(no)
        values = {"reply": reply, "replied": self._books.now, "handler": row.handler or self._books.actor}
        return self._move(no, "answered", UNANSWERED, ANSWERED, reply, **values)

    def put_outside(self, no: str, reason: str) -> bool:
        """Out of scope, with the reason the complainant is told (3-02)."""
        return self._move(no, "outside", UNANSWERED, OUTSIDE, reason, reply=reason, replied=self._books.now)

    def close(self, no: str, finding: str, correction: str, told: str) -> bool:
        """Closed once answered; found true, only with what was put right (3-05, 3-12)."""
        if finding == "upheld" and not correction.strip():
            raise ValueError("a complaint found true needs its correction")
        return self._move(no, "closed", (ANSWERED,), CLOSED, told, finding=finding, correction=correction)

    def sort(self, no: str, subject: str) -> None:
        """Which of the five subjects it is, by its complainant (3-02)."""
        self._books.execute(sa.update(complaint).where(complaint.c.no == no).values(subject=Subject(subject).value))
        self._books.record("sorted", complaint, no, actor=self._signs(no))

    def withdraw(self, no: str) -> bool:
        """Withdrawn by the complainant; False when it was answered or over before."""
        return self._move(no, "withdrawn", WITHDRAWABLE, WITHDRAWN)

    def is_delivered(self, no: str) -> bool:
        """Whether the reply has reached the complainant's account (3-12)."""
        state = sa.select(outbox.c.state).where(outbox.c.key == f"complaint:{no}:reply")
        return bool(self._books.execute(state).scalar() == SENT)

    def last_step(self, no: str) -> Row:
        """The newest entry of its history."""
        mine = sa.select(complaint_step).where(complaint_step.c.no == no)
        return self._books.execute(mine.order_by(complaint_step.c.n.desc()).limit(1)).first()

    def _move(self, no: str, act: str, where: tuple[str, ...], state: str, note: str = "", **values: Any) -> bool:
        books = self._books
        here = (complaint.c.no == no) & complaint.c.state.in_(where)
        changed = sa.update(complaint).where(here).values(state=state, changed=books.now, **values)
        if books.execute(changed).rowcount != 1:
            return False
        self._note(no, act, note)
        if state not in UNANSWERED:
            books.timers.cancel(f"complaint:{no}:")
        return True

    def _note(self, no: str, act: str, note: str = "") -> None:
        last = self.last_step(no)
        row = {"no": no, "n": last.n + 1 if last else 1, "at": self._books.now, "act": act, "note": note,
               "by": "" if act in COMPLAINANTS_OWN else self._books.actor}  # fmt: skip
        self._books.execute(sa.insert(complaint_step).values(row))
        actor = self._signs(no) if act in COMPLAINANTS_OWN else None
        self._books.record(act, complaint, no, actor=actor)
        self._books.record(act, complaint_step, no, row["n"], actor=actor)

    def _signs(self, no: str) -> str | None:
        """In whose name the audit keeps the complainant's own acts: nobody's for the anonymous (3-D)."""
        return None if self._side(no).name else ""

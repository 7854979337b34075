"""A request walks its chain of consents: one row, one row a step; whoever decides it decides the row (G11)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rules.clause import Refusal
from rules.people import Approver, Filled, filled
from storage.schema import Instant, Json, metadata

if TYPE_CHECKING:
    from storage.books import Books

request = sa.Table(
    "request",
    metadata,
    sa.Column("no", sa.Text, primary_key=True),  # public for leave (QJ…), the register's own for outings
    sa.Column("kind", sa.Text, nullable=False),  # leave | outing
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("asked", Instant, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # asked | granted | refused | withdrawn
    sa.Column("step", sa.Integer, nullable=False),  # the one waiting, from 1; 0 = nobody had to consent
    sa.Column("settled", Instant),
    sa.Index("ix_request_person", "person"),
)

request_step = sa.Table(
    "request_step",
    metadata,
    sa.Column("no", sa.Text, sa.ForeignKey("request.no"), primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("clause", sa.Text, nullable=False),
    sa.Column("asked", sa.Text, nullable=False),  # the office the rule asks for
    sa.Column("answers", sa.Text, nullable=False),  # the office that answers: another one where it went up (G11)
    sa.Column("people", Json, nullable=False),
    sa.Column("opened", Instant),
    sa.Column("decision", sa.Text, nullable=False, server_default=""),  # "" | yes | no
    sa.Column("decided_by", sa.Text, nullable=False, server_default=""),
    sa.Column("decided", Instant),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
)

ASKED, GRANTED, REFUSED, WITHDRAWN = "asked", "granted", "refused", "withdrawn"
YES, NO = "yes", "no"


class Requests:
    """The clerk of slips on their way."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    def enter(self, no: str, kind: str, person: str, steps: Sequence[Filled], clause: str) -> str:
        """A new request at its first step; its state. Without steps it is only recorded, so granted (G8)."""
        state = ASKED if steps else GRANTED
        now = self._books.now
        row = {"no": no, "kind": kind, "person": person, "asked": now, "state": state, "step": min(len(steps), 1)}
        self._books.execute(sa.insert(request).values(**row, settled=None if steps else now))
        for n, step in enumerate(steps, 1):
            line = {"no": no, "n": n, "clause": clause, "asked": step.asked, "answers": step.answers}
            opened = now if n == 1 else None
            self._books.execute(sa.insert(request_step).values(**line, people=list(step.people), opened=opened))
            self._books.record("step", request_step, no, n)
        self._books.record("asked", request, no)
        return state

    def get(self, no: str) -> Any:
        """The request of that number, or None."""
        return self._books.execute(sa.select(request).where(request.c.no == no)).first()

    def steps(self, no: str) -> list[Any]:
        """Its steps in order, decided, waiting and to come."""
        return list(self._books.execute(sa.select(request_step).where(request_step.c.no == no).order_by("n")))

    def step(self, no: str, n: int) -> Any:
        """One step, or None."""
        return next((step for step in self.steps(no) if step.n == n), None)

    def refused(self, no: str, n: int, person: str) -> Refusal | None:
        """Why this person may not decide that step now: settled, decided, not yet open, not his, his own (G11)."""
        row, step = self.get(no), self.step(no, n)
        fills = self.deciders(no) if row is not None and row.step == n else ()
        if step is None or person not in (*step.people, *fills) or person not in self._books.centre.staff:
            return Refusal("G11", "not_yours")
        if person == row.person:
            return Refusal("G11", "own")
        if step.decision:
            return Refusal("G11", "decided")
        if row.state != ASKED or row.step != n:
            return Refusal("G11", row.state)
        return None if person in fills else Refusal("G11", "not_yours")

    # -- the roster moves on -----------------------------------------------------------------------------------------
    def deciders(self, no: str) -> tuple[str, ...]:
        """Who may decide the waiting step by today's roster; nobody once the request is settled (G11)."""
        steps = self._filled_now(no)
        return steps[0].people if steps else ()

    def _filled_now(self, no: str) -> tuple[Filled, ...]:
        """What is left of the chain as the roster fills it today, towards the applicant's unit of today."""
        row, steps, books = self.get(no), self.steps(no), self._books
        if row.state != ASKED or row.person not in books.centre.staff:
            return ()
        done = {person for step in steps if step.n < row.step for person in step.people}
        left = [Approver(step.asked) for step in steps if step.n >= row.step]
        unit, officer = books.centre.staff[row.person].unit, books.attendance.officer_of(no)
        return filled(books.centre.house, left, unit, barred={row.person, *done}, duty_officer=officer)

    def refill(self, no: str) -> tuple[str, ...]:
        """Write down who decides what is left by today's roster; those to be asked who were not before (G11)."""
        row, fresh = self.get(no), self._filled_now(no)
        left = [step for step in self.steps(no) if step.n >= row.step]
        if not fresh or [(s.answers, tuple(s.people)) for s in left] == [(s.answers, s.people) for s in fresh]:
            return ()
        for n, step in enumerate(fresh, row.step):
            self._write(no, n, "refilled", asked=step.asked, answers=step.answers, people=list(step.people))
        for step in left[len(fresh) :]:
            here = (request_step.c.no == no) & (request_step.c.n == step.n)
            self._books.execute(sa.delete(request_step).where(here))
            self._books.record("skipped", request_step, no, step.n)
        return tuple(person for person in fresh[0].people if person not in left[0].people)

    def lapse(self, no: str) -> bool:
        """End what nobody has decided because its applicant has left; False where that is not so."""
        row = self.get(no)
        if row.state != ASKED or row.person in self._books.centre.staff:
            return False
        self._change(no, "lapsed", state=WITHDRAWN, settled=self._books.now)
        return True

    def undecided(self) -> list[str]:
        """The numbers of all requests that wait for somebody, oldest first."""
        rows = sa.select(request.c.no).where(request.c.state == ASKED).order_by(request.c.asked, request.c.no)
        return list(self._books.execute(rows).scalars())

    def decide(self, no: str, n: int, person: str, decision: str, reason: str = "") -> Refusal | str:
        """Enter a decision; the request's state after it, or why it changes nothing. The first decision counts."""
        refused = self.refused(no, n, person)
        if refused:
            return refused
        now = self._books.now
        self._write(no, n, decision=decision, decided_by=person, decided=now, reason=reason)
        last = n == len(self.steps(no))
        if decision == YES and not last:
            self._write(no, n + 1, opened=now)
            self._change(no, "forwarded", step=n + 1)
            return ASKED
        return self._settle(no, GRANTED if decision == YES else REFUSED)

    def withdraw(self, no: str, person: str) -> Refusal | None:
        """Take back one's own undecided request; refused where it is another's or settled."""
        row = self.get(no)
        if row is None or row.person != person:
            return Refusal("6-07", "not_yours")
        if row.state != ASKED:
            return Refusal("6-07", str(row.state))
        self._settle(no, WITHDRAWN)
        return None

    def mine(self, person: str, kind: str) -> list[Any]:
        """A person's requests of a kind, newest first."""
        own = (request.c.person == person) & (request.c.kind == kind)
        return list(self._books.execute(sa.select(request).where(own).order_by(request.c.no.desc())))

    def waiting(self, person: str, kind: str) -> list[str]:
        """The numbers of a person's requests of a kind that nobody has decided, newest first."""
        own = (request.c.person == person) & (request.c.kind == kind) & (request.c.state == ASKED)
        return list(self._books.execute(sa.select(request.c.no).where(own).order_by(request.c.asked.desc())).scalars())

    def _settle(self, no: str, state: str) -> str:
        self._change(no, state, state=state, settled=self._books.now)
        return state

    def _change(self, no: str, act: str, **values: Any) -> None:
        self._books.execute(sa.update(request).where(request.c.no == no).values(**values))
        self._books.record(act, request, no)

    def _write(self, no: str, n: int, act: str = "step", **values: Any) -> None:
        here = (request_step.c.no == no) & (request_step.c.n == n)
        self._books.execute(sa.update(request_step).where(here).values(**values))
        self._books.record(act, request_step, no, n)

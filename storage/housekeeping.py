"""What the desk knows of itself: talks left half done, the chain's head, what went wrong."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage import machine
from storage.guesses import guess
from storage.outbox import HUSH, LATE, Letter, letter_of
from storage.schema import instant

if TYPE_CHECKING:
    from storage.books import Books

WORDS_KEPT = timedelta(days=30)  # what was said, and deliveries that might come again
BUTTONS_KEPT = timedelta(days=90)  # what is pressed later is answered with what to say instead
TRIES_KEPT = timedelta(days=1)
OVER = ("done", "cancelled", "expired")  # a timer that failed stays to be seen


class Housekeeping:
    """The clerk of the machine's own rows."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    def half_done(self, before: datetime) -> list[str]:
        """People whose open talks nobody has touched since an instant."""
        rows = sa.select(machine.sitting.c.person).where(machine.sitting.c.touched < before)
        return list(self._books.execute(rows.order_by(machine.sitting.c.person)).scalars())

    def head(self) -> tuple[int, str]:
        """Number and mac of the newest audit line; (0, "") on an empty chain."""
        last = sa.select(machine.audit.c.seq, machine.audit.c.mac).order_by(machine.audit.c.seq.desc()).limit(1)
        row = self._books.execute(last).first()
        return (row.seq, row.mac) if row else (0, "")

    def newest(self) -> datetime | None:
        """When the newest audit line was drawn; None on an empty chain."""
        last = sa.select(machine.audit.c.at).order_by(machine.audit.c.seq.desc()).limit(1)
        at = self._books.execute(last).scalar()
        return instant(at) if at else None

    def began_on(self, day: date) -> bool:
        """Was the chain begun that day (or not yet)?"""
        first = self._books.execute(sa.select(machine.audit.c.at).order_by(machine.audit.c.seq).limit(1)).scalar()
        return first is None or instant(first).date() == day

    def troubles(self, since: datetime) -> dict[str, int]:
        """How many messages were set aside, and letters could not be delivered, since an instant."""
        aside = sa.select(sa.func.count()).where(machine.put_aside.c.at >= since)
        dead = sa.select(sa.func.count()).where(machine.outbox.c.state == machine.DEAD, machine.outbox.c.done >= since)
        return {
            "aside": int(self._books.execute(aside).scalar_one()),
            "dead": int(self._books.execute(dead).scalar_one()),
        }

    def expired(self, since: datetime) -> list[Letter]:
        """Letters whose time was over before they could go out, and of which nobody was told yet."""
        letters, told = machine.outbox, machine.outbox.alias("told")
        late = (letters.c.state == machine.EXPIRED) & (letters.c.note == LATE) & (letters.c.done >= since)
        word = sa.select(told.c.id).where(told.c.key == sa.literal("late:") + sa.cast(letters.c.id, sa.Text))
        rows = sa.select(letters).where(late, letters.c.text != "", ~word.exists()).order_by(letters.c.id)
        return [letter_of(row) for row in self._books.execute(rows)]

    def prune(self, now: datetime, private: str = "") -> None:
        """Delete what nobody needs any more; keys of letters stay for ever, so that none goes out twice.

        What was shown of `private` conversations, and to whom, goes after a day.
        """
        inbox, shown, timer, words = machine.inbox, machine.shown, machine.timer, now - WORDS_KEPT
        hidden = shown.c.means.startswith(private) if private else sa.false()
        undecided = (shown.c.kind == "card") & shown.c.answer.is_(None)
        for gone in (
            sa.delete(inbox).where(inbox.c.at < words),
            sa.delete(shown).where(shown.c.at < now - BUTTONS_KEPT, ~undecided),
            sa.delete(timer).where(timer.c.at < words, timer.c.state.in_(OVER)),
            sa.delete(guess).where(guess.c.at < now - 2 * TRIES_KEPT),
            sa.delete(shown).where(hidden, shown.c.at < now - TRIES_KEPT, ~undecided),
            _silenced(words),
            _hushed(now - TRIES_KEPT),
        ):
            self._books.execute(gone)


def _silenced(before: datetime) -> sa.Update:
    """Letters done with before an instant keep their row and lose their words."""
    letters = machine.outbox.c
    spoken = (letters.text != "") | (letters.labels != "")
    return sa.update(machine.outbox).where(letters.done < before, spoken).values(text="", labels="", file="")


def _hushed(before: datetime) -> sa.Update:
    """Letters of something private, done with before an instant, no longer say to whom they went."""
    letters = machine.outbox.c
    private = letters.flags.contains(HUSH) & (letters.person != "")
    nothing = dict.fromkeys(("text", "labels", "file", "person", "address"), "")
    return sa.update(machine.outbox).where(letters.done < before, private).values(**nothing)

"""What is deleted after its time, and what stays for ever."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from storage_desk import NOW, Desk

from bot.templates import Utterance
from rules.clause import Refusal
from storage import machine
from storage.books import Books, Reply
from storage.guesses import guess

DAY = timedelta(days=1)
pytestmark = pytest.mark.on_both
SAID = Utterance("您的电话是 13900001234", ("好",), ("yes",))


def rows(desk: Desk, table: sa.Table) -> list[Any]:
    return list(desk.connection.execute(sa.select(table)))


def prune(desk: Desk, now: datetime) -> None:
    desk.do(lambda books: books.housekeeping.prune(now), now)


def left(desk: Desk, table: sa.Table, days: int) -> list[Any]:
    """The rows after pruning at the edge, then a second beyond it."""
    prune(desk, NOW + days * DAY)
    assert rows(desk, table) != []
    prune(desk, NOW + days * DAY + timedelta(seconds=1))
    return rows(desk, table)


def posted(books: Books, key: str) -> None:
    books.reply = Reply("citizen:1", "terminal", "1")
    books.outbox.answer(key, SAID)


def mark(desk: Desk, state: str, done: datetime | None) -> None:
    desk.connection.execute(sa.update(machine.outbox).values(state=state, done=done))


def test_a_delivery_is_known_thirty_days(desk: Desk) -> None:
    desk.do(lambda books: books.heard_before("web:1"))
    assert left(desk, machine.inbox, 30) == []


@pytest.mark.parametrize("kind", ["question", "menu"])
def test_what_a_button_meant_is_known_ninety_days(desk: Desk, kind: str) -> None:
    desk.do(lambda books: books.show("citizen:1", kind, "reception/when", SAID))
    assert left(desk, machine.shown, 90) == []


def test_a_card_stays_until_it_is_decided(desk: Desk) -> None:
    token = desk.do(lambda books: books.show("BH022", "card", "attendance/consent", SAID))
    prune(desk, NOW + 900 * DAY)
    assert len(rows(desk, machine.shown)) == 1
    desk.do(lambda books: books.answer_card(token, "同意"))
    prune(desk, NOW + 900 * DAY)
    assert rows(desk, machine.shown) == []


@pytest.mark.parametrize("state", [machine.SENT, machine.EXPIRED, machine.DEAD])
def test_a_letter_loses_its_words_and_keeps_its_key(desk: Desk, state: str) -> None:
    desk.do(lambda books: posted(books, "once"))
    mark(desk, state, NOW)
    prune(desk, NOW + 30 * DAY)
    assert [row.text for row in rows(desk, machine.outbox)] == [SAID.text]
    prune(desk, NOW + 31 * DAY)
    assert [(row.key, row.state, row.text, row.labels) for row in rows(desk, machine.outbox)] == [
        ("once", state, "", "")
    ]
    assert desk.do(lambda books: books.is_posted("once"))


def test_a_letter_that_waits_keeps_its_words(desk: Desk) -> None:
    desk.do(lambda books: posted(books, "once"))
    prune(desk, NOW + 900 * DAY)
    assert [row.text for row in rows(desk, machine.outbox)] == [SAID.text]


@pytest.mark.parametrize(("state", "kept"), [("done", 0), ("cancelled", 0), ("failed", 1), ("waiting", 1)])
def test_timers_that_are_over_go(desk: Desk, state: str, kept: int) -> None:
    desk.do(lambda books: books.timers.set("t", NOW, "duty/rung"))
    desk.connection.execute(sa.update(machine.timer).values(state=state))
    assert len(left(desk, machine.timer, 30)) == kept


def test_wrong_tries_go_after_two_days(desk: Desk) -> None:
    assert desk.do(lambda books: books.roster.redeem("web", "a", "WRONG")) == Refusal("5-01", "wrong_code")
    assert left(desk, guess, 2) == []


def test_the_chain_stays_whole(desk: Desk) -> None:
    desk.do(lambda books: books.roster.put_on_duty(NOW.date(), "BH022"))
    desk.do(lambda books: books.note_message("web:1"))
    before = rows(desk, machine.audit)
    prune(desk, NOW + 900 * DAY)
    assert rows(desk, machine.audit) == before
    assert desk.faults() == []

"""一㈠1⑴、二㈢1、二㈢4, clause by clause."""

from datetime import date, datetime, timedelta

import pytest

from rules.calendar import ZONE, Calendar
from rules.consulting import (
    SPOKEN_OF,
    adoption_refused,
    approvers,
    chase_check,
    days_refused,
    holds_until,
    is_due,
    keeping_refused,
    still_spoken_of,
)
from rules.people import House, Person, Role, Unit, UnitKind
from rules.readings import Readings

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
HEAD = Person("h", "甲", Role.WINDOW_HEAD, "huji")
STAFF = Person("s", "乙", Role.WINDOW_STAFF, "huji")
OTHER = Person("o", "丙", Role.WINDOW_HEAD, "shebao")
DEPUTY = Person("d", "丁", Role.DEPUTY_DIRECTOR, "leaders", ("windows_floor_1",))
CHIEF = Person("c", "戊", Role.SECTION_HEAD, "shenpi")
HOUSE = House(
    (HEAD, STAFF, OTHER, DEPUTY, CHIEF),
    (Unit("huji", "户籍", UnitKind.WINDOW, 1), Unit("empty", "空", UnitKind.WINDOW, 1), Unit("shenpi", "审批",
     UnitKind.APPROVAL)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("day", "due"),
    [(date(2026, 11, 23), False), (date(2027, 5, 22), False), (date(2027, 5, 23), True)],
    ids=["2-03 today", "2-03 the 180th day", "1-03 the day after"],
)
def test_an_entry_holds_180_days(day: date, due: bool) -> None:
    assert holds_until(NINE.date()) == date(2027, 5, 22)
    assert is_due(NINE.date(), day) is due
    assert is_due(NINE.date(), date(2026, 11, 24), Readings(entry_holds_days=0))


def test_a_silent_window_is_asked_again_then_its_head() -> None:
    """2-03, G6: one working day each, and the weekend does not count."""
    friday = datetime(2026, 11, 27, 9, 0, tzinfo=ZONE)
    assert [step.at for step in chase_check(friday, Calendar())] == [
        datetime(2026, 11, 30, 9, 0, tzinfo=ZONE),
        datetime(2026, 12, 1, 9, 0, tzinfo=ZONE),
    ]


@pytest.mark.parametrize(
    ("window", "reading", "who"),
    [
        ("huji", "head", ("h",)),
        ("huji", "window", ("h", "s")),
        ("huji", "approval", ("c",)),
        ("empty", "head", ("d",)),
        ("empty", "window", ("d",)),
    ],
    ids=["2-03 the head", "2-03 anybody there", "2-03 approval", "2-03 nobody there", "2-03 nobody there either"],
)
def test_whose_word_counts(window: str, reading: str, who: tuple[str, ...]) -> None:
    assert approvers(HOUSE, window, Readings(entry_approver=reading)) == who


@pytest.mark.parametrize(
    ("person", "window", "refused"),
    [(HEAD, "huji", None), (STAFF, "huji", None), (OTHER, "huji", "not_your_window"), (DEPUTY, "empty", None),
     (DEPUTY, "huji", "not_your_window")],
    ids=["2-03 head", "2-03 staff", "2-03 another window", "2-03 who approves", "2-03 a deputy of a manned window"],
)  # fmt: skip
def test_who_keeps_an_entry(person: Person, window: str, refused: str | None) -> None:
    found = keeping_refused(person, window, HOUSE)
    assert (found.why if found else None) == refused


def test_no_window_promises_more_days_than_the_law_gives() -> None:
    """2-03"""
    assert days_refused(21, 20) is not None
    assert days_refused(20, 20) is None
    assert days_refused(21, None) is None
    assert days_refused(None, 20) is None


def test_a_short_question_is_about_what_was_told_last() -> None:
    """1-03"""
    minute = timedelta(minutes=1)
    assert still_spoken_of(NINE, None, NINE + SPOKEN_OF)
    assert not still_spoken_of(NINE, None, NINE + SPOKEN_OF + minute)
    assert still_spoken_of(NINE, NINE - minute, NINE)
    assert not still_spoken_of(NINE, NINE, NINE)


@pytest.mark.parametrize(
    ("bounces", "question", "window", "why"),
    [(1, "门口铁家伙上名", "huji", None), (0, "门口铁家伙上名", "huji", "was_placed"),
     (1, "多少钱", "huji", "too_short"), (1, "门口铁家伙上名", "", "no_window")],
    ids=["2-07 a riddle", "2-07 no riddle", "2-07 too short", "2-07 whose"],
)  # fmt: skip
def test_what_may_become_an_answer(bounces: int, question: str, window: str, why: str | None) -> None:
    found = adoption_refused(bounces, question, window)
    assert (found.why if found else None) == why

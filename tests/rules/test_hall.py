"""1-10, 2-04: the line in the hall, who may check in, whom nobody calls a no-show."""

from datetime import datetime

import pytest

from rules.calendar import ZONE, Calendar
from rules.clause import Refusal
from rules.hall import (
    Outcome,
    Turn,
    absence_of,
    check_in_refused,
    lacking_refused,
    limits_after,
    line_of,
    minutes_to_wait,
    unnoted_asked,
    walk_in_refused,
)
from rules.readings import Readings
from rules.reception import BookingLimits


def t(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "now", "why"),
    [
        pytest.param("23T11:00", "23T07:50", None, id="1-10 early the same day"),
        pytest.param("23T11:00", "23T17:29", None, id="1-10 late the same day"),
        pytest.param("23T11:00", "23T17:30", "hall_closed", id="1-10 after closing"),
        pytest.param("24T11:00", "23T10:00", "another_day", id="1-10 a day early"),
        pytest.param("23T11:00", "24T10:00", "day_over", id="1-10 a day late"),
        pytest.param("22T11:00", "22T11:00", "hall_closed", id="1-10 on a Sunday"),
    ],
)
def test_who_may_check_in(start: str, now: str, why: str | None) -> None:
    refused = check_in_refused(t(start), t(now), Calendar())
    assert (refused.why if refused else None) == why


@pytest.mark.parametrize(
    ("turns", "order"),
    [
        pytest.param({"a": ("10:30", "09:50"), "b": ("10:00", "09:55")}, "ba", id="1-10 early keeps the booked order"),
        pytest.param({"a": ("10:00", "10:15"), "b": ("10:10", "10:05")}, "ab", id="1-10 within the grace"),
        pytest.param({"a": ("10:00", "10:16"), "b": ("10:10", "10:05")}, "ba", id="1-10 beyond it"),
        pytest.param(
            {"w": (None, "08:31"), "a": ("11:00", "10:59")}, "aw", id="1-10 without a booking after the booked"
        ),
        pytest.param({"w": (None, "11:50"), "a": ("14:00", "11:40")}, "wa", id="1-10 of their session"),
        pytest.param({"b": (None, "09:01"), "a": (None, "09:00")}, "ab", id="1-10 then as they came"),
        pytest.param({"a": ("17:00", "17:40"), "b": (None, "17:31")}, "ba", id="1-10 after closing by time"),
    ],
)
def test_the_order_of_the_line(turns: dict[str, tuple[str | None, str]], order: str) -> None:
    here = [Turn(no, t(f"23T{due}") if due else None, t(f"23T{came}")) for no, (due, came) in turns.items()]
    assert "".join(turn.no for turn in line_of(here, Calendar())) == order


def test_the_wait_is_told_from_what_one_takes() -> None:
    assert minutes_to_wait(2, 30, 2) == 30
    assert minutes_to_wait(3, 20, 3) == 21
    assert minutes_to_wait(2, 0, 0, Readings(minutes_per_visit=5)) == 10
    assert minutes_to_wait(5, 0, 0, Readings(minutes_per_visit=10), counters=3) == 17
    assert minutes_to_wait(2, 30, 2, counters=3) == 30, "what is published is said of all its counters"


def test_1_10_what_nobody_noted_is_asked_again_then_of_the_head_too() -> None:
    assert [unnoted_asked(n) for n in (1, 2, 3, 9)] == [("window",), ("window",), *[("window", "head")] * 2]


@pytest.mark.parametrize(
    ("wait", "now", "why"),
    [
        pytest.param(30, "23T09:00", None, id="1-10 room"),
        pytest.param(10, "23T17:10", None, id="1-10 just"),
        pytest.param(11, "23T17:10", "no_time_left", id="1-10 no room"),
        pytest.param(0, "23T17:30", "hall_closed", id="1-10 closed"),
        pytest.param(0, "22T10:00", "hall_closed", id="1-10 Sunday"),
        pytest.param(60, "23T11:50", None, id="1-10 lunch is no wait"),
    ],
)
def test_who_may_wait_without_a_booking(wait: int, now: str, why: str | None) -> None:
    refused = walk_in_refused(wait, 10, t(now), Calendar())
    assert (refused.why if refused else None) == why


@pytest.mark.parametrize(
    ("due", "came", "now", "was_open", "found"),
    [
        pytest.param("10:00", None, "10:15", True, Outcome.MISSED, id="1-10 missed"),
        pytest.param("10:00", None, "10:14", True, Refusal("1-10", "not_yet_missed"), id="1-10 too early to say"),
        pytest.param("10:00", None, "10:15", False, Refusal("1-10", "window_failed"), id="1-10 the window failed"),
        pytest.param("10:00", "10:05", "16:00", True, Outcome.LEFT, id="1-10 checked in is never a no-show"),
        pytest.param(None, "10:05", "16:00", True, Outcome.LEFT, id="1-10 nor who had no booking"),
    ],
)
def test_what_not_coming_is(
    due: str | None, came: str | None, now: str, was_open: bool, found: Outcome | Refusal
) -> None:
    instants = [t(f"23T{one}") if one else None for one in (due, came)]
    assert absence_of(*instants, t(f"23T{now}"), was_open) == found


def test_what_follows_from_several_missed() -> None:
    limits = BookingLimits()
    assert limits_after(9, limits) == limits
    strict = Readings(missed_means="one_open")
    assert limits_after(2, limits, strict) == limits
    assert limits_after(3, limits, strict).open_per_person == 1


def test_what_is_missing_is_named() -> None:
    assert lacking_refused(()) == lacking_refused(("", " ")) == Refusal("2-04", "lacking_unnamed")
    assert lacking_refused(("照片",)) is None

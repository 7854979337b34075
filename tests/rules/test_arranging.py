"""一㈠3⑵⑶, clause by clause."""

from datetime import datetime

import pytest

from rules.arranging import Chase, answer_refused, chase, lapses, offer_refused, wished_session
from rules.calendar import ZONE, Calendar
from rules.readings import Readings
from rules.reception import Slot

CALENDAR = Calendar()


def when(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("asked", "head", "phone", "feedback"),
    [
        ("11-23T09:00", "11-23T10:00", "11-23T15:00", "11-23T17:30"),
        ("11-23T11:30", "11-23T14:30", "11-23T17:30", "11-23T17:30"),
        ("11-27T17:00", "11-30T09:00", "11-30T12:00", "11-30T17:30"),
        ("11-28T10:00", "11-30T09:30", "11-30T14:30", "11-30T17:30"),
        ("02-13T17:00", "02-14T09:00", "02-14T12:00", "02-14T17:30"),
    ],
)
def test_chase_1_09(asked: str, head: str, phone: str, feedback: str) -> None:
    """1-09: counted in working time, make-up days included; 1-11: feedback by closing."""
    rungs = {step.rung: step.at for step in chase(when(asked), CALENDAR)}
    assert rungs == {Chase.HEAD: when(head), Chase.PHONE: when(phone), Chase.FEEDBACK: when(feedback)}


def test_chase_follows_the_centres_own_minutes() -> None:
    quick = Readings(window_seen_minutes=10, window_answer_minutes=20)
    assert [step.at for step in chase(when("11-23T09:00"), CALENDAR, quick)][:2] == [
        when("11-23T09:10"), when("11-23T09:20"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "held"),
    [
        ("11-24T08:30", "11-24T17:30", "11-24T08:30"),
        ("11-24T14:00", "11-24T17:30", "11-24T14:00"),
        ("11-24T11:30", "11-24T11:30", "11-24T08:30"),
        ("11-24T12:30", "11-24T12:30", None),
        ("11-28T08:30", "11-28T17:30", None),
    ],
)
def test_wished_session_1_10(start: str, end: str, held: str | None) -> None:
    assert wished_session(Slot(when(start), when(end)), CALENDAR) == (when(held) if held else None)


def test_no_wish_no_session_1_10() -> None:
    assert wished_session(None, CALENDAR) is None


@pytest.mark.parametrize(
    ("start", "papers", "why"),
    [
        ("11-24T09:00", ("身份证",), None),
        ("11-23T08:00", ("身份证",), "offer_past"),
        ("11-28T09:00", ("身份证",), "offer_closed"),
        ("11-24T12:30", ("身份证",), "offer_closed"),
        ("11-24T09:00", (), "papers_missing"),
    ],
)
def test_offer_refused_1_10(start: str, papers: tuple[str, ...], why: str | None) -> None:
    refused = offer_refused(when(start), papers, when("11-23T09:00"), CALENDAR)
    assert (refused.why if refused else None) == why


@pytest.mark.parametrize(
    ("offered", "newest", "waits", "why"), [(1, 1, True, None), (1, 2, True, "offer_old"), (1, 1, False, "offer_over")]
)
def test_answer_refused_1_10(offered: int, newest: int, waits: bool, why: str | None) -> None:
    refused = answer_refused(offered, newest, waits)
    assert (refused.why if refused else None) == why


def test_lapses_1_10() -> None:
    assert lapses(when("11-24T09:00")) == when("11-24T07:00")
    assert lapses(when("11-24T09:00"), Readings(offer_lapses_minutes=30)) == when("11-24T08:30")

"""1-10, 2-03: which places fit a first matter on one visit, and one list of papers for both."""

from datetime import datetime, timedelta

import pytest

from rules.calendar import ZONE, Calendar
from rules.reception import Slot
from rules.together import Paper, papers_together, same_trip


def slot(text: str) -> Slot:
    start = datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZONE)
    return Slot(start, start + timedelta(minutes=30))


@pytest.mark.parametrize(
    ("free", "offered"),
    [
        pytest.param(
            ("24T11:00", "24T08:30", "24T09:30"), ("24T09:30", "24T08:30", "24T11:00"), id="1-10 nearest first"
        ),
        pytest.param(("24T09:00", "24T09:15", "24T08:45"), (), id="1-10 never at the same time"),
        pytest.param(("24T14:00", "24T11:00"), ("24T11:00",), id="1-10 the same session"),
        pytest.param(("24T15:00", "24T14:00"), ("24T14:00", "24T15:00"), id="1-10 else the same day"),
        pytest.param(("25T09:30", "23T09:30"), (), id="1-10 never another day"),
    ],
)
def test_what_fits_the_first_matter(free: tuple[str, ...], offered: tuple[str, ...]) -> None:
    assert same_trip(slot("24T09:00"), map(slot, free), Calendar()) == tuple(map(slot, offered))


def test_2_03_one_list_for_both() -> None:
    together = papers_together((("身份证", "照片"), ("户口簿", "身份证")))
    assert together == (Paper("身份证", 2), Paper("照片", 1), Paper("户口簿", 1))

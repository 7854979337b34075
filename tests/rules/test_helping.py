"""1-06: who is told of a need, and how long it is kept."""

from datetime import date, datetime

import pytest

from rules.calendar import ZONE
from rules.helping import forgotten, help_refused, told_at_once

NOW = datetime(2026, 11, 23, 12, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "why"),
    [
        pytest.param(None, "no_time", id="1-06 nothing agreed yet"),
        pytest.param(datetime(2026, 11, 22, 9, tzinfo=ZONE), "over", id="1-06 yesterday"),
        pytest.param(datetime(2026, 11, 23, 9, tzinfo=ZONE), None, id="1-06 earlier today, still in the house"),
        pytest.param(datetime(2026, 11, 24, 9, tzinfo=ZONE), None, id="1-06 tomorrow"),
    ],
)
def test_when_help_can_be_asked_for(start: datetime | None, why: str | None) -> None:
    refused = help_refused(start, NOW)
    assert (refused.why if refused else None) == why


@pytest.mark.parametrize(
    ("day", "out", "at_once"),
    [
        pytest.param(24, False, False, id="1-06 the notice will say it"),
        pytest.param(24, True, True, id="1-06 the notice is out"),
        pytest.param(23, False, True, id="1-06 today"),
    ],
)
def test_whom_the_notice_does_not_tell_any_more(day: int, out: bool, at_once: bool) -> None:
    assert told_at_once(date(2026, 11, day), NOW.date(), out) is at_once


@pytest.mark.parametrize(("day", "gone"), [(None, True), (22, True), (23, False), (24, False)])
def test_1_06_a_need_is_kept_no_longer_than_its_day(day: int | None, gone: bool) -> None:
    assert forgotten(date(2026, 11, day) if day else None, NOW.date()) is gone

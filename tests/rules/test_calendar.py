from datetime import date, datetime, time, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.calendar import ZONE, Calendar, Session, local
from rules.holidays import NOTICES, Notice

CALENDAR = Calendar()
DAYS = st.dates(date(2004, 3, 1), date(2026, 11, 30))
INSTANTS = st.datetimes(datetime(2004, 3, 1), datetime(2026, 11, 30), timezones=st.just(ZONE)).map(
    lambda instant: instant.replace(second=0, microsecond=0)
)


def when(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize("year", range(2004, 2027))
def test_every_official_day_is_as_published(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    days = [day for day in days if day.year == year]
    assert [CALENDAR.is_working(day) for day in days] == [chinese_calendar.is_workday(day) for day in days]
    assert NOTICES[year].official
    assert not CALENDAR.is_provisional(days[0])


def test_the_last_official_year_is_known() -> None:
    assert CALENDAR.last_noticed_year == 2026
    assert Calendar(notices={2027: Notice(frozenset(), frozenset(), official=False)}).last_noticed_year == 0


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2027-01-04", True),
        ("2027-01-01", False),
        ("2027-01-02", False),
        ("2027-05-03", True),
        ("2027-10-01", False),
        ("2027-02-08", True),
    ],
)
def test_a_year_not_yet_announced_is_monday_to_friday_but_for_fixed_festivals(day: str, works: bool) -> None:
    assert CALENDAR.is_working(date.fromisoformat(day)) is works
    assert CALENDAR.is_provisional(date.fromisoformat(day))


def test_a_notice_makes_a_year_official_and_an_expectation_does_not() -> None:
    closed, made_up = "0205-0212", "0213"
    table = {**NOTICES, 2027: Notice.of(2027, closed=closed, made_up=made_up)}
    known = Calendar(notices=table)
    expected = Calendar(notices={2027: Notice.of(2027, closed=closed, made_up=made_up, official=False)})
    assert known.is_working(date(2027, 2, 13)) and not known.is_working(date(2027, 2, 8))
    assert not known.is_provisional(date(2027, 2, 8))
    assert expected.is_provisional(date(2027, 2, 8))


@pytest.mark.parametrize(
    ("first", "last", "leans"),
    [
        ("2026-12-01", "2026-12-31", False),
        ("2026-12-25", "2027-01-04", True),
        ("2027-01-04", "2027-01-04", True),
        ("2003-12-31", "2005-01-01", True),
    ],
)
def test_a_count_says_when_it_leans_on_a_provisional_year(first: str, last: str, leans: bool) -> None:
    assert CALENDAR.leans_on_provisional(date.fromisoformat(first), date.fromisoformat(last)) is leans


def test_the_centre_own_days_outrank_the_notices() -> None:
    sunday, monday = date(2026, 11, 22), date(2026, 11, 23)
    own = Calendar(closures=frozenset({monday}), extra_days=frozenset({sunday, monday}))
    assert own.is_working(sunday)
    assert not own.is_working(monday)
    assert own.sessions_on(monday) == ()
    assert own.next_working_day(date(2026, 11, 20)) == sunday
    assert own.next_working_day(sunday) == date(2026, 11, 24)


def test_a_day_may_keep_its_own_hours() -> None:
    day = date(2026, 11, 23)
    short = Calendar(day_sessions={day: (Session("am", time(9), time(11)),)})
    assert short.opening(day) == when("2026-11-23 09:00")
    assert short.closing(day) == when("2026-11-23 11:00")
    assert short.minutes_of(day) == 120
    assert short.minutes_of(date(2026, 11, 24)) == 420
    assert hash(short) == hash(CALENDAR)


@pytest.mark.parametrize(
    "sessions",
    [(), (Session("am", time(12), time(8)),), (Session("am", time(8), time(12)), Session("pm", time(11), time(17)))],
)
def test_hours_that_make_no_day_are_refused_when_configured(sessions: tuple[Session, ...]) -> None:
    with pytest.raises(ValueError, match="sessions"):
        Calendar(sessions=sessions)


@pytest.mark.parametrize(
    ("day", "n", "then"),
    [
        pytest.param("2026-09-18", 1, "2026-09-20", id="Friday before a worked Sunday"),
        pytest.param("2026-09-28", 5, "2026-10-10", id="over National Day to the worked Saturday"),
        pytest.param("2026-02-14", 1, "2026-02-24", id="ten days of Spring Festival"),
        pytest.param("2026-11-27", 1, "2026-11-30", id="weekend"),
        pytest.param("2026-12-31", 1, "2027-01-04", id="into a provisional year"),
    ],
)
def test_next_and_previous_working_day(day: str, n: int, then: str) -> None:
    assert CALENDAR.next_working_day(date.fromisoformat(day), n) == date.fromisoformat(then)
    assert CALENDAR.previous_working_day(date.fromisoformat(then), n) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        pytest.param("2026-11-23 11:00", "2026-11-23 15:00", 120, id="G12 lunch is not counted"),
        pytest.param("2026-11-23 08:30", "2026-11-23 17:30", 420, id="a day"),
        pytest.param("2026-11-27 17:00", "2026-11-30 09:00", 60, id="over a weekend"),
        pytest.param("2026-11-28 08:30", "2026-11-28 17:30", 0, id="a Saturday"),
        pytest.param("2026-11-23 15:00", "2026-11-23 11:00", 0, id="backwards"),
        pytest.param("2026-11-24 15:00", "2026-11-23 11:00", 0, id="backwards over a night"),
        pytest.param("2026-11-23 12:00", "2026-11-23 14:00", 0, id="lunch"),
        pytest.param("2026-09-20 00:00", "2026-09-21 00:00", 420, id="G4 a worked Sunday"),
    ],
)
def test_working_minutes(start: str, end: str, minutes: int) -> None:
    assert CALENDAR.working_minutes(when(start), when(end)) == minutes


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        pytest.param("2026-11-23 11:00", 60, "2026-11-23 12:00", id="to the end of the morning"),
        pytest.param("2026-11-23 11:00", 61, "2026-11-23 14:01", id="over lunch"),
        pytest.param("2026-11-27 17:15", 15, "2026-11-27 17:30", id="to closing"),
        pytest.param("2026-11-27 17:15", 16, "2026-11-30 08:31", id="over a weekend"),
        pytest.param("2026-11-28 10:00", 0, "2026-11-30 08:30", id="nothing, from a Saturday"),
        pytest.param("2026-11-23 12:30", 15, "2026-11-23 14:15", id="from lunch"),
        pytest.param("2026-11-23 08:30", 900, "2026-11-25 09:30", id="over days"),
    ],
)
def test_add_working_minutes(start: str, minutes: int, end: str) -> None:
    assert CALENDAR.add_working_minutes(when(start), minutes) == when(end)


@pytest.mark.parametrize(
    ("instant", "next_open"),
    [
        pytest.param("2026-11-23 08:29", "2026-11-23 08:30", id="before opening"),
        pytest.param("2026-11-23 08:30", None, id="opening"),
        pytest.param("2026-11-23 11:59", None, id="last minute of the morning"),
        pytest.param("2026-11-23 12:00", "2026-11-23 14:00", id="noon"),
        pytest.param("2026-11-23 17:30", "2026-11-24 08:30", id="closing"),
        pytest.param("2026-09-30 18:00", "2026-10-08 08:30", id="holiday"),
    ],
)
def test_open_and_next_open(instant: str, next_open: str | None) -> None:
    assert CALENDAR.is_open(when(instant)) is (next_open is None)
    assert CALENDAR.next_open(when(instant)) == when(next_open or instant)


def test_a_closed_day_keeps_its_usual_hours_for_reference() -> None:
    assert CALENDAR.opening(date(2026, 11, 22)) == when("2026-11-22 08:30")
    assert CALENDAR.closing(date(2026, 11, 22)) == when("2026-11-22 17:30")


def test_other_zones_are_read_on_the_centre_clock_and_naive_times_refused() -> None:
    assert CALENDAR.is_open(datetime.fromisoformat("2026-11-23T00:30:00+00:00"))
    assert local(datetime.fromisoformat("2026-11-22T17:00:00+00:00")).date() == date(2026, 11, 23)
    with pytest.raises(ValueError, match="naive"):
        CALENDAR.is_open(datetime(2026, 11, 23, 9, 0))


@settings(deadline=None, max_examples=60)
@given(DAYS, st.integers(1, 30))
def test_the_nth_working_day_ends_n_working_days(day: date, n: int) -> None:
    then = CALENDAR.next_working_day(day, n)
    assert len(CALENDAR.working_days(day + timedelta(days=1), then)) == n
    assert CALENDAR.is_working(then)


@settings(deadline=None, max_examples=60)
@given(DAYS)
def test_previous_undoes_next(day: date) -> None:
    if CALENDAR.is_working(day):
        assert CALENDAR.previous_working_day(CALENDAR.next_working_day(day)) == day


@settings(deadline=None, max_examples=60)
@given(INSTANTS, st.integers(1, 5000))
def test_minutes_added_are_minutes_counted(start: datetime, minutes: int) -> None:
    end = CALENDAR.add_working_minutes(start, minutes)
    assert CALENDAR.working_minutes(start, end) == minutes


@settings(deadline=None, max_examples=60)
@given(INSTANTS, st.integers(0, 60_000), st.integers(0, 60_000))
def test_working_minutes_add_up(first: datetime, one: int, two: int) -> None:
    middle = first + timedelta(minutes=one)
    last = middle + timedelta(minutes=two)
    parts = CALENDAR.working_minutes(first, middle) + CALENDAR.working_minutes(middle, last)
    assert CALENDAR.working_minutes(first, last) == parts


@settings(deadline=None, max_examples=60)
@given(INSTANTS)
def test_next_open_is_open_and_nothing_opens_before_it(instant: datetime) -> None:
    opens = CALENDAR.next_open(instant)
    assert CALENDAR.is_open(opens)
    assert CALENDAR.working_minutes(instant, opens) == 0

"""Each day from 2024 to 2030: what follows from the calendar holds on all, year's ends and make-up days included."""

from datetime import date, time, timedelta
from itertools import pairwise

from rules.calendar import Calendar, at, local
from rules.complaints import accepted_at, answer_due, next_reminder
from rules.reception import booking_reminders, eve_notice, next_duty_day, notice_ladder, quiet_until
from tests.faults.promises import kept

CALENDAR = Calendar()
FIRST, LAST = date(2024, 1, 1), date(2030, 12, 31)
DAY = timedelta(days=1)
DAYS = [FIRST + DAY * n for n in range((LAST - FIRST).days + 1)]


def held(promise: str, broken: list[date]) -> None:
    kept(f"every day 2024-2030: {promise}", tried=len(DAYS), broken=len(broken))
    assert broken == []


def test_the_next_duty_day_is_the_first_working_one_and_every_one_is_announced_once() -> None:
    working = [day for day in DAYS if CALENDAR.is_working(day)]
    announced = [next_duty_day(day, CALENDAR) for day in working]
    assert announced[:-1] == working[1:]
    held("next duty day", [day for day in DAYS if not day < next_duty_day(day, CALENDAR) <= day + DAY * 12])


def test_the_ladder_ends_before_the_duty_day_begins() -> None:
    broken = []
    for day in DAYS:
        rungs = [rung.at for rung in notice_ladder(day, CALENDAR)]
        eve, opening = eve_notice(day, CALENDAR), CALENDAR.opening(next_duty_day(day, CALENDAR))
        rungs += [eve.at] if eve else []
        if not (rungs == sorted(rungs) and local(rungs[0]).date() == day and rungs[-1] < opening):
            broken.append(day)
    held("the ladder of notices", broken)


def test_a_complaint_has_five_working_days_and_three_reminders() -> None:
    broken = []
    for day in DAYS:
        accepted = accepted_at(at(day, time()) + timedelta(hours=13), CALENDAR)
        due = answer_due(accepted, CALENDAR)
        between = CALENDAR.working_days(local(accepted).date() + DAY, local(due).date())
        coming, instant = [], accepted
        while (following := next_reminder(due, instant, CALENDAR)).at < due:
            coming.append(following.at)
            instant = following.at
        if not (len(between) == 5 and len(coming) == 3 and due == CALENDAR.closing(between[-1]) and due > accepted):
            broken.append(day)
    held("five working days", broken)


def test_working_time_adds_up_from_any_hour() -> None:
    broken = []
    for n, day in enumerate(DAYS[:-14]):
        start = at(day, time()) + timedelta(minutes=(n * 613) % 1440)
        end = CALENDAR.add_working_minutes(start, 30 + n % 900)
        if CALENDAR.working_minutes(start, end) != 30 + n % 900 or not start <= end:
            broken.append(day)
    held("working minutes", broken)


def test_nothing_is_pushed_at_night_and_nothing_is_held_for_ever() -> None:
    broken = []
    for day in DAYS:
        for hour in (0, 7, 8, 12, 20, 21, 23):
            asked = at(day, time()) + timedelta(hours=hour, minutes=59)
            out = quiet_until(CALENDAR, asked)
            by_day = 8 <= local(out).hour < 21 and CALENDAR.is_working(local(out).date())
            if not (by_day and asked <= out <= asked + DAY * 12):
                broken.append(day)
    held("quiet hours", broken)


def test_a_booking_is_reminded_of_at_most_twice_always_before_it_begins() -> None:
    broken = []
    for day in filter(CALENDAR.is_working, DAYS):
        start = CALENDAR.opening(day)
        coming = booking_reminders(start, start - DAY * 8)
        if not (len(coming) in (1, 2) and all(instant < start for instant in coming)):
            broken.append(day)
    held("reminders of bookings", broken)


def test_a_day_has_twenty_four_hours_and_one_offset() -> None:
    """Asia/Shanghai has had no summer time since 1991: instants and civil time never part."""
    midnights = [at(day, time()) for day in (*DAYS, LAST + DAY)]
    lengths = zip(DAYS, pairwise(midnights), strict=True)
    held("one offset", [day for day, (begins, ends) in lengths if ends.timestamp() - begins.timestamp() != 86400])

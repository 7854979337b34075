from dataclasses import replace
from datetime import date, datetime, time

import pytest

from rules.calendar import ZONE, Calendar
from rules.clause import Refusal
from rules.people import House, Person, Post, Role, Unit, UnitKind
from rules.readings import Readings
from rules.reception import (
    BookingLimits,
    DutyDay,
    DutyNotice,
    Heading,
    Push,
    Rung,
    Slot,
    bookable_days,
    booking_reminders,
    cancel_refused,
    confirmation_refused,
    eve_notice,
    handover_done,
    handover_refused,
    in_duty_pool,
    limits_refused,
    log_refused,
    next_duty_day,
    notice_ladder,
    officer_of,
    open_slots,
    quiet_until,
    registration_refused,
    slot_refused,
    slots_on,
    uncovered_days,
)

CALENDAR = Calendar()
LIMITS = BookingLimits()
CLERK = Post("W2", Role.WINDOW_STAFF, "tax", posted=2, is_window=True, present=2)
HOUSE = House(
    (
        Person("S2", "watcher", Role.SECTION_STAFF, "watch"),
        Person("S1", "head of watch", Role.SECTION_HEAD, "watch"),
    ),
    (Unit("watch", "supervision", UnitKind.SUPERVISION),),
)
WHOLE: dict[str, tuple[str, ...]] = {str(heading): ("noted",) for heading in Heading}


def when(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("post", "fit", "fit_if_all"),
    [
        pytest.param(CLERK, True, True, id="1-01 a window of two"),
        pytest.param(replace(CLERK, role=Role.WINDOW_HEAD), True, True, id="1-01 heads included"),
        pytest.param(replace(CLERK, posted=1), False, True, id="1-01 a one-person window"),
        pytest.param(replace(CLERK, is_window=False), False, False, id="1-01 not a window"),
    ],
)
def test_pool(post: Post, fit: bool, fit_if_all: bool) -> None:
    assert in_duty_pool(post) is fit
    assert in_duty_pool(post, Readings(duty_pool="all_windows")) is fit_if_all


def test_1_01_holes_in_the_rota_are_named_make_up_days_too() -> None:
    rota = (DutyDay(day("09-18"), "A"), DutyDay(day("09-21"), "", "B"))
    assert uncovered_days(rota, day("09-18"), day("09-21"), CALENDAR) == (day("09-20"), day("09-21"))


@pytest.mark.parametrize(
    ("row", "away", "officer"),
    [
        pytest.param(DutyDay(day("11-24"), "A", "B"), (), "A", id="1-01 the officer"),
        pytest.param(DutyDay(day("11-24"), "A", "B"), ("A",), "B", id="1-01 the stand-by"),
        pytest.param(DutyDay(day("11-24"), "", "B"), (), "B", id="1-01 a hole with a stand-by"),
        pytest.param(DutyDay(day("11-24"), "A"), ("A",), "S1", id="1-01 no stand-by: head of supervision"),
        pytest.param(None, (), "S1", id="1-01 no row: head of supervision"),
        pytest.param(None, ("S1",), "S2", id="1-01 the head away too"),
        pytest.param(None, ("S1", "S2"), None, id="1-01 nobody"),
    ],
)
def test_officer(row: DutyDay | None, away: tuple[str, ...], officer: str | None) -> None:
    assert officer_of(row, HOUSE, away) == officer


@pytest.mark.parametrize(
    ("today", "tomorrow"),
    [
        pytest.param("09-18", "09-20", id="1-21 Friday tells the worked Sunday"),
        pytest.param("11-27", "11-30", id="1-21 Friday tells Monday"),
        pytest.param("02-14", "02-24", id="1-21 before Spring Festival"),
        pytest.param("10-09", "10-10", id="1-21 Friday tells the worked Saturday"),
    ],
)
def test_next_duty_day(today: str, tomorrow: str) -> None:
    assert next_duty_day(day(today), CALENDAR) == day(tomorrow)


def test_1_21_ladder() -> None:
    assert notice_ladder(day("11-24"), CALENDAR) == (
        DutyNotice(Rung.TELL, when("11-24 16:30")),
        DutyNotice(Rung.AGAIN, when("11-24 17:00")),
        DutyNotice(Rung.AGAIN, when("11-24 17:15")),
        DutyNotice(Rung.PHONE, when("11-24 17:20")),
        DutyNotice(Rung.STAND_BY, when("11-24 17:30")),
    )
    later = Readings(notice_minutes=(90, 60, 45, 20))
    assert [notice.at.time() for notice in notice_ladder(day("11-24"), CALENDAR, later)][:2] == [time(16), time(16, 30)]


def test_1_21_a_long_gap_earns_a_second_reminder_on_the_eve() -> None:
    assert eve_notice(day("02-14"), CALENDAR) == DutyNotice(Rung.EVE, when("02-23 16:30"))
    assert eve_notice(day("11-27"), CALENDAR) is None
    assert eve_notice(day("11-27"), CALENDAR, Readings(long_gap_days=2)) == DutyNotice(Rung.EVE, when("11-29 16:30"))


@pytest.mark.parametrize("heading", list(Heading))
def test_1_20_an_empty_heading_keeps_the_log_open(heading: Heading) -> None:
    refusal = Refusal("1-20", f"{heading}_empty")
    assert log_refused({**WHOLE, heading: ()}) == refusal
    assert log_refused({**WHOLE, heading: ("  ",)}) == refusal
    assert log_refused({known: texts for known, texts in WHOLE.items() if known != heading}) == refusal
    assert handover_refused("A", "B", {**WHOLE, heading: ()}) == refusal


def test_1_22_handover() -> None:
    assert log_refused(WHOLE) is None
    assert handover_refused("A", "B", WHOLE) is None
    assert handover_refused("A", "A", WHOLE) == Refusal("G11", "same_person_on_both_sides")


@pytest.mark.parametrize(("confirmed", "done"), [((), False), (("A",), False), (("B",), False), (("B", "A"), True)])
def test_1_22_two_confirmations(confirmed: tuple[str, ...], done: bool) -> None:
    assert handover_done("A", "B", confirmed) is done


@pytest.mark.parametrize(
    ("matter", "phone", "why"),
    [
        pytest.param("card", "138", None, id="1-08 both"),
        pytest.param(" ", "138", "matter_missing", id="1-08 no matter"),
        pytest.param("card", "", "phone_missing", id="1-08 no phone"),
    ],
)
def test_registration(matter: str, phone: str, why: str | None) -> None:
    assert registration_refused(matter, phone) == (Refusal("1-08", why) if why else None)


def test_1_10_no_confirmation_without_papers() -> None:
    assert confirmation_refused(()) == Refusal("1-10", "papers_missing")
    assert confirmation_refused(("identity card",)) is None


@pytest.mark.parametrize(
    ("on", "minutes", "count", "last"),
    [
        pytest.param("11-24", 30, 14, ("17:00", "17:30"), id="1-10 half hours"),
        pytest.param("11-24", 60, 6, ("16:00", "17:00"), id="1-10 only whole slots, none across lunch"),
        pytest.param("10-10", 30, 14, ("17:00", "17:30"), id="1-10 a make-up day"),
    ],
)
def test_slots(on: str, minutes: int, count: int, last: tuple[str, str]) -> None:
    slots = slots_on(day(on), minutes, CALENDAR)
    assert len(slots) == count
    assert slots[-1] == Slot(when(f"{on} {last[0]}"), when(f"{on} {last[1]}"))
    assert all(CALENDAR.working_minutes(slot.start, slot.end) == minutes for slot in slots)


def test_1_10_no_slots_on_a_closed_day() -> None:
    assert slots_on(day("11-28"), 30, CALENDAR) == ()


NOW = when("11-24 09:00")


@pytest.mark.parametrize(
    ("start", "why"),
    [
        pytest.param("11-24 11:00", None, id="1-10 exactly the cut-off"),
        pytest.param("11-24 10:59", "past_cutoff", id="1-10 a minute late"),
        pytest.param("11-23 09:00", "past_cutoff", id="1-10 yesterday"),
        pytest.param("11-28 09:00", "closed", id="1-10 a Saturday"),
        pytest.param("11-25 12:00", "closed", id="1-10 lunch"),
        pytest.param("12-08 09:00", None, id="1-10 tenth working day"),
        pytest.param("12-09 09:00", "beyond_horizon", id="1-10 eleventh working day"),
    ],
)
def test_slot(start: str, why: str | None) -> None:
    slot = Slot(when(start), when(start))
    assert slot_refused(slot, NOW, LIMITS, CALENDAR) == (Refusal("1-10", why) if why else None)


def test_1_10_open_slots_and_days() -> None:
    assert open_slots(slots_on(day("11-24"), 30, CALENDAR), NOW, LIMITS, CALENDAR)[0].start == when("11-24 11:00")
    days = bookable_days(NOW, LIMITS, CALENDAR)
    assert (days[0], days[-1], len(days)) == (day("11-24"), day("12-08"), 11)


@pytest.mark.parametrize(
    ("that_day", "still_open", "why"),
    [
        pytest.param(0, 0, None, id="1-10 first"),
        pytest.param(1, 2, None, id="1-10 last allowed"),
        pytest.param(2, 2, "too_many_that_day", id="1-10 third that day"),
        pytest.param(0, 3, "too_many_open", id="1-10 fourth open"),
    ],
)
def test_limits(that_day: int, still_open: int, why: str | None) -> None:
    assert limits_refused(that_day, still_open, LIMITS) == (Refusal("1-10", why) if why else None)


@pytest.mark.parametrize(
    ("start", "booked", "reminders"),
    [
        pytest.param("11-27 09:30", "11-24 09:00", ["11-26 15:00", "11-27 08:00"], id="1-10 both"),
        pytest.param("11-30 09:30", "11-24 09:00", ["11-29 15:00", "11-30 08:00"], id="1-10 Sunday before a Monday"),
        pytest.param("11-25 09:30", "11-24 16:00", ["11-25 08:00"], id="1-10 booked the afternoon before"),
        pytest.param("11-24 15:00", "11-24 09:00", [], id="1-10 booked the same day"),
    ],
)
def test_reminders(start: str, booked: str, reminders: list[str]) -> None:
    assert booking_reminders(when(start), when(booked)) == tuple(map(when, reminders))


@pytest.mark.parametrize(
    ("at", "push", "until"),
    [
        pytest.param("11-24 10:00", Push.ORDINARY, "11-24 10:00", id="31 by day"),
        pytest.param("11-24 12:30", Push.ORDINARY, "11-24 12:30", id="31 lunch is no night"),
        pytest.param("11-24 20:59", Push.ORDINARY, "11-24 20:59", id="31 last minute"),
        pytest.param("11-24 21:00", Push.ORDINARY, "11-25 08:00", id="31 night"),
        pytest.param("11-24 07:59", Push.ORDINARY, "11-24 08:00", id="31 early"),
        pytest.param("11-24 08:00", Push.ORDINARY, "11-24 08:00", id="31 eight sharp"),
        pytest.param("11-27 21:30", Push.ORDINARY, "11-30 08:00", id="31 Friday night"),
        pytest.param("11-28 10:00", Push.ORDINARY, "11-30 08:00", id="31 Saturday"),
        pytest.param("09-20 10:00", Push.ORDINARY, "09-20 10:00", id="31 a worked Sunday"),
        pytest.param("11-29 15:00", Push.REST_DAY, "11-29 15:00", id="31 tomorrow's booking on a Sunday"),
        pytest.param("11-28 22:00", Push.REST_DAY, "11-29 08:00", id="31 not by night"),
        pytest.param("11-28 23:00", Push.URGENT, "11-28 23:00", id="31 urgent at any time"),
    ],
)
def test_quiet(at: str, push: Push, until: str) -> None:
    assert quiet_until(CALENDAR, when(at), push) == when(until)


def test_31_the_quiet_hours_are_the_centre_choice() -> None:
    early = Readings(quiet_from=time(19), quiet_to=time(9))
    assert quiet_until(CALENDAR, when("11-24 19:30"), readings=early) == when("11-25 09:00")


@pytest.mark.parametrize(
    ("made", "now", "until", "why"),
    [
        pytest.param("23T10:00", "24T08:29", "session", None, id="1-10 before the session"),
        pytest.param("23T10:00", "24T08:30", "session", "drop_too_late", id="1-10 the session has begun"),
        pytest.param("23T10:00", "24T09:59", "start", None, id="1-10 until its time, where so read"),
        pytest.param("23T10:00", "24T10:00", "start", "drop_too_late", id="1-10 its time has come"),
        pytest.param("24T08:45", "24T08:54", "session", None, id="1-10 a slip within the session"),
        pytest.param("24T08:45", "24T08:55", "session", "drop_too_late", id="1-10 ten minutes later"),
        pytest.param("24T09:55", "24T10:00", "session", "drop_too_late", id="1-10 a slip never past its time"),
    ],
)
def test_until_when_a_booking_may_be_cancelled(made: str, now: str, until: str, why: str | None) -> None:
    start, booked, at_ = (
        datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZONE) for text in ("24T10:00", made, now)
    )
    refused = cancel_refused(start, booked, at_, Calendar(), Readings(cancel_until=until))
    assert (refused and refused.why) == why

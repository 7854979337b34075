from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from rules.attendance import (
    Consent,
    Leave,
    Outing,
    StandIn,
    Told,
    consents_needed,
    counted_days,
    days_between,
    filing_falls_due,
    leave_clause,
    leave_minutes,
    leave_refused,
    made_up_days,
    needs_stand_in,
    outing_consents,
    outing_needs_filing,
    outing_refused,
    stand_in_refused,
    told_of,
    touches_punch,
)
from rules.calendar import ZONE, Calendar, Session
from rules.clause import Refusal
from rules.people import Approver, Post, Role
from rules.readings import Readings

CALENDAR = Calendar()
HEAD, WATCH, DEPUTY = Approver.WINDOW_HEAD, Approver.SUPERVISION, Approver.DEPUTY_DIRECTOR
DUTY, SECTION, DIRECTOR = Approver.DUTY_OFFICER, Approver.SECTION_HEAD, Approver.DIRECTOR

STAFF = Post("W2", Role.WINDOW_STAFF, "tax", posted=3, is_window=True, present=3)
CHIEF = replace(STAFF, person="W1", role=Role.WINDOW_HEAD)
ALONE = Post("X1", Role.WINDOW_HEAD, "salt", posted=1, is_window=True, present=1)
ALONE_ON_DUTY = replace(ALONE, on_duty=True)
LEFT_ALONE = replace(STAFF, posted=2, present=1)


def office(role: Role) -> Post:
    return Post("O", role, "office", posted=1, is_window=False, present=1)


def when(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


def leave(start: str, end: str) -> Leave:
    return Leave(when(start), when(end))


TWO_HOURS = leave("11-24 09:00", "11-24 11:00")
OVER_LUNCH = leave("11-24 11:00", "11-24 15:00")
JUST_OVER = leave("11-24 09:00", "11-24 11:01")
PUNCH_IN = leave("11-24 08:30", "11-24 09:30")
PUNCH_OUT = leave("11-24 16:30", "11-24 17:30")
HALF_DAY = leave("11-24 08:30", "11-24 12:00")
ONE_DAY = leave("11-24 08:30", "11-24 17:30")
TWO_HALVES = leave("11-24 14:00", "11-25 12:00")
OVER_A_DAY = leave("11-24 08:30", "11-25 08:31")
TWO_DAYS = leave("11-24 08:30", "11-25 17:30")


@pytest.mark.parametrize(
    ("span", "minutes", "days", "counted"),
    [
        pytest.param(OVER_LUNCH, 120, Fraction(2, 7), 0.5, id="G12 11:00-15:00 is two hours"),
        pytest.param(HALF_DAY, 210, Fraction(1, 2), 0.5, id="G12 a morning is half a day"),
        pytest.param(ONE_DAY, 420, Fraction(1), 1.0, id="G12 a day"),
        pytest.param(TWO_HALVES, 420, Fraction(1), 1.0, id="G12 two halves"),
        pytest.param(leave("11-27 08:30", "11-30 17:30"), 840, Fraction(2), 2.0, id="G13 a weekend inside"),
        pytest.param(leave("09-30 08:30", "10-10 17:30"), 1680, Fraction(4), 4.0, id="G13 holiday and make-up day"),
        pytest.param(leave("11-24 00:00", "11-25 00:00"), 420, Fraction(1), 1.0, id="G12 midnight to midnight"),
        pytest.param(OVER_A_DAY, 421, Fraction(421, 420), 1.5, id="G12 begun half days count"),
    ],
)
def test_length(span: Leave, minutes: int, days: Fraction, counted: float) -> None:
    assert leave_minutes(span, CALENDAR) == minutes
    assert days_between(span.start, span.end, CALENDAR) == days
    assert counted_days(span, CALENDAR) == counted


def test_g12_a_short_day_is_measured_by_its_own_minutes() -> None:
    day = when("11-24 09:00").date()
    short = Calendar(day_sessions={day: (Session("am", when("11-24 09:00").time(), when("11-24 12:00").time()),)})
    assert days_between(when("11-24 09:00"), when("11-24 10:30"), short) == Fraction(1, 2)


def test_g13_make_up_days_inside_are_named() -> None:
    assert [str(day) for day in made_up_days(leave("10-08 08:30", "10-10 17:30"), CALENDAR)] == ["2026-10-10"]
    assert made_up_days(TWO_DAYS, CALENDAR) == ()


@pytest.mark.parametrize(
    ("span", "touches", "with_noon"),
    [
        pytest.param(TWO_HOURS, False, False, id="6-05 within the morning"),
        pytest.param(OVER_LUNCH, False, True, id="6-05 over lunch"),
        pytest.param(PUNCH_IN, True, True, id="6-05 from opening"),
        pytest.param(PUNCH_OUT, True, True, id="6-05 to closing"),
        pytest.param(leave("11-24 07:00", "11-24 08:30"), False, False, id="6-05 before opening"),
        pytest.param(leave("11-24 17:30", "11-24 18:30"), False, False, id="6-05 after closing"),
        pytest.param(leave("11-24 10:00", "11-24 12:00"), False, True, id="6-05 up to noon"),
        pytest.param(leave("11-24 14:00", "11-24 15:00"), False, True, id="6-05 from after lunch"),
        pytest.param(leave("11-24 17:00", "11-25 09:00"), True, True, id="6-05 over a night"),
    ],
)
def test_punch(span: Leave, touches: bool, with_noon: bool) -> None:
    assert touches_punch(span, CALENDAR) is touches
    assert touches_punch(span, CALENDAR, Readings(punch_at_noon=True)) is with_noon


@pytest.mark.parametrize(
    ("post", "span", "clause", "chain"),
    [
        pytest.param(STAFF, TWO_HOURS, "6-05", [HEAD], id="6-05 exactly two hours"),
        pytest.param(STAFF, OVER_LUNCH, "6-05", [HEAD], id="6-05 two hours over lunch"),
        pytest.param(CHIEF, TWO_HOURS, "6-05", [WATCH], id="6-05 the head himself"),
        pytest.param(STAFF, JUST_OVER, "6-07", [HEAD], id="6-07 a minute over two hours"),
        pytest.param(STAFF, PUNCH_IN, "6-07", [HEAD], id="6-07 short but touches the morning punch"),
        pytest.param(STAFF, PUNCH_OUT, "6-07", [HEAD], id="6-07 short but touches the evening punch"),
        pytest.param(ALONE, TWO_HOURS, "6-06", [DUTY], id="6-06 one-person window"),
        pytest.param(ALONE_ON_DUTY, TWO_HOURS, "6-06", [WATCH], id="6-06 is the duty officer himself"),
        pytest.param(LEFT_ALONE, TWO_HOURS, "6-06", [DUTY], id="6-06 the only one present"),
        pytest.param(ALONE, JUST_OVER, "6-07", [WATCH], id="6-07 one-person window over two hours"),
        pytest.param(ALONE, PUNCH_IN, "6-07", [WATCH], id="6-07 one-person window touching a punch"),
        pytest.param(STAFF, HALF_DAY, "6-07", [HEAD], id="6-07 half a day"),
        pytest.param(STAFF, ONE_DAY, "6-07", [HEAD], id="G2 exactly one day"),
        pytest.param(STAFF, TWO_HALVES, "6-07", [HEAD], id="G2 two halves are exactly one day"),
        pytest.param(CHIEF, ONE_DAY, "6-07", [WATCH], id="6-07 window head"),
        pytest.param(STAFF, OVER_A_DAY, "6-08", [HEAD, WATCH], id="6-08 a minute over one day"),
        pytest.param(STAFF, TWO_DAYS, "6-08", [HEAD, WATCH], id="6-08 head before supervision"),
        pytest.param(CHIEF, TWO_DAYS, "6-08", [DEPUTY], id="6-08 window head"),
        pytest.param(ALONE, TWO_DAYS, "6-08", [DEPUTY], id="6-08 one-person window"),
        pytest.param(office(Role.SECTION_STAFF), TWO_HOURS, "6-07", [SECTION], id="G8 section staff, two hours"),
        pytest.param(office(Role.SECTION_STAFF), ONE_DAY, "6-07", [SECTION], id="G8 section staff, one day"),
        pytest.param(office(Role.SECTION_STAFF), TWO_DAYS, "6-08", [DEPUTY], id="G8 section staff, two days"),
        pytest.param(office(Role.GUARD), ONE_DAY, "6-07", [SECTION], id="G8 guard, one day"),
        pytest.param(office(Role.CLEANER), TWO_DAYS, "6-08", [DEPUTY], id="G8 cleaner, two days"),
        pytest.param(office(Role.SECTION_HEAD), ONE_DAY, "6-07", [DEPUTY], id="G8 section head, one day"),
        pytest.param(office(Role.SECTION_HEAD), TWO_DAYS, "6-08", [DEPUTY], id="G8 section head, two days"),
        pytest.param(office(Role.DEPUTY_DIRECTOR), ONE_DAY, "6-07", [DIRECTOR], id="G8 deputy, one day"),
        pytest.param(office(Role.DEPUTY_DIRECTOR), TWO_DAYS, "6-08", [DIRECTOR], id="G8 deputy, two days"),
        pytest.param(office(Role.DIRECTOR), ONE_DAY, "6-07", [], id="G8 director, recorded only"),
        pytest.param(office(Role.DIRECTOR), TWO_DAYS, "6-08", [], id="G8 director, two days"),
    ],
)
def test_chain(post: Post, span: Leave, clause: str, chain: list[Approver]) -> None:
    assert leave_clause(post, span, CALENDAR) == clause
    assert consents_needed(post, span, CALENDAR) == tuple(Consent(approver, clause) for approver in chain)


def test_g2_exactly_one_day_may_be_read_as_above() -> None:
    above = Readings(one_day_exact="above")
    assert leave_clause(STAFF, ONE_DAY, CALENDAR, above) == "6-08"
    assert leave_clause(STAFF, HALF_DAY, CALENDAR, above) == "6-07"
    assert [step.approver for step in consents_needed(STAFF, ONE_DAY, CALENDAR, above)] == [HEAD, WATCH]
    assert told_of(STAFF, ONE_DAY, CALENDAR, above) == ()


def test_the_length_of_a_short_leave_is_the_centre_choice() -> None:
    assert leave_clause(STAFF, JUST_OVER, CALENDAR, Readings(short_leave_minutes=121)) == "6-05"


def test_a_role_read_back_as_plain_text_is_the_same_role() -> None:
    plain = replace(STAFF, role="window_staff")  # type: ignore[arg-type]
    assert consents_needed(plain, TWO_DAYS, CALENDAR) == consents_needed(STAFF, TWO_DAYS, CALENDAR)


@pytest.mark.parametrize(
    ("post", "span", "told"),
    [
        pytest.param(STAFF, TWO_HOURS, (Told.DESK,), id="6-05 form at the desk"),
        pytest.param(ALONE, TWO_HOURS, (Told.NEIGHBOUR_WINDOW, Told.DESK), id="6-06 neighbour told the phone"),
        pytest.param(STAFF, HALF_DAY, (), id="6-07 a slip, nobody else"),
        pytest.param(STAFF, ONE_DAY, (Told.SUPERVISION,), id="G2 copy of exactly one day"),
        pytest.param(CHIEF, ONE_DAY, (), id="G2 supervision already decides"),
        pytest.param(STAFF, TWO_DAYS, (), id="6-08 nobody else"),
    ],
)
def test_told(post: Post, span: Leave, told: tuple[Told, ...]) -> None:
    assert told_of(post, span, CALENDAR) == told


COVER = StandIn("salt bureau", "someone", "13800000000", "bureau office")
MISSING = Refusal("6-14", "stand_in_missing")


@pytest.mark.parametrize(
    ("post", "span", "needed"),
    [
        pytest.param(ALONE, HALF_DAY, True, id="6-14 exactly half a day"),
        pytest.param(ALONE, leave("11-24 08:31", "11-24 12:00"), False, id="6-14 a minute under half a day"),
        pytest.param(ALONE, leave("11-24 10:15", "11-24 15:45"), True, id="6-14 half a day over lunch"),
        pytest.param(ALONE, TWO_DAYS, True, id="6-14 two days"),
        pytest.param(STAFF, TWO_DAYS, False, id="6-14 others remain"),
        pytest.param(LEFT_ALONE, TWO_DAYS, False, id="6-14 posted two, alone today"),
        pytest.param(office(Role.SECTION_STAFF), TWO_DAYS, False, id="6-14 sections are not windows"),
    ],
)
def test_stand_in_first(post: Post, span: Leave, needed: bool) -> None:
    assert needs_stand_in(post, span, CALENDAR) is needed
    assert leave_refused(post, span, None, CALENDAR) == (MISSING if needed else None)
    assert leave_refused(post, span, COVER, CALENDAR) is None


def test_6_14_one_person_may_be_read_as_present() -> None:
    present = Readings(one_person="present")
    assert leave_refused(LEFT_ALONE, HALF_DAY, None, CALENDAR, present) == MISSING


@pytest.mark.parametrize(
    ("cover", "refusal"),
    [
        pytest.param(replace(COVER, name=""), Refusal("6-14", "stand_in_incomplete"), id="6-14 no name"),
        pytest.param(replace(COVER, phone=""), Refusal("6-14", "stand_in_incomplete"), id="6-14 no phone"),
        pytest.param(replace(COVER, confirmed_by=""), Refusal("6-14", "stand_in_incomplete"), id="6-14 unconfirmed"),
        pytest.param(replace(COVER, id="X1"), Refusal("G11", "stand_in_is_applicant"), id="G11 himself"),
        pytest.param(replace(COVER, id="W2"), None, id="6-14 a colleague"),
    ],
)
def test_stand_in(cover: StandIn, refusal: Refusal | None) -> None:
    assert stand_in_refused(ALONE, cover) == refusal
    assert leave_refused(ALONE, HALF_DAY, cover, CALENDAR) == refusal


@pytest.mark.parametrize("span", [leave("11-28 08:30", "11-29 17:30"), leave("11-24 15:00", "11-24 09:00")])
def test_leave_without_working_time_is_refused(span: Leave) -> None:
    assert leave_refused(STAFF, span, None, CALENDAR) == Refusal("G12", "no_working_time")


OUT = Outing(when("11-24 09:00"), when("11-24 11:00"), "site visit", "harbour", "13800000000")


@pytest.mark.parametrize(
    ("outing", "why"),
    [
        pytest.param(OUT, None, id="6-02 whole"),
        pytest.param(replace(OUT, reason=""), "reason_missing", id="6-02 no reason"),
        pytest.param(replace(OUT, place=""), "place_missing", id="6-02 no place"),
        pytest.param(replace(OUT, phone=""), "phone_missing", id="6-02 no phone"),
        pytest.param(replace(OUT, back_by=OUT.start), "no_working_time", id="6-02 back before leaving"),
    ],
)
def test_outing(outing: Outing, why: str | None) -> None:
    assert outing_refused(outing, CALENDAR) == (Refusal("6-02", why) if why else None)


@pytest.mark.parametrize(
    ("post", "chain"),
    [
        pytest.param(STAFF, [HEAD], id="6-02 window head"),
        pytest.param(CHIEF, [WATCH], id="G11 the head himself"),
        pytest.param(office(Role.DRIVER), [SECTION], id="G8 driver"),
        pytest.param(office(Role.DIRECTOR), [], id="G8 director"),
    ],
)
def test_outing_chain(post: Post, chain: list[Approver]) -> None:
    assert outing_consents(post) == tuple(Consent(approver, "6-02") for approver in chain)


@pytest.mark.parametrize(
    ("start", "back", "filed"),
    [
        pytest.param("11-24 08:30", "11-24 12:00", False, id="6-03 exactly half a day"),
        pytest.param("11-24 08:30", "11-24 14:00", False, id="6-03 lunch adds nothing"),
        pytest.param("11-24 08:30", "11-24 14:01", True, id="6-03 a minute over"),
        pytest.param("11-27 16:00", "11-30 10:29", False, id="6-03 over a weekend, under"),
        pytest.param("11-27 16:00", "11-30 10:31", True, id="6-03 over a weekend"),
    ],
)
def test_filing(start: str, back: str, filed: bool) -> None:
    assert outing_needs_filing(when(start), when(back), CALENDAR) is filed


@pytest.mark.parametrize("start", ["11-24 08:30", "11-24 09:15", "11-27 16:00", "11-28 10:00"])
def test_6_03_an_outing_that_runs_over_is_filed_the_minute_after(start: str) -> None:
    due = filing_falls_due(when(start), CALENDAR)
    assert not outing_needs_filing(when(start), due, CALENDAR)
    later = CALENDAR.add_working_minutes(due, 1) + timedelta(0)
    assert outing_needs_filing(when(start), later, CALENDAR)

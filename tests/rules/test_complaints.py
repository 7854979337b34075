from datetime import datetime

import pytest

from rules.calendar import ZONE, Calendar
from rules.clause import Refusal
from rules.complaints import (
    Accused,
    Level,
    Reminder,
    Subject,
    accepted_at,
    answer_due,
    barred_from,
    due_is_provisional,
    handled_by,
    intake_refused,
    may_ask,
    may_see,
    next_reminder,
    overdue_told,
)
from rules.people import House, Person, Role, Unit, UnitKind
from rules.readings import Readings

CALENDAR = Calendar()
SAME_DAY = Readings(reply_working_days=1, acceptance_day_counts=True)
LADDER = [("S1",), ("S1", "DD1"), ("S1", "DD1", "D")]
HOUSE = House(
    staff=(
        Person("D", "director", Role.DIRECTOR, "leadership"),
        Person("DD1", "deputy one", Role.DEPUTY_DIRECTOR, "leadership", ("watch",)),
        Person("DD2", "deputy two", Role.DEPUTY_DIRECTOR, "leadership", ("office",)),
        Person("S2", "watcher", Role.SECTION_STAFF, "watch"),
        Person("S1", "head of watch", Role.SECTION_HEAD, "watch"),
        Person("W1", "window head", Role.WINDOW_HEAD, "tax"),
        Person("W2", "clerk", Role.WINDOW_STAFF, "tax"),
    ),
    units=(Unit("watch", "supervision", UnitKind.SUPERVISION), Unit("tax", "tax", UnitKind.WINDOW, 1)),
)


def when(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_3_02_five_subjects() -> None:
    assert [str(subject) for subject in Subject] == ["lawfulness", "quality", "efficiency", "ability", "style"]


@pytest.mark.parametrize(
    ("given", "anonymous", "why"),
    [
        pytest.param(("slow", "tax", "A", "138"), False, None, id="3-06 whole"),
        pytest.param((" ", "tax", "A", "138"), False, "content_missing", id="3-06 no content"),
        pytest.param(("slow", "", "A", "138"), False, "accused_missing", id="3-06 against nobody"),
        pytest.param(("slow", "tax", "", "138"), False, "name_missing", id="3-06 no name"),
        pytest.param(("slow", "tax", "A", ""), False, "phone_missing", id="3-06 no phone"),
        pytest.param(("slow", "tax", "", ""), True, None, id="3-06 anonymous"),
        pytest.param(("slow", "", "", ""), True, "accused_missing", id="3-06 anonymous against nobody"),
    ],
)
def test_intake(given: tuple[str, str, str, str], anonymous: bool, why: str | None) -> None:
    assert intake_refused(*given, anonymous=anonymous) == (Refusal("3-06", why) if why else None)


@pytest.mark.parametrize(
    ("registered", "accepted"),
    [
        pytest.param("2026-11-24 10:00", "2026-11-24 10:00", id="G5 in hours at once"),
        pytest.param("2026-11-24 07:00", "2026-11-24 08:30", id="G5 before opening"),
        pytest.param("2026-11-24 12:30", "2026-11-24 14:00", id="G5 over lunch"),
        pytest.param("2026-11-27 17:30", "2026-11-30 08:30", id="G5 Friday at closing"),
        pytest.param("2026-09-19 12:00", "2026-09-20 08:30", id="G5 Saturday before a worked Sunday"),
    ],
)
def test_acceptance(registered: str, accepted: str) -> None:
    assert accepted_at(when(registered), CALENDAR) == when(accepted)


def test_g5_what_came_in_person_counts_from_when_it_came() -> None:
    assert accepted_at(when("2026-11-25 09:00"), CALENDAR, when("2026-11-24 16:00")) == when("2026-11-24 16:00")


@pytest.mark.parametrize(
    ("accepted", "due", "provisional"),
    [
        pytest.param("2026-09-28 09:00", "2026-10-10 17:30", False, id="3-10 over National Day to a make-up day"),
        pytest.param("2026-11-23 08:30", "2026-11-30 17:30", False, id="G3 Monday to Monday"),
        pytest.param("2026-11-23 17:29", "2026-11-30 17:30", False, id="G3 the hour does not matter"),
        pytest.param("2026-12-24 10:00", "2026-12-31 17:30", False, id="3-10 just within the known year"),
        pytest.param("2026-12-25 10:00", "2027-01-04 17:30", True, id="G4 leans on a year not yet announced"),
    ],
)
def test_due(accepted: str, due: str, provisional: bool) -> None:
    assert answer_due(when(accepted), CALENDAR) == when(due)
    assert due_is_provisional(when(accepted), when(due), CALENDAR) is provisional


@pytest.mark.parametrize(
    ("readings", "due"),
    [
        pytest.param(Readings(acceptance_day_counts=True), "2026-11-27 17:30", id="G3 the first day counts"),
        pytest.param(Readings(reply_working_days=1), "2026-11-24 17:30", id="3-10 one day"),
        pytest.param(
            Readings(reply_working_days=1, acceptance_day_counts=True), "2026-11-23 17:30", id="3-10 same day"
        ),
    ],
)
def test_due_by_other_readings(readings: Readings, due: str) -> None:
    assert answer_due(when("2026-11-23 10:00"), CALENDAR, readings) == when(due)


def test_3_10_reminders_in_order_and_then_every_working_day() -> None:
    after, due, seen = when("2026-09-28 09:00"), when("2026-10-10 17:30"), []
    for _ in range(6):
        seen.append(next_reminder(due, after, CALENDAR))
        after = seen[-1].at
    assert seen == [
        Reminder(when("2026-10-08 08:40"), Level.YELLOW),
        Reminder(when("2026-10-09 08:40"), Level.ORANGE),
        Reminder(when("2026-10-10 08:40"), Level.RED),
        Reminder(when("2026-10-12 08:40"), Level.OVERDUE, 1),
        Reminder(when("2026-10-13 08:40"), Level.OVERDUE, 2),
        Reminder(when("2026-10-14 08:40"), Level.OVERDUE, 3),
    ]


@pytest.mark.parametrize(
    ("after", "at", "days_over"),
    [
        pytest.param("2026-10-10 09:00", "2026-10-12 08:40", 1, id="3-10 on the last day, after red"),
        pytest.param("2026-10-13 08:39", "2026-10-13 08:40", 2, id="3-10 that very morning"),
        pytest.param("2026-10-16 20:00", "2026-10-19 08:40", 6, id="3-10 over a weekend"),
        pytest.param("2026-10-18 10:00", "2026-10-19 08:40", 6, id="3-10 from a Sunday"),
    ],
)
def test_overdue(after: str, at: str, days_over: int) -> None:
    due = when("2026-10-10 17:30")
    assert next_reminder(due, when(after), CALENDAR) == Reminder(when(at), Level.OVERDUE, days_over)


def test_3_10_minutes_after_opening_are_the_centre_choice() -> None:
    due, after = when("2026-11-30 17:30"), when("2026-11-24 00:00")
    sharp = Readings(reminder_after_opening_minutes=0)
    assert next_reminder(due, after, CALENDAR, sharp).at == when("2026-11-26 08:30")


@pytest.mark.parametrize(
    ("barred", "handlers", "ladder"),
    [
        pytest.param(set(), ("S1", "S2"), LADDER, id="3-10 nobody inside"),
        pytest.param({"W2"}, ("S1", "S2"), LADDER, id="3-10 a clerk"),
        pytest.param({"S2"}, ("DD1",), [("DD1",), ("DD1", "D"), ("DD1", "D")], id="3-C one of supervision"),
        pytest.param({"S1", "S2"}, ("DD1",), [("DD1",), ("DD1", "D"), ("DD1", "D")], id="3-C supervision"),
        pytest.param({"DD1"}, ("D",), [("D",), ("D",), ("D",)], id="3-C its deputy"),
        pytest.param({"DD2"}, ("D",), [("D",), ("D",), ("D",)], id="3-C another deputy"),
        pytest.param({"D"}, (), [(), (), ()], id="3-C the director: outside"),
        pytest.param({"D", "W2"}, (), [(), (), ()], id="3-C the director among others"),
    ],
)
def test_who_handles_and_who_is_told(
    barred: set[str], handlers: tuple[str, ...], ladder: list[tuple[str, ...]]
) -> None:
    assert handled_by(HOUSE, barred) == handlers
    assert [overdue_told(HOUSE, barred, days) for days in (1, 2, 3)] == ladder
    assert overdue_told(HOUSE, barred, 9) == ladder[-1]


def test_3_10_without_a_section_head_supervision_itself_is_told() -> None:
    small = House(tuple(person for person in HOUSE.staff if person.id != "S1"), HOUSE.units)
    assert overdue_told(small, set(), 1) == ("S2",)


def test_3_10_without_a_supervision_section_it_goes_up() -> None:
    assert handled_by(House(HOUSE.staff, HOUSE.units[1:]), set()) == ("D",)


@pytest.mark.parametrize(
    ("accused", "stand_ins", "barred"),
    [
        pytest.param(Accused(("W2",)), (), {"W2"}, id="3-C the named"),
        pytest.param(Accused(units=("tax",)), (), {"W1", "W2"}, id="3-C the whole unit"),
        pytest.param(Accused(("S1",)), (("DD1", "S1"), ("S2", "O1")), {"S1", "DD1"}, id="3-C the stand-in too"),
        pytest.param(Accused(), (("DD1", "S1"),), set(), id="3-C nobody named"),
    ],
)
def test_barred(accused: Accused, stand_ins: tuple[tuple[str, str], ...], barred: set[str]) -> None:
    assert barred_from(accused, HOUSE, stand_ins) == barred


@pytest.mark.parametrize(
    ("viewer", "sees"),
    [
        pytest.param("S1", True, id="3-D in the circle"),
        pytest.param("W1", False, id="3-D outside the circle"),
        pytest.param("S2", False, id="3-C accused, though in the circle"),
    ],
)
def test_sight(viewer: str, sees: bool) -> None:
    assert may_see(viewer, {"S1", "S2"}, {"S2"}) is sees


@pytest.mark.parametrize(
    ("asker", "complainant", "may"),
    [
        pytest.param("c:1", "c:1", True, id="3-D the complainant"),
        pytest.param("c:2", "c:1", False, id="3-D somebody else"),
        pytest.param("", "", False, id="3-D unknown is nobody"),
    ],
)
def test_progress(asker: str, complainant: str, may: bool) -> None:
    assert may_ask(asker, complainant) is may

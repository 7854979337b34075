from datetime import date, datetime

import pytest

from rules.calendar import ZONE, Calendar
from rules.clause import Refusal
from rules.first_contact import (
    Outcome,
    OwnerName,
    RouteKind,
    Stop,
    direction_refused,
    duties_of,
    goes_to_handover,
    name_told,
    owner_duty_day,
    undetermined_goes_to,
)


def when(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("at", "owner_of"),
    [
        pytest.param("11-24 10:00", "11-24", id="G10 in hours"),
        pytest.param("11-24 12:30", "11-24", id="G10 over lunch"),
        pytest.param("11-24 07:00", "11-24", id="G10 before opening"),
        pytest.param("11-24 17:30", "11-25", id="G10 at closing"),
        pytest.param("09-18 18:00", "09-20", id="G10 Friday night before a worked Sunday"),
    ],
)
def test_owner(at: str, owner_of: str) -> None:
    assert owner_duty_day(when(at), Calendar()) == date.fromisoformat(f"2026-{owner_of}")


@pytest.mark.parametrize(
    ("kind", "clauses"),
    [
        pytest.param("item", ("2-03", "2-05"), id="2-03 told at once, led there"),
        pytest.param("window", ("2-05",), id="2-05 led there"),
        pytest.param("elsewhere", ("2-06",), id="2-06 the body and its address"),
        pytest.param("unknown", ("2-07",), id="2-07 undetermined"),
        pytest.param("complaint", ("2-08",), id="2-08 to supervision"),
        pytest.param("appointment", ("1-08",), id="1-08 registered first"),
        pytest.param("smalltalk", (), id="smalltalk"),
        pytest.param("never heard of", ("2-07",), id="2-07 anything else"),
    ],
)
def test_duties(kind: str, clauses: tuple[str, ...]) -> None:
    assert duties_of(kind) == clauses


def test_every_kind_has_its_duties() -> None:
    assert {kind for kind in RouteKind if duties_of(kind) == ("2-07",)} == {RouteKind.UNKNOWN}


@pytest.mark.parametrize(
    ("body", "place", "why"),
    [
        pytest.param("court", "1 Road", None, id="2-06 whole"),
        pytest.param("", "1 Road", "body_missing", id="2-06 no body"),
        pytest.param("court", " ", "address_missing", id="2-06 no address"),
    ],
)
def test_direction(body: str, place: str, why: str | None) -> None:
    assert direction_refused(body, place) == (Refusal("2-06", why) if why else None)


@pytest.mark.parametrize(("bounces", "stop"), [(0, Stop.DESK), (1, Stop.DESK), (2, Stop.APPROVAL), (3, Stop.APPROVAL)])
def test_2_07_second_bounce(bounces: int, stop: Stop) -> None:
    assert undetermined_goes_to(bounces) == stop


def test_2_09_the_name_is_told() -> None:
    since = when("11-24 10:00")
    assert name_told("A", "tax", since) == OwnerName("A", "tax", since)


def test_2_10_only_what_is_open_is_handed_over() -> None:
    assert [outcome for outcome in Outcome if goes_to_handover(outcome)] == [Outcome.OPEN]

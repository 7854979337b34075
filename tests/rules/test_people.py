import pytest

from rules.clause import Refusal
from rules.people import (
    Approver,
    Filled,
    House,
    Person,
    Role,
    Unit,
    UnitKind,
    above,
    binding_refused,
    filled,
    heads_of,
    holders,
    supervision,
    supervisors_of,
    two_sides_refused,
)

HOUSE = House(
    staff=(
        Person("D", "director", Role.DIRECTOR, "leadership"),
        Person("DD1", "deputy one", Role.DEPUTY_DIRECTOR, "leadership", ("watch", "windows_floor_1")),
        Person("DD2", "deputy two", Role.DEPUTY_DIRECTOR, "leadership", ("office", "windows_floor_3")),
        Person("S2", "watcher", Role.SECTION_STAFF, "watch"),
        Person("S1", "head of watch", Role.SECTION_HEAD, "watch"),
        Person("O1", "head of office", Role.SECTION_HEAD, "office"),
        Person("G1", "guard", Role.GUARD, "security"),
        Person("W1", "window head", Role.WINDOW_HEAD, "tax"),
        Person("W2", "clerk", Role.WINDOW_STAFF, "tax"),
        Person("X1", "alone", Role.WINDOW_HEAD, "salt"),
    ),
    units=(
        Unit("leadership", "leaders", UnitKind.LEADERSHIP),
        Unit("watch", "supervision", UnitKind.SUPERVISION),
        Unit("office", "office", UnitKind.SECTION),
        Unit("security", "guards", UnitKind.SECTION),
        Unit("tax", "tax", UnitKind.WINDOW, 1),
        Unit("salt", "salt", UnitKind.WINDOW, 3),
    ),
)


@pytest.mark.parametrize(
    ("approver", "unit", "found"),
    [
        pytest.param(Approver.WINDOW_HEAD, "tax", ("W1",), id="6-07 window head"),
        pytest.param(Approver.SECTION_HEAD, "office", ("O1",), id="G8 section head"),
        pytest.param(Approver.SUPERVISION, "tax", ("S1", "S2"), id="6-07 supervision, head first"),
        pytest.param(Approver.DEPUTY_DIRECTOR, "tax", ("DD1",), id="G7 by floor"),
        pytest.param(Approver.DEPUTY_DIRECTOR, "salt", ("DD2",), id="G7 by another floor"),
        pytest.param(Approver.DEPUTY_DIRECTOR, "office", ("DD2",), id="G7 by name"),
        pytest.param(Approver.DEPUTY_DIRECTOR, "security", ("D",), id="G7 nobody supervises: the director"),
        pytest.param(Approver.DIRECTOR, "tax", ("D",), id="director"),
        pytest.param(Approver.DUTY_OFFICER, "tax", ("W2",), id="6-06 duty officer"),
    ],
)
def test_who_fills_an_office(approver: Approver, unit: str, found: tuple[str, ...]) -> None:
    assert holders(HOUSE, approver, unit, "W2") == found


def test_no_rota_no_duty_officer() -> None:
    assert holders(HOUSE, Approver.DUTY_OFFICER, "tax") == ()


def test_supervision_and_heads_are_found_by_post_not_by_order() -> None:
    assert supervision(HOUSE) == ("S1", "S2")
    assert heads_of(HOUSE, "watch") == ("S1",)
    assert supervisors_of(HOUSE, "watch") == ("DD1",)


def test_above_ends_at_the_director() -> None:
    ladder = [Approver.WINDOW_HEAD]
    while (up := above(ladder[-1])) is not None:
        ladder.append(up)
    assert ladder == [Approver.WINDOW_HEAD, Approver.SUPERVISION, Approver.DEPUTY_DIRECTOR, Approver.DIRECTOR]


def test_g11_own_request_goes_up_a_level_and_says_so() -> None:
    (step,) = filled(HOUSE, [Approver.WINDOW_HEAD], "salt", barred={"X1"})
    assert step == Filled(Approver.WINDOW_HEAD, Approver.SUPERVISION, ("S1", "S2"))
    assert step.climbed


def test_g11_the_duty_officer_own_request_goes_to_supervision() -> None:
    (step,) = filled(HOUSE, [Approver.DUTY_OFFICER], "salt", barred={"X1"}, duty_officer="X1")
    assert step.answers == Approver.SUPERVISION


def test_g11_a_member_of_supervision_never_decides_his_own() -> None:
    (step,) = filled(HOUSE, [Approver.SUPERVISION], "watch", barred={"S1"})
    assert step.people == ("S2",)


def test_a_chain_keeps_its_order_and_does_not_climb_without_need() -> None:
    steps = filled(HOUSE, [Approver.WINDOW_HEAD, Approver.SUPERVISION], "tax", barred={"W2"})
    assert [(step.people, step.climbed) for step in steps] == [(("W1",), False), (("S1", "S2"), False)]


def test_an_office_that_already_answers_by_climbing_is_not_asked_twice() -> None:
    steps = filled(HOUSE, [Approver.WINDOW_HEAD, Approver.SUPERVISION], "tax", barred={"W1"})
    assert [step.answers for step in steps] == [Approver.SUPERVISION]


def test_one_person_decides_one_step_only() -> None:
    steps = filled(HOUSE, [Approver.DUTY_OFFICER, Approver.SUPERVISION], "tax", barred={"W2"}, duty_officer="S1")
    assert [step.people for step in steps] == [("S1",), ("S2",)]


def test_nobody_above_the_director_leaves_no_step() -> None:
    assert filled(HOUSE, [Approver.DIRECTOR], "leadership", barred={"D"}) == ()


def test_g11_two_sides() -> None:
    assert two_sides_refused("W1", "W1") == Refusal("G11", "same_person_on_both_sides")
    assert two_sides_refused("W1", "W2") is None


@pytest.mark.parametrize(
    ("account_of", "bound_to", "why"),
    [
        pytest.param(None, None, None, id="5-01 both free"),
        pytest.param("W1", "acc", None, id="5-01 again the same"),
        pytest.param("W2", None, "account_of_another", id="5-01 a borrowed account"),
        pytest.param(None, "other", "already_bound", id="5-01 a second account"),
    ],
)
def test_one_account_one_colleague(account_of: str | None, bound_to: str | None, why: str | None) -> None:
    refusal = binding_refused("W1", account_of, bound_to, "acc")
    assert refusal == (Refusal("5-01", why) if why else None)

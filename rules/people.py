"""Who is who at the centre, who stands above whom, and that nobody fills two sides of one step (G7, G8, G11)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from rules.clause import Refusal, in_force


class Role(StrEnum):
    """The posts a roster knows."""

    DIRECTOR = "director"
    DEPUTY_DIRECTOR = "deputy_director"
    SECTION_HEAD = "section_head"
    SECTION_STAFF = "section_staff"
    WINDOW_HEAD = "window_head"
    WINDOW_STAFF = "window_staff"
    CASHIER = "cashier"
    COMPUTER_ADMIN = "computer_admin"
    POWER_ROOM_ADMIN = "power_room_admin"
    GUARD = "guard"
    DRIVER = "driver"
    CLEANER = "cleaner"
    CITIZEN = "citizen"


class UnitKind(StrEnum):
    """What a unit is to the regulation."""

    WINDOW = "window"
    SECTION = "section"
    SUPERVISION = "supervision"
    APPROVAL = "approval"
    LEADERSHIP = "leadership"


class Approver(StrEnum):
    """An office whose consent or attention a rule asks for; `holders` finds who fills it."""

    WINDOW_HEAD = "window_head"
    SECTION_HEAD = "section_head"
    DUTY_OFFICER = "duty_officer"
    SUPERVISION = "supervision"
    DEPUTY_DIRECTOR = "deputy_director"
    DIRECTOR = "director"


@dataclass(frozen=True, slots=True)
class Person:
    """A colleague on the roster; `supervises` names a deputy's units, a floor's windows as windows_floor_N."""

    id: str
    name: str
    role: Role
    unit: str
    supervises: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A window or a section."""

    id: str
    name: str
    kind: UnitKind
    floor: int | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """What decides a colleague's chain: role, unit, how many are posted to it and present, on duty that day or not."""

    person: str
    role: Role
    unit: str
    posted: int
    is_window: bool
    present: int
    on_duty: bool = False


@dataclass(frozen=True, slots=True)
class House:
    """The roster as the rules see it."""

    staff: tuple[Person, ...]
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """Who decides one step: the office asked for, the office that answers, its people."""

    asked: Approver
    answers: Approver
    people: tuple[str, ...]

    @property
    def climbed(self) -> bool:
        """Whether the step went up a level, which the record must say (G11)."""
        return self.asked != self.answers


_ABOVE = {
    Approver.WINDOW_HEAD: Approver.SUPERVISION,
    Approver.SECTION_HEAD: Approver.DEPUTY_DIRECTOR,
    Approver.DUTY_OFFICER: Approver.SUPERVISION,
    Approver.SUPERVISION: Approver.DEPUTY_DIRECTOR,
    Approver.DEPUTY_DIRECTOR: Approver.DIRECTOR,
}
_HEADS = (Role.WINDOW_HEAD, Role.SECTION_HEAD)


def above(approver: Approver) -> Approver | None:
    """The office one level up; None above the director (G11)."""
    return _ABOVE.get(approver)


def heads(person: Person, unit: str) -> bool:
    """Whether the person is that unit's head."""
    return person.unit == unit and person.role in _HEADS


def heads_of(house: House, unit: str) -> tuple[str, ...]:
    """The ids of the unit's head or heads, in the roster's order."""
    return tuple(person.id for person in house.staff if heads(person, unit))


@in_force("G7")
def supervisors_of(house: House, unit: str) -> tuple[str, ...]:
    """The ids of the deputies who supervise the unit (分管副主任), the director's where none does (G7)."""
    names = {unit} | {f"windows_floor_{known.floor}" for known in house.units if known.id == unit}
    found = tuple(person.id for person in house.staff if names & set(person.supervises))
    return found or _with_role(house, Role.DIRECTOR)


def supervision(house: House) -> tuple[str, ...]:
    """The ids of the supervision section (督查科), its head first."""
    units = {unit.id for unit in house.units if unit.kind == UnitKind.SUPERVISION}
    members = [person for person in house.staff if person.unit in units]
    return tuple(person.id for person in sorted(members, key=lambda person: person.role not in _HEADS))


def holders(house: House, approver: Approver, unit: str, duty_officer: str | None = None) -> tuple[str, ...]:
    """The ids of those who fill the office towards that unit; empty when nobody does."""
    match approver:
        case Approver.DUTY_OFFICER:
            return (duty_officer,) if duty_officer else ()
        case Approver.SUPERVISION:
            return supervision(house)
        case Approver.DEPUTY_DIRECTOR:
            return supervisors_of(house, unit)
        case Approver.DIRECTOR:
            return _with_role(house, Role.DIRECTOR)
        case _:
            return heads_of(house, unit)


def _with_role(house: House, role: Role) -> tuple[str, ...]:
    return tuple(person.id for person in house.staff if person.role == role)


@in_force("G11")
def filled(
    house: House,
    chain: Iterable[Approver],
    unit: str,
    *,
    barred: Collection[str],
    duty_officer: str | None = None,
) -> tuple[Filled, ...]:
    """Who decides each step of a chain, climbing past the barred and empty offices; nobody is asked twice (G11)."""
    steps: list[Filled] = []
    for asked in chain:
        taken = {*barred, *(person for step in steps for person in step.people)}
        answered = asked in [step.answers for step in steps]
        step = None if answered else _climb(house, asked, unit, taken, duty_officer)
        if step:
            steps.append(step)
    return tuple(steps)


def _climb(house: House, asked: Approver, unit: str, taken: set[str], duty_officer: str | None) -> Filled | None:
    office: Approver | None = asked
    while office is not None:
        people = tuple(person for person in holders(house, office, unit, duty_officer) if person not in taken)
        if people:
            return Filled(asked, office, people)
        office = above(office)
    return None


@in_force("G11")
def two_sides_refused(one: str, other: str) -> Refusal | None:
    """Refused when one person would fill both sides of a step: ask and approve, hand over and receive (G11)."""
    return Refusal("G11", "same_person_on_both_sides") if one == other else None


@in_force("5-01")
def binding_refused(person: str, account_of: str | None, bound_to: str | None, account: str) -> Refusal | None:
    """Refused when the account is another colleague's, or the colleague has another account on that channel (5-01)."""
    if account_of not in (None, person):
        return Refusal("5-01", "account_of_another")
    return Refusal("5-01", "already_bound") if bound_to not in (None, account) else None

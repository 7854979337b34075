"""What the centre is: windows, items, people, the rota; read once, asked in memory."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

import sqlalchemy as sa

from rules.calendar import Calendar
from rules.first_contact import owner_duty_day
from rules.people import House, Person, Role, Unit, UnitKind, heads_of, supervision, supervisors_of
from rules.readings import Readings
from rules.reception import DutyDay, officer_of
from storage.schema import Instant, Json, metadata

SUPERVISION = "ducha"
KINDS = {SUPERVISION: UnitKind.SUPERVISION, "approval": UnitKind.APPROVAL, "leadership": UnitKind.LEADERSHIP}
POSTED = (Role.WINDOW_HEAD, Role.WINDOW_STAFF)

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("supervises", Json, nullable=False),
    sa.Column(
        "gone", sa.Boolean, nullable=False, server_default=sa.text("false")
    ),  # kept so that records still name them
)

rota = sa.Table(
    "rota",
    metadata,
    sa.Column("date", sa.Date, primary_key=True),
    sa.Column("officer", sa.Text, nullable=False),
    sa.Column("stand_by", sa.Text, nullable=False),  # "" = nobody
)

fact = sa.Table(
    "fact",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),  # centre | section | window | item | elsewhere | digest
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("body", Json, nullable=False),
    sa.Column(
        "gone", sa.Boolean, nullable=False, server_default=sa.text("false")
    ),  # a window or an item kept so that bookings still name it
)

account = sa.Table(
    "account",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("bound", Instant, nullable=False),
    sa.Column("used", Instant, nullable=False),  # since when it is the one the person writes from
    sa.UniqueConstraint("person", "channel"),
)


@dataclass(frozen=True, slots=True)
class Window:
    """A counter; `number` as painted on it, such as 1-3."""

    id: str
    name: str
    organisation: str
    number: str
    floor: int
    phone: str
    one_person: bool
    duties: str
    booking: str  # slots | arranged | none
    slot_minutes: int = 0
    places_per_slot: int = 0

    @property
    def counters(self) -> int:
        """How many counters are painted with its numbers: 1-3 are three, 22 is one."""
        ends = [int(end) for end in self.number.split("-") if end.isdecimal()]
        return max(1, ends[-1] - ends[0] + 1) if ends else 1


@dataclass(frozen=True, slots=True)
class Version:
    """Which version of an entry it is, and when somebody last said that it holds."""

    id: int
    number: int
    checked: date
    until: date  # the last day it is told without a warning
    by_load: bool = False  # entered with the centre's files, not yet checked by the window


@dataclass(frozen=True, slots=True)
class Item:
    """A matter the centre handles, and the papers for it, as the version in force says."""

    id: str
    name: str
    aliases: tuple[str, ...]
    window: str
    materials: tuple[str, ...]
    promised_working_days: int | None
    on_the_spot: bool
    fee: str
    notes: str = ""
    legal_working_days: int | None = None
    hours: str = ""  # "" the centre's sessions
    place: str = ""  # "" where the window is
    phone: str = ""  # "" the window's
    version: Version | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A question in citizens' words that a window has answered for good."""

    id: str
    question: str
    text: str
    window: str
    version: Version


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A matter another body handles."""

    id: str
    name: str
    organisation: str
    place: str
    phone: str
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Centre:
    """All facts of one centre, in the order of its files."""

    name: str = ""
    address: str = ""
    service_hotline: str = ""
    complaint_phone: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)
    windows: Mapping[str, Window] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)
    elsewhere: Mapping[str, Elsewhere] = field(default_factory=dict)
    staff: Mapping[str, Person] = field(default_factory=dict)
    gone: Mapping[str, Person] = field(default_factory=dict)  # who has left: named in records, without a role
    gone_windows: Mapping[str, Window] = field(default_factory=dict)
    gone_items: Mapping[str, Item] = field(default_factory=dict)
    rota: Mapping[date, DutyDay] = field(default_factory=dict)
    accounts: Mapping[tuple[str, str], str] = field(default_factory=dict)  # the one used last stands first
    wordings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what citizens call a place, by its route
    answers: Mapping[str, Answer] = field(default_factory=dict)  # by route
    elders: frozenset[str] = frozenset()  # who is spoken to plainly and shortly (ux 26)
    calendar: Calendar = field(default_factory=Calendar)
    booking: Mapping[str, int] = field(default_factory=dict)
    emergency: tuple[tuple[str, str], ...] = ()
    readings: Readings = field(default_factory=Readings)
    digest: str = ""  # of the folder it was loaded from

    @classmethod
    def empty(cls) -> "Centre":
        """A centre nobody has loaded yet."""
        return cls()

    @cached_property
    def house(self) -> House:
        """The roster as the rules see it."""
        sections = (Unit(key, name, KINDS.get(key, UnitKind.SECTION)) for key, name in self.sections.items())
        windows = (Unit(w.id, w.name, UnitKind.WINDOW, w.floor) for w in self.windows.values() if self.is_window(w.id))
        return House(tuple(self.staff.values()), (*sections, *windows))

    # -- people --------------------------------------------------------------------------------------------------
    def person(self, person_id: str) -> Person | None:
        """The colleague of that id; one who has left keeps the name and no role; None for anybody else."""
        left = self.gone.get(person_id)
        return Person(person_id, left.name, Role.CITIZEN, "") if left else self.staff.get(person_id)

    def named(self, name: str) -> tuple[Person, ...]:
        """All colleagues of exactly that name."""
        return tuple(person for person in self.staff.values() if person.name == name)

    def head_of(self, unit: str) -> Person | None:
        """The head of a window or section."""
        return self._first(heads_of(self.house, unit))

    def colleagues_of(self, unit: str) -> tuple[Person, ...]:
        """Everybody on the roster of a window or section."""
        return tuple(person for person in self.staff.values() if person.unit == unit)

    def posted(self, unit: str) -> int:
        """How many are posted to a window, its head included."""
        return sum(person.role in POSTED for person in self.colleagues_of(unit))

    def supervisor_of(self, unit: str) -> Person | None:
        """The deputy director who supervises a unit, the director where none does (G7)."""
        return self._first(supervisors_of(self.house, unit))

    def director(self) -> Person | None:
        return next((person for person in self.staff.values() if person.role == Role.DIRECTOR), None)

    def supervision_head(self) -> Person | None:
        """The head of the supervision section."""
        return self.head_of(SUPERVISION)

    def administrators(self) -> tuple[Person, ...]:
        """The computer administrators."""
        return tuple(person for person in self.staff.values() if person.role == Role.COMPUTER_ADMIN)

    def _first(self, ids: Iterable[str]) -> Person | None:
        return next((self.staff[key] for key in ids if key in self.staff), None)

    def approval_head(self) -> Person | None:
        """Who decides for the approval section: its head, else whoever is in it, else its supervisor (2-07)."""
        unit = next((u.id for u in self.house.units if u.kind == UnitKind.APPROVAL), "")
        return self.head_of(unit) or next(iter(self.colleagues_of(unit)), None) or self.supervisor_of(unit)

    # -- units ---------------------------------------------------------------------------------------------------
    def window(self, window_id: str) -> Window:
        """The window of that id, one given up included. Raises KeyError for an id no file ever had."""
        return self.windows.get(window_id) or self.gone_windows[window_id]

    def item(self, item_id: str) -> Item:
        """The item of that id, one given up included. Raises KeyError for an id no file ever had."""
        return self.items.get(item_id) or self.gone_items[item_id]

    def unit_name(self, unit: str) -> str:
        """The name of a window or section; "" for what is neither."""
        window = self.windows.get(unit)
        return window.name if window else self.sections.get(unit, "")

    def is_window(self, unit: str) -> bool:
        """Whether the unit is a window; a section with a counter of its own remains a section."""
        return unit in self.windows and unit not in self.sections

    def neighbour_of(self, window_id: str) -> Window | None:
        """The next staffed window on the floor by number, for the last one the one before; None when alone (6-06)."""
        window = self.windows[window_id]
        floor = [w for w in self.windows.values() if w.floor == window.floor and (w == window or self.posted(w.id))]
        row = sorted(floor, key=_by_number)
        place = row.index(window)
        beside = row[place + 1 : place + 2] or row[max(place - 1, 0) : place]
        return beside[0] if beside else None

    # -- the desk ------------------------------------------------------------------------------------------------
    def officer_on(self, day: date, absent: frozenset[str] = frozenset()) -> Person:
        """The day's duty officer, else the stand-by, else the supervision section, its head first, and up from there.

        Raises LookupError where there is nobody at all.
        """
        found = officer_of(self.rota.get(day), self.house, absent | self.gone.keys())
        officer = self._first((found,)) if found else self.supervision_head() or self.director()
        if officer is None:
            raise LookupError("no centre is loaded: nobody is there to be on duty")
        return officer

    def stand_by_on(self, day: date) -> Person | None:
        """The day's stand-by."""
        line = self.rota.get(day)
        return self._first((line.stand_by,)) if line else None

    def duty_day(self, now: datetime) -> date:
        """The day whose officer answers for what comes in at `now` (G10)."""
        return owner_duty_day(now, self.calendar)

    def officer_now(self, now: datetime, absent: frozenset[str] = frozenset()) -> Person:
        """The duty officer of the moment; out of hours that of the next working day (G10)."""
        return self.officer_on(self.duty_day(now), absent)

    def on_desk(self, now: datetime) -> frozenset[str]:
        """Who may act for the desk: the officer of the moment, the stand-by, the supervision section."""
        stand_by = self.stand_by_on(self.duty_day(now))
        return frozenset({self.officer_now(now).id, *supervision(self.house), *({stand_by.id} if stand_by else ())})

    # -- accounts ------------------------------------------------------------------------------------------------
    def accounts_of(self, person: str) -> list[tuple[str, str]]:
        """Where a person can be written to, the account used last first; a caller by phone nowhere."""
        return [where for where, who in self.accounts.items() if who == person] or self.own_account(person)

    @staticmethod
    def own_account(person: str) -> list[tuple[str, str]]:
        """A citizen is the account he writes from; a caller by phone and a colleague have none of that kind."""
        channel, colon, address = person.partition(":")
        return [(channel, address)] if colon and channel != "phone" else []


def _by_number(window: Window) -> tuple[str, int, str]:
    letters, digits = re.match(r"(\D*)(\d*)", window.number).groups("")  # type: ignore[union-attr]
    return letters, int(digits or 0), window.number

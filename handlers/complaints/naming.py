"""Whom a complainant's own words name: colleagues by name or number, units by name or window number (3-06, 3-C)."""

from collections.abc import Iterable

from bot.understanding.numerals import number
from handlers import words_complaints as words
from rules.complaints import Accused
from rules.people import Role, UnitKind
from storage.books import Books
from storage.catalogue import Window

UNSORTED = "unsorted"
SHORTEST, SHORTEST_ANSWER = 3, 2  # in a story a window of two characters is too easily an everyday word


def subject_of(content: str) -> str:
    """Which of the five the words speak of; "" when they do not say (3-02)."""
    return next((subject for subject, pattern in words.SUBJECTS if pattern.search(content)), "")


def accused_in(books: Books, content: str, whom: str) -> Accused:
    """Who is named for certain: in answer to the question, else in the story."""
    asked = joined(named_in(books, whom, SHORTEST_ANSWER), titled(books, whom))
    return asked if asked.people or asked.units else named_in(books, content)


def perhaps_meant(books: Books, content: str, whom: str = "") -> Accused:
    """Everybody the words may mean: doubtful window numbers, whoever is on duty, titles."""
    story = Accused() if whom or not words.DIRECTOR_IN_STORY.search(content) else titled(books, words.DIRECTOR_ROLE)
    said = f"{content}\n{whom}"
    doubtful = Accused(units=tuple(window.id for window in counters(books, said)))
    return joined(
        accused_in(books, content, whom), named_in(books, content), doubtful, on_desk(books, said),
        titled(books, content), story,
    )  # fmt: skip


def joined(*found: Accused) -> Accused:
    people = dict.fromkeys(person for one in found for person in one.people)
    units = dict.fromkeys(unit for one in found for unit in one.units)
    return Accused(tuple(people), tuple(units))


def named_in(books: Books, text: str, shortest: int = SHORTEST) -> Accused:
    """Colleagues and units named beyond doubt; names of units count from `shortest` characters on."""
    numbered = counters(books, text)
    windows = [window.id for window in numbered] if len(numbered) == 1 else []
    return Accused(tuple(people_in(books, text)), tuple(dict.fromkeys([*windows, *units_in(books, text, shortest)])))


def people_in(books: Books, text: str) -> list[str]:
    """By full name or staff number; namesakes all."""
    numbers = {found.upper() for found in words.STAFF_ID.findall(text)}
    return [p.id for p in books.centre.staff.values() if p.name in text or p.id.upper() in numbers]


def units_in(books: Books, text: str, shortest: int) -> list[str]:
    """Windows and sections by their name, or by the short form before the word window."""
    centre = books.centre
    names = {**{w.id: w.name for w in centre.windows.values()}, **centre.sections}
    found = [key for key, name in names.items() if any(part in text for part in parts_of(name, shortest))]
    leading = {unit.id for unit in centre.house.units if unit.kind == UnitKind.LEADERSHIP}
    if words.SUPERVISORS.search(text):
        found += [unit.id for unit in centre.house.units if unit.kind == UnitKind.SUPERVISION]
    met = list(dict.fromkeys([*found, *abbreviated(books, text)]))
    return met if shortest == SHORTEST_ANSWER else [key for key in met if key not in leading]


def parts_of(name: str, shortest: int) -> list[str]:
    """The names a unit goes by, without its brackets and without the word window."""
    parts = [words.WINDOW_ENDING.sub("", words.QUOTES.sub("", part)) for part in words.BRACKETS.split(name)]
    return [part for part in parts if len(part) >= shortest]


def abbreviated(books: Books, text: str) -> list[str]:
    """The window whose name holds the characters before the word window, in order; only when it is the only one."""
    found: list[str] = []
    for before in words.BEFORE_WINDOW.findall(text):
        for start in range(len(before) - 1):
            fits = [w.id for w in books.centre.windows.values() if in_order(before[start:], w.name)]
            if len(fits) == 1:
                found += fits
                break
    return found


def in_order(short: str, name: str) -> bool:
    letters = iter(name)
    return all(letter in letters for letter in short)


def counters(books: Books, text: str) -> list[Window]:
    """The windows a number painted on them may mean, on the floor named if one is."""
    found: list[Window] = []
    for match in words.COUNTER.finditer(text):
        floor = number(match["floor"]) if match["floor"] else None
        found += [w for w in books.centre.windows.values() if has_number(w, number(match["number"]), floor)]
    return found


def has_number(window: Window, wanted: int, floor: int | None) -> bool:
    first, _, last = window.number.partition("-")
    if floor not in (None, window.floor) or not first.isdecimal():
        return False
    return int(first) <= wanted <= int(last or first)


def titled(books: Books, text: str) -> Accused:
    """The leadership by title."""
    staff, units = books.centre.staff.values(), books.centre.house.units
    if words.LEADERS.search(text):
        return Accused(units=tuple(unit.id for unit in units if unit.kind == UnitKind.LEADERSHIP))
    if words.DEPUTY.search(text):
        return Accused(tuple(person.id for person in staff if person.role == Role.DEPUTY_DIRECTOR))
    if words.DIRECTOR.search(text):
        return Accused(tuple(person.id for person in staff if person.role == Role.DIRECTOR))
    return Accused()


def on_desk(books: Books, text: str) -> Accused:
    """Whoever is on duty, when the words mean him: the officer of the rota, and who has the desk in his place."""
    if not words.ON_DUTY.search(text):
        return Accused()
    return Accused(tuple(dict.fromkeys((books.centre.officer_now(books.now).id, books.duty.officer_now().id))))


def labels(books: Books, accused: Accused) -> str:
    """The names of those found, for the complainant to check."""
    people: Iterable[str] = (books.roster.label(person) for person in accused.people)
    return "、".join([*people, *(books.centre.unit_name(unit) for unit in accused.units)])

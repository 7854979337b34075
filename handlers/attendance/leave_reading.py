"""What a sentence about leave says: the span, the reason, the stand-in."""

from collections.abc import Callable
from typing import Any

from bot.answers import Unread
from bot.understanding.times import Ok
from handlers import reading
from handlers import words_attendance as words
from handlers.words import PHONE
from rules.attendance import Leave, StandIn, leave_minutes
from storage.books import Books


def opening(books: Books, person: str, line: str) -> dict[str, Any]:
    """Everything the first sentence said; what it said and cannot be is explained before the question."""
    named = words.STAND_IN.search(line)
    rest = line[: named.start()] if named else line
    phone = PHONE.search(rest)
    number = reading.phone_number(phone[0]) if phone else None
    rest = rest.replace(phone[0], " ") if phone and isinstance(number, str) else rest
    span = read_span(books, person, rest) if rest else Unread()
    cover = read_stand_in(books, person, named["who"]) if named else Unread()
    unclear = span if isinstance(span, Unread) and rest.strip(words.FRINGE) else Unread()
    return {
        "leave": None if isinstance(span, Unread) else span,
        "reason": reason_in(books, rest),
        "phone": number if isinstance(number, str) else None,
        "cover": None if isinstance(cover, Unread) else cover,
        "unclear": "" if unclear.path == "reading/time_no_time" else unclear.path,
        "values": dict(unclear.values),
    }


def read_span(books: Books, person: str, text: str) -> Leave | Unread:
    """The span meant, or why it may not be asked; what has already passed today does not count."""
    found = reading.when(books, "leave")(text)
    if isinstance(found, Unread):
        return found
    if found.end is None:
        return Unread("reading/time_until_when")
    leave = Leave(max(found.start, books.now.replace(second=0, microsecond=0)), found.end)
    if leave_minutes(leave, books.calendar) == 0:
        return Unread("attendance/no_working_time", {"leave": leave})
    meets = books.attendance.overlapping(person, leave.start, leave.end)
    return Unread("attendance/overlap", {"leave": leave, "no": meets}) if meets else leave


def reason_in(books: Books, text: str) -> str | None:
    """The sentence without its time and without 请假; None when nothing is left."""
    found = reading.when(books, "leave")(text)
    if isinstance(found, Ok):
        first, last = found.matched
        text = f"{text[:first]} {text[last:]}"
    elif found.path == "reading/time_no_time":
        text = words.LEFTOVER.sub(" ", text)
    else:
        return None
    left = words.CAUSE.sub("", words.LEFTOVER.sub(" ", text).strip(words.FRINGE)).strip(words.FRINGE)
    return " ".join(left.split()) if sum(char.isalnum() for char in left) >= 2 else None


# -- the stand-in ----------------------------------------------------------------------------------------------------
def read_stand_in(books: Books, person: str, text: str) -> StandIn | Unread:
    """单位 姓名 电话 in one line, or somebody on the roster by name or number (6-14)."""
    if text.strip(words.FRINGE) in words.NOBODY:
        return Unread("attendance/stand_in_needed")
    phone = PHONE.search(text)
    number = reading.phone_number(phone[0]) if phone else ""
    if isinstance(number, Unread):
        return number
    rest = text.replace(phone[0], " ") if phone else text
    parts = [part for part in words.SPLIT.split(rest) if part]
    return on_roster(books, person, parts, number) or from_outside(parts, number)


def on_roster(books: Books, person: str, parts: list[str], number: str) -> StandIn | Unread | None:
    """A colleague, named alone or with his own unit."""
    centre = books.centre
    for at, part in enumerate(parts):
        found = [centre.person(part.upper())] if centre.person(part.upper()) else list(centre.named(part))
        units = {unit for one in found if one for unit in (one.unit, centre.unit_name(one.unit))}
        if len(found) != 1 or found[0] is None or set(parts[:at] + parts[at + 1 :]) - units:
            continue
        if found[0].id == person:
            return Unread("attendance/stand_in_self")
        return StandIn(centre.unit_name(found[0].unit), found[0].name, number, "", found[0].id)
    return None


def from_outside(parts: list[str], number: str) -> StandIn | Unread:
    """Somebody from the home bureau: all three are needed."""
    joined = words.BUREAU.match(parts[0]) if len(parts) == 1 else None
    if joined:
        parts = [joined["unit"], joined["name"]]
    if len(parts) < 2 or not number:
        return Unread("attendance/stand_in_parts", {"parts": len(parts), "number": number})
    return StandIn(" ".join(parts[:-1]), parts[-1], number, "")


def read_agreed(cover: StandIn) -> Callable[[str], str | Unread]:
    """Who has said yes: the stand-in, the home bureau, or somebody by name; any other word is none of these."""

    def read(text: str) -> str | Unread:
        said = text.strip(words.FRINGE)
        agrees = bool(words.AGREED.search(said)) and said not in words.NOT_NAMES
        if said == cover.name or (agrees and (words.AGREED_SELF.search(said) or said.startswith(cover.name))):
            return "self"
        if agrees and words.AGREED_BUREAU.search(said):
            return "bureau"
        return said if agrees or words.TITLED.match(said) else Unread()

    return read


def read_who(text: str) -> str | Unread:
    """A name or an office; not a command, not a number."""
    said = text.strip(words.FRINGE)
    return said if words.NAME.match(said) and said not in words.NOT_NAMES else Unread()

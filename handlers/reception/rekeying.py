"""After a power cut: what was written by hand on the sheet, one line a visitor; keyed in twice changes nothing."""

import re
from datetime import date, datetime, time

from bot.talk import Talk
from handlers import words_hall as words
from handlers.reception import again
from handlers.reception.walk_in import surname_in
from handlers.reception.window_day import end, matching, window_of
from rules.calendar import at, local
from rules.clause import Refusal
from rules.hall import Outcome
from storage.books import Books
from storage.catalogue import Window
from storage.hall import Visitor

KEPT, BEFORE = "kept", "before"
Written = dict[str, str]  # a line of the sheet, the number it is about, what came of it


def rekey(talk: Talk, books: Books) -> None:
    """补录 — number, mark, time; of another day with the day on the first line."""
    window = window_of(talk, books)
    if window is None:
        return
    lines = [line for line in words.LINES.split(talk.given("lines", "").strip()) if line] or [""]
    day = talk.look("day", lambda: day_in(books, lines[0]))
    lines = lines[1:] if words.ON_DAY.match(lines[0]) else lines
    done = talk.once("rekeyed", lambda: [key_in(books, window, day, line) for line in lines])
    talk.say("reception/rekeyed", day=day, kept=[one for one in done if one["result"] == KEPT],
             before=[one for one in done if one["result"] == BEFORE],
             wrong=[one for one in done if one["result"] not in (KEPT, BEFORE)])  # fmt: skip


def written(line: str, no: str, result: str) -> Written:
    return {"line": line, "no": no, "result": result}


def day_in(books: Books, line: str) -> date:
    """昨天, 23日, 11月23日; today where the first line is a visitor's already."""
    found, today = words.ON_DAY.match(line), local(books.now).date()
    if found is None:
        return today
    if found["yesterday"]:
        return books.calendar.previous_working_day(today)
    month = int(found["month"] or today.month)
    try:
        return date(today.year - (month > today.month), month, int(found["day"]))
    except ValueError:
        return today


def key_in(books: Books, window: Window, day: date, line: str) -> Written:
    when, rest = time_in(day, line)
    if when is not None and when > books.now:
        return written(line, "", "ahead")
    walked, booked = words.WALKED_IN.match(rest), words.LINE.match(rest)
    if walked:
        return key_in_walk_in(books, window, line, walked, when)
    if booked is None:
        return written(line, "", "unread")
    found = matching(books.hall.day(window.id, day), booked["no"].replace(" ", "").upper())
    if len(found) != 1:
        return written(line, "", "several" if found else "unknown")
    return written(line, found[0].no, note(books, found[0], booked, when or usual(books, found[0])))


def usual(books: Books, one: Visitor) -> datetime:
    """Where no time was written: the booked one, never one that is still to come."""
    return min(one.due or books.now, books.now)


def time_in(day: date, line: str) -> tuple[datetime | None, str]:
    """The time written in a line, and the line without it; afternoon hours may be written as on a clock's face."""
    found = words.AT.search(line)
    if found is None or int(found["hour"]) > 23:
        return None, line
    early = int(found["hour"]) < (12 if found["later"] else 7)  # nobody is served before seven
    hour = int(found["hour"]) + 12 * early
    minute = 30 if found["minute"] == words.HALF_PAST else int(found["minute"] or 0)
    rest = f"{line[: found.start()]} {line[found.end() :]}".strip()
    return (at(day, time(hour, minute)), rest) if minute < 60 else (None, line)


def note(books: Books, one: Visitor, found: re.Match[str], when: datetime) -> str:
    """What one mark does; what stands in the books already stays."""
    mark = words.WRITTEN[found["mark"]]
    if found["papers"].strip() and mark != "lacking":
        return "unread"
    if mark == "came":
        return KEPT if not one.outcome and books.hall.arrive(one.no, when, books.actor) else BEFORE
    if mark == "lacking":
        papers = again.papers_in(found["papers"], list(books.centre.item(one.item).materials))
        if not isinstance(papers, list):
            return "which"
        return KEPT if again.note_lacking(books, one.no, papers, when) else BEFORE
    if mark == "left":
        return KEPT if books.hall.end(one.no, Outcome.LEFT, when) else BEFORE
    done = end(books, one.no, mark, books.now if mark == "absent" else when)
    return done.why if isinstance(done, Refusal) else KEPT if done else BEFORE


def key_in_walk_in(books: Books, window: Window, line: str, found: re.Match[str], when: datetime | None) -> Written:
    """现场 事项 姓 时间 办好 — a number afterwards; the same matter, surname and time is the same visit."""
    named = [item for item in books.centre.items.values() if item.window == window.id and item.name in found["what"]]
    if not named or when is None or (found["papers"].strip() and found["mark"] not in words.LACKING):
        return written(line, "", "unread" if named else "which_matter")
    item, surname = max(named, key=lambda one: len(one.name)), surname_in(found["what"])
    same = [o for o in books.hall.day(window.id, local(when).date())
            if o.due is None and (o.item, o.surname, o.came) == (item.id, surname, when)]  # fmt: skip
    no = same[0].no if same else books.hall.walk_in(item.id, window.id, surname, when)
    one = books.hall.get(no)
    assert one is not None, "it was given a number just now"
    return written(line, no, BEFORE if same and one.outcome else note(books, one, found, when))

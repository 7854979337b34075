"""A booking for the citizen's own calendar: a file behind a link, one entry however often it changes (RFC 5545)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.contents import Download
from bot.talk import Talk
from handlers.guessing import not_found, stopped
from handlers.reception.hall import may
from handlers.reception.together import next_of
from rules.calendar import at, local
from storage.books import Books
from storage.papers import link_to
from storage.reception import CANCELLED

NAME, DAY = "visit_calendar", timedelta(days=1)


def offer(talk: Talk, books: Books) -> None:
    """放进日历 YY2600001 — the link; the same one brings a move and a cancellation."""
    no = talk.look("no", lambda: "".join(talk.given("no", "").split()).upper() or next_of(books, talk.person.id))
    if not no:
        talk.say("reception/none")
    elif not (talk.given("no") and stopped(talk, books)):
        if not talk.look("may", lambda: may(books, talk, no)):
            not_found(talk, books, no)
            return
        told = talk.look("link", lambda: link_to(books, NAME, no) if entries(books, no) else "")
        if told:
            talk.once("given", books.together.give_calendar, no)
        talk.say("reception/calendar" if told else "reception/calendar_none", link=told, no=no)


def entries(books: Books, no: str) -> list[Any]:
    """What stands in the file of that number: its visit's matters with a time, those cancelled too, for a day after."""
    rows = books.together.told_by(no)
    return [row for row in rows if row.start is not None and books.now < row.start + DAY]


def file(books: Books, no: str) -> Download | None:
    """METHOD:PUBLISH while something of it stands, CANCEL after; None for what is over."""
    from icalendar import Calendar, Event  # dear to load, and asked for a few times a day

    rows = entries(books, no)
    if not rows:
        return None
    gone = all(row.state == CANCELLED for row in rows)
    made = Calendar()
    made.add("prodid", "-//frontdesk//visits//ZH")
    made.add("version", "2.0")
    made.add("method", "CANCEL" if gone else "PUBLISH")
    for row in rows:
        made.add_component(event(books, row, Event()))
    return Download(
        made.to_ical(), "text/calendar; charset=utf-8; method=" + ("CANCEL" if gone else "PUBLISH"), "visit.ics"
    )


def event(books: Books, row: Any, made: Any) -> Any:
    """The matter, the window, the place and the papers; neither who comes nor a number (PIPL 6)."""
    item, window = books.centre.item(row.item), books.centre.window(row.window)
    facts = {"item": item, "window": window, "papers": row.papers, "centre": books.centre}
    said = books.words.say("reception/calendar_event", facts).text.split("\n", 2)
    minutes = window.slot_minutes or books.centre.readings.minutes_per_visit
    made.add("uid", f"{books.seal.mark(f'calendar {row.no}')[:32]}@frontdesk")
    made.add("sequence", row.moves + (row.state == CANCELLED))
    made.add("dtstamp", books.now.astimezone(UTC))
    made.add("dtstart", row.start.astimezone(UTC))
    made.add("dtend", (row.start + timedelta(minutes=minutes)).astimezone(UTC))
    made.add("status", "CANCELLED" if row.state == CANCELLED else "CONFIRMED")
    for name, text in zip(("summary", "location", "description"), said, strict=True):
        made.add(name, text)
    if row.state != CANCELLED:
        made.add_component(alarm(row.start, said[0], books.centre.readings.calendar_alarm))
    return made


def alarm(start: datetime, said: str, clock: Any) -> Any:
    """The evening before."""
    from icalendar import Alarm

    made = Alarm()
    made.add("action", "DISPLAY")
    made.add("description", said)
    made.add("trigger", at(local(start).date() - DAY, clock) - start)
    return made

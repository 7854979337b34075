"""一㈠3⑵: 停办, 加开 and 减号 — a window's own hours and places for once; whom it hits has another place."""

import re
from typing import Any

from bot.answers import Unread
from bot.talk import Talk
from handlers import reading, words
from handlers.reception.arranging import agree_anew
from handlers.reception.reminders import set_reminders
from rules.calendar import local
from rules.openings import hours_refused, place_instead
from rules.reception import Push, Slot
from storage.books import Books
from storage.openings import CLOSED, LIMITED, OPEN


def set_hours(talk: Talk, books: Books) -> None:
    """停办 婚姻登记 12月2日下午 系统维护 — one line, once more with how many it hits, then all of them are told."""
    kind = CLOSED if talk.given("close") else LIMITED if talk.given("fewer") else OPEN
    asked = talk.look("asked", lambda: read_line(books, talk.given("line"), talk.person.unit, kind == LIMITED))
    refused = talk.look("may", lambda: hours_refused(talk.person, asked["window"]) if asked["window"] else None)
    if asked["fault"] or refused:
        talk.say("reception/refused_not_your_window" if refused else f"reception/hours_{asked['fault']}", kind=kind)
        return
    window = books.centre.window(asked["window"])
    hit = talk.look("hit", lambda: len(books.reception.displaced(window, stretch(asked))) if kind != OPEN else 0)
    if talk.summary("reception/check_hours", kind=kind, window=window, hit=hit, **shown(asked)):
        done = talk.once("set", {CLOSED: close, LIMITED: limit, OPEN: open_for_once}[kind], books, asked)
        talk.say("reception/hours_set", kind=kind, window=window, done=done, **shown(asked))


def shown(asked: dict[str, Any]) -> dict[str, Any]:
    return {key: asked[key] for key in ("start", "end", "why", "minutes", "places")}


def stretch(asked: dict[str, Any]) -> Slot:
    return Slot(asked["start"], asked["end"])


def read_line(books: Books, line: str, unit: str, fewer: bool = False) -> dict[str, Any]:
    """Which window, from when to when, why, how many how often; `fault` names what could not be read."""
    named = max((n for n in names(books) if n in line), key=len, default="")
    window = books.centre.windows.get(names(books).get(named, unit))
    rate = words.RATE.search(line)
    rest = line.replace(named, " ", 1) if named else line
    rest = rest.replace(rate[0], " ") if rate else rest
    found = reading.when(books, "appointment")(rest)
    if window is None or window.booking != "slots":
        return {"window": "", "fault": "no_window"}
    if isinstance(found, Unread) or found.end is None or found.end <= books.now:
        return {"window": window.id, "fault": "no_time"}
    if fewer and rate is None:
        return {"window": window.id, "fault": "no_rate"}
    why = rest[: found.matched[0]] + rest[found.matched[1] :]
    minutes, places = minutes_of(rate) or window.slot_minutes, int(rate["n"]) if rate else window.places_per_slot
    if fewer:  # the slots stay as long as they are
        minutes, places = window.slot_minutes, places * window.slot_minutes // minutes
    return {
        "window": window.id, "fault": "", "start": found.start, "end": found.end, "why": " ".join(why.split()),
        "minutes": minutes, "places": places,
    }  # fmt: skip


def names(books: Books) -> dict[str, str]:
    """What a window may be called in such a line: its name, with or without its last word, and its matters'."""
    centre = books.centre
    called = {item.name: item.window for item in centre.items.values()}
    called |= {w.name.removesuffix(words.WINDOW): w.id for w in centre.windows.values()}
    return called | {window.name: window.id for window in centre.windows.values()}


def minutes_of(rate: re.Match[str] | None) -> int:
    """半小时, 小时, 20分钟; 0 where nothing was said."""
    if rate is None:
        return 0
    return int(rate["minutes"]) if rate["minutes"] else 30 if rate["half"] else 60


# -- what it does --------------------------------------------------------------------------------------------------
def open_for_once(books: Books, asked: dict[str, Any]) -> dict[str, int]:
    """More places; those who wait for such a half-day come first."""
    enter(books, OPEN, asked)
    return {"moved": sum(books.waitlist.serve(row) for row in books.waitlist.line(asked["window"])), "open": 0}


def enter(books: Books, kind: str, asked: dict[str, Any]) -> None:
    books.openings.enter(asked["window"], kind, asked["start"], asked["end"], asked["why"], asked["minutes"],
                         asked["places"])  # fmt: skip


def limit(books: Books, asked: dict[str, Any]) -> dict[str, int]:
    """Fewer places for those who book from now on; whoever has booked keeps theirs."""
    enter(books, LIMITED, asked)
    return {"moved": 0, "open": 0}


def close(books: Books, asked: dict[str, Any]) -> dict[str, int]:
    """Whom it hits, each with another place or the promise of one: how many of either."""
    window, hole = books.centre.window(asked["window"]), stretch(asked)
    hit = books.reception.displaced(window, hole)
    enter(books, CLOSED, asked)
    for row in books.waitlist.shut(window.id, hole):
        books.outbox.post(row.person, "reception/wait_closed", f"wait:{row.no}:closed", no=row.no, half=row.opens,
                          item=books.centre.item(row.item), why=asked["why"])  # fmt: skip
    moved = sum(rebook(books, row, asked["why"]) for row in hit)
    return {"moved": moved, "open": len(hit) - moved}


def rebook(books: Books, row: Any, why: str) -> bool:
    """The nearest free place of the window, kept at once; where there is none it is agreed anew by a person (1-09)."""
    window, item = books.centre.window(row.window), books.centre.item(row.item)
    free = [place for day in books.reception.days(window.id) for place in books.reception.free_slots(window, day)]
    instead = None if books.arranging.get(row.no) else place_instead(row.start, free)
    others = [one.no for one in books.together.matters(row.no) if one.no != row.no]
    books.reception.displace(row.no, instead)
    left = [one for one in books.together.matters(others[0]) if one.no != row.no] if others else []
    told: dict[str, Any] = {"no": books.together.number(row.no), "item": item, "why": why,
            "left": books.together.number(left[0].no) if left else ""}  # fmt: skip
    key = f"displaced:{row.no}:{local(row.start):%y%m%d%H%M}"
    if instead is None:
        agree_anew(books, row.no)
        books.outbox.post(row.person, "reception/displaced_open", key, push=Push.REST_DAY, was=row.start, **told)
        return False
    set_reminders(books, row.no, instead.start)
    books.outbox.post(
        row.person, "reception/displaced", key, card="reception/answer_reminder", opens={"no": row.no},
        push=Push.REST_DAY, until=instead.start, recheck="reception/stands",
        subject=f"{row.no} {instead.start.isoformat()}", was=row.start, start=instead.start, **told,
    )  # fmt: skip
    return True

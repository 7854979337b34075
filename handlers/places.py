"""Where a matter is handled: a route of the router's as a place with a name, a floor or an address."""

from typing import Any

from bot.talk import Talk
from handlers import words
from rules.calendar import local
from rules.consulting import is_due
from rules.first_contact import RouteKind
from storage.books import Books
from storage.catalogue import Answer, Item

ACTS_FROM = 0.5  # of the router's confidence
PLACES = (RouteKind.ITEM, RouteKind.WINDOW, RouteKind.ELSEWHERE)


def kind_of(route: str) -> str:
    """Item, window, elsewhere, or one of the intents."""
    head = route.partition(":")[0]
    return head if head in set(RouteKind) else RouteKind.ITEM.value


def place_of(books: Books, route: str) -> dict[str, Any] | None:
    """The item with its window, the window, or the body outside; None for what this centre does not have."""
    centre, key = books.centre, route.partition(":")[2]
    item = centre.items.get(route)
    if item is not None:
        window = centre.windows.get(item.window)
        return {"called": item.name, "item": item, "window": window, "there": None, **worth(books, item)}
    if route == f"window:{key}" and key in centre.windows:
        window = centre.windows[key]
        return {"called": window.name, "item": None, "window": window, "there": None}
    there = centre.elsewhere.get(key) if route == f"elsewhere:{key}" else None
    return None if there is None else {"called": there.name, "item": None, "window": None, "there": there}


def worth(books: Books, one: Item | Answer) -> dict[str, Any]:
    """When one may come for it, whom to telephone, and whether the entry must be checked before one relies on it."""
    window, today = books.centre.window(one.window), local(books.now).date()
    due = one.version is not None and is_due(one.version.checked, today, books.centre.readings)
    sessions = books.calendar.sessions_on(local(books.calendar.next_open(books.now)).date())
    own = one.phone if isinstance(one, Item) else ""
    return {"due": due, "phone": own or window.phone, "sessions": sessions}


def named(books: Books, text: str) -> str | None:
    """The route whose name, id or window number these words are exactly."""
    said = text.strip()
    centre = books.centre
    names = (
        *((item.id, {item.name, item.id}) for item in centre.items.values()),
        *((f"window:{w.id}", {w.name, *words.window_numbers(w.number)}) for w in centre.windows.values()),
        *((f"elsewhere:{e.id}", {e.name}) for e in centre.elsewhere.values()),
    )
    return next((route for route, known in names if said in known), None)


def understood(talk: Talk, books: Books, text: str) -> str | None:
    """The one place these words name, or surely mean."""
    found = talk.meaning
    sure = found.confidence >= ACTS_FROM and kind_of(found.ranked[0]) in PLACES and place_of(books, found.ranked[0])
    return named(books, text) or (found.ranked[0] if sure else None)

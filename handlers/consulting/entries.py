"""二㈢1: what a window vouches for, as its colleagues see it: which entries, which facts, what a change alters."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers.places import worth
from rules.calendar import local
from rules.consulting import approvers, is_due, keeping_refused
from rules.people import Person
from storage.books import Books
from storage.catalogue import Answer, Item, Version
from storage.consulting import in_item, is_answer

FACTS = {
    **{name: (name,) for name in ("materials", "fee", "place", "hours", "phone", "notes", "answer")},
    "days": ("on_the_spot", "promised_working_days", "legal_working_days"),
}


def kept_by(books: Books, person: Person) -> list[str]:
    """The windows whose entries this colleague keeps (2-03)."""
    house, readings = books.centre.house, books.centre.readings
    return [key for key in books.centre.windows if not keeping_refused(person, key, house, readings)]


def approve_for(books: Books, window: str) -> tuple[str, ...]:
    """Whose word makes a change of this window's entries count (2-03)."""
    return approvers(books.centre.house, window, books.centre.readings)


def topics_of(books: Books, windows: list[str]) -> list[dict[str, Any]]:
    """The entries of some windows as a list to choose from."""
    centre = books.centre
    found: list[tuple[str, str, Item | Answer]] = [(key, item.name, item) for key, item in centre.items.items()]
    found += [(key, answer.question, answer) for key, answer in centre.answers.items()]
    return [listed(books, key, name, one.version) for key, name, one in found if one.window in windows]


def listed(books: Books, topic: str, name: str, version: Version | None) -> dict[str, Any]:
    due = version is not None and is_due(version.checked, local(books.now).date(), books.centre.readings)
    return {"topic": topic, "called": name, "due": due}


def shown(books: Books, topic: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What templates say of an entry; of a version that is not in force where its body is given."""
    centre = books.centre
    if is_answer(topic):
        answer = centre.answers.get(topic)
        said = body or ({"question": answer.question, "answer": answer.text} if answer else {})
        version, window = (answer.version, answer.window) if answer else (None, "")
        return {"topic": topic, "called": said.get("question", ""), "item": None, "answer": said.get("answer", ""),
                "version": version, "window": centre.windows.get(window)}  # fmt: skip
    item = centre.item(topic)
    item = replace(item, **in_item(body)) if body else item
    return {"topic": topic, "called": item.name, "item": item, "answer": "", "version": item.version,
            "window": centre.window(item.window), **worth(books, item)}  # fmt: skip


def owner_of(books: Books, topic: str) -> str:
    """The window an entry is of today; "" for one given up."""
    one = books.centre.answers.get(topic) or books.centre.items.get(topic)
    return one.window if one else ""


def altered(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The facts in which two versions differ."""
    return [fact for fact, names in FACTS.items() if any(before.get(name) != after.get(name) for name in names)]

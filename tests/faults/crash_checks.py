"""What must hold after any number of deaths, read from the books and from what people saw."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from crash_people import booking_of, phone_of
from databases import rows, url_in

from storage.audit import Chain, load_key
from storage.database import Database

CHANGING = re.compile(r"[0-9一二三四五六日上下:]+")


def bubbles(folder: Path) -> list[dict[str, str]]:
    """All that was said, in order; a line cut off by a death is none."""
    lines = (folder / "bubbles").read_bytes().split(b"\n")[:-1]
    return [json.loads(line) for line in lines]


def shape(text: str) -> str:
    """A bubble without what differs from person to person."""
    return CHANGING.sub("#", text)


def faults(folder: Path, stored: set[str], done: list[int]) -> Iterator[str]:
    """What is wrong, nothing when all is well."""
    url = url_in(folder)
    yield from _booking_faults(url, done)
    yield from _machine_faults(url, stored)
    yield from _talk_faults(url, folder, done)
    yield from _chain_faults(url)


def _booking_faults(url: str, done: list[int]) -> Iterator[str]:
    made = Counter(row[0] for row in rows(url, "SELECT person FROM booking WHERE state = 'booked'"))
    yield from (f"citizen:{n} has {made[f'citizen:{n}']} bookings" for n in done if made[f"citizen:{n}"] != 1)
    yield from (f"{person} has {count} bookings" for person, count in made.items() if count > 1)
    phones = dict(rows(url, "SELECT person, phone FROM booking"))
    yield from (f"citizen:{n} gave another phone" for n in done if phones.get(f"citizen:{n}") != phone_of(n))
    [(taken,)] = rows(url, "SELECT coalesce(sum(taken), 0) FROM slot")
    if taken != made.total():
        yield f"{taken} places taken for {made.total()} bookings"


def _machine_faults(url: str, stored: set[str]) -> Iterator[str]:
    inbox = {row[0].partition(":")[2] for row in rows(url, "SELECT id FROM inbox")}
    yield from (f"message {key} was acknowledged and is not there" for key in sorted(stored - inbox))
    yield from (f"{row[0]} put aside: {row[1][-300:]}" for row in rows(url, "SELECT id, cause FROM put_aside"))
    waiting = "SELECT key FROM outbox WHERE state = 'waiting' AND not_before IS NULL"
    yield from (f"letter {row[0]} still waits" for row in rows(url, waiting))


def _talk_faults(url: str, folder: Path, done: list[int]) -> Iterator[str]:
    """Every letter was seen, and everybody saw what a person sees whose desk never died."""
    seen = {int(bubble["id"]): bubble for bubble in bubbles(folder)}
    letters = "SELECT id, key FROM outbox WHERE state = 'sent'"
    yield from (f"letter {key} was never seen" for number, key in rows(url, letters) if number not in seen)
    heard: dict[str, list[str]] = {}
    for number in sorted(seen):
        heard.setdefault(seen[number]["to"], []).append(shape(seen[number]["text"]))
    usual = Counter(tuple(heard.get(f"citizen:{n}", ())) for n in done).most_common(1)[0][0]
    if len(usual) <= len(booking_of(1)):
        yield f"a conversation of {len(usual)} bubbles is none: {usual}"
    yield from (f"citizen:{n} heard something else" for n in done if tuple(heard.get(f"citizen:{n}", ())) != usual)
    numbers = dict(rows(url, "SELECT person, no FROM booking"))
    said = {
        bubble["to"]: bubble["text"] for bubble in seen.values() if numbers.get(bubble["to"], "-") in bubble["text"]
    }
    yield from (f"{person} was never told {no}" for person, no in numbers.items() if person not in said)


def _chain_faults(url: str) -> Iterator[str]:
    database = Database(url)
    engine = database.engine()
    with engine.connect() as connection:
        chain = Chain.resume(load_key("", database.key_file), connection)
        yield from chain.faults(connection)
    engine.dispose()


def repeated(folder: Path) -> Counter[str]:
    """Bubbles people saw again, by the desk whose death it was: it had said them and left nothing that tells."""
    said: dict[str, str] = {}
    again: Counter[str] = Counter()
    for bubble in bubbles(folder):
        if bubble["id"] in said:
            again[said[bubble["id"]]] += 1
        said[bubble["id"]] = bubble["by"]
    return again

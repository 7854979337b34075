"""Six messages from who says what he wants, eight from who says nothing useful, and what his own slips cost (ux 12).

Two hundred citizens made up from seeds (citizens.py): any order of answers, interruptions, corrections, typing errors.
"""

from collections import Counter as Tally
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from citizens import Citizen, citizen
from databases import url_in
from promises import kept, scaled
from reception_desk import Counter, day

from bot.app import EXAMPLE
from bot.clock import StandingClock
from bot.rehearsal import Rehearsal, Said
from rules.calendar import local
from storage.books import Books
from storage.catalogue import Item, Window

TALKS, LOT = scaled(12, 200), 20
USEFUL, USELESS, TOO_LONG = 6, 8, 20
CALLERS, STEPS = scaled(6, 200), 6
OFFICER = "黎子涵"


@dataclass
class Talked:
    """What one talk came to."""

    who: Citizen
    lines: list[str] = field(default_factory=list)
    sent: int = 0
    row: Any = None
    person: bool = False


async def talk(desk: Counter, who: Citizen) -> Talked:
    """From the first word until the citizen has nothing more to say."""
    name, done = f"citizen:{who.seed}", Talked(who)
    what: dict[str, Any] = {"text": who.first()}
    while what and done.sent < TOO_LONG:
        desk.said.clear()
        for _ in range(1 + who.twice):
            await desk.rehearsal.hear(name, key=f"{who.seed}.{done.sent}", **what)
        done.sent += 1
        heard = desk.to(name)
        done.lines += [f"人:{what}", *(f"台:{one.text}{list(one.choices)}" for one in heard)]
        what = who.answer(heard[-1].text, heard[-1].choices) if heard else {}
    done.row, done.person = await desk.do(lambda books: ending(books, name))
    return done


def ending(books: Books, person: str) -> tuple[Any, bool]:
    """The one booking there is now, and whether a person was called."""
    rows = books.reception.mine(person)
    return rows[0] if len(rows) == 1 else None, books.first_contact.open_of(person) is not None


def broken(done: Talked) -> str:
    """What this talk came to that it should not have; "" when all is well."""
    who, row, wish = done.who, done.row, done.who.wish
    most = (USEFUL if who.useful else USELESS) + who.own
    if row is None:
        return "" if done.person else "nothing"
    if (row.item, row.phone, row.for_whom) != (wish.item.id, wish.phone, wish.whom):
        return f"booked {row.item} {row.phone} {row.for_whom}"
    if not at_its_time(done):
        return f"booked for {row.start} {row.wish}"
    return "" if done.sent <= most else f"{done.sent} messages, {most} at most"


def at_its_time(done: Talked) -> bool:
    """The very place, or one of its half-day; in words where the window publishes none."""
    row, wish = done.row, done.who.wish
    if row.start is None:
        return bool(row.wish)
    start = local(row.start)
    same_half = (start.date(), start.hour < 12) == (wish.start.date(), wish.start.hour < 12)
    return start == wish.start if wish.exact else same_half


async def a_lot(folder: Path, seeds: range) -> list[Talked]:
    """These citizens one after the other, at a desk of their own."""
    said: list[Said] = []
    rehearsal = Rehearsal(url_in(folder), StandingClock(day(23, 9)), said.append, EXAMPLE)
    await rehearsal.open()
    desk, done = Counter(rehearsal, said), []
    items = await desk.do(lambda books: bookable(books))
    for who in (citizen(seed, items) for seed in seeds):
        who.amid = [str(folder / one) if one.endswith(".png") else one for one in who.amid]
        done.append(await talk(desk, who))
    await rehearsal.close()
    return done


async def test_a_booking_in_six_messages_or_eight(tmp_path: Path) -> None:
    done: list[Talked] = []
    for first in range(0, TALKS, LOT):
        folder = tmp_path / str(first)
        folder.mkdir()
        (folder / "sticker.png").write_bytes(b"\x89PNG")
        done += await a_lot(folder, range(first, min(TALKS, first + LOT)))
    wrong = [one for one in done if broken(one)]
    for one in wrong:
        print("=====", one.who.seed, broken(one), one.who.opening, one.who.style, one.who.wish.start)
        print("\n".join(one.lines))
    kept("a booking in six messages, or eight", tried=TALKS, broken=len(wrong), note=figures(done))
    assert not {one.who.seed: broken(one) for one in wrong}


def figures(done: list[Talked]) -> str:
    """How many messages it took, slips and interruptions taken off, and how many ended with a person."""
    said = []
    for called, useful in (("says what he wants", True), ("says nothing useful", False)):
        counts = Tally(one.sent - one.who.own for one in done if one.row is not None and one.who.useful is useful)
        said.append(f"{called}: " + ", ".join(f"{n} in {counts[n]}" for n in sorted(counts)))
    return "; ".join((*said, f"a person: {sum(one.row is None for one in done)}"))


def bookable(books: Books) -> list[tuple[Item, Window]]:
    """Every matter with its window, where a booking is entered or a wish."""
    pairs = [(item, books.centre.window(item.window)) for item in books.centre.items.values()]
    return [(item, window) for item, window in pairs if item.materials and window.booking == "slots"]


# -- keyed in by the duty officer --------------------------------------------------------------------------------------
def keyed_in(who: Citizen) -> str:
    """One line in some order, with some pause, the number in some form."""
    pause = who.one(" ", ",", "  ", "、")
    n = who.wish.phone
    number = who.one(n, n, f"{n[:3]} {n[3:7]} {n[7:]}", f"{n[:3]}-{n[3:7]}-{n[7:]}", f"电话{n}")
    parts = [who.named, number, who.time()]
    who.chance.shuffle(parts)
    return who.one("电话预约 ", "电话预约:", "电话预约,") + pause.join(parts)


async def key_in(desk: Counter, who: Citizen) -> str:
    """What came of one line: "" when what stands in the books is right."""
    shown = await desk.say(OFFICER, keyed_in(who))
    for _ in range(STEPS):
        if "请核对" in shown.text:
            wrong = unlike(who, shown.text)
            shown = await desk.say(OFFICER, *(f"[{press}]" for press in (("改一项", wrong) if wrong else ("提交",))))
            if not wrong:
                break
            who.own += 2
            continue
        if who.asked.get("matter"):
            who.named = who.wish.item.name  # told that it was not understood: the same again helps nobody
        who.own += 1
        what = who.answer(shown.text, shown.choices)
        shown = await desk.say(OFFICER, what.get("text") or f"[{what['tap']}]")
    caller = f"phone:{who.wish.phone}"
    row = await desk.do(lambda books: next(iter(books.reception.mine(caller)), None))
    return broken(Talked(who, row=row)) if row else shown.text


def unlike(who: Citizen, text: str) -> str:
    """The first line of the officer's summary that is not what the caller said."""
    said = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    wish = who.wish
    if said["事项"] != wish.item.name:
        who.named = wish.item.name  # by its full name, as it stands on the list of matters
        return "办什么"
    if f"{wish.start.month}月{wish.start.day}日" not in said["时间"]:
        return "时间"
    return "" if said["电话"] == wish.phone else "电话"


async def test_a_caller_is_keyed_in_with_one_line(desk: Counter) -> None:
    items = await desk.do(lambda books: bookable(books))
    wrong, more = {}, Tally[int]()
    for seed in range(CALLERS):
        who = citizen(seed + 1000, items)
        who.wish, who.style = replace(who.wish, whom=""), "labels"
        who.slips, who.amid = [], []
        if came := await key_in(desk, who):
            wrong[seed] = came
        more[who.own] += 1
    note = "messages between the line and 提交: " + ", ".join(f"{n} in {more[n]}" for n in sorted(more))
    kept("a caller keyed in with one line", tried=CALLERS, broken=len(wrong), note=note)
    assert not wrong

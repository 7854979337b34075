"""Five hundred people book the same half hour, with room for a hundred, while the desk is killed."""

import asyncio
import random  # noqa: TID251 - with a fixed seed
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from crash_checks import bubbles
from crash_child import NOW
from crash_people import ITEM, ROOT, Platform, phone_of
from promises import scaled

from bot.clock import StandingClock
from bot.rehearsal import Rehearsal
from storage.audit import Chain, load_key
from storage.database import Database

PEOPLE, PLACES, KILLS = scaled(400, 500), scaled(80, 100), 2
SLOT = "11月25日上午9点"
NUMBER = re.compile(r"编号 (YY\d{7})")


async def prepare(folder: Path, url: str) -> None:
    """The example centre, whose window lets a hundred in at a time."""
    centre = Path(shutil.copytree(ROOT / "deploy" / "centre.example", folder / "centre"))
    windows = centre / "windows.yaml"
    windows.write_text(windows.read_text("utf-8").replace("places_per_slot: 4", f"places_per_slot: {PLACES}"), "utf-8")
    rehearsal = Rehearsal(url, StandingClock(NOW), lambda said: None, centre)
    await rehearsal.open()
    await rehearsal.close()


async def crowd(folder: Path, url: str, chance: random.Random) -> int:
    """Everybody takes each step at once; the last one is taken from three desks. How many messages were under way."""
    async with Platform(folder, database=url) as platform:
        await platform.start()
        for step, text in enumerate((f"预约{ITEM}", SLOT, "", "提交")):
            said = [platform.deliver(f"{n}.{step}", f"citizen:{n}", text or phone_of(n)) for n in range(PEOPLE)]
            people = asyncio.gather(*said)
            for _ in range(KILLS if step == 3 else 0):
                await platform.heard(min(chance.randint(1, PEOPLE // (2 * KILLS)), len(platform.pending)))
                await platform.kill()
                await platform.start()
            await people
        await platform.end()
        return platform.busy_at_kill


def faults(folder: Path, url: str) -> Iterator[str]:
    """Who got in, who was told what."""
    database = Database(url)
    engine = database.engine()
    with engine.connect() as connection:
        booked = dict(connection.execute(sa.text("SELECT person, no FROM booking")).fetchall())
        (count,) = connection.execute(sa.text("SELECT count(*) FROM booking")).one()
        slots = connection.execute(sa.text("SELECT places, taken FROM slot WHERE taken > 0")).fetchall()
        yield from Chain.resume(load_key("", database.key_file), connection).faults(connection)
    engine.dispose()
    if not count == len(booked) == PLACES:
        yield f"{count} bookings of {len(booked)} people"
    if [tuple(row) for row in slots] != [(PLACES, PLACES)]:
        yield f"slots {slots}"
    yield from _untold(folder, booked)


def _untold(folder: Path, booked: dict[str, str]) -> Iterator[str]:
    said = {bubble["id"]: bubble for bubble in bubbles(folder)}
    numbers = {b["to"]: found[1] for b in said.values() if (found := NUMBER.search(b["text"]))}
    if numbers != booked:
        yield f"told of a booking: {len(numbers)}, booked: {len(booked)}"
    refused = Counter(bubble["to"] for bubble in said.values() if "约满" in bubble["text"] or "满了" in bubble["text"])
    unheard = {f"citizen:{n}" for n in range(PEOPLE)} - booked.keys() - refused.keys()
    if unheard:
        yield f"{len(unheard)} people were told neither"

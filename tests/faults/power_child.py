"""A desk whose disk is recorded: `power_child.py FOLDER SEED` has a morning's talk and tells FOLDER/told of it.

`told` lies on the recorded disk, so its lines stand between the writes they follow: {"stored": key} when a message was
acknowledged, {"commit": [...]} what the books hold after each commit. FRONTDESK_PLANT=unsynced plants a fault: the
database is not synced.
"""

import asyncio
import json
import os
import random  # noqa: TID251 - with a fixed seed
import sys
from pathlib import Path
from typing import Any

from crash_child import CHANNEL, NOW, Paper
from crash_people import booking_of

from bot.app import House
from bot.clock import StandingClock
from bot.directory import RehearsalDirectory
from bot.fetching import Fetching
from bot.speech import Attachment, Heard
from storage import database
from storage.group import Group
from storage.schema import metadata

PHOTO = b"\xff\xd8\xff\xe0"
CHECKPOINT = 60  # pages: a short talk holds many checkpoints
LINES = (
    ("citizen:a", ("你们税务窗口的人态度恶劣,骂人", "匿名", "提交")),
    ("citizen:b", ("人工",)),
    ("BH023", ("请假 明天后天 家里有事", "提交")),
    ("BH022", ("外出 去县住建局送材料 10点半回 13800000000", "提交")),
    ("BH001", ("帮助", "谁值班")),
)
COUNTS = "SELECT " + ", ".join(f'(SELECT count(*) FROM "{name}")' for name in sorted(metadata.tables))


def state(raw: Any) -> list[Any]:
    """How many rows each table has, and the chain's head: half a group would show."""
    mac = raw.execute("SELECT mac FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    return [*raw.execute(COUNTS).fetchone(), mac[0] if mac else ""]


class Told:
    """Says what happened, on the same disk."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / "told", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def __call__(self, **line: Any) -> None:
        os.write(self._file, json.dumps(line).encode() + b"\n")


class Photographer(Paper):
    """Whoever sends files sends one picture, each its own."""

    async def fetch(self, file: Attachment) -> bytes:
        return PHOTO + file.source.encode() * 50


def tell_commits(told: Told) -> None:
    commit = Group.commit

    def committed(group: Group, *given: Any) -> Any:
        head = commit(group, *given)
        told(commit=state(group.raw))
        return head

    Group.commit = committed  # type: ignore[method-assign]


def settle_differently(plant: str) -> None:
    settle = database._settle

    def settled(raw: Any, record: Any) -> None:
        settle(raw, record)
        raw.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT}")
        if plant == "unsynced":
            raw.execute("PRAGMA synchronous=OFF")

    database._settle = settled


async def talk(house: House, told: Told, chance: random.Random, part: int) -> None:
    people = [(f"citizen:{part}{n}", tuple(booking_of(part * 10 + n))) for n in range(6)] + list(LINES)
    people = chance.sample(people, 7)

    async def one(person: str, lines: tuple[str, ...]) -> None:
        for step, text in enumerate(lines):
            key = f"{part}.{person}.{step}"
            photo = Attachment("photo", key, "x.jpg") if chance.random() < 0.1 else None
            await house.desk.hear(Heard(CHANNEL, key, person, text, file=photo))
            told(stored=f"{CHANNEL}:{key}")
            await asyncio.sleep(chance.random() * 0.01)

    await asyncio.gather(*(one(*each) for each in people))


async def serve(folder: Path, seed: int) -> None:
    """Two desks one after the other: the second starts on what the first left."""
    chance, told = random.Random(seed), Told(folder)
    tell_commits(told)
    for part in (1, 2):
        house = House(f"sqlite:///{folder}/desk.db", StandingClock(NOW))
        house.add({CHANNEL: Photographer(folder.parent / "bubbles")})
        await house.open(RehearsalDirectory(CHANNEL))
        files = folder / "files"
        files.mkdir(exist_ok=True)
        await house.bells.catch_up()
        await talk(house, told, chance, part)
        await Fetching(house.desk, house.channels, files).sweep()
        await house.courier.drain()
        await house.close()


if __name__ == "__main__":
    settle_differently(os.environ.get("FRONTDESK_PLANT", ""))
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))

"""Away at random, minutes or three days, asleep or killed: no reminder is missed in silence, none comes twice."""

import asyncio
import multiprocessing
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from asleep_world import World
from promises import FULL, kept, scaled

from bot.contents import Contents
from handlers import CONTENTS
from handlers.reception import reminders

WORLDS, TIMES = scaled(1, 250), scaled(10, 40)
FAST = Path("/dev/shm")


async def life(seed: int) -> list[str]:
    with tempfile.TemporaryDirectory(dir=FAST if os.access(FAST, os.W_OK) else None) as folder:
        return [f"{seed}: {fault}" for fault in await World(Path(folder), seed).live(TIMES)]


def lived(seed: int) -> list[str]:
    return asyncio.run(life(seed))


def test_whoever_was_to_be_reminded_hears_of_it() -> None:
    if FULL:
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as workers:
            found = [fault for one in workers.map(lived, range(WORLDS)) for fault in one]
    else:
        found = lived(0)
    kept("away at random against the clocks", tried=WORLDS * TIMES, broken=len(found), note=f"{WORLDS} desks")
    assert found == []


async def test_a_reminder_that_is_dropped_in_silence_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: what comes after the booking's hour is thrown away, as it once was."""

    def remind(books: object, due: object) -> None:
        row = books.reception.get(due.args["no"])  # type: ignore[attr-defined]
        if row.start > due.now:  # type: ignore[attr-defined]
            reminders.remind(books, due)  # type: ignore[arg-type]

    assert isinstance(CONTENTS, Contents)
    monkeypatch.setitem(CONTENTS.timers, "reception/remind", remind)
    found: list[str] = []
    for seed in range(100, 130):
        found += await life(seed)
        if found:
            break
    assert any("nobody spoke of it" in fault for fault in found), found

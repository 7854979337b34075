"""kill -9 at every crossing of a tour over Telegram and WeCom: each tour ends as if nobody had died."""

import random  # noqa: TID251 - with a fixed seed
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from machine_desk import start_in
from promises import FULL, kept
from sweep_child import NOW
from sweep_tour import STAFF, TOUR, Nursery, Outcome, Tour, faults

from bot.clock import StandingClock
from bot.rehearsal import Rehearsal
from storage.books import Books
from tests.channels import fake_wecom
from tests.channels.fake_telegram import serving_telegram

SAMPLE = 4


@pytest.fixture
async def prepared(tmp_path: Path) -> Path:
    """The example centre's books, the colleagues of the tour bound to WeCom."""
    place = start_in(tmp_path)
    rehearsal = Rehearsal(f"sqlite:///{place}", StandingClock(NOW), lambda said: None)

    def bind(books: Books) -> None:
        for person in STAFF:
            assert books.roster.bind("wecom", person.lower(), person) is None
        books.count("centre")

    await rehearsal.open()
    await rehearsal.house.desk.do(bind)
    await rehearsal.close()
    return place


@pytest.fixture
def nursery(prepared: Path) -> Iterator[Nursery]:
    found = Nursery(prepared)
    yield found
    found.close()


class Sweep:
    """Tours of which each begins anew, with platforms of its own."""

    def __init__(self, folder: Path, nursery: Nursery) -> None:
        self.folder, self.nursery, self.number = folder, nursery, 0

    async def tour(self, at: int = 0, plant: str = "") -> Outcome:
        self.number += 1
        with serving_telegram() as telegram:
            async with fake_wecom.fake_wecom() as wecom:
                return await Tour(self.folder / str(self.number), self.nursery, telegram, wecom, plant).walk(at)

    async def broken(self, usual: Outcome, at: int, plant: str = "") -> list[str]:
        try:
            found = await self.tour(at, plant)
        except TimeoutError as silent:
            return [f"crossing {at}: {silent}"]
        return [f"crossing {at}: {fault}" for fault in faults(usual, found)]


@pytest.fixture
async def sweep(tmp_path: Path, nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sweep]:
    monkeypatch.setattr(fake_wecom, "RETRIES", 200)
    yield Sweep(tmp_path / "tours", nursery)


async def test_a_death_at_any_crossing_changes_nothing(sweep: Sweep) -> None:
    usual = await sweep.tour()
    every = range(1, usual.crossings + 1)
    tried = every if FULL else random.Random(23).sample(every, SAMPLE)
    found = [fault for at in tried for fault in await sweep.broken(usual, at)]
    note = f"{len(TOUR)} messages over Telegram and WeCom"
    kept("kill at every database and send crossing", tried=len(tried), broken=len(found), note=note)
    assert found == []
    assert len(every) > 10 * len(TOUR)


async def test_a_desk_that_commits_in_halves_is_caught(sweep: Sweep) -> None:
    found = await sweep.broken(Outcome(), at=4, plant="halves")  # the fourth message books
    assert "NotStored" in found[0], "the books refuse what they have, and the citizen hears nothing"

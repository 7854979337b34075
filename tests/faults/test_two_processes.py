"""Two processes on one database: one writes. On PostgreSQL the second stands by and takes over from one that was killed
or stands still; on SQLite it is refused in words. Whoever went on after standing still writes and sends nothing.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from databases import rows
from machine_desk import desk_in
from promises import FULL, kept

from bot.app import EXAMPLE
from bot.channels.web_speech import delivery
from bot.clock import StandingClock, steady
from bot.rehearsal import Rehearsal, Said
from bot.transcripts import START
from bot.writer import NotStored
from storage import database
from storage.audit import Chain, load_key
from storage.database import Database, Occupied
from tests.channels.desk_process import DeskProcess
from tests.channels.web_tab import ANN, BEN, say

TAKEN_OVER = 30.0  # seconds, the promise
at_full_size = pytest.mark.skipif(not FULL, reason="make faults runs it")


def chain_faults(url: str) -> list[str]:
    found = Database(url)
    engine = found.engine()
    with engine.connect() as connection:
        faults = list(Chain.resume(load_key("", found.key_file), connection).faults(connection))
    engine.dispose()
    return faults


def rehearsal(url: str, said: list[Said]) -> Rehearsal:
    return Rehearsal(url, StandingClock(START), said.append, EXAMPLE)


# -- in one process ------------------------------------------------------------------------------------------------
async def test_who_stands_still_is_unseated_and_writes_nothing(
    postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(database, "SILENT", 1)
    old_said: list[Said] = []
    old, new = rehearsal(postgres_url, old_said), rehearsal(postgres_url, [])
    displaced = asyncio.Event()
    old.house.displaced = displaced.set
    await old.open()
    await old.hear("citizen:1", text="帮助", key="before")
    with pytest.raises(Occupied):
        await new.open()
    await asyncio.sleep(1.2)
    await new.open()
    await new.hear("citizen:1", text="帮助", key="after")
    with pytest.raises(NotStored):
        await old.hear("citizen:1", text="帮助", key="too late")
    await asyncio.wait_for(displaced.wait(), 5)
    assert rows(postgres_url, "SELECT id FROM inbox ORDER BY at") == [("terminal:before",), ("terminal:after",)]
    await old.house.close()
    assert await new.house.desk.do(lambda books: books.count("goes on")) == 1
    await new.close()
    assert chain_faults(postgres_url) == []


async def test_who_stood_still_sends_nothing_before_it_has_looked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A letter that was on its way out when everything stopped waits until a commit has shown who is the writer."""
    async with desk_in(tmp_path) as desk:
        house = desk.rehearsal.house
        proofs, do = [], house.desk.do

        async def looked(what: object, **given: object) -> object:
            proofs.append(what)
            return await do(what, **given)  # type: ignore[arg-type]

        monkeypatch.setattr(house.desk, "do", looked)
        await house.desk.prove()
        house.writer.proved = steady()
        before = len(proofs)
        await house.desk.prove()
        assert len(proofs) == before, "just proved"
        house.writer.proved -= 60
        await house.desk.prove()
        assert len(proofs) == before + 1


# -- as processes --------------------------------------------------------------------------------------------------
@pytest.fixture
async def pair(postgres_url: str, tmp_path: Path) -> AsyncIterator[tuple[DeskProcess, DeskProcess]]:
    """The second starts only when the first serves; both use the same folder, as two machines share nothing else."""
    data = tmp_path / "data"
    data.mkdir(exist_ok=True)
    found = [DeskProcess(data, FRONTDESK_DATABASE_URL=postgres_url, FRONTDESK_AUDIT_KEY="k" * 32) for _ in range(2)]
    await found[0].start()
    yield found[0], found[1]
    for one in found:
        with suppress(Exception):
            one.thaw()
        one.kill()


async def spoken(desk: DeskProcess, key: str, who: str = ANN) -> int:
    async with httpx.AsyncClient(base_url=desk.url, timeout=TAKEN_OVER) as client:
        return (await say(client, who, "帮助", key)).status_code


async def taken_over(second: DeskProcess, waiting: "asyncio.Task[None]", since: float) -> float:
    await asyncio.wait_for(waiting, TAKEN_OVER)
    await second.until_ready(TAKEN_OVER)
    return time.monotonic() - since


def heard(url: str, keys: list[str]) -> list[bool]:
    """Which deliveries the books have, whoever's they are."""
    there = {row[0] for row in rows(url, "SELECT id FROM inbox")}
    return [any(f"web:{delivery(who, key)}" in there for who in (ANN, BEN)) for key in keys]


@at_full_size
@pytest.mark.parametrize("way", ["killed", "stopped"])
async def test_the_second_takes_over(pair: tuple[DeskProcess, DeskProcess], postgres_url: str, way: str) -> None:
    first, second = pair
    keys = [os.urandom(8).hex() for _ in range(4)]
    assert await spoken(first, keys[0]) == 200
    waiting = asyncio.create_task(second.start_unready())
    await asyncio.sleep(8)
    assert not waiting.done(), "it stands by"
    since = time.monotonic()
    first.kill() if way == "killed" else first.freeze()
    late = asyncio.create_task(spoken(first, keys[2], BEN)) if way == "stopped" else None
    took = await taken_over(second, waiting, since)
    assert await spoken(second, keys[1]) == 200
    if late is not None:
        first.thaw()
        with suppress(httpx.TransportError):
            assert await late == 503
        assert await first.over() == 0
    assert await spoken(second, keys[3]) == 200
    verified = await asyncio.to_thread(second.command, "audit", "verify")
    broken = [heard(postgres_url, keys) != [True, True, False, True], took > TAKEN_OVER,
              not verified.stdout.startswith("ok ")]  # fmt: skip
    kept(f"two processes on PostgreSQL, the first {way}", tried=1, broken=sum(broken), note=f"{took:.0f} s")
    assert broken == [False] * 3
    assert await second.end() == 0


async def test_on_sqlite_a_second_is_refused_even_while_the_first_stands_still(tmp_path: Path) -> None:
    desk = DeskProcess(tmp_path / "data")
    await desk.start()
    try:
        desk.freeze()
        second = await asyncio.to_thread(desk.command, "run")
        desk.thaw()
        assert (second.returncode, "另一个咨询台" in second.stderr) == (3, True)
        assert await spoken(desk, os.urandom(8).hex()) == 200
        assert desk.command("audit", "verify").stdout.startswith("ok ")
        kept("two processes on SQLite", tried=1, broken=0)
    finally:
        desk.thaw()
        desk.kill()

"""A damaged file closes the desk and sends people to the telephone; a changed record is told to the administrators."""

import asyncio
import os
from pathlib import Path

import httpx
import pytest
from machine_desk import NOW, desk_in, start_in

from bot.closed import AGAIN_AFTER, Closed
from bot.rehearsal import Recorder, Said
from bot.soundness import Soundness, _until, damage_at_start
from bot.speech import Heard
from bot.templates import Words
from bot.writer import NotStored
from rules.calendar import ZONE
from storage.catalogue import Centre
from storage.database import Database
from tests.channels.desk_process import DeskProcess
from tests.channels.web_tab import ANN, listening, say


def spoil(file: Path) -> None:
    """A bad block over the head of every page but the first few."""
    with file.open("r+b") as raw:
        for page in range(3, file.stat().st_size // 4096):
            raw.seek(page * 4096)
            raw.write(os.urandom(64))


async def test_a_damaged_file_closes_the_desk_until_another_stands_there(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    spoil(start_in(data))
    before = (data / "desk.db").read_bytes()
    desk = DeskProcess(data)
    await desk.start_unready()
    try:
        async with httpx.AsyncClient(base_url=desk.url) as client, listening(client, ANN) as page:
            assert (await say(client, ANN, "预约办护照")).status_code == 503
            assert "请打 0515-" in str((await page.bubble())["text"])
            ready = await client.get("/readyz")
            assert (ready.status_code, ready.json()["reasons"]) == (503, ["database: damaged"])
            assert (await client.get("/healthz")).status_code == 200
        assert (data / "desk.db").read_bytes() == before, "nothing was written"
        (data / "desk.db").unlink()
        start_in(data)
        await asyncio.to_thread(Path(Database(f"sqlite:///{data}/desk.db").damaged_file).unlink)
        assert await asyncio.to_thread(desk._process.wait, 15) == 1  # type: ignore[union-attr]
    finally:
        desk.kill()


async def test_damage_met_on_the_way_ends_the_desk(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        house, told = desk.rehearsal.house, []
        house.damaged = told.append
        await desk.say("老李", "预约办护照")
        house.connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        spoil(tmp_path / "desk.db")
        house.connection.exec_driver_sql("PRAGMA cache_size=0")
        with pytest.raises(NotStored):
            for n in range(20):
                await house.desk.hear(Heard("terminal", f"x{n}", "老李", "投诉窗口态度不好"))
        assert told


async def test_a_changed_record_is_told_and_the_desk_goes_on(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        house, damaged = desk.rehearsal.house, []
        look = Soundness(house, damaged.append)
        await look.look()
        assert (house.changed, damaged) == ("", [])
        house.connection.exec_driver_sql("UPDATE staff SET name = 'X' WHERE id = 'BH023'")
        await look.look()
        assert (house.changed, damaged) == ("staff/BH023", [])
        await desk.rehearsal.settle()
        assert [s.to for s in desk.said if "staff/BH023" in s.text]
        assert await desk.say("老李", "预约办护照")


async def test_an_index_that_lies_is_found(tmp_path: Path) -> None:
    """quick_check looks at no index: whoever asks through one would be told that there is nothing."""
    async with desk_in(tmp_path) as desk:
        await desk.say("老李", "预约办护照")
        house, damaged = desk.rehearsal.house, []
        raw = house.connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA writable_schema=ON")
        raw.execute("DELETE FROM sqlite_schema WHERE name = 'ix_contact_person'")
        raw.execute("PRAGMA writable_schema=OFF")
        await Soundness(house, damaged.append).look()
        assert damaged


def test_a_file_once_found_damaged_is_looked_at_in_full(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{start_in(tmp_path)}")
    marked = Path(database.damaged_file)
    marked.touch()
    assert damage_at_start(database) == ""
    assert not marked.exists()
    spoil(tmp_path / "desk.db")
    assert damage_at_start(database)
    assert marked.exists()


async def test_everybody_is_told_once_an_hour_and_nothing_is_ever_taken() -> None:
    said: list[Said] = []
    moments = iter([NOW, NOW, NOW + AGAIN_AFTER])

    class Clock:
        def now(self):  # type: ignore[no-untyped-def]
            return NOW

    channel = Recorder("web", Clock(), said.append)  # type: ignore[arg-type]
    ear = Closed({"web": channel}, Centre.empty(), Words(), lambda: next(moments))
    for key in "abc":
        with pytest.raises(OSError):
            await ear.hear(Heard("web", key, "one", "喂"))
    assert [s.to for s in said] == ["one", "one"]
    with pytest.raises(OSError):
        await ear.put_aside("web", "k", "raw", "cause")
    assert _until(NOW.astimezone(ZONE)) == 18 * 3600 + 20 * 60

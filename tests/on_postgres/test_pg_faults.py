"""The server goes away, the desk is killed, a message carries what PostgreSQL cannot keep: nothing stored is lost."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import rows
from on_postgres_scene import Scene
from postgres import Server

from bot.app import EXAMPLE, House
from bot.contents import Job
from bot.speech import Heard
from bot.writer import NotStored
from storage.audit import Chain, load_key
from storage.books import Books
from storage.database import Database, take_writing

BOOK = ("预约居民身份证首次申领", "11月25日上午9点", "13800000001", "提交")
ROOT = Path(__file__).parents[2]


def chain_faults(url: str) -> list[str]:
    database = Database(url)
    engine = database.engine()
    with engine.connect() as connection:
        found = list(Chain.resume(load_key("", database.key_file), connection).faults(connection))
    engine.dispose()
    return found


@pytest.fixture
def away(postgres: Server) -> Iterator[Server]:
    """A server that is back at the end, whatever the test did."""
    yield postgres
    postgres.start()


# -- the server goes away ----------------------------------------------------------------------------------------
async def test_the_desk_comes_back_with_its_server(scene: Scene, away: Server) -> None:
    await scene.say("甲", BOOK[0], "1")
    await asyncio.to_thread(away.stop)
    with pytest.raises(NotStored):
        await scene.say("甲", BOOK[1], "2")
    await asyncio.to_thread(away.start)
    for key, text in enumerate(BOOK[1:], 2):
        assert await scene.say("甲", text, str(key))
    assert rows(scene.url, "SELECT count(*) FROM booking") == [(1,)]
    assert chain_faults(scene.url) == []


async def test_a_restart_between_two_messages_is_not_noticed(scene: Scene, away: Server) -> None:
    await scene.say("甲", BOOK[0])
    await asyncio.to_thread(away.stop)
    await asyncio.to_thread(away.start)
    assert await scene.say("甲", BOOK[1])


async def test_what_was_under_way_is_told_to_come_again(scene: Scene, away: Server) -> None:
    """The connection breaks inside a group: none of it happened, and delivered again all of it does."""
    desk = scene.rehearsal.house.desk
    house = scene.rehearsal.house

    def cut(books: Books) -> None:
        books.count("cut")
        pid = house.writer.raw.info.backend_pid
        rows(scene.url, f"SELECT pg_terminate_backend({pid})")

    heard = [Heard("terminal", f"k{n}", f"citizen:{n}", "帮助") for n in range(5)]
    wait = asyncio.ensure_future(desk.do(lambda books: time.sleep(0.1)))  # so that the others become one group
    await asyncio.sleep(0.05)
    group = [desk.hear(heard[0]), desk.hear(heard[1]), desk.do(cut), *(desk.hear(one) for one in heard[2:])]
    outcomes = await asyncio.gather(*group, return_exceptions=True)
    assert all(isinstance(outcome, NotStored) for outcome in outcomes)
    await wait
    assert rows(scene.url, "SELECT * FROM counter WHERE name = 'cut'") == []
    for one in heard:
        await desk.hear(one)
    await scene.rehearsal.settle()
    assert sorted(said.to for said in scene.said if not said.to.startswith("BH")) == ["0", "1", "2", "3", "4"]
    assert chain_faults(scene.url) == []


async def test_a_job_whose_hour_came_meanwhile_is_rung_again(scene: Scene, away: Server) -> None:
    bells = scene.rehearsal.house.bells

    def note(books: Books) -> None:
        books.count("noted")

    bells.jobs["noted"] = Job("noted", note, cron={"hour": 8})
    await asyncio.to_thread(away.stop)
    with pytest.raises(NotStored):
        await bells.ring("noted")
    await asyncio.to_thread(away.start)
    await bells.tick()
    await bells.tick()
    assert rows(scene.url, "SELECT n FROM counter WHERE name = 'noted'") == [(1,)]


async def test_who_has_lost_the_writers_place_steps_down(scene: Scene, away: Server) -> None:
    displaced = asyncio.Event()
    house: House = scene.rehearsal.house
    house.displaced = displaced.set
    other = Database(scene.url).engine()
    await asyncio.to_thread(away.stop)
    await asyncio.to_thread(away.start)
    with other.connect() as connection:
        assert take_writing(connection)
        with pytest.raises(NotStored):
            await scene.say("甲", "帮助")
        await asyncio.wait_for(displaced.wait(), 1)
    other.dispose()
    assert await scene.say("甲", "帮助")


async def test_what_another_wrote_meanwhile_is_gone_on_from(scene: Scene, away: Server) -> None:
    await scene.say("甲", "帮助")
    await asyncio.to_thread(away.stop)
    await asyncio.to_thread(away.start)
    other = Scene(scene.url, centre=None)
    await other.rehearsal.open()
    assert await other.say("乙", "帮助")
    await other.rehearsal.close()
    assert await scene.say("甲", "帮助")
    assert chain_faults(scene.url) == []


# -- the desk goes away ------------------------------------------------------------------------------------------
def talk(url: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bot", "talk", "--centre", str(EXAMPLE), "--database", url]
    pipe = subprocess.PIPE
    return subprocess.Popen([*command, "--now", "2026-11-23T09:00"], stdin=pipe, stdout=pipe, text=True, cwd=ROOT,
                            env={**os.environ, "PYTHONPATH": str(ROOT)}, bufsize=1)  # fmt: skip


def said(desk: "subprocess.Popen[str]", text: str, key: int) -> list[str]:
    """One line to a desk, and what came of it."""
    assert desk.stdin is not None
    assert desk.stdout is not None
    desk.stdin.write(json.dumps({"id": str(key), "person": "citizen:甲", "text": text}) + "\n")
    lines: list[str] = []
    while "done" not in (line := json.loads(desk.stdout.readline())):
        lines.append(line["text"])
    return lines


def test_a_desk_that_is_killed_goes_on_where_it_was(postgres_url: str) -> None:
    first = talk(postgres_url)
    for key in (0, 1):
        assert said(first, BOOK[key], key)
    first.kill()
    second = talk(postgres_url)
    assert not said(second, BOOK[1], 1)  # delivered again
    for key in (2, 3):
        assert said(second, BOOK[key], key)
    second.communicate(timeout=20)
    first.communicate(timeout=20)
    assert rows(postgres_url, "SELECT person, phone FROM booking") == [("citizen:甲", "13800000001")]
    assert rows(postgres_url, "SELECT count(*) FROM inbox") == [(4,)]
    assert chain_faults(postgres_url) == []


# -- what PostgreSQL cannot keep ---------------------------------------------------------------------------------
async def test_no_character_stops_the_desk(scene: Scene) -> None:
    desk = scene.rehearsal.house.desk
    bad = Heard("terminal", "nul", "citizen:1", "预\x00约\ud800", raw=lambda: "\x00\ud800")
    good = [Heard("terminal", f"{n}", f"citizen:{n}", "帮助") for n in (2, 3)]
    await asyncio.gather(*(desk.hear(one) for one in (bad, *good)))
    await desk.put_aside("terminal", "unread", "\x00 \ud800 未能读出", "cause \x00")
    await scene.rehearsal.settle()
    assert {said.to for said in scene.said} >= {"1", "2", "3"}
    [(raw,)] = rows(scene.url, "SELECT raw FROM put_aside WHERE id = 'terminal:unread'")
    assert "未能读出" in raw

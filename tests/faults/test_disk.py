"""The disk is full, has become read-only, or somebody else holds the database: nothing is half written, every platform
is told to repeat, reading goes on, the desk lives, recovers by itself, and the administrator hears of it.
"""

import asyncio
import itertools
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx
import pytest
from disk_shim import needs_gcc, shimmed
from promises import FULL, kept, scaled

from bot.channels.web_speech import delivery
from tests.channels.desk_process import DeskProcess
from tests.channels.fake_wecom import AES_KEY, TOKEN, FakeWeCom, wecom_server
from tests.channels.fake_wecom_api import AGENT_ID, CORP_ID, SECRET
from tests.channels.web_tab import say

__all__ = ["wecom_server"]
WINDOWS, AT_ONCE = scaled(1, 8), scaled(6, 24)
BRIEF, LONG = scaled(1, 3), scaled(0, 30)  # seconds somebody else holds the database; five are waited for
HOWS = ("full 0", "full 6000", "readonly") if FULL else ("full 6000",)
ADMIN = "BH014"
pytestmark = pytest.mark.sqlite_file("the disk is the desk's own; a server's is the server's")
CODE = re.compile(r"[A-Z0-9]{8}")
HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
held.execute("ROLLBACK")
"""


class Disk:
    """A desk on WeCom and the web, and its disk."""

    def __init__(self, folder: Path, server: FakeWeCom, shim: bool) -> None:
        self.data, self.fault, self.server = folder / "data", folder / "fault", server
        self.data.mkdir()
        wecom = {"CORP_ID": CORP_ID, "AGENT_ID": AGENT_ID, "SECRET": SECRET, "TOKEN": TOKEN, "AES_KEY": AES_KEY,
                 "BASE_URL": server.base_url}  # fmt: skip
        own: dict[str, object] = {f"FRONTDESK_WECOM_{name}": value for name, value in wecom.items()}
        self.desk = DeskProcess(self.data, **own, **(shimmed(self.data, fault=self.fault) if shim else {}))
        self.keys: dict[tuple[str, str], int] = {}  # deliveries of the web, and what they were answered
        self.people = (f"{number:032x}" for number in itertools.count())  # who says much is not heard for a while

    async def open(self) -> None:
        await self.desk.start()
        self.server.desk_url = f"{self.desk.url}/wecom/app"
        printed = await asyncio.to_thread(self.desk.command, "code", ADMIN)
        found = CODE.search(printed.stdout)
        assert found, printed.stderr
        await self.server.say("Admin", f"绑定 {found.group()}")

    def turns(self, how: str) -> None:
        self.fault.write_text(how)

    async def say(self, text: str, who: str = "", key: str = "") -> int:
        """Somebody new says it, or it comes once more; the status it was answered."""
        who, key = who or next(self.people), key or os.urandom(8).hex()
        async with httpx.AsyncClient(base_url=self.desk.url, timeout=60) as client:
            self.keys[who, key] = (await say(client, who, text, key)).status_code
        return self.keys[who, key]

    async def get(self, path: str) -> httpx.Response:
        async with httpx.AsyncClient(base_url=self.desk.url, timeout=60) as client:
            return await client.get(path)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.data / "desk.db")) as connection:
            return connection.execute(query).fetchall()

    def stored(self) -> set[str]:
        return {str(row[0]) for row in self.rows("SELECT id FROM inbox WHERE id LIKE 'web:%'")}

    def lost(self) -> set[str]:
        """What was acknowledged and is not there."""
        return {f"web:{delivery(*key)}" for key, status in self.keys.items() if status == 200} - self.stored()

    def told(self) -> list[str]:
        return [text for text in self.server.sent("Admin") if "收不进消息" in text]

    async def until_told(self, count: int) -> None:
        for _ in range(1500):
            if len(self.told()) >= count:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"the administrator was told {self.told()}")


@pytest.fixture
async def disk(request: pytest.FixtureRequest, wecom_server: FakeWeCom, tmp_path: Path) -> AsyncIterator[Disk]:
    found = Disk(tmp_path, wecom_server, shim=request.node.get_closest_marker("skipif") is not None)
    await found.open()
    yield found
    found.desk.kill()


async def faulty_window(disk: Disk, how: str, number: int) -> list[str]:
    """While the disk is so: what is wrong, nothing when all is well."""
    before, rows = disk.stored(), disk.rows("SELECT count(*) FROM audit")
    disk.turns(how)
    async with asyncio.TaskGroup() as group:
        web = [group.create_task(disk.say(f"预约社保卡 {n}")) for n in range(AT_ONCE)]
        wecom = group.create_task(disk.server.say("Somebody", f"您好 {number}"))
    wrong = [f"the web was answered {t.result()}" for t in web if t.result() < 500]
    wrong += [f"WeCom was answered {status}" for status in wecom.result() if status < 500]
    page, ready, alive = [await disk.get(path) for path in ("/", "/readyz", "/healthz")]
    wrong += ["the page cannot be read"] if page.status_code != 200 else []
    wrong += ["it is not alive"] if alive.status_code != 200 else []
    wrong += [f"ready: {ready.text}"] if "writer: cannot store" not in ready.json()["reasons"] else []
    listed = await asyncio.to_thread(disk.desk.command, "outbox", "list")
    wrong += [f"the outbox cannot be read: {listed.stderr}"] if listed.returncode else []
    wrong += (
        ["something was written"] if (disk.stored(), disk.rows("SELECT count(*) FROM audit")) != (before, rows) else []
    )
    disk.turns("")
    return wrong


async def recovered(disk: Disk, windows: int) -> list[str]:
    """Afterwards, the platform having repeated what was refused."""
    again = [key for key, status in disk.keys.items() if status >= 500]
    statuses = [await disk.say("帮助", *key) for key in again]
    wrong = [f"repeated, answered {status}" for status in statuses if status != 200]
    wrong += [f"{key} was acknowledged and is lost" for key in disk.lost()]
    await disk.until_told(windows)
    wrong += ["it was started anew"] if disk.desk.ended() else []
    verified = await asyncio.to_thread(disk.desk.command, "audit", "verify")
    wrong += [verified.stdout] if not verified.stdout.startswith("ok ") else []
    wrong += [str(row) for row in disk.rows("PRAGMA integrity_check") if row != ("ok",)]
    return wrong


@needs_gcc
async def test_a_disk_that_takes_nothing(disk: Disk) -> None:
    """Full at once, full in the middle of a write, read-only; and one that is well, which the checks must notice."""
    told, found = 0, list[str]()
    for how in HOWS:
        wrong: list[str] = []
        for number in range(WINDOWS):
            told += 1
            assert await disk.say("帮助") == 200
            wrong += await faulty_window(disk, how, number)
            wrong += await recovered(disk, told)
        name = {"full 0": "disk full", "full 6000": "disk full within a write"}.get(how, "disk read-only")
        kept(name, tried=WINDOWS * (AT_ONCE + 1), broken=len(wrong), note=f"{WINDOWS} windows")
        found += wrong
    assert found == []
    assert "something was written" in await faulty_window(disk, "", 0)


@asynccontextmanager
async def held(disk: Disk) -> AsyncIterator[None]:
    """Another process has the database's write lock meanwhile."""
    command = [sys.executable, "-c", HOLD, str(disk.data / "desk.db")]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: ASYNC220
    assert holder.stdout is not None
    await asyncio.to_thread(holder.stdout.readline)
    yield
    await asyncio.to_thread(holder.communicate, b"\n")


async def test_a_database_that_somebody_else_holds(disk: Disk) -> None:
    """A while is waited for; longer than five seconds, and the platform is told to repeat."""
    async with held(disk):
        brief = [asyncio.create_task(disk.say(f"您好 {n}")) for n in range(AT_ONCE)]
        await asyncio.sleep(BRIEF)
    answered = await asyncio.gather(*brief)
    began = time.monotonic()
    async with held(disk):
        long = await asyncio.gather(disk.say("您好"), disk.say("您好"))
        page = await disk.get("/")
        await asyncio.sleep(max(0, LONG - (time.monotonic() - began)))
    wrong = [f"held {BRIEF} s, answered {status}" for status in answered if status != 200]
    wrong += [f"held {LONG} s, answered {status}" for status in long if status < 500]
    wrong += ["the page cannot be read"] if page.status_code != 200 else []
    wrong += await recovered(disk, 1)
    kept(f"database held by another process {BRIEF} s and {LONG} s", tried=AT_ONCE + 2, broken=len(wrong))
    assert wrong == []

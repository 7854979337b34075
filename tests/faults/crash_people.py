"""The far side of a desk that is killed: people who type on, and a platform that repeats what was not acknowledged."""

import asyncio
import json
import os
import random  # noqa: TID251 - with a fixed seed
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from databases import url_in

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ITEM = "居民身份证首次申领"
DAYS = ("11月25日", "11月26日", "11月27日", "11月30日", "12月1日", "12月2日")
HOURS = ("上午9点", "上午10点", "上午11点", "下午3点", "下午4点")
STAFF = ("BH001", "BH002", "BH003")
PATIENCE = 20.0


def _nursery(folder: Path, plant: str, database: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "FRONTDESK_PLANT": plant}
    command = [sys.executable, str(HERE / "crash_child.py"), str(folder), database]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment, bufsize=1)


def phone_of(number: int) -> str:
    return f"138{number:08d}"


def booking_of(number: int) -> list[str]:
    """What one citizen types, from the wish to the receipt."""
    when = DAYS[number % len(DAYS)] + HOURS[number % len(HOURS)]
    return [f"预约{ITEM}", when, phone_of(number), "提交"]


@dataclass
class Platform:
    """Delivers messages to whichever desk lives, again and again with the same key until it is told they are stored."""

    folder: Path
    plant: str = ""
    database: str = ""  # "": the folder's own
    pending: dict[str, tuple[bytes, asyncio.Future[None]]] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    busy_at_kill: int = 0
    longest_start: float = 0.0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> "Platform":
        self._nursery = _nursery(self.folder, self.plant, self.database or url_in(self.folder))
        await asyncio.to_thread(self._line)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._nursery.stdin is not None
        self._nursery.stdin.close()
        await asyncio.to_thread(self._nursery.wait, PATIENCE)

    def _line(self) -> str:
        assert self._nursery.stdout is not None
        return self._nursery.stdout.readline()

    # -- one desk after the other ----------------------------------------------------------------------------------
    async def start(self) -> None:
        """A new desk on the old database; what the last one left unanswered is delivered again."""
        begun = time.monotonic()
        (self.folder / "socket").unlink(missing_ok=True)
        assert self._nursery.stdin is not None
        self._nursery.stdin.write("\n")
        self.child = int(await asyncio.to_thread(self._line))
        reader, self._writer = await self._connected()
        self.longest_start = max(self.longest_start, time.monotonic() - begun)
        self._listening = asyncio.create_task(self._listen(reader))
        for line, _ in list(self.pending.values()):
            self._writer.write(line)

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(OSError):
                return await asyncio.open_unix_connection(self.folder / "socket")
            await asyncio.sleep(0.005)
        raise TimeoutError("the desk did not open")

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while line := await reader.readline():
                if line.endswith(b"\n"):
                    self._is_stored(json.loads(line)["stored"])

    def _is_stored(self, key: str) -> None:
        self.stored.add(key)
        self._news.set()
        _, waiting = self.pending.pop(key, (b"", None))
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def heard(self, messages: int) -> None:
        """Return once so many more messages are stored: the load is the same on a slow machine."""
        enough = len(self.stored) + messages
        async with asyncio.timeout(PATIENCE):
            while len(self.stored) < enough:
                self._news.clear()
                await self._news.wait()

    async def kill(self) -> None:
        """SIGKILL; returns when the desk is gone and all it managed to say has been read."""
        self.busy_at_kill += len(self.pending)
        os.kill(self.child, 9)
        await self._over()

    async def end(self) -> None:
        """Hang up: the desk finishes what it has to say and closes."""
        self._writer.write_eof()
        await self._over()

    async def _over(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self._listening
            with suppress(ProcessLookupError):
                while True:
                    os.kill(self.child, 0)
                    await asyncio.sleep(0.002)
        self._writer.close()

    # -- people ----------------------------------------------------------------------------------------------------
    async def deliver(self, key: str, person: str, text: str) -> None:
        """Return once a desk said it is stored."""
        said = {"key": key, "person": person, "text": text}
        line = json.dumps(said, ensure_ascii=False).encode() + b"\n"
        waiting = asyncio.get_running_loop().create_future()
        self.pending[key] = (line, waiting)
        self._writer.write(line)
        await waiting


@dataclass
class Crowd:
    """Citizens who book one after the other on a number of lanes, and a few colleagues who ask in between."""

    platform: Platform
    lanes: int = 16
    begun: int = 0
    done: list[int] = field(default_factory=list)
    closing: bool = False
    chance: random.Random = field(default_factory=lambda: random.Random(20261123))

    async def together(self) -> None:
        """Until told to close; everybody finishes what he began."""
        await asyncio.gather(*(self._citizens() for _ in range(self.lanes)), *(self._colleague(who) for who in STAFF))

    async def _citizens(self) -> None:
        while not self.closing:
            self.begun += 1
            number = self.begun
            for step, text in enumerate(booking_of(number)):
                await self.platform.deliver(f"{number}.{step}", f"citizen:{number}", text)
                await asyncio.sleep(self.chance.random() * 0.04)
            self.done.append(number)

    async def _colleague(self, who: str) -> None:
        count = 0
        while not self.closing:
            count += 1
            await self.platform.deliver(f"{who}.{count}", who, "帮助" if count % 2 else "我的预约")
            await asyncio.sleep(0.02 + self.chance.random() * 0.04)

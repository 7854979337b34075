"""A stand-in desk for the Telegram tests: an ear that remembers, and the channel wired to a fake server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.telegram import Telegram
from bot.speech import Heard
from tests.channels.fake_telegram import FakeTelegram

SECRET = "s3cret-For_tests"


class Ear:
    """Stores each key once, as the desk does; it can be told to fail."""

    def __init__(self) -> None:
        self.kept: dict[str, Heard] = {}
        self.deliveries: list[str] = []
        self.aside: dict[str, tuple[str, str]] = {}
        self.full: set[str] = set()  # addresses for which the disk is full
        self.poison = ""
        self.gate = asyncio.Event()
        self.gate.set()

    async def hear(self, heard: Heard) -> None:
        self.deliveries.append(heard.key)
        if heard.address in self.full:
            raise OSError("no space left")
        if self.poison and heard.text == self.poison:
            raise RuntimeError("poison")
        if (heard.address, heard.text) == ("1", "一"):
            await self.gate.wait()
        self.kept.setdefault(heard.key, heard)

    async def put_aside(self, channel: str, key: str, raw: str, cause: str) -> None:
        if "disk" in self.full:
            raise OSError("no space left")
        self.aside.setdefault(key, (raw, cause))

    def texts(self, address: int = 42) -> list[str]:
        return [heard.text for heard in self.kept.values() if heard.address == str(address)]


def now() -> datetime:
    return datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def channel(server: FakeTelegram, webhook: str | None = None, token: str = "") -> Telegram:
    secret = SECRET if webhook else None
    quick = {"patience": 1.0, "first_pause": 0.02}
    return Telegram(token or server.token, server.url, webhook, secret, clock=now, hold=1, **quick)


@asynccontextmanager
async def running(telegram: Telegram, ear: Ear) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(telegram.run(ear))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

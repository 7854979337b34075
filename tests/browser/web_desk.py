"""A desk of straw behind the real page: it remembers what it heard and answers as a test tells it to."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bot.channels.web import Web
from bot.speech import Heard, Later, Spoken
from bot.web.page import PageFacts

PEOPLE = (("BH005", "王爱民 督查科"), ("BH022", "韦婷婷 社保窗口"))
START = datetime(2026, 12, 3, 1, 30, tzinfo=UTC)


class StrawDesk:
    """An Ear; `failing` times it cannot store, then it answers every new message by `reply`."""

    def __init__(self, incoming: Path, *, demo: bool = True, heartbeat: float = 15.0) -> None:
        self.heard: list[Heard] = []
        self.failing = 0
        self.now = START
        self.desk_time = START
        self.stepped_in: list[tuple[str, str]] = []
        self.url = ""
        self.lane: asyncio.Task[None] | None = None
        facts = PageFacts("滨海县行政服务中心(示例)", "0515-84198000", "0515-84198001", "滨海县友好路2号", demo, PEOPLE)
        self.web = Web(
            facts,
            incoming,
            clock=lambda: self.now,
            desk_clock=lambda: self.desk_time,
            step_in=self.step_in,
            set_clock=self.set_clock,
            heartbeat=heartbeat,
        )

    async def hear(self, heard: Heard) -> None:
        if self.failing:
            self.failing -= 1
            raise OSError("disk full")
        repeated = any(before.key == heard.key for before in self.heard)
        self.heard.append(heard)
        if not repeated:
            self.lane = asyncio.create_task(self.deliver(heard, self.lane))

    async def deliver(self, heard: Heard, before: asyncio.Task[None] | None) -> None:
        """What the courier does: one lane, in order, trying again while the page is away."""
        if before:
            await before
        while True:
            try:
                return await self.reply(heard)
            except Later:
                await asyncio.sleep(0.1)

    async def put_aside(self, channel: str, key: str, raw: str, cause: str) -> None:
        raise AssertionError("the page never sends what cannot be read")

    async def reply(self, heard: Heard) -> None:
        await self.say(heard.address, heard.text)

    async def say(self, address: str, text: str, **more: Any) -> None:
        await self.web.send(Spoken("web", address, text, **more))

    async def step_in(self, address: str, person: str) -> str:
        self.stepped_in.append((address, person))
        return dict(PEOPLE)[person]

    async def set_clock(self, at: datetime) -> None:
        if at < self.desk_time - timedelta(days=3650):
            raise ValueError("too long ago")
        self.desk_time = at


@asynccontextmanager
async def opened(desk: StrawDesk, port: int = 0) -> AsyncIterator[StrawDesk]:
    """Serve the desk's page over real HTTP on 127.0.0.1 for as long as the block runs."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind(("127.0.0.1", port))
    desk.url = f"http://127.0.0.1:{door.getsockname()[1]}"
    config = uvicorn.Config(Starlette(routes=desk.web.routes()), log_level="warning", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    channel, serving = asyncio.create_task(desk.web.run(desk)), asyncio.create_task(server.serve(sockets=[door]))
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it by a flag only
        await asyncio.sleep(0.01)
    try:
        yield desk
    finally:
        channel.cancel()
        if desk.lane:
            desk.lane.cancel()
        with suppress(asyncio.CancelledError):
            await channel
        server.should_exit = True
        await serving
        door.close()

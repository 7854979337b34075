"""A browser tab of straw: says words to the page's server and reads its stream."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from bot.speech import Later, Refused
from tests.browser.web_desk import StrawDesk

ANN, BEN = "a" * 32, "b" * 32
KEY = "11111111-2222-3333-4444-555555555555"


class Page:
    """One open tab, reduced to its stream."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self.lines, self.last_id = lines, ""

    async def line(self) -> str:
        return await asyncio.wait_for(anext(self.lines), 5)

    async def bubble(self) -> dict[str, object]:
        while not (line := await self.line()).startswith("data: "):
            self.last_id = line[4:] if line.startswith("id: ") else self.last_id
        said: dict[str, object] = json.loads(line[6:])
        return said

    async def texts(self, count: int) -> list[object]:
        return [(await self.bubble())["text"] for _ in range(count)]


@asynccontextmanager
async def listening(client: httpx.AsyncClient, address: str, last_id: str = "") -> AsyncIterator[Page]:
    headers = {"X-Desk-Address": address, "Last-Event-ID": last_id}
    async with client.stream("GET", "/web/listen", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        page = Page(answer.aiter_lines())
        await page.line()
        yield page


async def say(client: httpx.AsyncClient, address: str, text: str, key: str = KEY) -> httpx.Response:
    return await client.post("/web/say", json={"address": address, "key": key, "text": text})


async def gone(desk: StrawDesk, address: str) -> None:
    """Wait until the server has noticed that the page left."""
    for _ in range(200):
        try:
            await desk.say(address, "?")
        except (Later, Refused):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the page is still thought to listen")

"""A real browser before the real page, a desk of straw behind it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, Request, ViewportSize, async_playwright

from tests.browser.counter import (
    CHROMIUM,
    PHONE,
    Counter,
    Opened,
)
from tests.browser.web_desk import opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(tmp_path: Path) -> AsyncIterator[Counter]:
    counter = Counter(tmp_path / "incoming")
    async with opened(counter):
        yield counter


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, desk: Counter) -> AsyncIterator[Opened]:
    """Open the page in a fresh browser profile; anything the browser complains about fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def within(asked: Request) -> None:
        if not asked.url.startswith((desk.url, "blob:")):
            complaints.append(asked.url)

    async def visit(size: ViewportSize = PHONE, path: str = "/", **more: Any) -> Page:
        context = await browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", **more)
        contexts.append(context)
        page = await context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", within)
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        async with page.expect_response("**/web/listen"):
            await page.goto(desk.url + path)
        return page

    yield visit
    for context in contexts:
        await context.close()
    assert complaints == []

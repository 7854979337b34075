"""A reload, a broken line, a slow one, a second tab: nothing is lost, nothing is said or read out twice."""

import asyncio
import struct
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, FilePayload, Route, expect

from bot.speech import Later, Refused
from tests.browser.counter import (
    PHONE,
    TIMES,
    Counter,
    Opened,
    picture,
    write,
)
from tests.browser.web_desk import opened
from tests.faults.promises import kept, scaled

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser serves all

READ_OUT = """readOut = [];
new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach((one) => {
  if (one.classList?.contains('bubble')) readOut.push(document.getElementById('log').ariaLive);
}))).observe(document, { childList: true, subtree: true });"""


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((200, 220, 210)) * 160 for _ in range(100))
    head = struct.pack(">IIBBBBB", 160, 100, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


async def test_a_reload_shows_the_whole_talk_and_goes_on(visit: Opened, desk: Counter) -> None:
    page = await visit()
    await page.add_init_script(READ_OUT)
    await write(page, "我要预约")
    await expect(page.get_by_role("button", name="换一天")).to_be_visible()
    await page.locator("#text").fill("我想问一下")
    await page.reload()
    await expect(page.locator("#text")).to_have_value("我想问一下")
    await page.locator("#text").fill("")
    await expect(page.locator(".bubble")).to_have_text(
        ["您说:我要预约", "咨询台说:您想什么时候来?还有2步。" + "".join(TIMES)]
    )
    await expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    await page.get_by_role("button", name="周五上午10:00").click()
    await expect(page.get_by_text("编号 YY12345678")).to_be_visible()
    assert await page.evaluate("readOut") == ["off", "off", "polite", "polite"]
    await page.context.set_offline(True)
    await write(page, "还在吗")
    await expect(page.get_by_text("正在重发")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.get_by_text("您说的是:还在吗")).to_be_visible()
    await expect(page.get_by_text("正在重发")).to_have_count(0)
    assert [heard.text for heard in desk.heard] == ["我要预约", "", "还在吗"]
    assert await page.evaluate("readOut") == ["off", "off"] + ["polite"] * 4  # each once, the talk before not again
    assert len({heard.address for heard in desk.heard}) == 1


async def test_nobody_is_hurried(visit: Opened, desk: Counter) -> None:
    page = await visit()
    await page.clock.install()
    await page.reload()
    await write(page, "我要预约")
    await expect(page.get_by_role("button", name="换一天")).to_be_visible()
    await page.locator("#text").fill("让我想想")
    desk.now += timedelta(hours=5)
    await page.clock.fast_forward("05:00:00")
    await expect(page.locator("#text")).to_have_value("让我想想")
    await page.get_by_role("button", name="周五上午10:00").click()
    await expect(page.get_by_text("编号 YY12345678")).to_be_visible()
    await expect(page.locator(".bubble")).to_have_count(4)


async def test_two_tabs_are_two_people(visit: Opened, desk: Counter) -> None:
    first = await visit()
    second = await first.context.new_page()
    await second.goto(desk.url)
    await write(first, "我是甲")
    await write(second, "我是乙")
    await expect(first.locator(".bubble.desk")).to_have_text(["咨询台说:您说的是:我是甲"])
    await expect(second.locator(".bubble.desk")).to_have_text(["咨询台说:您说的是:我是乙"])
    assert len({heard.address for heard in desk.heard}) == 2
    async with first.expect_popup() as coming:
        await first.evaluate("open('/')")  # as "duplicate tab" does, it takes the talk along
    copied = await coming.value
    await expect(copied.locator(".bubble")).to_have_text(["您说:我是甲", "咨询台说:您说的是:我是甲"])
    await write(copied, "还是甲")
    for page in (first, copied):
        await expect(page.get_by_text("您说的是:还是甲")).to_have_count(1)
    assert desk.heard[-1].address == desk.heard[0].address


async def test_what_the_desk_could_not_store_is_sent_again(visit: Opened, desk: Counter) -> None:
    page = await visit()
    desk.failing = 2
    await write(page, "我要投诉")
    await expect(page.get_by_text("正在重发")).to_be_visible()
    await picture(page, "phone-4-again")
    await expect(page.get_by_text("您说的是:我要投诉")).to_be_visible(timeout=8000)
    await expect(page.get_by_text("正在重发")).to_have_count(0)
    assert len(desk.heard) == 1


async def test_without_a_line_words_wait_and_survive_a_reload(visit: Opened, desk: Counter) -> None:
    page = await visit()

    async def lose_the_answer(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/web/say", lambda route: route.abort())
    await page.route("**/web/say", lose_the_answer, times=1)
    await write(page, "第一句")
    await expect(page.locator(".bubble.me", has_text="正在重发")).to_have_count(1)
    at_once = await page.evaluate("() => { sayText('第二句'); return $('log').lastElementChild.textContent; }")
    assert "正在重发" in at_once
    await expect(page.locator(".bubble.desk")).to_have_text(["咨询台说:您说的是:第一句"])
    await page.evaluate("removeEventListener('beforeunload', askToStay)")
    await page.reload()
    await page.unroute("**/web/say")
    await expect(page.locator(".bubble.desk")).to_have_text(
        ["咨询台说:您说的是:第一句", "咨询台说:您说的是:第二句"], timeout=8000
    )
    await expect(page.get_by_text("正在重发")).to_have_count(0)
    assert [heard.text for heard in desk.heard] == ["第一句", "第一句", "第二句"]
    assert desk.heard[0].key == desk.heard[1].key  # by which the desk knows that it has heard it


async def test_a_desk_that_restarts_is_found_again(browser: Browser, tmp_path: Path) -> None:
    page = await browser.new_page(viewport=PHONE)
    async with opened(Counter(tmp_path)) as first:
        await page.goto(first.url)
        await write(page, "您好")
        await expect(page.get_by_text("您说的是:您好")).to_be_visible()
        port = int(first.url.rsplit(":", 1)[1])
    await write(page, "还在吗")
    await expect(page.get_by_text("网络断了")).to_be_visible(timeout=8000)
    await picture(page, "phone-5-offline")
    async with opened(Counter(tmp_path), port) as second:
        await expect(page.get_by_text("网络断了")).to_be_hidden(timeout=16000)
        address = await page.evaluate("desk.address")
        await expect(page.get_by_text("正在重发")).to_have_count(0, timeout=16000)
        assert [(heard.text, heard.address) for heard in second.heard] == [("还在吗", address)]
        await expect(page.get_by_text("您说的是:还在吗")).to_be_visible()
    await page.close()


async def test_a_photo_goes_over_a_slow_line_and_is_seen(visit: Opened, desk: Counter) -> None:
    page = await visit()
    content = png() + bytes(scaled(120_000, 4_000_000))
    photo: FilePayload = {"name": "户口簿.png", "mimeType": "image/png", "buffer": content}
    line = await page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": len(content) / 3}
    await line.send("Network.emulateNetworkConditions", slow)
    await page.locator("#photo").set_input_files(photo)
    await expect(page.get_by_role("img", name="照片")).to_be_visible()
    await write(page, "这是户口簿")
    await expect(page.locator(".bubble.me", has_text="还在发")).to_have_count(2)
    await picture(page, "phone-6-slow")
    await expect(page.get_by_text("您说的是:这是户口簿")).to_be_visible(timeout=15000)
    await picture(page, "phone-6-photo")
    await expect(page.get_by_text("还在发")).to_have_count(0)
    assert [(bool(heard.file), heard.text) for heard in desk.heard] == [(True, ""), (False, "这是户口簿")]
    whole = desk.heard[0].file is not None and await desk.web.fetch(desk.heard[0].file) == content
    kept("a photo over a slow line", tried=1, broken=int(not whole), note=f"{len(content):,} bytes")
    assert whole
    await line.detach()


async def test_a_photo_that_did_not_go_says_so(visit: Opened, desk: Counter) -> None:
    page = await visit()
    await page.locator("#photo").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"})
    await expect(page.get_by_text("这个文件不是照片")).to_be_visible()
    await page.route("**/web/photo", lambda route: route.abort())
    await page.locator("#photo").set_input_files({"name": "b.png", "mimeType": "image/png", "buffer": png()})
    await expect(page.get_by_text("正在重发")).to_be_visible()
    await page.evaluate("removeEventListener('beforeunload', askToStay)")
    await page.reload()
    await expect(page.get_by_text("没有发出去,请再发一次")).to_be_visible()
    await write(page, "那我说说")
    await expect(page.get_by_text("您说的是:那我说说")).to_be_visible()
    assert [heard.text for heard in desk.heard] == ["那我说说"]


async def test_the_page_says_that_it_cannot_be_reached_once_closed(visit: Opened, desk: Counter) -> None:
    page = await visit()
    await expect(page.get_by_text("关掉网页,我们就联系不到您了")).to_have_count(1)
    await write(page, "您好")
    await expect(page.locator(".bubble.desk")).to_have_count(1)
    await page.close()
    with pytest.raises((Later, Refused)):
        for _ in range(100):
            await desk.say(desk.heard[0].address, "走了吗")
            await asyncio.sleep(0.02)

"""The chat page for old eyes and hands, keyboards and screen readers (ux 42)."""

import pytest
from playwright.async_api import ViewportSize, expect

from tests.browser.counter import (
    DESKTOP,
    PAPERS,
    PHONE,
    SMALL,
    Counter,
    Opened,
    picture,
    write,
)
from tests.browser.looks import amiss, read_text

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser serves all


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_old_eyes_and_hands(visit: Opened, desk: Counter, size: ViewportSize) -> None:
    page = await visit(size)
    assert await amiss(page) == []
    await write(page, "我要预约")
    await expect(page.get_by_role("button", name="换一天")).to_be_visible()
    await page.locator(".demo summary").click()
    await page.locator("footer summary").click()
    assert await amiss(page) == []
    texts = await read_text(page)
    assert len(texts) > 15
    paragraphs = [text for text in texts if text["text"].startswith(("您想", "您好", "关掉"))]
    assert len(paragraphs) >= 2 and [text for text in paragraphs if text["line"] < 1.5] == []
    await page.locator(".demo summary").click()
    await desk.say(desk.heard[0].address, PAPERS, choices=("预约这件事", "找人问", "不是这件事", "知道了"), token="p")
    await expect(page.get_by_role("button", name="找人问")).to_be_visible()
    assert await amiss(page) == []
    await picture(page, f"papers-{size['width']}")
    await page.context.set_offline(True)
    await write(page, "要带户口簿吗")
    await expect(page.get_by_text("正在重发")).to_be_visible()
    await expect(page.get_by_role("status").get_by_text("网络断了")).to_be_visible(timeout=8000)
    assert await amiss(page) == []
    await picture(page, f"offline-{size['width']}")
    await page.context.set_offline(False)
    await expect(page.get_by_role("status").get_by_text("网络接上了")).to_be_visible(timeout=8000)
    await expect(page.get_by_text("您说的是:要带户口簿吗")).to_have_count(1)
    await expect(page.locator(".bubble")).to_have_count(5)


async def test_letters_grow_to_thirty_points_and_stay_so(visit: Opened) -> None:
    page = await visit(SMALL)
    larger = page.get_by_role("button", name="把字调大")
    sizes = []
    for _ in range(3):
        sizes.append(await page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))
        await larger.click()
    assert sizes == [24, 32, 40]
    await larger.click()
    await larger.click()
    await page.reload()
    assert await page.evaluate("getComputedStyle(document.body).fontSize") == "40px"
    await write(page, "我要预约")
    await expect(page.get_by_role("button", name="换一天")).to_be_visible()
    assert await amiss(page) == []
    await expect(page.get_by_text("您想什么时候来")).to_be_in_viewport()
    await picture(page, "small-4-largest")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_at_twice_the_size_nothing_is_lost(visit: Opened, size: ViewportSize) -> None:
    halved: ViewportSize = {"width": size["width"] // 2, "height": size["height"] // 2}  # what a zoom of 200 % does
    page = await visit(halved, device_scale_factor=2)
    await write(page, "我要预约")
    await expect(page.get_by_role("button", name="换一天")).to_be_visible()
    assert await amiss(page) == []
    await page.get_by_role("button", name="换一天").click()
    await expect(page.get_by_text("编号 YY12345678")).to_be_in_viewport()
    await page.get_by_role("button", name="人工").scroll_into_view_if_needed()
    await expect(page.get_by_role("button", name="人工")).to_be_in_viewport(ratio=1)
    await picture(page, f"zoom-200-of-{size['width']}")


async def test_a_screen_reader_hears_who_speaks(visit: Opened) -> None:
    page = await visit()
    log = page.get_by_role("log", name="对话")
    assert await log.get_attribute("aria-live") == "polite"
    await write(page, "我要预约")
    await expect(log).to_contain_text("您说:我要预约")
    await expect(log).to_contain_text("咨询台说:您想什么时候来?")
    await expect(page.get_by_role("group", name="请选一个")).to_be_visible()
    assert await page.locator("html").get_attribute("lang") == "zh-CN"

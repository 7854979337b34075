"""The chat page for old eyes and hands, keyboards and screen readers (ux 42)."""

import pytest
from playwright.async_api import ViewportSize, expect

from tests.browser.counter import (
    DESKTOP,
    PHONE,
    SMALL,
    Opened,
    picture,
    write,
)

TARGETS = """() => [...document.querySelectorAll('button, nav a, textarea, .photo, .demo summary, select, input')]
  .filter((one) => one.checkVisibility()).map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, box]) => box.width < 60 || box.height < 60).map(([text, box]) => `${text} ${box.width}x${box.height}`)"""
UNNAMED = """() => [...document.querySelectorAll('button, a, input, textarea, select')]
  .filter((one) => !one.textContent.trim() && !one.ariaLabel && !one.labels?.length).length"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
TEXT = """() => {
  const light = (colour) => colour.map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const behind = (one) => {
    for (; one; one = one.parentElement) {
      const colour = parts(getComputedStyle(one).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !one.checkVisibility()) continue;
    if (one.closest('.unseen, script, template, noscript')) continue;
    const style = getComputedStyle(one);
    const [a, b] = [light(parts(style.color).slice(0, 3)), light(behind(one))];
    const size = parseFloat(style.fontSize);
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    found.push({ text: walker.currentNode.data.trim(), size, line: parseFloat(style.lineHeight) / size, contrast });
  }
  return found;
}"""


@pytest.mark.parametrize("size", [PHONE, SMALL, DESKTOP], ids=["phone", "small", "desktop"])
async def test_old_eyes_and_hands(visit: Opened, size: ViewportSize) -> None:
    page = await visit(size)
    await write(page, "我要预约")
    await expect(page.get_by_role("button", name="换一天")).to_be_visible()
    await page.locator(".demo summary").click()
    assert await page.evaluate(TARGETS) == []
    assert await page.evaluate(OVERFLOW) == 0
    texts = await page.evaluate(TEXT)
    assert len(texts) > 15
    assert [text for text in texts if text["contrast"] < 4.5] == []
    assert [text for text in texts if text["size"] < 24] == []  # 18 pt
    paragraphs = [text for text in texts if text["text"].startswith(("您想", "您好", "关掉"))]
    assert len(paragraphs) >= 2 and [text for text in paragraphs if text["line"] < 1.5] == []


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
    assert await page.evaluate(OVERFLOW) == 0
    await expect(page.get_by_text("您想什么时候来")).to_be_in_viewport()
    await picture(page, "small-4-largest")


async def test_at_twice_the_size_nothing_is_lost(visit: Opened) -> None:
    page = await visit({"width": 640, "height": 450}, device_scale_factor=2)
    await write(page, "我要预约")
    await expect(page.get_by_role("button", name="换一天")).to_be_visible()
    assert await page.evaluate(OVERFLOW) == 0
    await page.get_by_role("button", name="换一天").click()
    await expect(page.get_by_text("编号 YY12345678")).to_be_in_viewport()
    await expect(page.get_by_role("button", name="人工")).to_be_in_viewport(ratio=1)
    await picture(page, "desktop-5-zoom-200")


async def test_a_screen_reader_hears_who_speaks(visit: Opened) -> None:
    page = await visit()
    log = page.get_by_role("log", name="对话")
    assert await log.get_attribute("aria-live") == "polite"
    await write(page, "我要预约")
    await expect(log).to_contain_text("您说:我要预约")
    await expect(log).to_contain_text("咨询台说:您想什么时候来?")
    await expect(page.get_by_role("group", name="请选一个")).to_be_visible()
    assert await page.locator("html").get_attribute("lang") == "zh-CN"
    assert await page.evaluate(UNNAMED) == 0

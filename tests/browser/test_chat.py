"""The chat page in a real browser: what is said and heard; pictures are kept in tests/artefacts/."""

from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from bot.cli import EXAMPLE
from bot.web.page import WORDS
from bot.web.papers import qr
from bot.window_codes import page_of
from storage.loading import load_folder
from tests.browser.counter import (
    DESKTOP,
    HOSTILE,
    PHONE,
    SMALL,
    Counter,
    Opened,
    picture,
    write,
)
from tests.browser.looks import stops
from tests.browser.web_desk import opened

# A code that its frame cuts off is read by no phone.
CUT_OFF = """() => [...document.querySelectorAll('svg')].filter((code) => {
  const [frame, drawn] = [code, code.querySelector('path')].map((one) => one.getBoundingClientRect());
  return drawn.right > frame.right || drawn.bottom > frame.bottom || drawn.left < frame.left || drawn.top < frame.top;
}).map((code) => code.parentElement.textContent)"""
pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser serves all


@pytest.mark.parametrize(("name", "size"), [("phone", PHONE), ("small", SMALL), ("desktop", DESKTOP)])
async def test_a_booking_by_buttons(visit: Opened, desk: Counter, name: str, size: ViewportSize) -> None:
    page = await visit(size)
    await picture(page, f"{name}-1-welcome")
    await page.get_by_role("button", name="我要预约").click()
    await expect(page.get_by_role("button", name="周五下午2:30")).to_be_in_viewport(ratio=0.9)
    await picture(page, f"{name}-2-question")
    await page.get_by_role("button", name="周五上午9:30").click()
    await expect(page.get_by_text("编号 YY12345678")).to_be_in_viewport()
    await picture(page, f"{name}-3-booked")
    assert [heard.text for heard in desk.heard] == ["我要预约", ""]
    assert desk.heard[1].tap and desk.heard[1].tap.index == 0


async def test_a_double_press_is_one_message(visit: Opened, desk: Counter) -> None:
    page = await visit()
    await write(page, "我要预约")
    await page.get_by_role("button", name="周五上午9:30").dblclick()
    await expect(page.get_by_text("编号 YY12345678")).to_be_visible()
    assert len(desk.heard) == 2


async def test_hostile_words_are_shown_as_words(visit: Opened, desk: Counter) -> None:
    page = await visit()
    await write(page, HOSTILE)
    await expect(page.locator(".bubble.desk p")).to_have_text(f"您说的是:{HOSTILE}")
    assert await page.locator("#log img, #log script, #log b").count() == 0
    await desk.say(desk.heard[0].address, HOSTILE, choices=(HOSTILE[:20],), token="t")
    await expect(page.get_by_role("button", name=HOSTILE[:20])).to_be_visible()


async def test_a_file_from_the_desk_opens(visit: Opened, desk: Counter, tmp_path: Path) -> None:
    page = await visit()
    await write(page, "您好")
    await expect(page.locator(".bubble.desk")).to_have_count(1)
    slip = tmp_path / "预约.ics"
    slip.write_text("BEGIN:VCALENDAR")
    await desk.say(desk.heard[0].address, "放进日历:", file=str(slip))
    async with page.expect_download() as coming:
        await page.get_by_role("button", name="打开 预约.ics").click()
    download = await coming.value
    assert download.suggested_filename == "预约.ics"
    await download.save_as(tmp_path / "kept.ics")
    assert (tmp_path / "kept.ics").read_text() == "BEGIN:VCALENDAR"


async def test_keys_alone_are_enough(visit: Opened, desk: Counter) -> None:
    page = await visit(DESKTOP)
    reached = await stops(page)
    assert [stop for stop in reached if not (stop["ring"] and stop["there"])] == []
    assert {"人工", "电话 0515-84198000", "把字调大", "我要预约", "照片", "请在这里写", "发送"} <= {
        s["name"] for s in reached
    }
    await page.get_by_label("请在这里写").focus()
    await page.keyboard.type("我要预约")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("社保")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="换一天")).to_be_visible()
    assert desk.heard[0].text == "我要预约\n社保"
    for _ in range(30):
        if await page.evaluate("document.activeElement.textContent") == "周五上午10:00":
            break
        await page.keyboard.press("Shift+Tab")
    await picture(page, "desktop-4-keyboard")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("编号 YY12345678")).to_be_visible()
    assert desk.heard[1].tap and desk.heard[1].tap.index == 1
    await desk.say(desk.heard[0].address, "还要办什么?", choices=("不办了", "再办一件"), token="t2")
    await expect(page.get_by_role("group", name="请选一个")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="不办了")).to_be_focused()
    assert len(desk.heard) == 2


async def test_a_person_and_the_telephone_are_always_there(visit: Opened, desk: Counter) -> None:
    page = await visit()
    for number in range(12):
        await write(page, f"话{number}")
    await expect(page.locator(".bubble.desk")).to_have_count(12)
    await expect(page.get_by_role("link", name="电话 0515-84198000").first).to_be_in_viewport()
    await expect(page.get_by_text("您说的是:话11")).to_be_in_viewport()
    await page.get_by_role("button", name="人工").click()
    await expect(page.get_by_text("您说的是:人工")).to_be_visible()


async def test_an_answered_question_keeps_no_buttons_but_a_card_does(visit: Opened, desk: Counter) -> None:
    page = await visit()
    await write(page, "您好")
    await expect(page.locator(".bubble.desk")).to_have_count(1)
    address = desk.heard[0].address
    await desk.say(address, "陈明请假两天。", choices=("同意", "不同意"), token="c", card=True)
    await desk.say(address, "第一问", choices=("甲",), token="q1")
    await desk.say(address, "第二问", choices=("乙",), token="q2")
    await expect(page.get_by_role("button", name="乙")).to_be_visible()
    await expect(page.get_by_role("button", name="甲")).to_have_count(0)
    await page.locator(".card").scroll_into_view_if_needed()
    await picture(page, "phone-7-card")
    await page.get_by_role("button", name="不同意").click()
    await expect(page.get_by_text("编号 YY12345678")).to_be_visible()
    assert desk.heard[1].tap and (desk.heard[1].tap.token, desk.heard[1].tap.index) == ("c", 1)


async def test_stepping_in_as_a_colleague_opens_another_tab(visit: Opened, desk: Counter) -> None:
    page = await visit(DESKTOP)
    await write(page, "我是百姓")
    await page.locator(".demo summary").click()
    await page.get_by_label("换一位同事来说话").fill("社保")
    await expect(page.locator("#people option")).to_have_text(["韦婷婷 社保窗口"])
    await page.locator("#people").select_option("BH022")
    await picture(page, "desktop-6-demo")
    async with page.context.expect_page() as coming:
        await page.get_by_role("button", name="在新页面里当这位同事").click()
    colleague = await coming.value
    await expect(colleague.get_by_text("您现在是:韦婷婷 社保窗口")).to_be_visible()
    await write(colleague, "明天请假")
    await expect(colleague.get_by_text("您说的是:明天请假")).to_be_visible()
    [(address, person)] = desk.stepped_in
    assert person == "BH022"
    assert [heard.address == address for heard in desk.heard] == [False, True]
    await colleague.set_viewport_size(PHONE)
    await picture(colleague, "phone-8-colleague")


async def test_the_clock_is_set_from_the_page(visit: Opened, desk: Counter) -> None:
    page = await visit()
    await page.locator(".demo summary").click()
    await expect(page.locator("#now")).to_have_text("12月3日(周四)上午9:30")
    await page.get_by_label("换一个时间").fill("2026-12-04T16:30")
    await page.get_by_role("button", name="拨到这个时间").click()
    await expect(page.locator("#now")).to_have_text("12月4日(周五)下午4:30")
    assert desk.desk_time.isoformat() == "2026-12-04T16:30:00+08:00"
    await picture(page, "phone-9-demo")


async def test_outside_a_demonstration_the_page_is_plain(browser: Browser, tmp_path: Path) -> None:
    async with opened(Counter(tmp_path, demo=False)) as desk:
        page = await browser.new_page(viewport=PHONE)
        await page.goto(f"{desk.url}/#as=BH005")
        await write(page, "我要预约")
        await expect(page.get_by_role("button", name="换一天")).to_be_visible()
        await picture(page, "phone-10-plain")
        assert await page.get_by_text("演示").count() == 0 and desk.stepped_in == []
        await page.close()


async def test_what_a_code_wants_said_stands_ready_to_be_sent(browser: Browser, desk: Counter) -> None:
    page = await browser.new_page(viewport=PHONE)
    await page.goto(f"{desk.url}/#say=%E7%AD%BE%E5%88%B0%20YY2600001%20123456")
    await expect(page.locator("#text")).to_have_value("签到 YY2600001 123456")
    assert desk.heard == []
    await page.get_by_role("button", name="发送").click()
    await expect(page.get_by_text("签到 YY2600001 123456", exact=True)).to_be_visible()
    await page.reload()
    await expect(page.locator("#text")).to_have_value("")
    assert [heard.text for heard in desk.heard] == ["签到 YY2600001 123456"]
    await page.goto(f"{desk.url}/#at=shebao")
    await expect(page.get_by_text("我扫了窗口的码")).to_be_visible()
    await expect(page.get_by_text("您说的是:/start at-shebao")).to_be_visible()
    await picture(page, "phone-11-window-code")
    await page.reload()
    await write(page, "要带什么")
    await expect(page.get_by_text("您说的是:要带什么")).to_be_visible()
    assert [heard.text for heard in desk.heard[1:]] == ["/start at-shebao", "要带什么"]
    await page.close()


async def test_the_codes_of_all_windows_fit_on_paper(browser: Browser) -> None:
    page = await browser.new_page(viewport={"width": 794, "height": 1123})  # A4
    await page.set_content(page_of(load_folder(EXAMPLE).centre, "https://desk.example", "DeskBot"))
    assert await page.locator("section").count() == 41 and await page.locator("svg").count() == 82
    await page.emulate_media(media="print")
    css = (WORDS / "paper.css").read_text(encoding="utf-8")
    # A code for a phone held at arm's length, and room for one window on each quarter of the paper.
    assert await page.evaluate("Math.min(...[...document.querySelectorAll('svg')].map((c) => c.clientWidth))") > 130
    assert await page.evaluate("[...document.querySelectorAll('section')].every((one) => one.clientHeight < 530)")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate(CUT_OFF) == []
    slip = f'<style>{css}</style><body class="slip">{qr("https://desk.example/#say=" + quote("签到 YY2600001 123456"))}'
    await page.set_content(slip)
    assert await page.locator("svg").count() == 1 and await page.evaluate(CUT_OFF) == []
    await picture(page, "print-window-codes")
    await page.close()

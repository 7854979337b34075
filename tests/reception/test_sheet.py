"""The paper sheet of a window's day, the slip, the board; only their links open them, and only for their time."""

import re
from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
import pytest
from reception_desk import Counter, day
from starlette.applications import Starlette

from bot.web.papers import Papers, qr

PHONE = "13812344321"


@pytest.fixture
async def printer(desk: Counter) -> AsyncIterator[httpx.AsyncClient]:
    """Opens links as a browser would."""
    house = desk.rehearsal.house
    house.desk.shelf.public_url = "http://desk"
    app = Starlette(routes=Papers(house.desk).routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as client:
        yield client


async def link_of(desk: Counter) -> str:
    """The link as the head of the window gets it at a quarter past eight."""
    await desk.say("小陈", "帮我爸预约结婚登记 明天上午9点", PHONE, "提交")
    await desk.at(day(24, 8, 14))
    assert not [said for said in desk.to("朱思远") if "纸单" in said.text]
    await desk.at(day(24, 8, 15))
    (told,) = [said.text for said in desk.said if "纸单" in said.text]
    assert told in [said.text for said in desk.to("朱思远")]
    found = re.search(r"http://\S+", told)
    assert found is not None and "约好1位,第一位上午9:00" in told
    return found[0]


async def test_the_sheet_says_who_comes_with_what(desk: Counter, printer: httpx.AsyncClient) -> None:
    link = await link_of(desk)
    page = await printer.get(link)
    assert page.status_code == 200
    for word in ("00001", "结婚登记(父亲的事)", "□ 近期合影", "上午9:00", "4321", "补录"):
        assert word in page.text
    assert PHONE not in page.text and page.text.count('<tr class="blank">') == 8
    assert page.headers["cache-control"] == "no-store"
    await desk.say("贺丽娟", "签到 YY2600001", "办好 1")
    assert "办好</td>" in (await printer.get(link)).text
    assert link in (await desk.say("贺丽娟", "纸单")).text


async def test_no_other_link_opens_it(desk: Counter, printer: httpx.AsyncClient) -> None:
    link = await link_of(desk)
    start, _, mark = link.rpartition("/")
    turned = mark[:-1] + ("0" if mark[-1] != "0" else "1")
    for other in (
        f"{start}/{turned}",
        f"{start.replace('hunyin', 'huji')}/{mark}",
        f"{start.replace('sheet', 'x')}/{mark}",
    ):
        answer = await printer.get(other)
        assert answer.status_code == 404 and "结婚" not in answer.text
    await desk.at(day(25, 8, 15))
    assert "11月24日(周二)1位" in desk.to("贺丽娟")[-1].text, "nobody said what became of them"
    assert not any("没记" in one.text for one in desk.to("朱思远")), "her head is not asked yet"
    await desk.at(day(27, 8, 15))
    assert "第3次问" in desk.to("朱思远")[-1].text and "第3次问" in desk.to("贺丽娟")[-1].text
    await desk.at(day(27, 9))
    await desk.say("贺丽娟", "补录 11月24日\n1 办好 上午11:05")
    await desk.at(day(30, 8, 15))
    assert not any("没记" in one.text for one in desk.to("贺丽娟")), "noted, so it is asked no more"
    assert (await printer.get(link)).status_code == 404


async def test_the_slip_checks_in_whoever_has_it_in_hand(desk: Counter, printer: httpx.AsyncClient) -> None:
    """Not by its number alone, nor by a guessed code; and its QR says the same as its words."""
    told = await desk.say("黎子涵", f"电话预约 结婚登记 {PHONE} 今天上午11点", "提交")
    link = re.search(r"http://\S+", desk.to("黎子涵")[-2].text)
    assert link is not None and "要带" in told.text
    page = (await printer.get(link[0])).text
    (line,) = re.findall(r"签到 YY2600001 \d{6}", page)
    assert "<svg" in page and "没有手机也能办" in page and PHONE not in page
    assert qr(f"http://desk/#say={quote(line)}") in page
    code = line[-6:]
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for guess in ("签到 YY2600001", f"签到 YY2600001 {wrong}"):
        assert "没查到您名下有" in (await desk.say("路人", guess)).text
    assert "签到好了" in (await desk.say("小丽", line)).text
    assert "签到好了" in (await desk.say("小丽", line)).text, "once more is the same place"
    await desk.say("贺丽娟", "叫号")
    assert "轮到您了" in desk.to("小丽")[-1].text, "whoever checked in is called"
    erased = await desk.do(lambda books: books.erasing("citizen:小丽").erase())
    assert erased.gone["visit"] == 1
    await desk.say("贺丽娟", "办好")
    assert (await printer.get(link[0])).status_code == 404


async def test_the_board_shows_numbers_and_surnames_only(desk: Counter, printer: httpx.AsyncClient) -> None:
    await desk.say("小陈", "预约结婚登记 今天上午11点", PHONE, "提交")
    await desk.say("黎子涵", "现场取号 离婚登记 王小明女士", "现场取号 离婚登记 李")
    link = re.search(r"http://\S+", (await desk.say("黎子涵", "叫号屏")).text)
    assert link is not None
    await desk.say("贺丽娟", "叫号")
    page = (await printer.get(link[0])).text
    assert "PH2600001" in page and "1位在等" in page and "1楼22号" in page
    for private in (PHONE, "离婚登记", "小明", "小陈", "YY2600001", "PH2600002"):
        assert private not in page
    await desk.say("小陈", "到了")
    await desk.say("贺丽娟", "办好 PH1", "叫号")
    page = (await printer.get(link[0])).text
    assert "YY2600001" in page and "PH2600001" not in page


async def test_an_errand_s_receipt_names_every_paper(desk: Counter, printer: httpx.AsyncClient) -> None:
    await desk.say("黎子涵", f"电话代办 领社保卡 {PHONE}", "提交")
    told = await desk.say("黎子涵", "收材料 DB2600001 身份证原件、照片原件2份")
    assert not [said for said in desk.said if "打电话告知" in said.text], "whoever stands there is not rung up"
    link = re.search(r"http://\S+", told.text)
    assert link is not None
    page = (await printer.get(link[0])).text
    for word in ("DB2600001", "身份证原件1份", "照片原件2份", "黎子涵收", "没有手机也能办", "签字"):
        assert word in page
    assert PHONE not in page
    await desk.say("黎子涵", "退材料 DB2600001 1")
    assert page != (after := (await printer.get(link[0])).text) and after.count("已退还") == 1
    assert (await printer.get(link[0][:-1] + "_")).status_code == 404


async def test_the_slip_of_a_visit_names_both_matters_and_one_number(desk: Counter, printer: httpx.AsyncClient) -> None:
    await desk.say("黎子涵", f"电话预约 结婚登记和补身份证 {PHONE} 明天下午3点", "提交")
    link = next(found for said in desk.said if (found := re.search(r"http://\S+", said.text)))
    await desk.say("黎子涵", "[下午3:30]")
    page = (await printer.get(link[0])).text
    for word in ("下午3:00", "下午3:30", "结婚登记", "居民身份证丢失补领", "双方身份证", "户口簿"):
        assert word in page
    (line,) = re.findall(r"签到 YY2600001 \d{6}", page)
    await desk.at(day(24, 14, 50))
    assert "签到好了" in (await desk.say("小丽", line)).text or "还是编号 YY2600001" in desk.to("小丽")[-1].text
    stamped = await desk.do(lambda books: [bool(books.hall.get(no).came) for no in ("YY2600001", "YY2600002")])
    assert stamped == [True, True], "checked in once, both are in line"

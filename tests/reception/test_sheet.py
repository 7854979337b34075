"""The paper sheet of a window's day; only its link opens it, and only around that day."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from reception_desk import Counter, day
from starlette.applications import Starlette

from bot.web.papers import Papers

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
    await desk.at(day(26, 9))
    assert (await printer.get(link)).status_code == 404

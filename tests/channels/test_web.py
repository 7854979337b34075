"""The web chat over real HTTP: what passes, what is refused, and what a reload gets back."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.speech import Later, Refused, Tap
from tests.browser.web_desk import StrawDesk, opened
from tests.channels.web_tab import ANN, BEN, KEY, gone, listening, say

HOSTILE = "<script>alert(1)</script>{{7*7}} & \"'"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[StrawDesk]:
    async with opened(StrawDesk(tmp_path / "incoming", heartbeat=0.2)) as desk:
        yield desk


@pytest.fixture
async def client(desk: StrawDesk) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=desk.url, timeout=5) as client:
        yield client


async def test_what_is_said_reaches_the_desk_and_the_answer_the_page(
    desk: StrawDesk, client: httpx.AsyncClient
) -> None:
    async with listening(client, ANN) as page:
        assert (await say(client, ANN, "我要预约")).status_code == 200
        assert await page.bubble() == {"text": "我要预约", "choices": [], "token": "", "card": False}
    [heard] = desk.heard
    assert (heard.channel, heard.address, heard.text) == ("web", ANN, "我要预约")


async def test_a_question_comes_with_its_buttons_and_a_tap_goes_back(
    desk: StrawDesk, client: httpx.AsyncClient
) -> None:
    async with listening(client, ANN) as page:
        await desk.say(ANN, "同意吗?", choices=("同意", "不同意"), token="t0k-en_1", card=True)
        asked = await page.bubble()
        tap = {"token": asked["token"], "index": 1}
        assert (await client.post("/web/say", json={"address": ANN, "key": KEY, "tap": tap})).status_code == 200
    assert asked == {"text": "同意吗?", "choices": ["同意", "不同意"], "token": "t0k-en_1", "card": True}
    assert desk.heard[0].tap == Tap("t0k-en_1", 1)


async def test_a_repeated_key_reaches_the_desk_as_the_same_key(desk: StrawDesk, client: httpx.AsyncClient) -> None:
    async with listening(client, ANN) as page:
        assert [(await say(client, ANN, "请假")).status_code for _ in range(2)] == [200, 200]
        assert len({heard.key for heard in desk.heard}) == 1 and len(desk.heard) == 2
        await desk.say(ANN, "完")
        assert await page.texts(2) == ["请假", "完"]


async def test_two_pages_cannot_take_each_others_keys(desk: StrawDesk, client: httpx.AsyncClient) -> None:
    async with listening(client, ANN), listening(client, BEN):
        await say(client, ANN, "一")
        await say(client, BEN, "二")
    assert len({heard.key for heard in desk.heard}) == 2


async def test_two_tabs_hear_only_their_own(desk: StrawDesk, client: httpx.AsyncClient) -> None:
    async with listening(client, ANN) as ann, listening(client, BEN) as ben:
        await desk.say(ANN, "给甲")
        await desk.say(BEN, "给乙")
        assert (await ann.texts(1), await ben.texts(1)) == (["给甲"], ["给乙"])


async def test_a_reload_gets_what_it_missed_and_nothing_twice(desk: StrawDesk, client: httpx.AsyncClient) -> None:
    async with listening(client, ANN) as page:
        for number in range(5):
            await desk.say(ANN, str(number))
        assert await page.texts(2) == ["0", "1"]
    async with listening(client, ANN, page.last_id) as again:
        assert await again.texts(3) == ["2", "3", "4"]
        await desk.say(ANN, "5")
        assert await again.texts(1) == ["5"]


async def test_numbers_of_an_earlier_process_hide_nothing(desk: StrawDesk, client: httpx.AsyncClient) -> None:
    async with listening(client, ANN) as page:
        await desk.say(ANN, "新")
        await page.bubble()
    async with listening(client, ANN, "0ld0ld00-40") as again:
        assert await again.texts(1) == ["新"]


async def test_only_the_last_fifty_bubbles_are_kept(desk: StrawDesk, client: httpx.AsyncClient) -> None:
    async with listening(client, ANN):
        for number in range(60):
            await desk.say(ANN, str(number))
    async with listening(client, ANN) as again:
        assert await again.texts(50) == [str(number) for number in range(10, 60)]


async def test_a_silent_stream_beats(desk: StrawDesk, client: httpx.AsyncClient) -> None:
    async with listening(client, ANN) as page:
        assert [await page.line() for _ in range(3)] == ["", ": still here", ""]


async def test_a_page_away_is_tried_again_and_given_up_after_ninety_seconds(
    desk: StrawDesk, client: httpx.AsyncClient
) -> None:
    async with listening(client, ANN):
        await desk.say(ANN, "在")
    await gone(desk, ANN)
    desk.now += timedelta(seconds=90)
    with pytest.raises(Later):
        await desk.say(ANN, "刷新中")
    desk.now += timedelta(seconds=1)
    with pytest.raises(Refused):
        await desk.say(ANN, "走了")
    async with listening(client, ANN):
        await desk.say(ANN, "回来了")


async def test_after_a_restart_pages_have_ninety_seconds_to_come_back(desk: StrawDesk) -> None:
    with pytest.raises(Later):
        await desk.say(BEN, "重启前的话")
    desk.now += timedelta(seconds=91)
    with pytest.raises(Refused):
        await desk.say(BEN, "重启前的话")


async def test_a_page_closed_for_an_hour_is_forgotten(desk: StrawDesk, client: httpx.AsyncClient) -> None:
    async with listening(client, ANN):
        await desk.say(ANN, "旧话")
    await gone(desk, ANN)
    desk.now += timedelta(hours=1, seconds=1)
    desk.web._rings.tidy()
    async with listening(client, ANN) as page:
        await desk.say(ANN, "新话")
        assert await page.texts(1) == ["新话"]


async def test_the_desk_that_cannot_store_answers_503(desk: StrawDesk, client: httpx.AsyncClient) -> None:
    desk.failing = 1
    async with listening(client, ANN):
        refused = await say(client, ANN, "投诉")
        assert refused.status_code == 503 and "重发" in refused.json()["error"]
        assert (await say(client, ANN, "投诉")).status_code == 200
    assert [heard.text for heard in desk.heard] == ["投诉"]


async def test_a_closed_channel_stores_nothing_and_ends_its_streams(tmp_path: Path) -> None:
    desk = StrawDesk(tmp_path)
    channel = asyncio.create_task(desk.web.run(desk))
    await asyncio.sleep(0)
    follow = desk.web._rings.follow(ANN, "")
    assert await anext(follow) is None
    channel.cancel()
    assert [event async for event in follow] == []
    transport = httpx.ASGITransport(Starlette(routes=desk.web.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        assert (await say(client, ANN, "有人吗")).status_code == 503
        assert (await client.get("/web/listen", headers={"X-Desk-Address": ANN})).status_code == 503


UNFIT = [
    {"key": KEY, "text": "无地址"},
    {"address": "A" * 32, "key": KEY, "text": "大写"},
    {"address": ANN + "\n", "key": KEY, "text": "多一行"},
    {"address": ANN, "text": "无键"},
    {"address": ANN, "key": "../../etc", "text": "路径"},
    {"address": ANN, "key": KEY, "text": ""},
    {"address": ANN, "key": KEY, "text": "\0 "},
    {"address": ANN, "key": KEY, "text": 7},
    {"address": ANN, "key": KEY, "text": "\ud800"},
    {"address": ANN, "key": KEY, "tap": {"token": "t", "index": True}},
    {"address": ANN, "key": KEY, "tap": {"token": "t", "index": -1}},
    {"address": ANN, "key": KEY, "tap": {"token": "t t", "index": 0}},
    {"address": ANN, "key": KEY, "tap": "同意"},
    ["表"],
]


@pytest.mark.parametrize("said", UNFIT)
async def test_what_cannot_be_understood_is_said_so(desk: StrawDesk, client: httpx.AsyncClient, said: object) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/web/say", content=json.dumps(said), headers=headers)
    assert answer.status_code == 400 and "请您再发一次" in answer.json()["error"]
    assert not desk.heard


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 50_000])
async def test_broken_json_is_refused(desk: StrawDesk, client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/web/say", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


async def test_another_sites_plain_form_is_refused(desk: StrawDesk, client: httpx.AsyncClient) -> None:
    body = json.dumps({"address": ANN, "key": KEY, "text": "冒充"})
    answer = await client.post("/web/say", content=body, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 400 and not desk.heard


async def test_words_have_a_limit(desk: StrawDesk, client: httpx.AsyncClient) -> None:
    async with listening(client, ANN):
        assert (await say(client, ANN, "长" * 4000)).status_code == 200
    for length in (4001, 40_000):
        answer = await say(client, ANN, "长" * length)
        assert answer.status_code == 413 and "4000" in answer.json()["error"]


async def test_the_address_is_never_taken_from_the_address_line(desk: StrawDesk, client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/web/listen?address={ANN}")).status_code == 400


async def test_hostile_words_pass_unchanged(desk: StrawDesk, client: httpx.AsyncClient) -> None:
    async with listening(client, ANN) as page:
        await say(client, ANN, HOSTILE + "\n\nid: 9\ndata: 假")
        assert await page.texts(1) == [HOSTILE + "\n\nid: 9\ndata: 假"]


async def test_no_more_pages_than_there_is_room_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.rings.MOST_PAGES", 2)
    async with opened(StrawDesk(tmp_path)) as desk, httpx.AsyncClient(base_url=desk.url) as client:
        async with listening(client, ANN), listening(client, BEN):
            assert (await client.get("/web/listen", headers={"X-Desk-Address": "c" * 32})).status_code == 503
        await gone(desk, BEN)
        async with listening(client, "c" * 32):
            await desk.say("c" * 32, "有位置了")

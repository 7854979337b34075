"""The fake itself: what a desk must bear with on the real platform happens here too."""

import asyncio

import fake_wecom
import httpx
from fake_wecom import FakeWeCom, listening, serving
from fake_wecom_api import AGENT_ID, CORP_ID, SECRET, Json
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

wecom_server = fake_wecom.wecom_server


async def call(server: FakeWeCom, path: str, **body: object) -> Json:
    async with httpx.AsyncClient(base_url=f"{server.base_url}/cgi-bin/") as client:
        query = {"corpid": CORP_ID, "corpsecret": SECRET}
        token = (await client.get("gettoken", params=query)).json()["access_token"]
        return dict((await client.post(path, params={"access_token": token}, json=body)).json())


async def say(server: FakeWeCom, text: str, userid: str = "zhangsan") -> Json:
    return await call(server, "message/send", touser=userid, agentid=AGENT_ID, msgtype="text", text={"content": text})


def slow_desk(seconds: float, status: int) -> Starlette:
    async def answer(_: Request) -> Response:
        await asyncio.sleep(seconds)
        return Response(status_code=status)

    return Starlette(routes=[Route("/", answer, methods=["POST"])])


async def test_a_text_is_cut_by_bytes_and_more_than_thirty_a_minute_are_dropped(wecom_server: FakeWeCom) -> None:
    await say(wecom_server, "政" * 1000)
    assert wecom_server.sent("zhangsan")[0] == "政" * 682 + "\ufffd"
    for number in range(30):
        assert (await say(wecom_server, str(number)))["errcode"] == 0
    assert len(wecom_server.sent("zhangsan")) == 30
    wecom_server.offset += 61
    await say(wecom_server, "later")
    assert wecom_server.sent("zhangsan")[-1] == "later"


async def test_the_partly_wrong_is_ok_and_the_wholly_wrong_is_not(wecom_server: FakeWeCom) -> None:
    wecom_server.members_away = {"gone"}
    assert (await say(wecom_server, "hi", "zhangsan|Gone"))["invaliduser"] == "gone"
    assert (await say(wecom_server, "hi", "gone"))["errcode"] == 81013
    assert (await say(wecom_server, ""))["errcode"] == 44004


async def test_a_task_id_is_good_once_and_a_response_code_too(wecom_server: FakeWeCom) -> None:
    button = {"type": 0, "text": "好", "key": "t:0"}
    card = {"task_id": "t1", "main_title": {"title": "题"}, "button_list": [button]}
    send: Json = {"touser": "zhangsan", "agentid": AGENT_ID, "msgtype": "template_card"}
    code = (await call(wecom_server, "message/send", **send, template_card=card))["response_code"]
    assert (await call(wecom_server, "message/send", **send, template_card=card))["errcode"] == 42014
    crowded = {**card, "task_id": "t2", "button_list": [{**button, "key": str(n)} for n in range(7)]}
    assert (await call(wecom_server, "message/send", **send, template_card=crowded))["errcode"] == 40016
    update = {"response_code": code, "button": {"replace_name": "好"}}
    errors = [(await call(wecom_server, "message/update_template_card", **update))["errcode"] for _ in range(2)]
    assert errors == [0, 60140]


async def test_repeats_and_their_two_modes(wecom_server: FakeWeCom) -> None:
    async with serving(slow_desk(0, 500)) as wecom_server.desk_url:
        assert await wecom_server.say("zhangsan", "hi") == [500] * 4
        wecom_server.retry_on = "connect"
        assert await wecom_server.say("zhangsan", "hi") == [500]
    wecom_server.window = 0.1
    async with serving(slow_desk(0.3, 200)) as wecom_server.desk_url:
        assert await wecom_server.say("zhangsan", "hi") == [0] * 4


async def test_deliveries_are_lost_and_come_out_of_order(wecom_server: FakeWeCom) -> None:
    async with listening(wecom_server) as (_, rows):
        wecom_server.lose = 1
        assert await wecom_server.say("zhangsan", "lost") == []
        wecom_server.holding = True
        await wecom_server.say("zhangsan", "first")
        await wecom_server.say("zhangsan", "second")
        await wecom_server.release()
        assert [heard.text for heard in rows.heard.values()] == ["second", "first"]

"""The whole desk over WeCom: an account is nobody until it is bound, then a colleague's; cards are pressed."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.channels.desk_process import DeskProcess
from tests.channels.fake_wecom import AES_KEY, TOKEN, FakeWeCom, wecom_server
from tests.channels.fake_wecom_api import AGENT_ID, CORP_ID, SECRET

__all__ = ["wecom_server"]
CODE = re.compile(r"[A-Z0-9]{8}")


async def until(ready: Callable[[], object], seconds: float = 10.0) -> None:
    limit = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < limit, f"not within {seconds} s"
        await asyncio.sleep(0.02)


@pytest.fixture
async def desk(wecom_server: FakeWeCom, tmp_path: Path) -> AsyncIterator[DeskProcess]:
    process = DeskProcess(
        tmp_path / "data",
        FRONTDESK_WECOM_CORP_ID=CORP_ID,
        FRONTDESK_WECOM_AGENT_ID=AGENT_ID,
        FRONTDESK_WECOM_SECRET=SECRET,
        FRONTDESK_WECOM_TOKEN=TOKEN,
        FRONTDESK_WECOM_AES_KEY=AES_KEY,
        FRONTDESK_WECOM_BASE_URL=wecom_server.base_url,
    )
    await process.start()
    wecom_server.desk_url = f"{process.url}/wecom/app"
    yield process
    process.kill()


async def bind(server: FakeWeCom, desk: DeskProcess, userid: str, person: str) -> None:
    printed = await asyncio.to_thread(desk.command, "code", person)
    found = CODE.search(printed.stdout)
    assert found, printed.stderr
    await server.say(userid, f"绑定 {found.group()}")
    await until(lambda: any("绑定好了" in text for text in server.sent(userid)))


async def test_the_address_is_verified(wecom_server: FakeWeCom, desk: DeskProcess) -> None:
    assert await wecom_server.verify()


async def test_a_stranger_is_told_how_to_bind(wecom_server: FakeWeCom, desk: DeskProcess) -> None:
    assert await wecom_server.say("Nobody", "请假 明天 家里有事") == [200]
    await until(lambda: wecom_server.sent("Nobody"))
    assert "绑定" in wecom_server.sent("Nobody")[-1]


async def test_a_code_binds_once_and_the_colleague_is_known(wecom_server: FakeWeCom, desk: DeskProcess) -> None:
    await bind(wecom_server, desk, "XuZhengyi", "BH023")
    await wecom_server.say("XuZhengyi", "帮助")
    await until(lambda: any("许正义" in text for text in wecom_server.sent("XuZhengyi")))
    verified = await asyncio.to_thread(desk.command, "audit", "verify")
    assert verified.stdout.startswith("ok "), verified.stdout


async def test_a_pressed_card_goes_on_and_is_greyed(wecom_server: FakeWeCom, desk: DeskProcess) -> None:
    await bind(wecom_server, desk, "XuZhengyi", "BH023")
    await wecom_server.say("XuZhengyi", "预约社保卡")
    await until(lambda: wecom_server.received("XuZhengyi")[-1].buttons)
    card = wecom_server.received("XuZhengyi")[-1]
    label = next(iter(card.buttons))
    desk.kill()
    await desk.start()
    wecom_server.desk_url = f"{desk.url}/wecom/app"
    assert await wecom_server.press("XuZhengyi", label) == [200]
    await until(lambda: any("这几个时间" in text for text in wecom_server.sent("XuZhengyi")))


async def test_nothing_unsigned_gets_in(wecom_server: FakeWeCom, desk: DeskProcess) -> None:
    wecom_server.wire.token = "forged"
    assert await wecom_server.post(wecom_server.wire.encrypt(b"<xml/>")) == 403

"""Whole tours through the channels' own routes, every delivery three times more, shuffled, 32 at once: no new row, no
further message. WeCom's repeats come under the old nonce and under new ones, Telegram's with the same update.
"""

import asyncio
import json
import random  # noqa: TID251 - with a fixed seed
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fake_wecom import cdata
from fake_wecom_api import AGENT_ID, CORP_ID
from hostile_desk import Doors
from promises import kept, scaled

from storage.schema import metadata
from tests.channels.web_tab import ANN

AT_ONCE, TIMES, TOURS = 32, 3, scaled(1, 12)
COLLEAGUES = {"lizihan": "BH022", "yuruoxi": "BH004", "xuzhengyi": "BH023"}
PRESS = "［］"  # the first button of the newest bubble
Send = Callable[[], Awaitable[int]]


class Tour:
    """People at all doors, and all they had delivered."""

    def __init__(self, doors: Doors, number: int) -> None:
        self.doors, self.count, self.base = doors, number * 10_000, 500 + number * 100
        self.sends: list[Send] = []

    async def say(self, door: str, who: str, words: str) -> None:
        """Deliver one message or press, and wait for what comes of it."""
        self.count += 1
        send = getattr(self, f"_{door}")(who, words)
        assert await send() == 200
        self.sends.append(send)
        await self.doors.house.bells.tick()
        await self.doors.house.courier.drain()

    def _pressed(self, who: str) -> str:
        """The token and index under the newest bubble with buttons."""
        newest = self.doors.door.labels[who]
        token = newest[-1][0]
        return f"{token}:{min(index for one, index in newest if one == token)}"

    def _telegram(self, who: str, words: str) -> Send:
        number = int(who)
        person = {"id": number, "is_bot": False, "first_name": "x"}
        message: dict[str, Any] = {"message_id": self.count, "date": 1_790_000_000, "from": person,
                                   "chat": {"id": number, "type": "private", "first_name": "x"}}  # fmt: skip
        body: dict[str, Any] = {"message": {**message, "text": words}}
        if words == PRESS:
            query = {"id": f"q{self.count}", "from": person, "chat_instance": "1", "data": self._pressed(who)}
            body = {"callback_query": {**query, "message": message}}
        raw = json.dumps({"update_id": 7_000_000 + self.count, **body}).encode()
        return partial(self.doors.to_telegram, raw)

    def _wecom(self, who: str, words: str) -> Send:
        kind, more = "text", f"<Content>{cdata(words)}</Content><MsgId>{9_000_000 + self.count}</MsgId>"
        if words == PRESS:
            press = {"EventKey": self._pressed(who), "TaskId": f"t{self.count}", "ResponseCode": f"r{self.count}",
                     "Event": "template_card_event", "CardType": "button_interaction"}  # fmt: skip
            kind, more = "event", "".join(f"<{name}>{cdata(value)}</{name}>" for name, value in press.items())
        people = f"<ToUserName>{cdata(CORP_ID)}</ToUserName><FromUserName>{cdata(who)}</FromUserName>"
        when = f"<CreateTime>{1_790_000_000 + self.count}</CreateTime><MsgType>{cdata(kind)}</MsgType>"
        raw = f"<xml>{people}{when}{more}<AgentID>{AGENT_ID}</AgentID></xml>".encode()
        return lambda: self.doors.to_wecom(raw, nonce=random.choice(("n", f"n{random.random()}")))

    def _web(self, who: str, words: str) -> Send:
        raw = json.dumps({"address": who, "key": f"{self.count:016x}", "text": words}).encode()
        return partial(self.doors.to_web, raw)

    async def go(self) -> None:
        """Booking, wish, complaint, a visit nobody could place, leave and outing with their consents, the duty desk."""
        a, b, c, d = (str(self.base + n) for n in range(4))
        hour = 9 + self.base // 100 % 3
        for door, who, lines in (
            ("telegram", a, ("预约居民身份证首次申领", f"11月25日上午{hour}点", "13800000001", PRESS, "我的预约")),
            ("telegram", b, ("你们税务窗口的人态度恶劣,骂人", "匿名", PRESS)),
            ("wecom", "yuruoxi", (PRESS, "待办投诉")),
            ("telegram", c, ("人工",)),
            ("telegram", d, ("预约办残疾人证", "明天上午", "13800000002", "提交")),
            ("web", ANN, ("预约社保卡", "11月26日上午9点", "13800000003", "提交", "帮助")),
            ("wecom", "xuzhengyi", ("请假 明天后天 家里有事", PRESS)),
            ("wecom", "lizihan", (PRESS, "谁值班")),
            ("wecom", "xuzhengyi", ("外出 去县住建局送材料 10点半回 13800000000", PRESS)),
            ("wecom", "lizihan", (PRESS, "日志 咨询 有人问社保", "交接班")),
            ("wecom", "xuzhengyi", ("回来了", "撤回 QJ2600001")),
        ):
            for line in lines:
                await self.say(door, who, line)


async def rows(doors: Doors) -> dict[str, list[tuple[Any, ...]]]:
    def read(books: object) -> dict[str, list[tuple[Any, ...]]]:
        connection = doors.house.connection
        return {t.name: [tuple(row) for row in connection.execute(sa.select(t))] for t in metadata.sorted_tables}

    await doors.house.courier.drain()
    return await doors.house.desk.do(read)


async def repeat(sends: list[Send], seed: int) -> list[int]:
    """All of them again, three times, shuffled, so many at once; what each was answered."""
    again = sends * TIMES
    random.Random(seed).shuffle(again)
    statuses: list[int] = []
    for first in range(0, len(again), AT_ONCE):
        statuses += await asyncio.gather(*(send() for send in again[first : first + AT_ONCE]))
    return statuses


@pytest.fixture
def colleagues(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hostile_desk.STAFF", {"telegram": {}, "wecom": COLLEAGUES})


async def test_tours_repeated_three_times_change_nothing(colleagues: None, tmp_path: Path) -> None:
    async with Doors(tmp_path) as doors:
        tours = [Tour(doors, number) for number in range(TOURS)]
        for tour in tours:
            await tour.go()
        before, said = await rows(doors), doors.door.said
        filled = {name for name, found in before.items() if found}
        assert {"booking", "complaint", "contact", "request", "leave", "outing"} <= filled, filled
        sends = [send for tour in tours for send in tour.sends]
        statuses = await repeat(sends, 7)
        after = await rows(doors)
        broken = [name for name in before if before[name] != after[name]]
        broken += [f"{doors.door.said - said} further messages"] if doors.door.said != said else []
        broken += [f"answered {status}" for status in statuses if status != 200]
        broken += doors.door.raised
    kept("deliveries three times, shuffled, 32 at once", tried=len(statuses), broken=len(broken),
         note=f"{TOURS} tours over Telegram, WeCom and the web")  # fmt: skip
    assert broken == []


async def test_a_desk_that_forgets_its_inbox_is_caught(colleagues: None, tmp_path: Path) -> None:
    """No letter goes out twice even then, its key exists once; but the desk says so in its rows and answers."""
    async with Doors(tmp_path) as doors:
        tour = Tour(doors, 0)
        await tour.say("telegram", "500", "人工")
        before = await rows(doors)
        await doors.house.desk.do(lambda books: books.execute(sa.delete(metadata.tables["inbox"])))
        statuses = await repeat(tour.sends, 7)
        assert await rows(doors) != before or set(statuses) != {200}
        assert (await rows(doors))["outbox"] == before["outbox"]

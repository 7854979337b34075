"""Platforms away, busy, vague or stubborn: all arrives in order, and nobody waits for another's trouble."""

import asyncio
import random  # noqa: TID251 - with a fixed seed
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from promises import FULL, kept, scaled

from bot.channels.wecom import WeCom
from bot.clock import Clock, StandingClock
from bot.directory import BookedDirectory
from bot.speech import Spoken
from storage.books import Books
from tests.channels import fake_wecom
from tests.channels.desk_process import DeskProcess, opened
from tests.channels.fake_telegram import FakeTelegram, telegram_server
from tests.channels.fake_telegram_rules import Rejected
from tests.channels.fake_wecom_api import AGENT_ID, CORP_ID, SECRET
from tests.channels.test_end_to_end_telegram import TUESDAY, settings_for

__all__ = ["telegram_server"]
pytestmark = pytest.mark.sqlite_file("what is tried is the courier; its desks make their own files")
PEOPLE, EACH = scaled(5, 250), 4
Opens = Callable[[Clock], Any]
AWAY = scaled(1, 60)  # seconds that stand for the hour
CATCH_UP = 600 / 60 if not FULL else 600  # seconds: ten minutes, the letters scaled like the hour
KILLS = scaled(1, 3)
STATES = sa.text("SELECT key, state FROM outbox WHERE key IN ('old', 'new')")
MARK = "第{}条"


class Watched:
    """Every message Telegram took, with its time; it can refuse by chance or for ever."""

    def __init__(self, server: FakeTelegram) -> None:
        self.server, self.taken = server, list[tuple[float, int, str]]()
        self._send = server.do_send_message
        server.do_send_message = self._take  # type: ignore[method-assign]

    def _take(self, chat_id: int, text: str = "", **more: Any) -> Any:
        message = self._send(chat_id, text, **more)
        self.taken.append((time.monotonic(), chat_id, text))
        return message

    def texts(self, chat: int) -> list[str]:
        return [text for _, who, text in self.taken if who == chat]


@pytest.fixture
def watched(telegram_server: FakeTelegram) -> Watched:
    return Watched(telegram_server)


def _everybody(_: BookedDirectory, person: str) -> list[tuple[str, str]]:
    channel, _, address = person.partition(":")
    return [(channel, address)] if address else []


@pytest.fixture
def house(watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opens:
    """A desk that may write to every citizen."""
    monkeypatch.setattr(BookedDirectory, "accounts_of", _everybody)
    own: dict[str, Any] = {"telegram_token": watched.server.token, "telegram_base_url": watched.server.url}
    return lambda clock: opened(clock, tmp_path / "data", telegram_personal_data="full", **own)


def too_fast(taken: list[tuple[float, int, str]]) -> Iterator[str]:
    """What goes beyond the platform's limits: thirty a second in all, one a second and a few at once to one person."""
    for n, (at, _, _) in enumerate(taken):
        if n >= 30 and at - taken[n - 30][0] < 1.0:
            yield f"more than 30 within a second at letter {n}"
    times = defaultdict(list)
    for at, chat, _ in taken:
        times[chat].append(at)
    for chat, found in times.items():
        for n in range(6, len(found)):
            if found[n] - found[n - 6] < 2.0:
                yield f"seven within two seconds to {chat}"


async def test_an_hour_without_the_platform_and_three_deaths(watched: Watched, tmp_path: Path) -> None:
    server = watched.server
    desk = DeskProcess(tmp_path / "data", **settings_for(server, webhook=True))
    await desk.start()
    await server.until(lambda: server.webhook, 20)
    server.down = True
    begun = time.monotonic()
    for round_ in range(EACH):
        for chat in range(1, PEOPLE + 1):
            server.say(chat, ("帮助", "预约社保卡", "取消", "我的预约")[round_])
        if round_ < KILLS:
            await asyncio.sleep(AWAY / EACH)
            desk.kill()
            await desk.start_unready()
    await server.until(lambda: not server.pending, 120)
    await asyncio.sleep(max(0.0, begun + AWAY - time.monotonic()))
    assert not watched.taken
    server.down = False
    back = time.monotonic()
    wanted = PEOPLE * EACH
    await server.until(lambda: len(watched.taken) >= wanted, CATCH_UP)
    took = time.monotonic() - back
    await asyncio.sleep(1)
    desk.kill()
    usual = watched.texts(1)
    found = [f"{chat} was told {watched.texts(chat)}" for chat in range(1, PEOPLE + 1) if watched.texts(chat) != usual]
    found += list(too_fast(watched.taken))
    note = f"{wanted} letters, {KILLS} kills, caught up in {took:.0f} s"
    kept("platform down an hour", tried=wanted, broken=len(found), note=note)
    assert found == []
    assert len(usual) == EACH


async def test_busy_broken_and_vague_answers_lose_nothing(watched: Watched, house: Opens) -> None:
    """30 % of the sends fail: 429, 502, 500, or carried out with the answer lost."""
    server, chance = watched.server, random.Random(4)
    people, notices = range(1, scaled(4, 40) + 1), scaled(3, 10)
    async with house(Clock()) as serving:
        desk = serving.house.desk
        for chat in people:
            server.message(chat)
        for _ in range(2 * len(people) * notices):
            fault = chance.choice(["429", "502", "500", "lost", *["fine"] * 9])
            if fault == "lost":
                server.lose("sendMessage")
            elif fault == "fine":
                server.faults["sendMessage"].append(None)
            else:
                server.fail("sendMessage", int(fault), retry_after=1 if fault == "429" else 0, page=fault == "502")

        def post(books: Books) -> None:
            for n in range(notices):
                for chat in people:
                    person = f"telegram:{chat}"
                    books.outbox.post(person, "machine/late", f"{n} {chat}", quiet=False, what=MARK.format(n))

        await desk.do(post)
        await server.until(lambda: all(_last(watched, chat, notices) for chat in people), scaled(60, 400))
    found, repeats = [], 0
    for chat in people:
        numbers = [int(re.findall(r"第(\d+)条", text)[0]) for text in watched.texts(chat)]
        repeats += len(numbers) - len(set(numbers))
        if sorted(set(numbers)) != list(range(notices)) or numbers != sorted(numbers):
            found.append(f"{chat} read {numbers}")
    note = f"30 % of the sends failing, {repeats} said twice because the answer was lost"
    kept("429, 5xx, accepted and answer lost", tried=len(people) * notices, broken=len(found), note=note)
    assert found == []


def _last(watched: Watched, chat: int, notices: int) -> bool:
    return any(MARK.format(notices - 1) in text for text in watched.texts(chat))


async def test_who_always_refuses_delays_nobody(watched: Watched, house: Opens) -> None:
    """Ten who have blocked the bot, one whose chat is always flooded, and others who wait for none of them."""
    server = watched.server
    blocked, flooded, others = range(1, 11), 11, range(12, 12 + scaled(10, 30))
    send = server.do_send_message

    def sometimes(chat_id: int, text: str = "", **more: Any) -> Any:
        if chat_id == flooded:
            server.faults["sendMessage"].clear()
            raise Rejected(429, "Too Many Requests")
        return send(chat_id, text, **more)

    server.do_send_message = sometimes  # type: ignore[method-assign]
    server.blocked.update(blocked)
    async with house(Clock()) as serving:
        for chat in (*blocked, flooded, *others):
            server.message(chat)

        def post(books: Books) -> None:
            for n in range(3):
                for chat in (*blocked, flooded, *others):
                    books.outbox.post(f"telegram:{chat}", "machine/late", f"{n} {chat}", quiet=False, what=f"{n}")

        begun = time.monotonic()
        await serving.house.desk.do(post)
        await server.until(lambda: all(len(watched.texts(chat)) == 3 for chat in others), 30)
        took = time.monotonic() - begun
    usual = 3 * len(others) / 25
    kept(
        "recipients who always refuse",
        tried=11,
        broken=int(took > 5 + usual),
        note=f"{len(others)} others told in {took:.1f} s",
    )
    assert took < 5 + usual


async def test_what_is_stale_when_the_platform_returns_is_not_said(watched: Watched, house: Opens) -> None:
    server, clock = watched.server, StandingClock(TUESDAY)
    async with house(clock) as serving:
        server.message(1)
        desk = serving.house.desk
        server.down = True

        def post(books: Books) -> None:
            until = TUESDAY + timedelta(hours=1)
            for key, what, ends in (("old", "过时的", until), ("new", "还算数的", None)):
                books.outbox.post("telegram:1", "machine/late", key, quiet=False, until=ends, what=what)

        await desk.do(post)
        await asyncio.sleep(0.3)
        clock.set(TUESDAY + timedelta(hours=2))
        server.down = False
        await server.until(lambda: watched.texts(1), 20)
        await asyncio.sleep(0.3)
        states = await desk.do(lambda books: dict(books.execute(STATES).fetchall()))
    broken = int("过时" in "".join(watched.texts(1)) or states != {"old": "expired", "new": "sent"})
    kept("stale notices", tried=2, broken=broken, note="what is over is noted as expired, not said")
    assert broken == 0, (watched.texts(1), states)


async def test_a_token_that_ends_under_a_hundred_sends_is_fetched_once() -> None:
    async with fake_wecom.fake_wecom() as server:
        channel = WeCom(CORP_ID, AGENT_ID, SECRET, fake_wecom.TOKEN, fake_wecom.AES_KEY, server.base_url,
                        clock=Clock().now, timeout=20.0)  # fmt: skip
        await channel.send(Spoken("wecom", "first", "您好", id="1"))
        before = server.count("gettoken")
        server.forget_tokens(40014)
        server.gettoken_delay = 0.1
        await asyncio.gather(*(channel.send(Spoken("wecom", f"p{n}", "您好", id=f"{n + 2}")) for n in range(100)))
        refreshed = server.count("gettoken") - before
        told = Counter(sent.userid for sent in server.inbox)
    broken = int(refreshed != 1) + sum(count != 1 for count in told.values()) + (101 - len(told))
    kept("token expiry under 100 parallel sends", tried=100, broken=broken, note=f"{refreshed} refresh")
    assert broken == 0

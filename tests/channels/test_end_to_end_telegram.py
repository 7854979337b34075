"""The whole desk over Telegram: real HTTP, real books, a fake platform; killed, cut off, blocked."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.clock import Clock, StandingClock
from bot.serving import Serving
from rules.calendar import ZONE
from tests.channels.desk_process import DeskProcess, free_port, opened
from tests.channels.fake_telegram import FakeTelegram, telegram_server
from tests.channels.fake_telegram_rules import buttons

__all__ = ["telegram_server"]
ANN, OFFICER, SECRET = 42, 7, "s3cret-For_tests"
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=ZONE)
NUMBER = re.compile(r"YY\d{7}")


def settings_for(server: FakeTelegram, *, webhook: bool) -> dict[str, object]:
    own: dict[str, object] = {
        "FRONTDESK_TELEGRAM_TOKEN": server.token,
        "FRONTDESK_TELEGRAM_BASE_URL": server.url,
        "FRONTDESK_TELEGRAM_PERSONAL_DATA": "full",
    }
    if webhook:
        port = free_port()
        hook = f"http://127.0.0.1:{port}"
        own |= {"PORT": port, "FRONTDESK_TELEGRAM_WEBHOOK_URL": hook, "FRONTDESK_TELEGRAM_WEBHOOK_SECRET": SECRET}
    return own


@pytest.fixture(params=["webhook", "long poll"])
async def desk(
    request: pytest.FixtureRequest, telegram_server: FakeTelegram, tmp_path: Path
) -> AsyncIterator[DeskProcess]:
    process = DeskProcess(tmp_path / "data", **settings_for(telegram_server, webhook=request.param == "webhook"))
    await process.start()
    yield process
    process.kill()


def newest_choices(server: FakeTelegram, chat: int) -> list[str]:
    """The labels under the newest message, while they can be pressed."""
    mine = [message for message in server.messages if message["chat"]["id"] == chat]
    return [button["text"] for button in buttons(mine[-1])] if mine else []


async def asked(server: FakeTelegram, words: str, chat: int = ANN) -> None:
    await server.until(lambda: any(words in text for text in server.sent(chat)), 15)


async def choose_first(server: FakeTelegram, words: str) -> None:
    """Wait for the question with these words, press its first button."""
    await asked(server, words)
    await server.until(lambda: newest_choices(server, ANN), 15)
    server.press(ANN, newest_choices(server, ANN)[0])


async def test_a_citizen_books_by_taps_and_text_though_the_desk_is_killed(
    telegram_server: FakeTelegram, desk: DeskProcess
) -> None:
    telegram_server.say(ANN, "预约社保卡")
    await choose_first(telegram_server, "哪天")
    await asked(telegram_server, "这几个时间")
    desk.kill()
    telegram_server.press(ANN, newest_choices(telegram_server, ANN)[0])
    await desk.start()
    await asked(telegram_server, "电话")
    telegram_server.say(ANN, "13912345678")
    await telegram_server.until(lambda: "提交" in newest_choices(telegram_server, ANN), 15)
    desk.kill()
    await desk.start()
    telegram_server.press(ANN, "提交")
    await telegram_server.until(lambda: len(booked(telegram_server)) == 1, 15)
    await telegram_server.until(lambda: not telegram_server.pending, 15)
    telegram_server.say(ANN, "我的预约")
    await telegram_server.until(lambda: len(booked(telegram_server)) == 2, 15)
    assert len(set(booked(telegram_server))) == 1
    assert await desk.end() == 0
    assert desk.command("audit", "verify").stdout.startswith("ok ")


def booked(server: FakeTelegram) -> list[str]:
    """The numbers read so far, in order; not the one number many bubbles of a turn may repeat."""
    return [found.group() for text in server.sent(ANN) if (found := NUMBER.search(text))]


async def test_a_platform_that_was_down_gets_the_answers_in_order(
    telegram_server: FakeTelegram, tmp_path: Path
) -> None:
    desk = DeskProcess(tmp_path / "data", **settings_for(telegram_server, webhook=True))
    await desk.start()
    await telegram_server.until(lambda: telegram_server.webhook)
    telegram_server.down = True
    for words in ("您好", "预约社保卡", "取消"):
        telegram_server.say(ANN, words)
    await telegram_server.until(lambda: not telegram_server.pending)
    assert telegram_server.sent(ANN) == []
    desk.kill()
    await desk.start_unready()
    telegram_server.down = False
    await asked(telegram_server, "先不办了")
    said = telegram_server.sent(ANN)
    places = [next(n for n, text in enumerate(said) if words in text) for words in ("您好", "哪天", "先不办了")]
    assert places == sorted(places)
    desk.kill()


def house(
    server: FakeTelegram, clock: Clock, tmp_path: Path, personal_data: str = "full"
) -> AbstractAsyncContextManager[Serving]:
    own: dict[str, Any] = {"telegram_token": server.token, "telegram_base_url": server.url}
    return opened(clock, tmp_path / "data", telegram_personal_data=personal_data, **own)


async def test_who_has_blocked_the_bot_is_telephoned(telegram_server: FakeTelegram, tmp_path: Path) -> None:
    server = telegram_server
    async with house(server, StandingClock(TUESDAY), tmp_path) as serving:
        await officer_joins(server, serving)
        server.say(ANN, "人工")
        await server.until(lambda: "答复" in newest_choices(server, OFFICER))
        server.block(ANN)
        server.press(OFFICER, "答复")
        await asked(server, "请写给", OFFICER)
        server.say(OFFICER, "请到1楼3号窗")
        await asked(server, "这条没送到", OFFICER)
    assert "请到1楼3号窗" in server.sent(OFFICER)[-1]


async def officer_joins(server: FakeTelegram, serving: Serving) -> None:
    """The duty officer of the day binds the account 7."""
    desk = serving.house.desk
    officer = desk.shelf.centre.officer_now(TUESDAY)
    code = await desk.do(lambda books: books.roster.new_code(officer.id, "test"))
    server.say(OFFICER, f"绑定 {code}")
    await asked(server, officer.name, OFFICER)


async def test_a_photo_is_fetched_after_it_was_answered(telegram_server: FakeTelegram, tmp_path: Path) -> None:
    photo = b"\xff\xd8\xff\xe0a picture"
    telegram_server.fail("getFile", 502)
    async with house(telegram_server, Clock(), tmp_path) as serving:
        telegram_server.photo(ANN, photo)
        files = serving.settings.data / "files"
        await telegram_server.until(lambda: photo in [file.read_bytes() for file in files.glob("[0-9a-f]*")], 15)


async def test_what_is_no_photo_is_not_kept(telegram_server: FakeTelegram, tmp_path: Path) -> None:
    async with house(telegram_server, Clock(), tmp_path) as serving:
        telegram_server.photo(ANN, b"MZ a program")
        await telegram_server.until(lambda: telegram_server.called("getFile"), 15)
        await asyncio.sleep(0.2)
        assert not list((serving.settings.data / "files").iterdir())


async def test_where_personal_data_must_not_pass_no_phone_is_asked_and_none_is_said(
    telegram_server: FakeTelegram, tmp_path: Path
) -> None:
    server = telegram_server
    async with house(server, StandingClock(TUESDAY), tmp_path, personal_data="none") as serving:
        server.say(ANN, "预约社保卡")
        await choose_first(server, "哪天")
        await choose_first(server, "这几个时间")
        await server.until(lambda: "提交" in newest_choices(server, ANN), 15)
        assert "到窗口再留" in server.sent(ANN)[-1]
        server.press(ANN, "提交")
        await server.until(lambda: booked(server), 15)
        await officer_joins(server, serving)
        server.say(ANN, "人工")
        await server.until(lambda: "答复" in newest_choices(server, OFFICER))
        server.press(OFFICER, "答复")
        await asked(server, "请写给", OFFICER)
        server.say(OFFICER, "请打13912345678")
        await asked(server, "139****78")
    assert not [text for text in server.sent(ANN) + server.sent(OFFICER) if "13912345678" in text]

"""Hearing by long poll: what is not stored is not acknowledged, and nothing the platform does ends the loop."""

import asyncio
import sys
from pathlib import Path

import pytest

from bot.channels.telegram import Telegram
from tests.channels.fake_telegram import FakeTelegram, telegram_server
from tests.channels.telegram_desk import Ear, channel, now, running

__all__ = ["telegram_server"]
ROOT = Path(__file__).parents[2]


async def test_a_message_is_stored_and_then_acknowledged(telegram_server: FakeTelegram) -> None:
    ear = Ear()
    telegram = channel(telegram_server)
    async with running(telegram, ear):
        telegram_server.say(42, "预约")
        await telegram_server.until(lambda: ear.texts() == ["预约"] and not telegram_server.pending)
    first = telegram_server.called("getUpdates")[0]
    assert "offset" not in first
    assert first["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert telegram.pulse.last_ok == now()
    assert next(iter(ear.kept.values())).raw().startswith('{"update_id"')


# The process dies right after storing, before it could say so: a row in a file is stored for good.
DYING = """
import asyncio, os, sys
from tests.channels.telegram_desk import Ear, now
from bot.channels.telegram import Telegram
class Dying(Ear):
    async def hear(self, heard):
        with open(sys.argv[2], "a") as book:
            book.write(heard.key + "\\n")
            os.fsync(book.fileno())
        os._exit(9)
asyncio.run(Telegram(sys.argv[3], sys.argv[1], None, None, clock=now, hold=1).run(Dying()))
"""


async def test_killed_between_storing_and_acknowledging_it_comes_once_more(
    telegram_server: FakeTelegram, tmp_path: Path
) -> None:
    number = telegram_server.say(42, "投诉")
    book, ear = tmp_path / "book", Ear()
    call = [sys.executable, "-c", DYING, telegram_server.url, str(book), telegram_server.token]
    child = await asyncio.create_subprocess_exec(*call, cwd=ROOT)
    assert await asyncio.wait_for(child.wait(), 30) == 9
    async with running(channel(telegram_server), ear):
        await telegram_server.until(lambda: not telegram_server.pending)
    assert book.read_text().split() == ear.deliveries == list(ear.kept) == [f"{number}"]


async def test_what_could_not_be_stored_is_not_acknowledged_and_stops_nobody(telegram_server: FakeTelegram) -> None:
    ear = Ear()
    ear.full.add("1")
    first = telegram_server.say(1, "一")
    telegram_server.say(1, "二")
    telegram_server.say(42, "三")
    telegram = channel(telegram_server)
    async with running(telegram, ear):
        await telegram_server.until(lambda: ear.deliveries.count(f"{first}") > 2 and ear.texts() == ["三"])
        assert telegram_server.pending[0]["update_id"] == first
        assert "OSError" in telegram.pulse.trouble
        ear.full.clear()
        await telegram_server.until(lambda: not telegram_server.pending)
    assert ear.texts(1) == ["一", "二"]
    assert telegram.pulse.trouble == ""


async def test_a_poison_update_is_put_aside_and_polling_goes_on(telegram_server: FakeTelegram) -> None:
    ear = Ear()
    ear.poison = "毒"
    broken = telegram_server.post({"message": {"message_id": 1, "date": 0, "chat": "none"}})
    unkeepable = telegram_server.say(42, "毒")
    telegram_server.say(42, "后来的")
    async with running(channel(telegram_server), ear):
        await telegram_server.until(lambda: ear.texts() == ["后来的"] and not telegram_server.pending)
    assert set(ear.aside) == {f"{broken}", f"{unkeepable}"}
    assert '"chat": "none"' in ear.aside[f"{broken}"][0]
    assert len(telegram_server.called("getUpdates")) < 10


async def test_one_person_waits_for_nobody_and_keeps_the_order(telegram_server: FakeTelegram) -> None:
    ear = Ear()
    ear.gate.clear()
    for text in "一二三":
        telegram_server.say(1, text)
        telegram_server.say(42, text)
    async with running(channel(telegram_server), ear):
        await telegram_server.until(lambda: ear.texts(42) == ["一", "二", "三"])
        assert ear.texts(1) == []
        ear.gate.set()
        await telegram_server.until(lambda: ear.texts(1) == ["一", "二", "三"])


async def test_after_a_silent_week_update_numbers_may_be_lower(telegram_server: FakeTelegram) -> None:
    ear = Ear()
    async with running(channel(telegram_server), ear):
        telegram_server.say(42, "节前")
        polled = len(telegram_server.called("getUpdates")) + 2
        await telegram_server.until(lambda: len(telegram_server.called("getUpdates")) > polled)
        telegram_server.next_update_id = 5
        telegram_server.say(42, "节后")
        await telegram_server.until(lambda: ear.texts() == ["节前", "节后"])


@pytest.mark.parametrize("status", [401, 404, 409, 500, 502])
async def test_polling_survives_every_refusal(telegram_server: FakeTelegram, status: int) -> None:
    ear = Ear()
    telegram_server.fail("getUpdates", status, times=3, page=status == 502)
    async with running(channel(telegram_server), ear) as task:
        telegram_server.say(42, "在吗")
        await telegram_server.until(lambda: ear.texts() == ["在吗"])
        assert not task.done()


async def test_a_lost_answer_to_getupdates_loses_no_message(telegram_server: FakeTelegram) -> None:
    ear = Ear()
    telegram_server.lose("getUpdates")
    telegram_server.say(42, "在吗")
    async with running(channel(telegram_server), ear):
        await telegram_server.until(lambda: ear.texts() == ["在吗"] and not telegram_server.pending)


async def test_telegram_down_at_the_start_only_delays(telegram_server: FakeTelegram) -> None:
    ear, telegram = Ear(), channel(telegram_server)
    telegram_server.down = True
    async with running(telegram, ear) as task:
        await telegram_server.until(lambda: telegram.pulse.trouble)
        assert not task.done()
        assert telegram.pulse.last_ok is None
        telegram_server.down = False
        telegram_server.say(42, "好了")
        await telegram_server.until(lambda: ear.texts() == ["好了"])


async def test_a_webhook_left_behind_is_taken_away_without_dropping_what_waits(telegram_server: FakeTelegram) -> None:
    ear = Ear()
    telegram_server.webhook = {"url": "http://127.0.0.1:1/gone"}
    telegram_server.say(42, "等着")
    async with running(channel(telegram_server), ear):
        await telegram_server.until(lambda: ear.texts() == ["等着"])


async def test_a_press_is_answered_and_its_buttons_go(telegram_server: FakeTelegram) -> None:
    ear, telegram = Ear(), channel(telegram_server)
    keyboard = {"inline_keyboard": [[{"text": "上午", "callback_data": "k:0"}]]}
    telegram_server.known.add(42)
    telegram_server.do_send_message(42, "哪天?", keyboard)
    async with running(telegram, ear):
        telegram_server.press(42, "上午")
        await telegram_server.until(lambda: not telegram_server.queries and not telegram_server.labels(42))
        telegram_server.press_data(42, "k:0", telegram_server.messages[0])
        telegram_server.press_data(42, "old:0")
        await telegram_server.until(lambda: len(ear.kept) == 3 and not telegram_server.queries)
        await telegram_server.until(lambda: len(telegram_server.called("editMessageReplyMarkup")) == 3)
    assert [heard.tap and heard.tap.token for heard in ear.kept.values()] == ["k", "k", "old"]
    assert telegram.pulse.trouble == ""


async def test_a_press_that_was_not_stored_keeps_its_buttons(telegram_server: FakeTelegram) -> None:
    ear = Ear()
    ear.full.add("42")
    keyboard = {"inline_keyboard": [[{"text": "上午", "callback_data": "k:0"}]]}
    telegram_server.known.add(42)
    telegram_server.do_send_message(42, "哪天?", keyboard)
    async with running(channel(telegram_server), ear):
        telegram_server.press(42, "上午")
        await telegram_server.until(lambda: len(ear.deliveries) > 1)
        assert telegram_server.labels(42) == ["上午"]


async def test_a_wrong_token_never_reaches_health_or_logs(
    telegram_server: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    token = "7001:WrongTokenWhichIsSecretToo-0123456"
    telegram = channel(telegram_server, token=token)
    caplog.set_level("DEBUG", logger="bot")
    async with running(telegram, Ear()):
        await telegram_server.until(lambda: "InvalidToken" in telegram.pulse.trouble)
    assert token.partition(":")[2] not in telegram.pulse.trouble + caplog.text


def test_the_channel_is_what_the_desk_expects(telegram_server: FakeTelegram) -> None:
    telegram: Telegram = channel(telegram_server)
    assert (telegram.name, telegram.ability.unit, telegram.ability.text) == ("telegram", "utf16", 4096)
    assert telegram.routes() == []

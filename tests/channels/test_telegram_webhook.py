"""The webhook over real HTTP: nothing before the secret fits, 200 only once stored, junk never repeated."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from bot.channels.telegram import Telegram
from tests.channels.fake_telegram import FakeTelegram, telegram_server
from tests.channels.telegram_desk import SECRET, Ear, channel, now, running

__all__ = ["telegram_server"]
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Site:
    """The desk's own web server with the webhook on it."""

    def __init__(self, telegram: Telegram, ear: Ear, url: str) -> None:
        self.telegram, self.ear, self.url = telegram, ear, url

    async def post(self, body: bytes, secret: bytes | None = SECRET.encode()) -> int:
        headers = [] if secret is None else [(HEADER.encode(), secret)]
        async with httpx.AsyncClient() as client:
            return (await client.post(f"{self.url}/telegram", content=body, headers=headers)).status_code


@pytest.fixture
async def site(telegram_server: FakeTelegram) -> AsyncIterator[Site]:
    with socket.create_server(("127.0.0.1", 0)) as port:
        url = f"http://127.0.0.1:{port.getsockname()[1]}"
        telegram = channel(telegram_server, webhook=url)
        web = uvicorn.Server(uvicorn.Config(Starlette(routes=telegram.routes()), log_level="critical"))
        serving = asyncio.create_task(web.serve(sockets=[port]))
        yield Site(telegram, Ear(), url)
        web.should_exit = True
        await serving


def update(number: int = 1, text: str = "您好") -> bytes:
    person = {"id": 42, "type": "private", "is_bot": False, "first_name": "x"}
    message = {"message_id": 1, "date": 0, "chat": person, "from": person, "text": text}
    return json.dumps({"update_id": number, "message": message}).encode()


async def test_telegram_delivers_in_order_with_the_secret(telegram_server: FakeTelegram, site: Site) -> None:
    async with running(site.telegram, site.ear):
        for text in "一二三":
            telegram_server.say(42, text)
        await telegram_server.until(lambda: site.ear.texts() == ["一", "二", "三"] and not telegram_server.pending)
    (settings,) = telegram_server.called("setWebhook")
    assert settings["url"] == f"{site.url}/telegram"
    assert (settings["max_connections"], settings["secret_token"]) == (1, SECRET)
    assert settings.get("drop_pending_updates") is not True
    assert site.telegram.pulse.last_ok == now()


async def test_what_cannot_be_stored_is_repeated_until_it_is(telegram_server: FakeTelegram, site: Site) -> None:
    site.ear.full.add("42")
    async with running(site.telegram, site.ear):
        telegram_server.say(42, "投诉")
        await telegram_server.until(lambda: len(telegram_server.deliveries) > 1)
        site.ear.full.clear()
        await telegram_server.until(lambda: not telegram_server.pending)
    statuses = [status for _, status in telegram_server.deliveries]
    assert set(statuses[:-1]) == {503}
    assert statuses[-1] == 200
    assert site.ear.texts() == ["投诉"]


@pytest.mark.parametrize(
    "secret",
    [None, b"", b"wrong", SECRET[:-1].encode(), SECRET.upper().encode(), "密".encode(), b"\xff\xfe", b"s" * 5000],
)
async def test_without_the_secret_nothing_is_heard(site: Site, secret: bytes | None) -> None:
    async with running(site.telegram, site.ear):
        assert await site.post(update(), secret) == 403
        assert await site.post(b"junk", secret) == 403
    assert not site.ear.deliveries
    assert not site.ear.aside


JUNK = [b"", b"junk", b"\xff\x00", b"[1]", b"null", b'{"update_id": 7, "message": "x"}', b"[" * 99_999]
TOO_LONG = update(8) + b" " * 1_000_000


@pytest.mark.parametrize("body", [*JUNK, TOO_LONG])
async def test_signed_junk_is_put_aside_once_and_not_asked_for_again(site: Site, body: bytes) -> None:
    async with running(site.telegram, site.ear):
        assert [await site.post(body), await site.post(body)] == [200, 200]
    assert len(site.ear.aside) == 1
    assert all(len(raw) <= 10_000 for raw, _ in site.ear.aside.values())


async def test_junk_that_could_not_be_put_aside_is_repeated(site: Site) -> None:
    site.ear.full.add("disk")
    async with running(site.telegram, site.ear):
        assert await site.post(b"junk") == 503


async def test_the_same_delivery_twice_is_one_message(site: Site) -> None:
    async with running(site.telegram, site.ear):
        assert [await site.post(update(5)), await site.post(update(5))] == [200, 200]
    assert len(site.ear.deliveries) == 2
    assert list(site.ear.kept) == ["5"]


async def test_before_anybody_listens_telegram_must_repeat(site: Site) -> None:
    assert await site.post(update()) == 503


async def test_a_refused_setwebhook_is_tried_again(telegram_server: FakeTelegram, site: Site) -> None:
    telegram_server.fail("getMe", 401, times=2)
    telegram_server.fail("setWebhook", 500, times=2)
    async with running(site.telegram, site.ear):
        await telegram_server.until(lambda: telegram_server.webhook)


@pytest.mark.parametrize("secret", [None, "", "with blank", "密", "s" * 257])
def test_a_webhook_needs_a_proper_secret(secret: str | None) -> None:
    with pytest.raises(ValueError, match="secret"):
        Telegram("1:t", "http://127.0.0.1:1", "https://desk.example", secret, clock=now)


def test_a_full_webhook_address_is_taken_as_it_is(telegram_server: FakeTelegram) -> None:
    telegram = channel(telegram_server, webhook="https://desk.example/behind/telegram")
    assert telegram.webhook_url == "https://desk.example/behind/telegram"

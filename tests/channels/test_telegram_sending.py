"""Sending and fetching over real HTTP: what each failure means, and that the token stays out of it."""

from pathlib import Path

import httpx
import pytest
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.channels.telegram_errors import verdict
from bot.speech import Attachment, Later, Refused, Spoken, Unsure
from tests.channels.fake_telegram import FakeTelegram, telegram_server
from tests.channels.telegram_desk import channel

__all__ = ["telegram_server"]


def bubble(text: str = "您好", address: str = "42", **fields: object) -> Spoken:
    return Spoken("telegram", address, text, **fields)  # type: ignore[arg-type]


@pytest.fixture
def server(telegram_server: FakeTelegram) -> FakeTelegram:
    telegram_server.known.add(42)
    return telegram_server


async def test_plain_text_and_buttons_arrive(server: FakeTelegram) -> None:
    await channel(server).send(bubble("<预约> & *好*", choices=("上午", "下午"), token="k7Qx"))
    assert server.sent(42) == ["<预约> & *好*"]
    assert server.labels(42) == ["上午", "下午"]
    assert "parse_mode" not in server.called("sendMessage")[0]


async def test_a_long_text_arrives_whole_in_pieces(server: FakeTelegram) -> None:
    text = "\n".join(f"第{n}行😀" for n in range(1500))
    await channel(server).send(bubble(text))
    assert "\n".join(server.sent(42)) == text
    assert len(server.sent(42)) > 1


async def test_a_long_text_tried_again_goes_on_where_it_stopped(server: FakeTelegram) -> None:
    telegram, spoken = channel(server), bubble("行\n" * 3000)
    await telegram.send(bubble("先"))
    server.lose("sendMessage", after=1)
    with pytest.raises(Unsure):
        await telegram.send(spoken)
    server.messages.pop()  # the piece whose answer was lost
    await telegram.send(spoken)
    assert len(server.sent(42)) == 3
    await telegram.send(spoken)
    assert len(server.sent(42)) == 5


@pytest.mark.parametrize(("status", "page"), [(500, False), (502, True), (503, True), (429, False)])
async def test_a_failing_server_means_later(server: FakeTelegram, status: int, page: bool) -> None:
    server.fail("sendMessage", status, page=page)
    with pytest.raises(Later) as caught:
        await channel(server).send(bubble())
    assert caught.value.seconds is None


@pytest.mark.parametrize("as_timedelta", ["", "1"])
async def test_too_many_requests_says_how_long(
    server: FakeTelegram, monkeypatch: pytest.MonkeyPatch, as_timedelta: str
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", as_timedelta)
    server.fail("sendMessage", 429, retry_after=7)
    with pytest.raises(Later) as caught:
        await channel(server).send(bubble())
    assert caught.value.seconds == 7.0


async def test_a_person_who_blocked_the_bot_is_refused(server: FakeTelegram) -> None:
    server.block(42)
    with pytest.raises(Refused, match="blocked"):
        await channel(server).send(bubble())


@pytest.mark.parametrize("spoken", [bubble(address="43"), bubble(" \n"), bubble("\ud800")])
async def test_what_telegram_will_never_take_is_refused(server: FakeTelegram, spoken: Spoken) -> None:
    with pytest.raises(Refused):
        await channel(server).send(spoken)
    assert server.messages == []


async def test_accepted_and_then_silence_is_unsure(server: FakeTelegram) -> None:
    server.lose("sendMessage")
    with pytest.raises(Unsure):
        await channel(server).send(bubble())
    assert server.sent(42) == ["您好"]


async def test_nobody_at_the_address_means_later(server: FakeTelegram) -> None:
    server.url = "http://127.0.0.1:1"
    with pytest.raises(Later):
        await channel(server).send(bubble())


def _caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (RetryAfter(3), Later),
        (Forbidden("x"), Refused),
        (ChatMigrated(-5), Refused),
        (BadRequest("x"), Refused),
        (InvalidToken(), Later),
        (_caused(TimedOut(), httpx.ReadTimeout("x")), Unsure),
        (_caused(TimedOut(), httpx.WriteTimeout("x")), Unsure),
        (_caused(TimedOut(), httpx.ConnectTimeout("x")), Later),
        (_caused(TimedOut(), httpx.PoolTimeout("x")), Later),
        (_caused(NetworkError("x"), httpx.RemoteProtocolError("x")), Unsure),
        (NetworkError("Gateway Timeout (504)"), Unsure),
        (NetworkError("Bad Gateway (502)"), Later),
        (RuntimeError("x"), Unsure),
    ],
)
def test_what_each_error_means(error: Exception, meaning: type[Exception]) -> None:
    assert type(verdict(error, "1:token")) is meaning


async def test_no_failure_carries_the_token(server: FakeTelegram) -> None:
    telegram = channel(server, token="7001:AnotherSecretTokenOfTheBot")
    with pytest.raises(Later) as caught:
        await telegram.send(bubble())
    found: BaseException | None = caught.value
    assert found is not None
    assert "AnotherSecret" not in f"{found!r}"
    assert found.__context__ is None


async def test_a_paper_goes_along(server: FakeTelegram, tmp_path: Path) -> None:
    paper = tmp_path / "表.docx"
    paper.write_bytes(b"PK\x00\r\n\xff")
    await channel(server).send(bubble("请打印", file=str(paper)))
    assert server.sent(42) == ["", "请打印"]
    assert server.files[server.messages[0]["document"]["file_id"]] == b"PK\x00\r\n\xff"
    with pytest.raises(Refused):
        await channel(server).send(bubble(file=str(tmp_path / "gone")))


async def test_a_file_is_fetched_from_the_configured_host(server: FakeTelegram) -> None:
    file_id = server.keep(b"\xff\xd8jpeg", "photos")
    assert await channel(server).fetch(Attachment("photo", file_id)) == b"\xff\xd8jpeg"
    with pytest.raises(Refused):
        await channel(server).fetch(Attachment("photo", "unknown"))
    server.fail("getFile", 500)
    with pytest.raises(Later):
        await channel(server).fetch(Attachment("photo", file_id))


async def test_a_file_larger_than_announced_is_cut_off(server: FakeTelegram) -> None:
    file_id = server.keep(b"small")
    server.shown_sizes[file_id] = 5
    server.files[file_id] = b"x" * 20_000_001
    with pytest.raises(Refused, match="more than"):
        await channel(server).fetch(Attachment("file", file_id))
    del server.shown_sizes[file_id]
    with pytest.raises(Refused, match="too big"):
        await channel(server).fetch(Attachment("file", file_id))

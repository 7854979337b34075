"""Sending: the token, the platform's errors sorted, what is said again and what is not."""

import asyncio
import itertools
import logging
from typing import Any

import fake_wecom
import pytest
from fake_wecom import AES_KEY, TOKEN, FakeWeCom, listening
from fake_wecom_api import AGENT_ID, CORP_ID, SECRET

from bot.channels.wecom import WeCom
from bot.clock import Clock
from bot.speech import Attachment, Later, Refused, Spoken, Unsure

wecom_server = fake_wecom.wecom_server
NUMBERS = itertools.count(1)


def channel_of(server: FakeWeCom, **changed: Any) -> WeCom:
    known: dict[str, Any] = {"corp_id": CORP_ID, "secret": SECRET, "base_url": server.base_url, "timeout": 2.5}
    return WeCom(agent_id=AGENT_ID, token=TOKEN, aes_key=AES_KEY, clock=Clock().now, **(known | changed))


def to(userid: str, text: str = "您好", *choices: str, token: str = "tok", duty: bool = False) -> Spoken:
    return Spoken("wecom", userid, text, choices, token if choices else "", duty=duty, id=str(next(NUMBERS)))


async def test_a_text_and_a_card_arrive(wecom_server: FakeWeCom) -> None:
    """`base_url` is scheme and host, with or without a stroke at its end."""
    channel = channel_of(wecom_server, base_url=wecom_server.base_url + "/")
    await channel.send(to("zhangsan"))
    await channel.send(to("zhangsan", "同意吗？\n李四请假", "同意", "不同意"))
    assert wecom_server.sent("ZhangSan") == ["您好", "同意吗？\n李四请假"]
    assert channel.pulse.last_ok is not None


async def test_a_press_comes_back_and_greys_the_card_once(wecom_server: FakeWeCom) -> None:
    async with listening(wecom_server) as (channel, rows):
        await channel.send(to("zhangsan", "同意吗？", "同意", "不同意"))
        assert await wecom_server.press("ZhangSan", "不同意") == [200]
        (heard,) = rows.heard.values()
        assert heard.tap is not None
        assert (heard.address, heard.tap.token, heard.tap.index) == ("zhangsan", "tok", 1)
        await asyncio.gather(*channel._greying)
        assert wecom_server.received("zhangsan")[0].greyed == "不同意"
        await wecom_server.post(wecom_server.wire.encrypt(wecom_server.delivered[-1].encode()))
        await asyncio.gather(*channel._greying)
        assert len(rows.heard) == 1
        assert wecom_server.count("message/update_template_card") == 2


async def test_a_hundred_sends_at_expiry_are_one_refresh(wecom_server: FakeWeCom) -> None:
    channel = channel_of(wecom_server, timeout=10.0)
    await channel.send(to("first"))
    for error in (42001, 40014):
        before = wecom_server.count("gettoken")
        wecom_server.forget_tokens(error)
        wecom_server.gettoken_delay = 0.1
        await asyncio.gather(*(channel.send(to(f"member{number}")) for number in range(100)))
        assert wecom_server.count("gettoken") == before + 1
    assert len(wecom_server.inbox) == 201


async def test_an_expired_token_is_fetched_again(wecom_server: FakeWeCom) -> None:
    channel = channel_of(wecom_server)
    await channel.send(to("zhangsan"))
    wecom_server.offset += 7201
    await channel.send(to("zhangsan"))
    assert wecom_server.count("gettoken") == 2


async def test_a_token_that_is_never_good_is_tried_twice(wecom_server: FakeWeCom) -> None:
    wecom_server.every_token_bad, wecom_server.token_error = True, 40014
    channel = channel_of(wecom_server)
    with pytest.raises(Later) as later:
        await channel.send(to("zhangsan"))
    assert later.value.seconds == 60
    assert wecom_server.count("message/send") == 2
    assert "token" in channel.pulse.trouble


@pytest.mark.parametrize(
    ("fault", "kind", "seconds"),
    [
        (-1, Later, None),
        (45009, Later, 60),
        (45033, Later, 60),
        (60020, Later, 600),
        (48002, Later, 600),
        (99999, Later, 600),
        (81013, Refused, 0),
        (60111, Refused, 0),
        (40058, Refused, 0),
        (42014, Refused, 0),
        ("status:503", Later, 60),
        ("status:404", Later, 60),
        ("status:502", Unsure, 0),
        ("html", Unsure, 0),
        ("cut", Unsure, 0),
        ("hang", Unsure, 0),
    ],
)
async def test_what_goes_wrong_is_told_apart(
    wecom_server: FakeWeCom, fault: int | str, kind: type[Exception], seconds: float | None
) -> None:
    channel = channel_of(wecom_server, timeout=0.3 if fault == "hang" else 5.0)
    wecom_server.fail("message/send", fault)
    with pytest.raises(kind) as caught:
        await channel.send(to("zhangsan"))
    if isinstance(caught.value, Later):
        assert caught.value.seconds == seconds
    await channel.send(to("zhangsan", "还在"))
    assert wecom_server.sent("zhangsan")[-1] == "还在"
    assert channel.pulse.trouble == ""


async def test_a_closed_door_is_later(wecom_server: FakeWeCom) -> None:
    channel = channel_of(wecom_server, base_url="http://127.0.0.1:9")
    with pytest.raises(Later):
        await channel.send(to("zhangsan"))
    assert "gettoken" in channel.pulse.trouble


async def test_whoever_left_is_refused_and_nobody_else(wecom_server: FakeWeCom) -> None:
    channel = channel_of(wecom_server)
    wecom_server.members_away, wecom_server.unlicensed = {"gone"}, {"unpaid"}
    for userid in ("gone", "unpaid", "Unpaid"):
        with pytest.raises(Refused):
            await channel.send(to(userid))
    await channel.send(to("zhangsan"))
    assert wecom_server.sent("zhangsan") == ["您好"]


async def test_a_wrong_secret_is_not_tried_again_and_again(wecom_server: FakeWeCom) -> None:
    channel = channel_of(wecom_server, secret="wrong-canary")
    for _ in range(3):
        with pytest.raises(Later) as later:
            await channel.send(to("zhangsan"))
        assert later.value.seconds is not None
        assert later.value.seconds > 590
    assert wecom_server.count("gettoken") == 1
    assert channel.pulse.trouble == "gettoken: errcode 40001 from 203.0.113.9"


async def test_neither_secret_nor_token_is_told(wecom_server: FakeWeCom, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore"):  # whatever another test made of them
        caplog.set_level(logging.DEBUG, logger=name)
    channel, told = channel_of(wecom_server, timeout=0.3), []
    for fault in (60020, "html", "hang", "cut", "status:502", 40058):
        wecom_server.fail("message/send", fault)
        with pytest.raises((Later, Refused, Unsure)) as caught:
            await channel.send(to("zhangsan"))
        told.append(repr(caught.getrepr(chain=True)))
    with pytest.raises(Later):
        await channel_of(wecom_server, base_url="http://127.0.0.1:9").send(to("zhangsan"))
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn"))
    assert "access_token=***" in ours
    assert "canary" not in ours + "".join(told) + repr(channel.pulse)


async def test_parts_already_taken_are_not_said_again(wecom_server: FakeWeCom) -> None:
    channel, long = channel_of(wecom_server), to("zhangsan", "题目\n" + "问" * 200, "好")
    wecom_server.fail("message/send", "ok", -1)
    with pytest.raises(Later):
        await channel.send(long)
    await channel.send(long)
    assert [len(text) for text in wecom_server.sent("zhangsan")] == [203, 2]


@pytest.mark.parametrize("choices", [(), ("收到",)])
@pytest.mark.parametrize("fault", ["cut", "hang"])
async def test_a_duty_notice_said_again_arrives_once(
    wecom_server: FakeWeCom, fault: str, choices: tuple[str, ...]
) -> None:
    """The platform's own look for repeats, and a task_id already taken, both say that it had arrived."""
    channel, notice = channel_of(wecom_server, timeout=0.3), to("zhangsan", "明天您值日", *choices, duty=True)
    wecom_server.fail("message/send", fault)
    with pytest.raises(Unsure):
        await channel.send(notice)
    wecom_server.fail("message/send", *([42014] if choices else []))
    await channel.send(notice)
    assert wecom_server.sent("zhangsan") == ["明天您值日"]


async def test_a_channel_that_knows_nothing_of_the_first_time_repeats_nothing(wecom_server: FakeWeCom) -> None:
    """The desk was killed with the bubble under way: text, card and all."""
    long = to("zhangsan", "题目\n" + "问" * 200, "好")
    for _ in range(2):
        await channel_of(wecom_server).send(long)
    assert [len(text) for text in wecom_server.sent("zhangsan")] == [203, 2]


async def test_a_later_reminder_in_the_same_words_is_no_repeat(wecom_server: FakeWeCom) -> None:
    channel = channel_of(wecom_server)
    for _ in range(2):
        await channel.send(to("zhangsan", "请交接"))
    assert wecom_server.sent("zhangsan") == ["请交接"] * 2


async def test_one_question_shown_twice_is_two_cards(wecom_server: FakeWeCom) -> None:
    channel = channel_of(wecom_server)
    for _ in range(2):
        await channel.send(to("zhangsan", "同意吗？", "同意"))
    assert wecom_server.sent("zhangsan") == ["同意吗？"] * 2


async def test_nothing_is_sent_that_the_platform_would_drop(wecom_server: FakeWeCom) -> None:
    channel = channel_of(wecom_server)
    for number in range(30):
        await channel.send(to("zhangsan", str(number)))
    with pytest.raises(Later) as later:
        await channel.send(to("zhangsan", "30"))
    assert later.value.seconds is not None
    assert 50 < later.value.seconds <= 60
    await channel.send(to("lisi"))
    assert not any(sent.dropped for sent in wecom_server.inbox)


async def test_a_long_text_arrives_whole_although_the_platform_cuts(wecom_server: FakeWeCom) -> None:
    channel, text = channel_of(wecom_server), "\n".join("政务" * 50 for _ in range(30))
    await channel.send(to("zhangsan", text))
    assert "\n".join(wecom_server.sent("zhangsan")) == text


async def test_a_file_the_platform_let_go_is_refused(wecom_server: FakeWeCom) -> None:
    channel = channel_of(wecom_server)
    wecom_server.files = {"m": (b'{"errcode":1}', wecom_server.now() + 60), "big": (b"x" * 20_971_521, 9e12)}
    assert await channel.fetch(Attachment("photo", "m")) == b'{"errcode":1}'
    wecom_server.forget_tokens(40014)
    assert await channel.fetch(Attachment("photo", "m")) == b'{"errcode":1}'
    wecom_server.fail("media/get", "hang")
    with pytest.raises(Later):
        await channel.fetch(Attachment("photo", "m"))
    for source in ("gone", "big"):
        with pytest.raises(Refused):
            await channel.fetch(Attachment("photo", source))


async def test_the_first_token_is_fetched_before_it_is_needed(wecom_server: FakeWeCom) -> None:
    wecom_server.fail("gettoken", "html")
    async with listening(wecom_server) as (channel, _):
        while channel.pulse.last_ok is None:  # noqa: ASYNC110 - nothing else tells
            await asyncio.sleep(0.02)
        await channel.send(to("zhangsan"))
    assert wecom_server.count("gettoken") == 2
    await channel.send(to("zhangsan"))

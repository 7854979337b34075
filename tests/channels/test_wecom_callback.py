"""The callback address: who is let in, what becomes of it, and what the platform is answered."""

import os
import random  # noqa: TID251 - seeded
import time
from urllib.parse import quote

import fake_wecom
import httpx
import pytest
from fake_wecom import AES_KEY, TOKEN, FakeWeCom, Wire, cdata, listening
from fake_wecom_api import CORP_ID
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom_callback import Seal, Unreadable, encrypted_in, hear, parse, press_of
from bot.speech import Attachment, Tap

wecom_server = fake_wecom.wecom_server

ECHO = {
    "msg_signature": "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
    "timestamp": "1409659589",
    "nonce": "263014780",
}
ECHOSTR = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
MESSAGE = {
    "msg_signature": "477715d11cdb4164915debcba66cb864d751f3e6",
    "timestamp": "1409659813",
    "nonce": "1372623149",
}
OFFICIAL = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/"
    "sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR"
    "+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V"
    "2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0"
    "lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)


def xml(kind: str, more: str, who: str = "ZhangSan") -> str:
    return (
        f"<xml><FromUserName>{cdata(who)}</FromUserName><CreateTime>1</CreateTime><MsgType>{kind}</MsgType>{more}</xml>"
    )


def test_the_official_message_opens() -> None:
    """Contract 1.1; a signature of our own making would prove nothing."""
    seal = Seal(TOKEN, AES_KEY, CORP_ID)
    assert seal.genuine(MESSAGE, OFFICIAL)
    plain = seal.open(OFFICIAL)
    heard = hear(parse(plain), plain)
    assert heard is not None
    assert (heard.text, heard.address, heard.key) == ("hello", "mycreate", "m:4561255354251345929")


async def test_the_official_echo_is_answered_to_the_byte(wecom_server: FakeWeCom) -> None:
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in {**ECHO, "echostr": ECHOSTR}.items())
    async with listening(wecom_server), httpx.AsyncClient() as client:
        answer = await client.get(f"{wecom_server.desk_url}?{query}")
        forged = await client.get(f"{wecom_server.desk_url}?{query.replace('263014780', '263014781')}")
        assert await wecom_server.verify()
    assert (answer.status_code, answer.content) == (200, b"1616140317555161061")
    assert (forged.status_code, forged.content) == (403, b"")


@pytest.mark.parametrize("query", ["", "msg_signature=%FF%FE", "msg_signature=签&timestamp=1&nonce=2", ECHO["nonce"]])
async def test_a_forged_delivery_is_403_and_no_row(wecom_server: FakeWeCom, query: str) -> None:
    wire, body = wecom_server.wire, xml("text", "<Content>hi</Content><MsgId>7</MsgId>")
    other = Wire(token="another")
    bodies = [b"", b"<xml/>", b"\xff" * 99, wire.body(wire.encrypt(body.encode()))]
    async with listening(wecom_server) as (_, rows), httpx.AsyncClient() as client:
        answers = [await client.post(f"{wecom_server.desk_url}?{query}", content=content) for content in bodies]
        encrypted = wire.encrypt(body.encode())
        signed = other.query(encrypted, int(time.time()), "n")
        answers.append(await client.post(f"{wecom_server.desk_url}?{signed}", content=wire.body(encrypted)))
        assert {answer.status_code for answer in answers} == {403}
        assert not rows.heard
        assert not rows.aside


async def test_a_body_larger_than_any_delivery_is_not_even_read(wecom_server: FakeWeCom) -> None:
    async with listening(wecom_server) as (_, rows):
        assert await wecom_server.post(wecom_server.wire.encrypt(b"a" * 60_000)) == 400
        assert not rows.aside


async def test_words_a_picture_and_a_voice_are_heard(wecom_server: FakeWeCom) -> None:
    async with listening(wecom_server) as (channel, rows):
        assert await wecom_server.say("ZhangSan", "请假 ]]> <a>明天") == [200]
        assert await wecom_server.photo("zhangsan", b"\xff\xd8picture") == [200]
        assert await wecom_server.photo("ZHANGSAN", kind="voice") == [200]
        words, picture, voice = rows.heard.values()
        assert words.text == "请假 ]]> <a>明天"
        assert {words.address, picture.address, voice.address} == {"zhangsan"}
        assert picture.file is not None
        assert voice.file is not None
        assert (picture.file.kind, voice.file.kind) == ("photo", "voice")
        assert await channel.fetch(picture.file) == b"\xff\xd8picture"
        assert channel.pulse.last_ok is not None


async def test_entering_the_app_is_acknowledged_without_a_row(wecom_server: FakeWeCom) -> None:
    async with listening(wecom_server) as (_, rows):
        for event in ("enter_agent", "subscribe", "unsubscribe", "view", "change_contact"):
            assert await wecom_server.event("zhangsan", event, "<EventKey></EventKey>") == [200]
        doorbell = "<xml><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>kf_msg_or_event</Event></xml>"
        assert await wecom_server.deliver(doorbell) == [200]
        assert not rows.heard
        assert not rows.aside


async def test_a_repeated_delivery_is_one_row(wecom_server: FakeWeCom) -> None:
    async with listening(wecom_server) as (_, rows):
        await wecom_server.say("zhangsan", "外出")
        for plain in wecom_server.delivered * 3:
            assert await wecom_server.post(wecom_server.wire.encrypt(plain.encode())) == 200
        assert len(rows.heard) == 1


def test_two_events_of_one_person_in_one_second_are_two() -> None:
    keys = [xml("event", f"<Event>template_card_event</Event><EventKey>tok:{n}</EventKey>") for n in (0, 1)]
    heard = [hear(parse(plain), plain) for plain in keys]
    assert [one.tap for one in heard if one] == [Tap("tok", 0), Tap("tok", 1)]
    assert len({one.key for one in heard if one}) == 2


async def test_the_platform_repeats_until_the_desk_can_store(wecom_server: FakeWeCom) -> None:
    """Also with a new nonce each time; and a desk that has shut its ear is no desk to be lost in."""
    wecom_server.new_nonce = True
    async with listening(wecom_server) as (channel, rows):
        rows.full = True
        assert await wecom_server.say("zhangsan", "外出") == [503] * 4
        assert await wecom_server.post(wecom_server.wire.encrypt(b"junk")) == 503
        rows.full, rows.deaf = False, True
        assert await wecom_server.say("zhangsan", "我在") == [503] * 4
        rows.deaf = False
        assert not rows.aside
        for plain in wecom_server.delivered:
            assert await wecom_server.post(wecom_server.wire.encrypt(plain.encode())) == 200
        assert [heard.text for heard in rows.heard.values()] == ["外出", "我在"]
        channel._callback.ear = None
        assert (await wecom_server.say("zhangsan", "在吗"))[0] == 503


@pytest.mark.parametrize(
    ("encrypted", "cause"),
    [
        ("not base64 at all!", "decryption"),
        ("AAAA", "decryption"),
        (Wire().encrypt(b"<xml/>", receiver="another-corp"), "InvalidCorpIdException"),
        (Wire().encrypt(b"\xff\xfe"), "decryption"),
        (Wire().encrypt(b"<xml><FromUserName>a"), "parsing"),
        (Wire().encrypt(xml("text", "", who="").encode()), "no FromUserName"),
        (Wire().encrypt(xml("hologram", "<MsgId>1</MsgId>").encode()), "a kind of message"),
        (Wire().encrypt(xml("event", "").encode()), "no Event"),
        (Wire().encrypt(xml("image", "<MsgId>1</MsgId>").encode()), "no MediaId"),
        (Wire().encrypt(xml("text", "<Content>a</Content><Content>b</Content>").encode()), "Content is not"),
        (Wire().encrypt(xml("event", "<Event>template_card_event</Event>").encode()), "a button"),
        (Wire().encrypt(b'<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>'), "not the shape"),
        (Wire().encrypt(b"<xml>" + b"<a>" * 8000), "not the shape"),
        (Wire().encrypt(b"<xml><![CDATA[" * 1000), "an open CDATA"),
    ],
    ids=lambda value: "sealed" if len(value) > 40 else value[:20],
)
async def test_what_is_signed_and_unreadable_is_put_aside(wecom_server: FakeWeCom, encrypted: str, cause: str) -> None:
    async with listening(wecom_server) as (_, rows):
        assert await wecom_server.post(encrypted, cdata=False) == 200
        assert await wecom_server.post(encrypted) == 200
        ((raw, said),) = rows.aside.values()
        assert raw
        assert cause in said
        assert not rows.heard


async def test_a_thousand_mutated_deliveries_are_never_a_5xx(wecom_server: FakeWeCom) -> None:
    chance = random.Random(2)
    source = xml("event", "<Event>template_card_event</Event><EventKey>t:1</EventKey><TaskId>x</TaskId>").encode()
    async with listening(wecom_server) as (channel, rows):
        transport = httpx.ASGITransport(app=channel.routes()[1].app)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            statuses = set()
            for _ in range(1000):
                encrypted = wecom_server.wire.encrypt(_mutated(source, chance))
                if chance.random() < 0.3:
                    encrypted = _mutated(encrypted.encode(), chance).decode("ascii", "ignore").replace("<", "")
                query = wecom_server.wire.query(encrypted.strip(), int(time.time()), os.urandom(4).hex())
                body = wecom_server.wire.body(encrypted, cdata=False)
                statuses.add((await client.post(f"/wecom/app?{query}", content=body)).status_code)
        assert statuses == {200}
        assert len(rows.aside) > 300


def _mutated(source: bytes, chance: random.Random) -> bytes:
    body = bytearray(source)
    for _ in range(chance.randint(0, 6)):
        place = chance.randrange(len(body))
        if chance.random() < 0.5:
            body[place] = chance.randrange(128)
        else:
            del body[place : place + chance.randrange(1, 9)]
    return bytes(body)


@pytest.mark.parametrize("body", [b"<Encrypt>" * 7000, b"<Encrypt>" + b" " * 65_000, b"<Encrypt><![CDATA[" * 3600])
def test_a_hostile_body_costs_no_time(body: bytes) -> None:
    assert encrypted_in(body) is None


@pytest.mark.parametrize("bomb", ["<xml>" + "<a>" * 20_000, "<![CDATA[" * 7000, "<!DOCTYPE x []>" + " " * 60_000])
def test_a_bomb_is_refused_before_the_parser(bomb: str) -> None:
    with pytest.raises(Unreadable):
        parse(bomb)


@pytest.mark.parametrize(
    "body", [b"<xml><Encrypt>abc=</Encrypt></xml>", b"<xml><Encrypt> <![CDATA[abc=]]> </Encrypt></xml>"]
)
def test_the_ciphertext_is_found_with_and_without_cdata(body: bytes) -> None:
    assert encrypted_in(body) == "abc="


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=200))
def test_words_come_through_as_they_were_written(words: str) -> None:
    plain = xml("text", f"<Content>{cdata(words)}</Content><MsgId>5</MsgId>")
    heard = hear(parse(plain), plain)
    assert heard is not None
    assert heard.text == words.strip()


def test_other_things_people_send() -> None:
    said = {
        "location": "<Label>政务中心</Label><Location_X>1</Location_X><Location_Y>2</Location_Y>",
        "link": "<Title>通知</Title><Url>https://example.org</Url>",
        "video": "<MediaId>M</MediaId>",
    }
    place, link, video = (hear(parse(xml(kind, more)), xml(kind, more)) for kind, more in said.items())
    assert place is not None
    assert link is not None
    assert video is not None
    assert (place.text, link.text) == ("政务中心", "通知 https://example.org")
    assert video.file == Attachment("video", "M")
    menu = xml("event", "<Event>click</Event><EventKey>请假</EventKey>")
    clicked = hear(parse(menu), menu)
    assert clicked is not None
    assert clicked.text == "请假"
    assert press_of(parse(menu)) is None


async def test_an_old_timestamp_is_only_an_alarm(wecom_server: FakeWeCom) -> None:
    wecom_server.offset = -3600
    async with listening(wecom_server) as (channel, rows):
        assert await wecom_server.say("zhangsan", "外出") == [200]
        assert len(rows.heard) == 1
        assert "callback time" in channel.pulse.detail
        await wecom_server.event("sys", "inactive_alert")
        assert channel.pulse.detail["platform"] == "inactive_alert"


def test_a_bad_key_is_refused_at_the_start_without_being_repeated() -> None:
    with pytest.raises(ValueError, match="43 letters") as refused:
        Seal(TOKEN, "secret-canary", CORP_ID)
    assert "canary" not in str(refused.value)

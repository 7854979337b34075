"""Deliveries as the platforms make them, and as somebody who means harm would have them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from fake_wecom import cdata
from hostile import Malice, as_json
from hostile_desk import Doors

AT_ONCE = 16
PEOPLE = 40
Send = Callable[[Doors], Awaitable[int]]


async def let_loose(doors: Doors, sends: Iterator[Send]) -> None:
    """So many at a time; each lane sends its next as soon as its last was answered."""

    async def lane() -> None:
        for send in sends:
            await send(doors)

    await asyncio.gather(*(lane() for _ in range(AT_ONCE)))


# -- Telegram ----------------------------------------------------------------------------------------------------------
def telegram_update(malice: Malice, doors: Doors) -> dict[str, Any]:
    """A delivery as Telegram makes them, of a kind at random."""
    malice.count += 1
    chance, number = malice.chance, malice.count
    who = 100 + chance.randrange(PEOPLE)
    person = {"id": who, "is_bot": False, "first_name": malice.words()[:60], "username": "x", "language_code": "zh"}
    chat = {"id": who, "type": "private", "first_name": "x"}
    message: dict[str, Any] = {"message_id": number, "date": 1_790_000_000, "chat": chat, "from": person}
    size = {"file_id": "F", "file_unique_id": "u", "width": 9, "height": 9}
    kinds: list[dict[str, Any]] = [
        {"text": malice.words()}, {"text": malice.words()}, {"text": malice.words()},
        {"photo": [size, size], "caption": malice.words()}, {"voice": {**size, "duration": 3}},
        {"document": {**size, "file_name": malice.words(), "mime_type": "application/zip"}},
        {"sticker": {**size, "type": "regular", "is_animated": False, "is_video": False}},
        {"location": {"latitude": 33.9, "longitude": 120.1}}, {"contact": {"phone_number": "1", "first_name": "x"}},
        {"text": "同意", "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "局长"}},
        {"text": "受理 TS2600001", "entities": [{"type": "bold", "offset": 0, "length": 2}]},
    ]  # fmt: skip
    body = {**message, **chance.choice(kinds)}
    if chance.random() < 0.25:
        token, index = chance.choice(doors.door.labels.get(str(who)) or [("0123456789abcdef", 0)])
        query = {"id": "q", "from": person, "chat_instance": "1", "data": f"{token}:{index}", "message": message}
        return {"update_id": number, "callback_query": query}
    field = chance.choice(("message",) * 8 + ("edited_message", "channel_post"))
    return {"update_id": number, field: body}


def telegram_sends(malice: Malice, most: int) -> Iterator[Send]:
    async def send(doors: Doors) -> int:
        update, roll = telegram_update(malice, doors), malice.chance.random()
        if roll < 0.5:
            return await doors.to_telegram(as_json(update))
        if roll < 0.85:
            return await doors.to_telegram(as_json(malice.bent(update)))
        return await doors.to_telegram(malice.broken(as_json(update)))

    return (send for _ in range(most))


# -- WeCom -------------------------------------------------------------------------------------------------------------
def wecom_xml(malice: Malice, doors: Doors) -> str:
    """A callback as WeCom makes them, of a kind at random."""
    malice.count += 1
    chance, number = malice.chance, malice.count
    who = chance.choice(("zhangsan", "LiSi", *(f"u{n}" for n in range(PEOPLE))))
    token, index = chance.choice(doors.door.labels.get(who.lower()) or [("0123456789abcdef", 0)])
    card = "".join(f"<{name}>{cdata(value)}</{name}>" for name, value in
                   {"EventKey": f"{token}:{index}", "TaskId": "t", "ResponseCode": "r"}.items())  # fmt: skip
    kinds = (
        *(("text", f"<Content>{cdata(_xml_safe(malice.words()))}</Content><MsgId>{number}</MsgId>"),) * 5,
        ("image", f"<PicUrl>{cdata('http://x')}</PicUrl><MediaId>{cdata('m')}</MediaId><MsgId>{number}</MsgId>"),
        ("location", f"<Location_X>33.9</Location_X><Location_Y>1</Location_Y><Scale>9</Scale>"
                     f"<Label>{cdata(_xml_safe(malice.words()))}</Label><MsgId>{number}</MsgId>"),
        ("link", f"<Title>{cdata('t')}</Title><Url>{cdata('javascript:1')}</Url><MsgId>{number}</MsgId>"),
        *(("event", f"<Event>template_card_event</Event>{card}"),) * 2,
        ("event", f"<Event>click</Event><EventKey>{cdata(_xml_safe(malice.words()))}</EventKey>"),
        ("event", "<Event>kf_msg_or_event</Event><Token>t</Token><OpenKfId>k</OpenKfId>"),
        ("event", "<Event>change_contact</Event><ChangeType>delete_user</ChangeType>"),
    )  # fmt: skip
    kind, more = chance.choice(kinds)
    return (
        f"<xml><ToUserName>{cdata('wx')}</ToUserName><FromUserName>{cdata(who)}</FromUserName><CreateTime>{number}"
        f"</CreateTime><MsgType>{cdata(kind)}</MsgType>{more}<AgentID>1</AgentID></xml>"
    )


def _xml_safe(text: str) -> str:
    return text.encode("utf-8", "ignore").decode()


BOMBS = (
    b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aa'><!ENTITY b '&a;&a;&a;&a;'>]><xml>&b;</xml>",
    b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'><xml/>",
    b"<a>" * 20_000,
    b"<xml>" + b"<MsgType>text</MsgType>" * 2500 + b"</xml>",
    b"<xml " + b"a='1' " * 9000 + b"/>",
    b"<xml><MsgType><![CDATA[text]]></MsgType><CreateTime>x</CreateTime></xml>",
    b"<xml><MsgType>event</MsgType></xml>",
    b"<xml/>",
)


def wecom_sends(malice: Malice, most: int) -> Iterator[Send]:
    async def send(doors: Doors) -> int:
        plain, roll = wecom_xml(malice, doors).encode(), malice.chance.random()
        if roll < 0.6:
            return await doors.to_wecom(plain)
        if roll < 0.9:
            return await doors.to_wecom(malice.broken(plain)[:40_000])
        if roll < 0.95:
            return await doors.to_wecom(
                malice.chance.choice(BOMBS)[:40_000], timestamp=malice.chance.choice((1, 2**40))
            )
        encrypted = malice.chance.choice(("AAAA", "x" * 999, "=", doors.wire.encrypt(plain, receiver="other")))
        query = doors.wire.query(encrypted, 1, "签")
        return await doors.post(f"/wecom/app?{query}", doors.wire.body(encrypted, cdata=malice.chance.random() < 0.5))

    return (send for _ in range(most))


# -- the web page ------------------------------------------------------------------------------------------------------
def web_sends(malice: Malice, most: int) -> Iterator[Send]:
    async def send(doors: Doors) -> int:
        malice.count += 1
        chance, roll = malice.chance, malice.chance.random()
        address = f"{chance.randrange(PEOPLE):032x}"
        key = {"address": address, "key": f"{malice.count:036d}"}
        token, index = chance.choice(doors.door.labels.get(address) or [("x", 0)])
        tap = {**key, "tap": {"token": token, "index": index}}
        said = tap if chance.random() < 0.25 else {**key, "text": malice.words()}
        if roll < 0.55:
            return await doors.to_web(as_json(said))
        if roll < 0.75:
            return await doors.to_web(as_json(malice.bent(said)))
        if roll < 0.85:
            return await doors.to_web(malice.broken(as_json(said)))
        headers = {
            "X-Desk-Address": address,
            "X-Desk-Key": key["key"],
            "Content-Length": chance.choice(("9", "-1", "x")),
        }
        if chance.random() < 0.2:
            headers[chance.choice(sorted(headers))] = chance.choice(("../../x", "", "0" * 9999, "1e3", "9" * 30))
        return await doors.post("/web/photo", malice.media(), headers)

    return (send for _ in range(most))

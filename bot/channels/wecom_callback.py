"""What WeCom calls back with: our own front before wechatpy. Size, signature, decryption, shape, and only then parsing.

A 微信客服 doorbell (kf_msg_or_event) comes through the same door; `hear` has nothing to say about it and its own
adapter will ask for it by name.
"""

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1, sha256
from typing import cast
from xml.etree import ElementTree

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from wechatpy.work.crypto import PrpCrypto, WeChatCrypto

from bot.speech import Attachment, Ear, Heard, Pulse, Tap

LARGEST = 64 * 1024
MOST_TAGS = 1024
SKEW = 600  # seconds; a soft alarm only, for a repeated delivery may be as old as it likes
ENCRYPTED = re.compile(rb"<Encrypt>\s*+(?:<!\[CDATA\[([^<\]]*+)\]\]>\s*+|([^<]*+))</Encrypt>")
CARD_KEY = re.compile(r"([0-9A-Za-z_-]{1,256}):([0-9]{1,3})")
KINDS = {"image": "photo", "voice": "voice", "video": "video", "shortvideo": "video", "file": "file"}
ALARMS = {"inactive_alert", "close_inactive_agent", "low_active_alert", "low_active"}

Message = Mapping[str, str | None]
log = structlog.get_logger()


class Unreadable(Exception):
    """Signed by the platform, and yet not to be understood."""


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed card: whose, which button, and the code that greys it once."""

    userid: str
    key: str
    response_code: str


class Seal:
    """The platform's seal on what it sends: the signature, then the cipher."""

    def __init__(self, token: str, aes_key: str, corp_id: str) -> None:
        try:
            self._cipher = PrpCrypto(WeChatCrypto(token, aes_key, corp_id).key)
        except Exception:
            raise ValueError("the WeCom EncodingAESKey must be 43 letters and digits") from None
        self._token, self._corp_id = token, corp_id

    def genuine(self, query: Mapping[str, str], encrypted: str) -> bool:
        """Whether the platform signed it; compared as bytes, in constant time."""
        parts = sorted([self._token, query.get("timestamp", ""), query.get("nonce", ""), encrypted])
        expected = sha1("".join(parts).encode("utf-8", "replace")).hexdigest()  # noqa: S324 - the platform's choice
        given = query.get("msg_signature", "")
        return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))

    def open(self, encrypted: str) -> str:
        """The plain text of something genuine; Unreadable when it is not for us or not to be decrypted."""
        try:
            return cast(str, self._cipher.decrypt(encrypted, self._corp_id))
        except Exception as error:
            raise Unreadable(f"decryption: {type(error).__name__}") from None


def encrypted_in(body: bytes) -> str | None:
    """The ciphertext of a delivery, found without parsing it; None when there is none."""
    found = ENCRYPTED.search(body)
    return (found[1] or found[2] or b"").strip().decode("utf-8", "replace") if found else None


def parse(xml: str) -> Message:
    """The fields of a decrypted delivery; what is no single text is None. Unreadable for everything else."""
    _refuse_bombs(xml)
    try:
        root = ElementTree.fromstring(xml)  # noqa: S314 - nothing that declares an entity comes this far
    except Exception as error:
        raise Unreadable(f"parsing: {type(error).__name__}") from None
    if root.tag != "xml" or not len(root):
        raise Unreadable("nothing in it")
    found: dict[str, str | None] = {}
    for field in root:
        found[field.tag] = None if field.tag in found or len(field) else (field.text or "").strip()
    return found


def hear(message: Message, plain_xml: str) -> Heard | None:
    """What a colleague did, or None where nobody need act; Unreadable for what nobody here knows."""
    if _said(message, "MsgType").lower() == "event":
        return _event(message, plain_xml)
    return _message(message, plain_xml)


def press_of(message: Message) -> Press | None:
    """The card whose button this was, if it was one and can be greyed."""
    if _said(message, "Event").lower() != "template_card_event" or not _said(message, "ResponseCode"):
        return None
    return Press(_person(message), _said(message, "EventKey"), _said(message, "ResponseCode"))


def _refuse_bombs(xml: str) -> None:
    """Outside its CDATA a genuine delivery has no declaration and few tags; checked in one pass without a parser."""
    first, *rest = xml.split("<![CDATA[")
    markup = [first]
    for part in rest:
        _, closed, after = part.partition("]]>")
        if not closed:
            raise Unreadable("an open CDATA")
        markup.append(after)
    bare = "".join(markup)
    if len(xml) > LARGEST or "<!" in bare or bare.count("<") > MOST_TAGS:
        raise Unreadable("not the shape of a delivery")


def _message(message: Message, xml: str) -> Heard:
    kind, said, person = _said(message, "MsgType").lower(), _said, _person(message)
    key = f"m:{said(message, 'MsgId')}" if said(message, "MsgId").strip("0") else _event_key(xml)
    if kind in KINDS:
        return Heard("wecom", key, person, file=Attachment(KINDS[kind], _needed(message, "MediaId")))
    if kind == "text":
        return Heard("wecom", key, person, said(message, "Content"))
    if kind == "location":
        place = said(message, "Label") or f"{said(message, 'Location_X')}, {said(message, 'Location_Y')}"
        return Heard("wecom", key, person, place)
    if kind == "link":
        return Heard("wecom", key, person, f"{said(message, 'Title')} {said(message, 'Url')}".strip())
    raise Unreadable("a kind of message nobody here knows")


def _event(message: Message, xml: str) -> Heard | None:
    event = _needed(message, "Event").lower()
    if event == "template_card_event":
        return Heard("wecom", _event_key(xml), _person(message), tap=_tap(_said(message, "EventKey")))
    if event == "click" and _said(message, "EventKey"):
        # The key of a menu entry is what the colleague would have typed.
        return Heard("wecom", _event_key(xml), _person(message), _said(message, "EventKey"))
    return None


def _tap(key: str) -> Tap:
    found = CARD_KEY.fullmatch(key)
    if found is None:
        raise Unreadable("a button nobody here made")
    return Tap(found[1], int(found[2]))


def _event_key(xml: str) -> str:
    return "e:" + sha256(xml.encode("utf-8", "replace")).hexdigest()


def _person(message: Message) -> str:
    return _needed(message, "FromUserName").lower()  # a userid is case-insensitive


def _needed(message: Message, name: str) -> str:
    value = _said(message, name)
    if not value:
        raise Unreadable(f"no {name}")
    return value


def _said(message: Message, name: str) -> str:
    value = message.get(name, "")
    if value is None:
        raise Unreadable(f"{name} is not one text")
    return value


class Callback:
    """GET and POST of the callback address. `pressed` is told of a card once its press is stored."""

    def __init__(
        self, seal: Seal, pulse: Pulse, clock: Callable[[], datetime], pressed: Callable[[Press], None]
    ) -> None:
        self._seal, self._pulse, self._clock, self._pressed = seal, pulse, clock, pressed
        self.ear: Ear | None = None

    async def verify(self, request: Request) -> Response:
        """Answer the platform's check of the address with the decrypted echo, to the byte."""
        query, echo = request.query_params, request.query_params.get("echostr", "")
        try:
            plain = self._seal.open(echo) if self._seal.genuine(query, echo) else None
        except Unreadable:
            plain = None
        return Response(status_code=403) if plain is None else PlainTextResponse(plain)

    async def deliver(self, request: Request) -> Response:
        """403 unless signed; 200 and nothing once stored or put aside; 503 when the platform must repeat it."""
        body = await _body(request)
        if body is None:
            return Response(status_code=400)
        encrypted = encrypted_in(body)
        if encrypted is None or not self._seal.genuine(request.query_params, encrypted):
            log.warning("delivery refused", channel="wecom", cause="signature")
            return Response(status_code=403)
        self._note(request.query_params.get("timestamp", ""))
        return Response(status_code=200 if await self._keep(encrypted) else 503)

    async def _keep(self, encrypted: str) -> bool:
        xml = ""
        try:
            xml = self._seal.open(encrypted)
            await self._take(parse(xml), xml)
        except OSError as error:
            log.warning("delivery not stored", channel="wecom", cause=type(error).__name__)
            return False
        except Exception as error:
            return await self._put_aside(encrypted, xml, error)
        return True

    async def _take(self, message: Message, xml: str) -> None:
        if _said(message, "Event").lower() in ALARMS:
            self._pulse.detail["platform"] = _said(message, "Event").lower()
        heard, press = hear(message, xml), press_of(message)
        if heard is not None:
            await self._attentive().hear(heard)
        if press is not None:
            self._pressed(press)

    async def _put_aside(self, encrypted: str, xml: str, error: Exception) -> bool:
        cause = str(error) if isinstance(error, Unreadable) else type(error).__name__
        key = "x:" + sha256((xml or encrypted).encode("utf-8", "replace")).hexdigest()
        try:
            await self._attentive().put_aside("wecom", key, xml or encrypted, cause)
        except Exception as failure:
            log.warning("delivery not put aside", channel="wecom", cause=type(failure).__name__)
            return False
        return True

    def _attentive(self) -> Ear:
        if self.ear is None:
            raise OSError("the desk is not open yet")
        return self.ear

    def _note(self, timestamp: str) -> None:
        now = self._clock()
        self._pulse.last_ok = now
        if not re.fullmatch(r"[0-9]{1,12}", timestamp) or abs(now.timestamp() - int(timestamp)) > SKEW:
            self._pulse.detail["callback time"] = timestamp[:12]
            log.warning("delivery from another time", channel="wecom")


async def _body(request: Request) -> bytes | None:
    """The body, or None as soon as it is larger than any genuine one."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)

"""A WeCom that keeps the contract sheet, over real HTTP: the API an app calls, and the callbacks it is called with.

Its cipher is its own and not wechatpy's, so that one mistake cannot hide on both sides.
"""

import asyncio
import base64
import contextlib
import hashlib
import os
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from urllib.parse import quote

import httpx
import pytest_asyncio
import uvicorn
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from fake_wecom_api import AGENT_ID, CORP_ID, HOURS, SECRET, Calls, Sent
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot.channels.wecom import WeCom
from bot.clock import Clock
from bot.speech import Heard

TOKEN, AES_KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
VERIFY_WINDOW, WINDOW, RETRIES = 1.0, 5.0, 3


class _Server(uvicorn.Server):
    def __init__(self, app: ASGIApp) -> None:
        super().__init__(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_keep_alive=60))
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """Serve an application on a free port of this machine; its base address."""
    door = socket.create_server(("127.0.0.1", 0))
    server = _Server(app)
    task = asyncio.create_task(server.serve(sockets=[door]))
    await server.ready.wait()
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        await task


class Wire:
    """The platform's cipher and signature [P90968]."""

    def __init__(self, token: str = TOKEN, aes_key: str = AES_KEY, corp_id: str = CORP_ID) -> None:
        self.token, self.corp_id, self._key = token, corp_id, base64.b64decode(aes_key + "=")

    def encrypt(self, plain: bytes, receiver: str | None = None) -> str:
        whole = os.urandom(16) + struct.pack(">I", len(plain)) + plain
        whole += (self.corp_id if receiver is None else receiver).encode()
        pad = 32 - len(whole) % 32
        cipher = Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16])).encryptor()
        return base64.b64encode(cipher.update(whole + bytes([pad]) * pad) + cipher.finalize()).decode()

    def query(self, encrypted: str, timestamp: int, nonce: str) -> str:
        parts = "".join(sorted([self.token, str(timestamp), nonce, encrypted]))
        return f"msg_signature={hashlib.sha1(parts.encode()).hexdigest()}&timestamp={timestamp}&nonce={quote(nonce)}"

    def body(self, encrypted: str, cdata: bool = True) -> bytes:
        inner = f"<![CDATA[{encrypted}]]>" if cdata else encrypted
        head = f"<xml><ToUserName><![CDATA[{self.corp_id}]]></ToUserName><AgentID>{AGENT_ID}</AgentID>"
        return f"{head}<Encrypt>{inner}</Encrypt></xml>".encode()


class FakeWeCom(Calls):
    """The whole platform. Set `desk_url` to the desk's callback address; then people may speak."""

    def __init__(self, wire: Wire | None = None) -> None:
        super().__init__()
        self.wire = wire or Wire()
        self.base_url, self.desk_url = "", ""
        self.retry_on = "status"  # or "connect": a status other than 200 is then no reason to repeat
        self.new_nonce, self.repeat_wait, self.window = False, 0.0, WINDOW
        self.lose, self.held = 0, list[str]()
        self.holding = False
        self.delivered: list[str] = []
        self._ids = 4561255354251345929

    async def say(self, userid: str, text: str) -> list[int]:
        """Somebody writes to the app; the desk's answers, one per attempt (0: none)."""
        return await self._message(userid, "text", f"<Content>{cdata(text)}</Content>")

    async def photo(self, userid: str, content: bytes = b"\xff\xd8\xff\xe0photo", kind: str = "image") -> list[int]:
        """Somebody sends a picture (or "voice", "video"), kept for three days."""
        media_id = os.urandom(16).hex()
        self.files[media_id] = (content, self.now() + 72 * HOURS)
        return await self._message(userid, kind, f"<MediaId>{cdata(media_id)}</MediaId>")

    async def press(self, userid: str, label: str, newest: int = 1) -> list[int]:
        """Somebody presses the newest button so labelled (2: the one before) that they can see."""
        seen = [sent for sent in self.inbox if sent.userid == userid.lower() and label in sent.buttons]
        sent = [sent for sent in seen if not sent.dropped][-newest]
        task, code = sent.card["task_id"], self.new_code(sent)
        return await self.event(
            userid,
            "template_card_event",
            f"<EventKey>{cdata(sent.buttons[label])}</EventKey><TaskId>{cdata(task)}</TaskId>"
            f"<CardType>{cdata('button_interaction')}</CardType><ResponseCode>{cdata(code)}</ResponseCode>",
        )

    async def event(self, userid: str, event: str, more: str = "") -> list[int]:
        return await self.deliver(self._xml(userid, "event", f"<Event>{cdata(event)}</Event>{more}"))

    def sent(self, userid: str) -> list[str]:
        """What somebody has received, oldest first; a card's words are one text."""
        return [sent.text for sent in self.received(userid)]

    def received(self, userid: str) -> list[Sent]:
        return [sent for sent in self.inbox if sent.userid == userid.lower() and not sent.dropped]

    async def verify(self) -> bool:
        """What happens when an administrator saves the address: an echo within one second, to the byte."""
        echo = os.urandom(8).hex()
        encrypted = self.wire.encrypt(echo.encode())
        query = f"{self.wire.query(encrypted, int(self.now()), 'nonce')}&echostr={quote(encrypted, safe='')}"
        async with httpx.AsyncClient(timeout=VERIFY_WINDOW) as client:
            answer = await client.get(f"{self.desk_url}?{query}")
        return answer.status_code == 200 and answer.content == echo.encode()

    async def deliver(self, xml: str) -> list[int]:
        """One callback, repeated up to three times as the knobs say. It may be lost or held back instead."""
        if self.lose or self.holding:
            self.lose, keep = max(0, self.lose - 1), not self.lose
            self.held += [xml] if keep else []
            return []
        self.delivered.append(xml)
        return await self._attempts(self.wire.encrypt(xml.encode()), xml)

    async def release(self, reverse: bool = True) -> None:
        """Deliver what was held back, the last first unless told otherwise."""
        self.holding, held = False, self.held[:: -1 if reverse else 1]
        self.held = []
        for xml in held:
            await self.deliver(xml)

    async def post(self, encrypted: str, nonce: str | None = None, cdata: bool = True) -> int:
        """One attempt, genuinely signed, whatever is inside; the status, 0 when there was none in time."""
        query = self.wire.query(encrypted, int(self.now()), nonce or os.urandom(5).hex())
        return await self._raw(query, self.wire.body(encrypted, cdata))

    async def _raw(self, query: str, body: bytes) -> int:
        try:
            async with httpx.AsyncClient(timeout=self.window) as client:
                return (await client.post(f"{self.desk_url}?{query}", content=body)).status_code
        except httpx.TransportError:
            return 0

    async def _attempts(self, encrypted: str, xml: str) -> list[int]:
        nonce, statuses = os.urandom(5).hex(), list[int]()
        for _ in range(1 + RETRIES):
            statuses.append(await self.post(encrypted, nonce))
            if statuses[-1] == 200 or (statuses[-1] and self.retry_on == "connect"):
                break
            if self.new_nonce:
                encrypted, nonce = self.wire.encrypt(xml.encode()), os.urandom(5).hex()
            await asyncio.sleep(self.repeat_wait)
        return statuses

    async def _message(self, userid: str, kind: str, more: str) -> list[int]:
        self._ids += 1
        return await self.deliver(self._xml(userid, kind, f"{more}<MsgId>{self._ids}</MsgId>"))

    def _xml(self, userid: str, kind: str, more: str) -> str:
        people = f"<ToUserName>{cdata(self.wire.corp_id)}</ToUserName><FromUserName>{cdata(userid)}</FromUserName>"
        when = f"<CreateTime>{int(self.now())}</CreateTime><MsgType>{cdata(kind)}</MsgType>"
        return f"<xml>{people}{when}{more}<AgentID>{AGENT_ID}</AgentID></xml>"


def cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


class Rows:
    """A desk that only keeps what it hears, each key once; `full` is a disk without room, `deaf` a queue without."""

    def __init__(self) -> None:
        self.heard: dict[str, Heard] = {}
        self.aside: dict[str, tuple[str, str]] = {}
        self.full = self.deaf = False

    async def hear(self, heard: Heard) -> None:
        if self.full or self.deaf:
            raise OSError("no space left on device")
        self.heard.setdefault(heard.key, heard)

    async def put_aside(self, channel: str, key: str, raw: str, cause: str) -> None:
        if self.full:
            raise OSError("no space left on device")
        self.aside.setdefault(key, (raw, cause))


@contextlib.asynccontextmanager
async def listening(server: FakeWeCom, patience: float = 5.0) -> AsyncIterator[tuple[WeCom, Rows]]:
    """The channel at work against the fake: its callback address served, `run` running."""
    channel = WeCom(CORP_ID, AGENT_ID, SECRET, TOKEN, AES_KEY, server.base_url, clock=Clock().now, timeout=patience)
    rows = Rows()
    running = asyncio.create_task(channel.run(rows))
    async with serving(Starlette(routes=channel.routes())) as address:
        server.desk_url = f"{address}/wecom/app"
        try:
            yield channel, rows
        finally:
            running.cancel()
            await asyncio.wait([running])


@contextlib.asynccontextmanager
async def fake_wecom() -> AsyncIterator[FakeWeCom]:
    server = FakeWeCom()
    async with serving(server) as server.base_url:
        yield server


@pytest_asyncio.fixture
async def wecom_server() -> AsyncIterator[FakeWeCom]:
    async with fake_wecom() as server:
        yield server

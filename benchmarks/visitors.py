"""Sixty-four connections that knock at the door: the webhooks' rate over that of an endpoint that does nothing."""

import asyncio
import itertools
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from statistics import median
from time import perf_counter, time
from typing import Any
from urllib.parse import urlencode

import conversation as talk
from entrants import HERE, VAR, say, without_settings
from figures import Figures, of_rounds
from keys import AES_KEY, AGENT, CORP, SECRET, STAFF, TOKEN
from wechatpy.work.crypto import WeChatCrypto

TURNS = 6
CRYPTO: Any = WeChatCrypto(TOKEN, AES_KEY, CORP)
_numbers = itertools.count(1)


def figures(rounds: int) -> Figures:
    """Both webhooks and the empty endpoint take turns in each round, on one server."""
    say("HTTP, 64 connections")
    rates: dict[str, list[float]] = {"empty": [], "telegram": [], "wecom": []}
    with tempfile.TemporaryDirectory(dir=VAR) as folder:
        command = [sys.executable, str(HERE / "door.py"), folder]
        pipe = subprocess.PIPE
        door = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=without_settings())
        assert door.stdout is not None
        port = json.loads(door.stdout.readline())["port"]
        asyncio.run(_rate(port, _knocks(_telegram, 1)))  # not counted: everything is used once
        for _ in range(rounds):
            for name, request in (("empty", _empty), ("telegram", _telegram), ("wecom", _wecom)):
                rates[name].append(asyncio.run(_rate(port, _knocks(request, TURNS))))
        said, _ = door.communicate(timeout=60)
    last = json.loads(said.splitlines()[-1])
    assert last["bookings"] == 64 * (1 + 2 * rounds * TURNS), f"{last['bookings']} bookings"
    share = {name: of_rounds(rates[name], rates["empty"]) for name in ("telegram", "wecom")}
    waited = last["waited"]
    return {
        "http": {"share_of_empty_200": share, "empty_per_s": round(median(rates["empty"]))},
        "wecom": {"p99_ms": round(waited[int(len(waited) * 0.99)] * 1e3, 1)},
    }


# -- what is sent ------------------------------------------------------------------------------------------------------
def _knocks(request: Callable[[int, str], bytes], turns: int) -> list[list[bytes]]:
    return [[request(person, text) for turn in range(turns) for text in talk.script(person, turn)] for person in STAFF]


def _post(path: str, body: bytes, header: str = "") -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: bench\r\n{header}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _empty(person: int, text: str) -> bytes:
    return _post("/empty", talk.update(person, text))


def _telegram(person: int, text: str) -> bytes:
    return _post("/telegram", talk.update(person, text), f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n")


def _wecom(person: int, text: str) -> bytes:
    number, now = next(_numbers), f"{int(time())}"
    xml = (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[{person}]]></FromUserName>"
        f"<CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>"
        f"<MsgId>{number}</MsgId><AgentID>{AGENT}</AgentID></xml>"
    )
    sealed = CRYPTO.encrypt_message(xml, f"{number}", now)
    signature = sealed.partition("<MsgSignature><![CDATA[")[2].partition("]]>")[0]
    query = urlencode({"msg_signature": signature, "timestamp": now, "nonce": f"{number}"})
    return _post(f"/wecom/app?{query}", sealed.encode())


# -- how ---------------------------------------------------------------------------------------------------------------
async def _rate(port: int, knocks: list[list[bytes]]) -> float:
    """Requests a second, each connection waiting for its answer before it asks again."""
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in knocks]
    start = perf_counter()
    await asyncio.gather(*(_ask(reader, writer, asked) for (reader, writer), asked in zip(lines, knocks, strict=True)))
    passed = perf_counter() - start
    for _, writer in lines:
        writer.close()
    return sum(map(len, knocks)) / passed


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: list[bytes]) -> None:
    for request in asked:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ") and b"content-length: 0" in head.lower(), head

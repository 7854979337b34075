"""A tour over both platforms while they reset, refuse and break: no secret and no person in what is not a book.

A real `frontdesk run` process; then its logs, its pages, its commands and its timers are searched for every canary.
"""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from promises import kept, scaled

from tests.channels.desk_process import DeskProcess
from tests.channels.fake_telegram import FakeTelegram, telegram_server
from tests.channels.fake_wecom import AES_KEY, TOKEN, FakeWeCom, wecom_server
from tests.channels.fake_wecom_api import AGENT_ID, CORP_ID, SECRET

__all__ = ["telegram_server", "wecom_server"]
ANN, AUDIT_KEY = 424242424242, "canary-audit-key-7f3a"
NAME, PHONE, STORY = "金丝雀甲", "13987654321", "窗口的人把金丝雀关起来了,等了半天"
CODE = re.compile(r"[A-Z0-9]{8}")
COMMANDS = (("outbox", "list"), ("doctor",), ("jobs", "list"), ("audit", "verify"), ("config", "check"), ("outbox",))


@pytest.fixture
async def desk(telegram_server: FakeTelegram, wecom_server: FakeWeCom, tmp_path: Path) -> AsyncIterator[DeskProcess]:
    process = DeskProcess(
        tmp_path / "data",
        FRONTDESK_TELEGRAM_TOKEN=telegram_server.token, FRONTDESK_TELEGRAM_BASE_URL=telegram_server.url,
        FRONTDESK_TELEGRAM_PERSONAL_DATA="full", FRONTDESK_AUDIT_KEY=AUDIT_KEY,
        FRONTDESK_WECOM_CORP_ID=CORP_ID, FRONTDESK_WECOM_AGENT_ID=AGENT_ID, FRONTDESK_WECOM_SECRET=SECRET,
        FRONTDESK_WECOM_TOKEN=TOKEN, FRONTDESK_WECOM_AES_KEY=AES_KEY, FRONTDESK_WECOM_BASE_URL=wecom_server.base_url,
    )  # fmt: skip
    await process.start()
    wecom_server.desk_url = f"{process.url}/wecom/app"
    yield process
    process.kill()


TROUBLES = (500, 429, "lost", 502, 400)  # one for each thing said
WECOM_TROUBLES = ("status:502", "html", -1, "cut", 40014)


async def tour(telegram: FakeTelegram, wecom: FakeWeCom, desk: DeskProcess) -> None:
    printed = await asyncio.to_thread(desk.command, "code", "BH023")
    await wecom.say("XuZhengyi", f"绑定 {CODE.search(printed.stdout).group()}")  # type: ignore[union-attr]
    for text, trouble, other in zip(("投诉", STORY, NAME, PHONE, "提交"), TROUBLES, WECOM_TROUBLES, strict=True):
        if isinstance(trouble, int):
            telegram.fail("sendMessage", trouble, 1, retry_after=1 if trouble == 429 else 0)
        else:
            telegram.lose("sendMessage")
        wecom.fail("message/send", other)
        telegram.say(ANN, text)
        await telegram.until(lambda: not telegram.pending, 10)
        await wecom.say("XuZhengyi", f"请假 明天 {NAME}要用{PHONE}")
    await ending(telegram, wecom)


async def ending(telegram: FakeTelegram, wecom: FakeWeCom) -> None:
    """Forged and unreadable deliveries, a file, and platforms that refuse the desk itself."""
    telegram.photo(ANN, b"\xff\xd8\xff\xe0" + b"\0" * 50, f"{NAME} {PHONE}")
    wecom.wire.token = "forged"
    await wecom.say("XuZhengyi", STORY)
    wecom.wire.token = TOKEN
    await wecom.post(wecom.wire.encrypt(f"<xml>{NAME}{PHONE}</xml>".encode()))
    for status in (401, 404, 500):
        telegram.fail("getUpdates", status)
    telegram.lose("getUpdates")
    wecom.fail("gettoken", "status:500", 40013, "html")
    wecom.forget_tokens()
    wecom.fail("message/send", 81013)
    await wecom.say("XuZhengyi", "帮助")
    await asyncio.sleep(2)


async def public(desk: DeskProcess, data: Path) -> dict[str, str]:
    """Everything that is no book: what an administrator, a monitor or a log collector sees."""
    async with httpx.AsyncClient(base_url=desk.url) as client:
        found = {path: (await client.get(path)).text for path in ("/metrics", "/readyz", "/healthz", "/nowhere", "/")}
        broken = await client.post("/web/say", content=b"{", headers={"Content-Type": "application/json"})
        found["/web/say"] = broken.text + str(broken.headers)
    for words in COMMANDS[: scaled(3, 6)]:
        ended = await asyncio.to_thread(desk.command, *words)
        found[" ".join(words)] = ended.stdout + ended.stderr
    with sqlite3.connect(data / "desk.db") as books:
        found["timers"] = str(books.execute("SELECT * FROM timer").fetchall())
        found["causes"] = str(books.execute("SELECT cause FROM put_aside").fetchall())
        found["notes"] = str(books.execute("SELECT note FROM outbox").fetchall())
        found["audit"] = str(
            books.execute("SELECT actor, act, ref, digest FROM audit WHERE act <> 'loaded'").fetchall()
        )
    logs = [desk.log, *(data / "logs").rglob("*")] if (data / "logs").exists() else [desk.log]
    return found | {path.name: path.read_text("utf-8") for path in logs if path.is_file()}


def leaks(found: dict[str, str], canaries: dict[str, str]) -> list[str]:
    return [
        f"{what} in {where}" for where, text in found.items() for what, canary in canaries.items() if canary in text
    ]


async def test_nothing_that_is_no_book_holds_a_secret_or_a_person(
    telegram_server: FakeTelegram, wecom_server: FakeWeCom, desk: DeskProcess, tmp_path: Path
) -> None:
    await tour(telegram_server, wecom_server, desk)
    secrets = {"bot token": telegram_server.token.partition(":")[2], "WeCom secret": SECRET, "callback token": TOKEN,
               "AES key": AES_KEY, "audit key": AUDIT_KEY}  # fmt: skip
    secrets |= {f"access token {n}": token for n, token in enumerate(wecom_server.tokens)}
    people = {"name": NAME, "phone": PHONE, "story": "关起来了", "part of a name": "金丝雀"}
    found = await public(desk, tmp_path / "data")
    outside = {where: text for where, text in found.items() if where != "audit"}  # which names who did what
    broken = leaks(found, secrets | people) + leaks(outside, {"account": str(ANN)})
    size = sum(map(len, found.values()))
    kept("canaries outside the books", tried=len(found) * (len(secrets) + len(people)), broken=len(broken),
         note=f"{len(found)} places, {size:,} characters, searched after a tour with network errors")  # fmt: skip
    assert broken == []
    assert "Traceback" not in "".join(found.values())
    assert len(found[desk.log.name]) > 500, "a silent log proves nothing"
    with sqlite3.connect(tmp_path / "data" / "desk.db") as books:
        kept_in_books = "\n".join(books.iterdump())
    assert all(word in kept_in_books for word in (NAME, PHONE, "关起来了")), "the tour said nothing"


def test_a_planted_leak_is_found() -> None:
    assert leaks({"log": f"…{PHONE}…"}, {"phone": PHONE}) == ["phone in log"]

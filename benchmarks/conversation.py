"""The one conversation every peer holds, and whatever must be the same for all of them.

Eight texts: /book, item, window confirmed, day, slot, name, phone, confirmed; the last one stores a booking.
"""

import itertools
import json
import os
import re
import sqlite3
from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Any, Protocol

ITEMS = {"社保卡办理": 3, "不动产登记": 7, "营业执照": 12, "身份证换领": 1}
SLOTS = [f"{hour:02d}:{minute:02d}" for hour in (9, 10, 11, 14, 15, 16) for minute in (0, 30)]
QUESTIONS = ("service", "window", "date", "slot", "name", "phone", "confirm")
STEPS = 8
DONE = "预约成功"
TEXTS = {
    "service": "请选择要办理的事项：" + "、".join(ITEMS),
    "window": "该事项由 {window} 号窗口办理，确认请回复“是”。",
    "date": "请输入预约日期，例如 2026-12-01。",
    "slot": "请选择时间段：" + " ".join(SLOTS),
    "name": "请输入办事人姓名。",
    "phone": "请输入手机号码。",
    "confirm": "请确认：{service} {date} {slot} {name} {phone}。确认请回复“确认”。",
    "done": DONE + "，编号 {no}。请于 {date} {slot} 到 {window} 号窗口办理。",
    "full": "该时间段已约满，请重新预约。",
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}$")
_PHONE = re.compile(r"1\d{10}$")
_numbers = itertools.count(int(os.environ.get("BENCH_FROM", "1")))  # a database that is used again has seen others

OnSend = Callable[[int, str], None]
Answers = dict[str, Any]
# Put together by hand: what the platform does to answer is nobody's cost.
ANSWER = (
    '{"ok": true, "result": {"message_id": %d, '
    '"from": {"id": 123456, "is_bot": true, "first_name": "bot", "username": "county_bot"}, '
    '"chat": {"id": %d, "first_name": "三", "type": "private"}, "date": %d, "text": %s}}'
)


class Peer(Protocol):
    """One way of holding the conversation; made with (variant, store, workdir, on_send).

    `feed` returns once the reply went to `on_send` and nothing of the message is left to do. Both are awaited unless
    `feed` is a plain function. A peer with `count_bookings` keeps its own table, and is asked after `stop`.
    """

    async def start(self) -> None: ...
    async def feed(self, raw: bytes) -> None: ...
    async def stop(self) -> None: ...


def script(person: int, turn: int = 0) -> list[str]:
    """What one person types in one conversation; spread over items, days and slots."""
    k = person * 7 + turn
    item = list(ITEMS)[k % len(ITEMS)]
    phone = f"138{person % 100_000_000:08d}"
    return ["/book", item, "是", f"2026-12-{1 + k % 28:02d}", SLOTS[k % len(SLOTS)], f"张三{person}", phone, "确认"]


def update(person: int, text: str) -> bytes:
    """The body of a Telegram webhook call."""
    number = next(_numbers)
    sender = {"id": person, "first_name": "三", "last_name": "张", "username": f"user{person}"}
    message: dict[str, Any] = {
        "message_id": number,
        "from": {**sender, "is_bot": False, "language_code": "zh-hans"},
        "chat": {**sender, "type": "private"},
        "date": 1_795_000_000 + number,
        "text": text,
    }
    if text.startswith("/"):
        message["entities"] = [{"offset": 0, "length": len(text), "type": "bot_command"}]
    return json.dumps({"update_id": number, "message": message}, ensure_ascii=False).encode()


def answer_to_send(person: int, text: str) -> bytes:
    """What the platform answers to a sent message; every peer reads it, as it would in service."""
    number = next(_numbers)
    return (ANSWER % (number, person, 1_795_000_000 + number, encode_basestring(text))).encode()


def advance(step: str, text: str, answers: Answers) -> tuple[str, str]:
    """Take one answer: the next step ("book" at the end) and what to say. A bad answer repeats the question."""
    if not _acceptable(step, text):
        return step, TEXTS[step].format(**answers)
    if step == "confirm":
        return "book", ""
    if step != "window":
        answers[step] = text
    if step == "service":
        answers["window"] = ITEMS[text]
    following = QUESTIONS[QUESTIONS.index(step) + 1]
    return following, TEXTS[following].format(**answers)


def _acceptable(step: str, text: str) -> bool:
    if step == "service":
        return text in ITEMS
    if step == "slot":
        return text in SLOTS
    if step in {"date", "phone"}:
        return bool((_DAY if step == "date" else _PHONE).match(text))
    return text == {"window": "是", "confirm": "确认"}.get(step, text)


TABLE = """
CREATE TABLE IF NOT EXISTS booking(
  id INTEGER PRIMARY KEY, person INTEGER NOT NULL, service TEXT NOT NULL, date TEXT NOT NULL,
  slot TEXT NOT NULL, name TEXT NOT NULL, phone TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS booking_slot ON booking(service, date, slot);
"""
PLACES = 10**9
BOOK = """INSERT INTO booking(person,service,date,slot,name,phone)
SELECT ?,?,?,?,?,? WHERE (SELECT count(*) FROM booking WHERE service=? AND date=? AND slot=?) < ?"""


def booking_values(person: int, a: Answers) -> tuple[Any, ...]:
    where = (a["service"], a["date"], a["slot"])
    return (person, *where, a["name"], a["phone"], *where, PLACES)


class Store:
    """The peers' bookings: aiosqlite, one shared connection, WAL and synchronous=FULL."""

    def __init__(self, path: str) -> None:
        self.path = path

    async def open(self) -> None:
        import aiosqlite

        self.connection = await aiosqlite.connect(self.path)
        await self.connection.execute("PRAGMA journal_mode=WAL")
        await self.connection.execute("PRAGMA synchronous=FULL")
        await self.connection.executescript(TABLE)
        await self.connection.commit()

    async def close(self) -> None:
        await self.connection.close()

    async def book(self, person: int, answers: Answers) -> int | None:
        """The booking's number, or None when the slot is full."""
        cursor = await self.connection.execute(BOOK, booking_values(person, answers))
        if cursor.rowcount != 1:
            return None
        await self.connection.commit()
        return cursor.lastrowid


def count_bookings(path: str) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("SELECT count(*) FROM booking").fetchone()[0])
    finally:
        connection.close()

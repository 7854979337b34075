"""The floor: the same conversation as a bare loop over sqlite3, one durable transaction per message.

Dedupe, state read, state written, outbox, booking; no replay, templates, audit, event loop or thread.
"""

import json
import sqlite3

from conversation import (
    BOOK,
    TABLE,
    TEXTS,
    Answers,
    OnSend,
    Store,
    advance,
    answer_to_send,
    booking_values,
    count_bookings,
)

TABLES = (
    TABLE
    + """
CREATE TABLE inbox(key INTEGER PRIMARY KEY);
CREATE TABLE state(person INTEGER PRIMARY KEY, step TEXT NOT NULL, answers TEXT NOT NULL);
CREATE TABLE outbox(id INTEGER PRIMARY KEY, person INTEGER NOT NULL, body TEXT NOT NULL);
"""
)
HEARD = "INSERT OR IGNORE INTO inbox(key) VALUES(?)"
READ = "SELECT step, answers FROM state WHERE person=?"
WRITE = """INSERT INTO state(person, step, answers) VALUES(?,?,?)
ON CONFLICT(person) DO UPDATE SET step=excluded.step, answers=excluded.answers"""
FORGET = "DELETE FROM state WHERE person=?"
POST = "INSERT INTO outbox(person, body) VALUES(?,?)"


class Peer:
    def __init__(self, variant: str, store: Store, workdir: str, on_send: OnSend) -> None:
        self.path, self.on_send = store.path, on_send

    async def start(self) -> None:
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=FULL")
        self.connection.executescript(TABLES)
        assert self.connection.execute("PRAGMA synchronous").fetchone() == (2,)

    def feed(self, raw: bytes) -> None:
        update = json.loads(raw)
        message = update["message"]
        person = message["chat"]["id"]
        self.connection.execute("BEGIN IMMEDIATE")
        reply = self._transaction(update["update_id"], person, message["text"])
        self.connection.execute("COMMIT")
        if reply is not None:
            self.on_send(person, reply)
            json.loads(answer_to_send(person, reply))

    def _transaction(self, key: int, person: int, text: str) -> str | None:
        execute = self.connection.execute
        if execute(HEARD, (key,)).rowcount != 1:
            return None
        if text == "/book":
            execute(WRITE, (person, "service", "{}"))
            reply = TEXTS["service"]
        else:
            step, stored = execute(READ, (person,)).fetchone()
            reply = self._step(person, step, json.loads(stored), text)
        execute(POST, (person, reply))
        return reply

    def _step(self, person: int, step: str, answers: Answers, text: str) -> str:
        following, reply = advance(step, text, answers)
        if following != "book":
            self.connection.execute(WRITE, (person, following, json.dumps(answers, ensure_ascii=False)))
            return reply
        booked = self.connection.execute(BOOK, booking_values(person, answers))
        self.connection.execute(FORGET, (person,))
        return TEXTS["done"].format(no=booked.lastrowid, **answers) if booked.rowcount == 1 else TEXTS["full"]

    async def stop(self) -> None:
        self.connection.close()

    def count_bookings(self) -> int:
        return count_bookings(self.path)

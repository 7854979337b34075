"""aiogram's finite state machine.

Variants: mem, redis_always (its own Redis storage on a server that syncs every write), sqlite_each (a plain durable
storage: one commit per change).
"""

import json
import os

import aiosqlite
from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.base import BaseSession
from aiogram.filters import Command
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.fsm.storage.redis import RedisStorage
from conversation import QUESTIONS, TEXTS, advance, answer_to_send

Steps = type("Steps", (StatesGroup,), {step: State() for step in QUESTIONS})


class Stub(BaseSession):
    """The network: answers as the platform would, at once."""

    def __init__(self, on_send):
        super().__init__()
        self.on_send = on_send

    async def close(self): ...

    async def make_request(self, bot, method, timeout=None):
        self.on_send(method.chat_id, method.text)
        body = answer_to_send(method.chat_id, method.text).decode()
        return self.check_response(bot, method, 200, body).result

    async def stream_content(self, *args, **more):
        raise NotImplementedError


class Sqlite(BaseStorage):
    """aiogram ships memory, Redis and MongoDB only; this is what one writes first."""

    def __init__(self, path):
        self.path = path

    async def open(self):
        self.connection = await aiosqlite.connect(self.path)
        await self.connection.execute("PRAGMA journal_mode=WAL")
        await self.connection.execute("PRAGMA synchronous=FULL")
        await self.connection.execute("CREATE TABLE fsm(person INTEGER PRIMARY KEY, state TEXT, data TEXT)")
        await self.connection.commit()

    async def _set(self, key, column, value):
        change = f"INSERT INTO fsm(person, {column}) VALUES(?,?) ON CONFLICT DO UPDATE SET {column}=excluded.{column}"
        await self.connection.execute(change, (key.user_id, value))
        await self.connection.commit()

    async def _get(self, key, column):
        rows = await self.connection.execute_fetchall(f"SELECT {column} FROM fsm WHERE person=?", (key.user_id,))
        return next(iter(rows), (None,))[0]

    async def set_state(self, key, state=None):
        await self._set(key, "state", state.state if isinstance(state, State) else state)

    async def get_state(self, key):
        return await self._get(key, "state")

    async def set_data(self, key, data):
        await self._set(key, "data", json.dumps(data, ensure_ascii=False))

    async def get_data(self, key):
        return json.loads(await self._get(key, "data") or "{}")

    async def close(self):
        await self.connection.close()


class Peer:
    def __init__(self, variant, store, workdir, on_send):
        self.variant, self.store, self.on_send = variant, store, on_send
        self.path = os.path.join(workdir, "fsm.db")

    async def start(self):
        self.storage = await self._storage()
        self.bot = Bot("123456:abc", session=Stub(self.on_send))
        self.dispatcher = Dispatcher(storage=self.storage)
        router = Router()
        router.message.register(self._begin, Command("book"))
        for step in QUESTIONS:
            router.message.register(self._answering(step), getattr(Steps, step))
        self.dispatcher.include_router(router)

    async def _storage(self):
        if self.variant == "mem":
            return MemoryStorage()
        if self.variant == "redis_always":
            return await self._redis(RedisStorage.from_url(os.environ["BENCH_REDIS"]))
        kept = Sqlite(self.path)
        await kept.open()
        return kept

    async def _redis(self, storage):
        found = await storage.redis.config_get("append*")
        assert (found["appendonly"], found["appendfsync"]) == ("yes", "always"), "Redis does not sync every write"
        await storage.redis.flushdb()
        return storage

    async def _begin(self, message, state):
        await state.set_data({})
        await state.set_state(Steps.service)
        await message.answer(TEXTS["service"])

    def _answering(self, step):
        async def answer(message, state):
            answers = await state.get_data()
            following, reply = advance(step, message.text, answers)
            if following == "book":
                number = await self.store.book(message.from_user.id, answers)
                await state.clear()
                reply = TEXTS["done"].format(no=number, **answers) if number else TEXTS["full"]
            else:
                await state.set_data(answers)
                await state.set_state(getattr(Steps, following))
            await message.answer(reply)

        return answer

    async def feed(self, raw):
        await self.dispatcher.feed_raw_update(self.bot, json.loads(raw))

    async def stop(self):
        await self.storage.close()

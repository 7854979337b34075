"""python-telegram-bot's ConversationHandler. Variants: mem, pickle60 (its default), pickle_each (every update)."""

import asyncio
import json
import os
from typing import Any

from conversation import QUESTIONS, TEXTS, OnSend, Store, advance, answer_to_send
from telegram import Update
from telegram.ext import Application, CommandHandler, ConversationHandler, MessageHandler, PicklePersistence, filters
from telegram.request import BaseRequest, RequestData

ME = b'{"ok":true,"result":{"id":123456,"is_bot":true,"first_name":"bot","username":"county_bot"}}'
SECONDS = {"pickle60": 60, "pickle_each": 3600}


class Stub(BaseRequest):
    """The network: answers as the platform would, at once."""

    def __init__(self, on_send: OnSend) -> None:
        self.on_send = on_send

    @property
    def read_timeout(self) -> float:
        return 5

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **more: Any
    ) -> tuple[int, bytes]:
        if url.endswith("getMe") or request_data is None:
            return 200, ME
        sent: dict[str, Any] = request_data.parameters
        self.on_send(sent["chat_id"], sent["text"])
        return 200, answer_to_send(sent["chat_id"], sent["text"])


class App(Application[Any, Any, Any, Any, Any, Any]):
    """Tells the harness when an update has been dealt with."""

    waiting: dict[int, asyncio.Future[None]]
    flush: bool

    async def process_update(self, update: object) -> None:
        assert isinstance(update, Update)
        try:
            await super().process_update(update)
            if self.flush:
                await self.update_persistence()
        finally:
            self.waiting.pop(update.update_id).set_result(None)


class Peer:
    def __init__(self, variant: str, store: Store, workdir: str, on_send: OnSend) -> None:
        self.variant, self.store, self.on_send = variant, store, on_send
        self.pickle = os.path.join(workdir, "ptb.pickle")

    async def start(self) -> None:
        builder: Any = Application.builder().application_class(App).token("123456:abc")
        builder = (
            builder.request(Stub(self.on_send)).get_updates_request(Stub(self.on_send)).updater(None).job_queue(None)
        )
        if self.variant != "mem":
            kept = PicklePersistence(self.pickle, single_file=True, update_interval=SECONDS[self.variant])
            builder = builder.persistence(kept)
        self.app: App = builder.build()
        self.app.waiting, self.app.flush = {}, self.variant == "pickle_each"
        self.app.add_handler(self._conversation())
        await self.app.initialize()
        await self.app.start()

    def _conversation(self) -> Any:
        words = filters.TEXT & ~filters.COMMAND
        states: Any = {step: [MessageHandler(words, self._answering(step))] for step in QUESTIONS}
        begin: Any = [CommandHandler("book", self._begin)]
        kept = self.variant != "mem"
        return ConversationHandler(begin, states, [], name="booking", persistent=kept, allow_reentry=True)

    async def _begin(self, update: Any, context: Any) -> str:
        context.user_data.clear()
        await update.message.reply_text(TEXTS["service"])
        return "service"

    def _answering(self, step: str) -> Any:
        async def answer(update: Any, context: Any) -> object:
            following, reply = advance(step, update.message.text, context.user_data)
            if following == "book":
                return await self._book(update, context)
            await update.message.reply_text(reply)
            return following

        return answer

    async def _book(self, update: Any, context: Any) -> int:
        number = await self.store.book(update.effective_user.id, context.user_data)
        done = TEXTS["done"].format(no=number, **context.user_data) if number else TEXTS["full"]
        await update.message.reply_text(done)
        context.user_data.clear()
        return ConversationHandler.END

    async def feed(self, raw: bytes) -> None:
        update = Update.de_json(json.loads(raw), self.app.bot)
        done = self.app.waiting[update.update_id] = asyncio.get_running_loop().create_future()
        await self.app.update_queue.put(update)
        await done

    async def stop(self) -> None:
        await self.app.stop()
        await self.app.shutdown()

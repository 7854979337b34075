"""nonebot2's chain of got() with its Telegram adapter; it keeps conversations in memory only (variant mem)."""

import json
import os

os.environ.setdefault("LOG_LEVEL", "CRITICAL")
import nonebot
from conversation import QUESTIONS, TEXTS, advance, answer_to_send
from nonebot.adapters.telegram import Adapter, Bot, Event
from nonebot.adapters.telegram.config import BotConfig
from nonebot.adapters.telegram.event import MessageEvent
from nonebot.log import logger
from nonebot.matcher import Matcher
from nonebot.params import ArgPlainText


class Stub(Adapter):
    """The network: answers as the platform would, at once."""

    on_send = None

    def setup(self): ...

    async def _call_api(self, bot, api, **data):
        Stub.on_send(data["chat_id"], data["text"])
        return json.loads(answer_to_send(data["chat_id"], data["text"]))["result"]


class Peer:
    def __init__(self, variant, store, workdir, on_send):
        self.store = store
        Stub.on_send = staticmethod(on_send)

    async def start(self):
        nonebot.init(driver="~none", log_level="CRITICAL", session_expire_timeout=3600)
        logger.remove()
        driver = nonebot.get_driver()
        driver.register_adapter(Stub)
        self.bot = Bot(driver._adapters["Telegram"], "123456", config=BotConfig(token="123456:abc"))
        self.bot.username = "county_bot"
        matcher = nonebot.on_command("book", priority=5, block=True)
        matcher.handle()(self._begin)
        for step in QUESTIONS:
            matcher.got(step)(self._answering(step))

    async def _begin(self, matcher: Matcher):
        matcher.state["answers"] = {}
        await matcher.send(TEXTS["service"])

    def _answering(self, step):
        async def answer(matcher: Matcher, event: MessageEvent, text: str = ArgPlainText(step)):
            answers = matcher.state["answers"]
            following, reply = advance(step, text, answers)
            if following == "book":
                number = await self.store.book(event.from_.id, answers)
                await matcher.finish(TEXTS["done"].format(no=number, **answers) if number else TEXTS["full"])
            if following == step:
                await matcher.reject(reply)
            await matcher.send(reply)

        return answer

    async def feed(self, raw):
        await self.bot.handle_event(Event.parse_event(json.loads(raw)))

    async def stop(self): ...

"""The whole desk behind its three real front doors, in this process; what it says is kept and examined, not sent."""

import asyncio
import logging
import re
import time
import unicodedata
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import structlog
from databases import url_in
from fake_wecom import AES_KEY, TOKEN, Wire
from fake_wecom_api import AGENT_ID, CORP_ID, SECRET
from hostile import SUM
from starlette.applications import Starlette

from bot.app import House
from bot.channels import telegram_speech, web_speech, wecom
from bot.channels.telegram import Telegram
from bot.channels.telegram_webhook import SECRET_HEADER
from bot.channels.web import Web
from bot.clock import StandingClock
from bot.speech import Refused, Spoken
from bot.web.page import PageFacts
from tests.faults.fault_desk import NOW

DOOR_SECRET = "s3cret-For_tests"
STAFF = {"telegram": {"100": "BH023", "101": "BH001", "102": "BH002"}, "wecom": {"zhangsan": "BH023", "lisi": "BH001"}}
UNSEEN = {"Cc", "Cf", "Co", "Cn", "Cs"}
ISOLATED = re.compile("\u2068([^\u2068\u2069]*)\u2069")  # the desk's own, in pairs, around right-to-left words
LINK = wecom.LINK


@dataclass
class Door:
    """What became of what was sent in, and what was said because of it."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)
    active: list[str] = field(default_factory=list)
    said: int = 0
    labels: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    def p99_ms(self) -> float:
        ordered = sorted(self.seconds)
        return ordered[int(len(ordered) * 0.99)] * 1000 if ordered else 0.0


class Doors:
    """Opened with `async with`; every channel's route is real, only the platforms' own addresses are nowhere."""

    def __init__(self, folder: Path) -> None:
        self.house = House(url_in(folder), StandingClock(NOW))
        clock = self.house.clock.now
        self.telegram = Telegram("7001:x", "http://127.0.0.1:9", "http://desk.example", DOOR_SECRET, clock=clock)
        self.wecom = wecom.WeCom(CORP_ID, AGENT_ID, SECRET, TOKEN, AES_KEY, "http://127.0.0.1:9", clock=clock)
        self.web = Web(PageFacts("中心", "1", "2", "3"), folder / "incoming", clock=clock)
        self.wire, self.door = Wire(), Door()
        self._channels: dict[str, Any] = {"telegram": self.telegram, "wecom": self.wecom, "web": self.web}

    async def __aenter__(self) -> "Doors":
        await self.house.open()
        await asyncio.to_thread(lambda: self.house.router)  # as a desk that has been open for a while
        self.house.add({name: Listener(name, channel, self.door) for name, channel in self._channels.items()})
        for name, accounts in STAFF.items():
            for address, person in accounts.items():
                await self.house.desk.do(lambda books, at=(name, address, person): books.roster.bind(*at))
        await self.house.courier.sweep()  # nothing goes out before the table was looked into
        self._let_in()
        app = Starlette(routes=[route for channel in self._channels.values() for route in channel.routes()])
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.example")
        self.log = structlog.testing.LogCapture()
        structlog.configure(processors=[self.log])
        asyncio.get_running_loop().set_exception_handler(lambda _, what: self.door.raised.append(str(what)))
        logging.getLogger("bot").setLevel(logging.ERROR)
        return self

    def _let_in(self) -> None:
        self.telegram._ear = self.wecom._callback.ear = self.web._ear = self.house.desk
        self.telegram._intake._send_off = lambda errand: errand.close()  # type: ignore[method-assign,assignment]
        self.web._incoming.mkdir(exist_ok=True)

    async def __aexit__(self, *_: object) -> None:
        await self.house.courier.drain()
        await self.client.aclose()
        await self.house.close()
        structlog.reset_defaults()
        logging.getLogger("bot").setLevel(logging.NOTSET)
        asyncio.get_running_loop().set_exception_handler(None)

    # -- ways in -----------------------------------------------------------------------------------------------------
    async def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> int:
        """One request; whatever is raised through the route is kept as a fault."""
        began = time.perf_counter()
        try:
            status = (await self.client.post(path, content=body, headers=headers)).status_code
        except Exception as trouble:
            self.door.raised.append(f"{path}: {type(trouble).__name__}: {trouble}"[:300])
            status = 599
        self.door.seconds.append(time.perf_counter() - began)
        self.door.statuses[status] += 1
        return status

    async def to_telegram(self, body: bytes) -> int:
        return await self.post("/telegram", body, {SECRET_HEADER: DOOR_SECRET})

    async def to_wecom(self, plain: bytes, nonce: str = "n", timestamp: int = 1) -> int:
        encrypted = self.wire.encrypt(plain)
        return await self.post(f"/wecom/app?{self.wire.query(encrypted, timestamp, nonce)}", self.wire.body(encrypted))

    async def to_web(self, body: bytes) -> int:
        return await self.post("/web/say", body, {"Content-Type": "application/json"})

    # -- what is wrong -----------------------------------------------------------------------------------------------
    async def faults(self) -> list[str]:
        """Exceptions that reached a door, a log or a conversation; answers the platform would take for a failure."""
        await self.house.courier.drain()
        found = [*self.door.raised, *self.door.active]
        found += [f"{count} answers {status}" for status, count in self.door.statuses.items() if status >= 500]
        errors = Counter(
            (e["event"], e.get("cause"), e.get("where")) for e in self.log.entries if e["log_level"] == "error"
        )
        return found + [f"{count} × {event}" for event, count in errors.items()]

    async def count(self, table: str) -> int:
        import sqlalchemy as sa

        query = sa.text(f"SELECT count(*) FROM {table}")
        return int(await self.house.desk.do(lambda books: books.execute(query).scalar_one()))


class Listener:
    """In the channel's place towards the courier: speaks through its pure half and looks at what would go out."""

    def __init__(self, name: str, channel: Any, door: Door) -> None:
        self.name, self._channel, self._door = name, channel, door
        self.ability = replace(
            channel.ability, per_second=None, in_all=None, drops_repeats=True
        )  # there is no platform

    async def send(self, spoken: Spoken) -> None:
        self._door.said += 1
        if spoken.token:
            presses = [(spoken.token, index) for index in range(len(spoken.choices))]
            self._door.labels[spoken.address] = [*self._door.labels.get(spoken.address, [])[-20:], *presses]
        try:
            found = list(active(self.name, spoken))
        except Refused:
            return
        self._door.active += [f"{self.name}: {one} in {spoken.text[:80]!r}" for one in found]

    async def fetch(self, file: Any) -> bytes:
        return await self._channel.fetch(file)


def active(channel: str, spoken: Spoken) -> list[str]:
    """What in a bubble is more than words for the one who reads it."""
    words = [spoken.text, *spoken.choices]
    bare = [ISOLATED.sub(r"\1", ISOLATED.sub(r"\1", one)) for one in words]  # words within words
    found = [f"U+{ord(c):04X}" for one in bare for c in one if c != "\n" and unicodedata.category(c) in UNSEEN]
    found += ["a template that ran"] if any(SUM in one for one in words) else []
    return found + {"telegram": _telegram, "wecom": _wecom, "web": _web}[channel](spoken)


def _telegram(spoken: Spoken) -> list[str]:
    asked = [request.parameters for request in telegram_speech.speak(spoken)]
    found = [name for one in asked for name in ("parse_mode", "entities", "caption_entities") if name in one]
    previews = [one["link_preview_options"].is_disabled for one in asked if "text" in one]
    return found + ([] if all(previews) else ["a preview"])


def _wecom(spoken: Spoken) -> list[str]:
    found = []
    for payload in wecom.speak(spoken, AGENT_ID):
        said = payload.get("text", payload.get("template_card", {}))
        found += [payload["msgtype"]] if payload["msgtype"] not in ("text", "template_card") else []
        found += ["a link"] if LINK.search(str(said)) else []
        found += ["everybody"] if payload["touser"] != spoken.address else []
        found += ["a way out"] if any(name in str(said) for name in ("'url'", "card_action")) else []
    return found


def _web(spoken: Spoken) -> list[str]:
    lines = web_speech.speak("m-1", spoken).split("\n")
    return [] if [line[:4] for line in lines] == ["id: ", "data", "", ""] else ["a second event"]

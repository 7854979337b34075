"""The desk while its books cannot be trusted: it stores nothing, answers nothing, and asks everybody to telephone."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.alarms import Alarm
from bot.speech import Channel, Heard, Spoken
from bot.templates import Words
from bot.writer import NotStored
from storage.catalogue import Centre

AGAIN_AFTER = timedelta(hours=1)
MOST_TOLD = 10_000
log = structlog.get_logger()


class Closed:
    """An ear for the channels: what is said is refused, so that the platform brings it again."""

    def __init__(
        self, channels: Mapping[str, Channel], centre: Centre, words: Words, now: Callable[[], datetime]
    ) -> None:
        self._channels, self._words, self._now = channels, words, now
        self._text = words.say("machine/by_phone", {"centre": centre}).text
        self._told: dict[tuple[str, str], datetime] = {}

    async def hear(self, heard: Heard) -> None:
        """Tell the account once an hour; then OSError, always."""
        try:
            await self._tell(heard)
        except Exception as trouble:
            log.warning("not told to telephone", cause=type(trouble).__name__)
        raise NotStored("closed")

    def routes(self) -> list[Route]:
        """What watchers are told: alive, and why nobody is served."""

        async def healthy(request: Request) -> Response:
            return PlainTextResponse("ok\n")

        async def ready(request: Request) -> Response:
            issue = Alarm("database: damaged").words(self._words)
            said = {"ready": False, "reasons": ["database: damaged"], "warnings": [], "issues": [issue]}
            return JSONResponse(said, 503, {"Cache-Control": "no-store"})

        return [Route("/healthz", healthy), Route("/readyz", ready)]

    async def put_aside(self, channel: str, key: str, raw: str, cause: str) -> None:
        """Nothing is kept here."""
        raise NotStored("closed")

    async def _tell(self, heard: Heard) -> None:
        account, now = (heard.channel, heard.address), self._now()
        last = self._told.get(account)
        if last is not None and abs(now - last) < AGAIN_AFTER:
            return
        if len(self._told) >= MOST_TOLD:
            self._told.clear()
        self._told[account] = now
        await self._channels[heard.channel].send(Spoken(heard.channel, heard.address, self._text, id=f"closed {now}"))

"""Telegram: long poll or webhook in, plain text and inline buttons out, through python-telegram-bot's client."""

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
import structlog
from starlette.routing import Route
from telegram import InputFile
from telegram.error import RetryAfter, TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.channels.telegram_errors import scrub, seconds, verdict
from bot.channels.telegram_intake import Intake, allowed_updates
from bot.channels.telegram_speech import NAME, TEXT_UNITS, Request, speak
from bot.channels.telegram_webhook import PATH, Door
from bot.speech import Ability, Attachment, Ear, Later, Pulse, Refused, Spoken, Unsure

FILE_BYTES = 20_000_000
LONGEST_PAUSE = 60.0
WEBHOOK_CHECK = 300.0
HALF_SAID = 1000  # long texts remembered as said in part

T = TypeVar("T")
log = structlog.get_logger()


class Client(ExtBot[None]):
    """ExtBot, and the updates as they came: PTB parses a batch whole, so one bad update would hide the others."""

    async def raw_updates(self, offset: int | None, hold: int, patience: float) -> list[object]:
        """The updates not yet acknowledged; a given offset acknowledges all below it."""
        question = {"offset": offset, "timeout": hold, "allowed_updates": allowed_updates()}
        batch = await self._post("getUpdates", question, read_timeout=hold + patience)
        if not isinstance(batch, list):
            raise TelegramError("getUpdates gave no list")
        return batch


class Telegram:
    """The Telegram channel; `run` keeps trying whatever the platform answers, `pulse` says how it goes."""

    name = NAME
    ability = Ability(buttons=100, label=32, text=TEXT_UNITS, unit="utf16", per_second=1.0, in_all=25.0)

    def __init__(
        self,
        token: str,
        base_url: str,
        webhook_url: str | None,
        webhook_secret: str | None,
        *,
        clock: Callable[[], datetime],
        hold: int = 25,
        patience: float = 15.0,
        first_pause: float = 1.0,
    ) -> None:
        """`hold`: seconds a long poll stays open; `patience`: seconds to wait for an answer beyond that."""
        if webhook_url and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", webhook_secret or ""):
            raise ValueError("a webhook needs a secret of 1 to 256 letters, digits, _ or -")
        self.pulse = Pulse()
        self._token, self._clock = token, clock
        self._hold, self._patience, self._first_pause = hold, patience, first_pause
        self.webhook_url, self._secret = _webhook(webhook_url), webhook_secret or ""
        self._files = f"{base_url.rstrip('/')}/file/bot"
        self._bot = _client(token, base_url.rstrip("/"), patience)
        self._intake = Intake(self._bot)
        self._ear: Ear | None = None
        self._half_said: OrderedDict[Spoken, int] = OrderedDict()

    async def run(self, ear: Ear) -> None:
        """Hear until cancelled; Telegram being away at the start or later only delays."""
        self._ear = ear
        try:
            await (self._tend_webhook() if self.webhook_url else self._poll(ear))
        finally:
            self._ear = None
            await self._intake.close()
            await self._bot.shutdown()

    def routes(self) -> list[Route]:
        """The webhook's address; none while polling."""
        return [Door(self._secret, self._take).route()] if self.webhook_url else []

    async def _take(self, raw: object) -> None:
        if self._ear is None:
            raise OSError("nobody listens yet")
        await self._intake.take(self._ear, raw)
        self._well()

    async def _tend_webhook(self) -> None:
        await self._patiently(self._bot.initialize)
        while True:
            await self._patiently(self._set_webhook)
            self._well()
            await asyncio.sleep(WEBHOOK_CHECK)

    async def _set_webhook(self) -> None:
        await self._bot.set_webhook(
            self.webhook_url,
            secret_token=self._secret,
            max_connections=1,
            allowed_updates=allowed_updates(),
            drop_pending_updates=False,
        )

    async def _poll(self, ear: Ear) -> None:
        await self._patiently(self._bot.initialize)
        await self._patiently(partial(self._bot.delete_webhook, drop_pending_updates=False))
        offset, misses = None, 0
        while True:
            ask = partial(self._bot.raw_updates, offset, self._hold, self._patience)
            batch = await self._patiently(ask)
            # The offset lives for one acknowledgement only: after a silent week the next update_id may be lower.
            offset, failure = await self._intake.take_batch(ear, batch)
            misses = misses + 1 if failure or (batch and offset is None) else 0
            if not failure:
                self._well()
            else:
                self._trouble(failure)
            if misses:
                await asyncio.sleep(self._pause(misses))

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer, however long it takes: 401, 404, 409, 5xx and silence are all tried again."""
        misses = 0
        while True:
            try:
                answer = await ask()
            except Exception as error:
                misses += 1
                self._trouble(error)
                asked = seconds(error) if isinstance(error, RetryAfter) else 0.0
                await asyncio.sleep(max(asked, self._pause(misses)))
            else:
                self.pulse.last_ok = self._clock()
                return answer

    def _pause(self, misses: int) -> float:
        return min(self._first_pause * 2.0 ** min(misses - 1, 10), LONGEST_PAUSE)

    def _well(self) -> None:
        self.pulse.last_ok, self.pulse.trouble = self._clock(), ""

    def _trouble(self, error: BaseException) -> None:
        self.pulse.trouble = scrub(f"{type(error).__name__}: {error}", self._token)
        log.warning("channel in trouble", channel="telegram", cause=type(error).__name__)

    async def send(self, spoken: Spoken) -> None:
        """Return when Telegram has taken all of it; else Later, Refused or Unsure, never with the token in it."""
        requests = speak(spoken)
        if not requests:
            raise Refused("nothing to say")
        said = self._half_said.pop(spoken, 0)
        for number, request in enumerate(requests[said:], start=said):
            failure = await self._call(request)
            if failure is not None:
                self._remember(spoken, number, failure)
                raise failure

    def _remember(self, spoken: Spoken, said: int, failure: Exception) -> None:
        # So that trying a long text again does not repeat the pieces already delivered.
        if said and not isinstance(failure, Refused):
            self._half_said[spoken] = said
        if len(self._half_said) > HALF_SAID:
            self._half_said.popitem(last=False)

    async def _call(self, request: Request) -> Later | Refused | Unsure | None:
        try:
            papers = {"document": await _paper(request.file)} if request.file else {}
            await getattr(self._bot, request.method)(**request.parameters, **papers)
        except OSError as error:
            return Refused(f"file to send: {type(error).__name__}")
        except Exception as error:
            return verdict(error, self._token)
        return None

    async def fetch(self, file: Attachment) -> bytes:
        """The file's bytes, 20 MB at most; Later or Refused when there are none."""
        failure, address = await self._address(file.source)
        if failure is None:
            failure, body = await self._download(address)
        if failure is not None:
            raise failure
        return body

    async def _address(self, source: str) -> tuple[Later | Refused | None, str]:
        try:
            found = await self._bot.get_file(source)
        except Exception as error:
            failure = verdict(error, self._token)
            # Asking again harms nobody, so there is no Unsure here.
            return Later(str(failure)) if isinstance(failure, Unsure) else failure, ""
        address = found.file_path or ""
        return (None if address.startswith(self._files) else Refused("a file elsewhere")), address

    async def _download(self, address: str) -> tuple[Later | Refused | None, bytes]:
        try:
            return await _stream(address, self._patience)
        except httpx.HTTPError as error:
            return Later(scrub(f"{type(error).__name__}: {error}", self._token)), b""


async def _stream(address: str, patience: float) -> tuple[Later | Refused | None, bytes]:
    body = bytearray()
    async with httpx.AsyncClient(timeout=patience) as client, client.stream("GET", address) as answer:
        if not answer.is_success:
            status = answer.status_code
            return (Later if status >= 500 or status == 429 else Refused)(f"download {status}"), b""
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) > FILE_BYTES:
                return Refused(f"more than {FILE_BYTES} bytes"), b""
    return None, bytes(body)


async def _paper(path: str) -> InputFile:
    place = Path(path)
    return InputFile(await asyncio.to_thread(place.read_bytes), filename=place.name)


def _webhook(url: str | None) -> str:
    """The address Telegram calls: as configured, our own path where only a host was given."""
    return f"{url.rstrip('/')}{PATH}" if url and urlsplit(url).path in ("", "/") else url or ""


def _client(token: str, base: str, patience: float) -> Client:
    # Both log whole addresses, and the address holds the token.
    for chatty in ("httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    return Client(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=HTTPXRequest(read_timeout=patience, connect_timeout=min(patience, 10.0), pool_timeout=5.0),
        get_updates_request=HTTPXRequest(connection_pool_size=2, connect_timeout=min(patience, 10.0)),
    )

"""A small async client of WeCom's server API: one token for everybody, and errors sorted by what the courier should do.

Neither the secret nor the token ever stands in an exception or in a log line.
"""

import asyncio
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import httpx
import structlog

from bot.speech import Later, Pulse, Refused, Unsure

STALE = {40014, 42001, 40001}
BUSY = {-1}
THROTTLED = {45009, 45033, 45036}
NOBODY = {81013, 40003, 60111, 60021}
UNFIT = {40004, 40005, 40007, 40008, 40016, 40035, 40058, 44004, 45002, 82004, *range(42014, 42052)}
TASK_TAKEN, CARD_USED = 42014, 60140

PAUSE, LONG_PAUSE = 60.0, 600.0  # a throttle lasts a minute at least; a wrong setting waits for the administrator
LARGEST_FILE = 20 * 1024 * 1024
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL)
SECRETS = re.compile(r"(access_token|corpsecret)=[^&\s\"']+")
CALLER = re.compile(r"from ip: ([0-9a-fA-F.:]+)")

T = TypeVar("T")
log = structlog.get_logger()


class CardUsed(Refused):
    """The code that would grey a card has been used or has expired."""


class TaskTaken(Refused):
    """The task_id of a card is no good: most often it was taken before."""


class _Stale(Exception):
    """The platform does not take this token any more."""


class _Scrub(logging.Filter):
    """httpx logs whole addresses, and this platform wants its secrets in them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = SECRETS.sub(r"\1=***", record.getMessage()), ()
        return True


SCRUB = _Scrub()


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    is_file: bool


class Api:
    """WeCom's API for one app. What goes wrong is Later, Refused or Unsure and nothing else."""

    def __init__(
        self,
        base_url: str,
        corp_id: str,
        secret: str,
        *,
        clock: Callable[[], datetime],
        pulse: Pulse,
        timeout: float = 10.0,
    ) -> None:
        logging.getLogger("httpx").addFilter(SCRUB)
        self._base, self._corp_id, self._secret = f"{base_url.rstrip('/')}/cgi-bin/", corp_id, secret
        self._clock, self._pulse, self._timeout = clock, pulse, timeout
        self._http: httpx.AsyncClient | None = None
        self._lock = asyncio.Lock()
        self._token, self._good_until, self._barred_until = "", 0.0, 0.0

    async def call(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        """POST a JSON body with a good token; the answer, its errcode being 0."""
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")

        async def once(token: str) -> dict[str, Any]:
            return self._judged(path, await self._exchange("POST", path, {"access_token": token}, content), Unsure)

        return await self._with_token(path, once)

    async def media(self, media_id: str) -> bytes:
        """The bytes of a file somebody sent, 20 MB at most; Refused once the platform has let go of it."""

        async def once(token: str) -> bytes:
            answer = await self._exchange("GET", "media/get", {"access_token": token, "media_id": media_id})
            if answer.status != 200 or not answer.is_file:
                self._judged("media/get", answer, Later)
                raise Later("media/get: no file in the answer")
            self._well()
            return answer.body

        return await self._with_token("media/get", once)

    async def prepare(self) -> None:
        """Have a good token at hand."""
        await self._good_token("")

    async def close(self) -> None:
        """Let go of the connections; a later call opens new ones."""
        if self._http is not None:
            await self._http.aclose()

    async def _with_token(self, path: str, once: Callable[[str], Awaitable[T]]) -> T:
        token = await self._good_token("")
        for _ in range(2):
            try:
                return await once(token)
            except _Stale:
                stale = token
            token = await self._good_token(stale)
        self._pulse.trouble = f"{path}: every access token is refused"
        raise Later(self._pulse.trouble, PAUSE)

    async def _good_token(self, stale: str) -> str:
        """The token everybody shares; whoever comes first fetches it, the others wait and find it."""
        async with self._lock:
            now = time.monotonic()
            if self._token and self._token != stale and now < self._good_until:
                return self._token
            if now < self._barred_until:
                raise Later(f"gettoken: waiting after {self._pulse.trouble or 'a refusal'}", self._barred_until - now)
            return await self._renew()

    async def _renew(self) -> str:
        query = {"corpid": self._corp_id, "corpsecret": self._secret}
        try:
            answer = self._judged("gettoken", await self._exchange("GET", "gettoken", query), Later)
        except Later as later:
            # Asking again and again with a wrong secret bars the whole address for an hour.
            self._barred_until = time.monotonic() + (later.seconds or 0.0)
            raise
        lasts = float(answer.get("expires_in") or 0)
        self._token = str(answer.get("access_token") or "")
        if not self._token:
            raise Later("gettoken: no token in the answer", PAUSE)
        self._good_until = time.monotonic() + lasts - min(60.0, lasts / 10)
        return self._token

    async def _exchange(self, method: str, path: str, query: Mapping[str, str], content: bytes = b"") -> _Answer:
        lost = Later if method == "GET" else Unsure
        try:
            async with asyncio.timeout(self._timeout * 3):
                return await self._stream(method, self._base + path, query, content)
        except NOT_SENT as error:
            self._pulse.trouble = f"{path}: {type(error).__name__}"
            raise Later(self._pulse.trouble) from None
        except (httpx.HTTPError, TimeoutError) as error:
            self._pulse.trouble = f"{path}: {type(error).__name__}"
            raise lost(self._pulse.trouble) from None

    async def _stream(self, method: str, url: str, query: Mapping[str, str], content: bytes) -> _Answer:
        body = bytearray()
        async with self._client().stream(method, url, params=dict(query), content=content or None) as response:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > LARGEST_FILE:
                    raise Refused("media/get: larger than any file the platform takes")
            named = "content-disposition" in response.headers
            is_file = named or not body.lstrip().startswith(b"{")
            return _Answer(response.status_code, bytes(body), is_file)

    def _client(self) -> httpx.AsyncClient:
        if self._http is None or self._http.is_closed:
            timeout = httpx.Timeout(self._timeout, connect=self._timeout / 2)
            self._http = httpx.AsyncClient(timeout=timeout, headers={"content-type": "application/json"})
        return self._http

    def _judged(self, path: str, answer: _Answer, lost: Callable[[str], Exception]) -> dict[str, Any]:
        """The answer if its errcode is 0; an answer that is none may still have done what was asked."""
        if answer.status in (429, 503) or 400 <= answer.status < 500:
            self._pulse.trouble = f"{path}: status {answer.status}"
            raise Later(self._pulse.trouble, PAUSE)
        found = _object(answer.body) if answer.status == 200 else None
        if found is None:
            self._pulse.trouble = f"{path}: not an answer of the platform, status {answer.status}"
            raise lost(self._pulse.trouble)
        if found["errcode"] != 0:
            raise self._sorted(path, found["errcode"], str(found.get("errmsg", "")))
        self._well()
        return found

    def _sorted(self, path: str, code: int, words: str) -> Exception:
        """What the courier is to do about an errcode; the words of the platform may change, and are not repeated."""
        reason = f"{path}: errcode {code}"
        if code in BUSY:
            return Later(reason)
        if code in THROTTLED:
            return Later(reason, LONG_PAUSE if path == "gettoken" else PAUSE)
        if path == "gettoken":
            return self._misconfigured(reason, words, code)
        if code in STALE:
            return _Stale(reason)
        if code in NOBODY:
            return Refused(reason)
        if code == CARD_USED:
            return CardUsed(reason)
        if code in UNFIT:
            log.error("content not taken", channel="wecom", code=code)
            return TaskTaken(reason) if code == TASK_TAKEN else Refused(reason)
        return self._misconfigured(reason, words, code)

    def _misconfigured(self, reason: str, words: str, code: int) -> Later:
        caller = CALLER.search(words)
        self._pulse.trouble = f"{reason} from {caller[1]}" if caller else reason
        log.error("desk refused", channel="wecom", code=code)
        return Later(reason, LONG_PAUSE)

    def _well(self) -> None:
        self._pulse.last_ok, self._pulse.trouble = self._clock(), ""


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) and type(found.get("errcode")) is int else None

"""What the desk tells those who watch over it: /healthz, /readyz, /metrics, and an hourly line in the log."""

import asyncio
import hmac
from pathlib import Path

import structlog
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.app import House
from bot.metrics import Metrics
from bot.readiness import Readiness

HOUR = 3600.0
NEARBY = ("127.0.0.1", "::1")
PASSED_ON = ("x-forwarded-for", "x-real-ip", "forwarded", "via")
FRESH = {"Cache-Control": "no-store"}
log = structlog.get_logger()


class Watching:
    """The pages for watchers. Nothing in them is about a person."""

    def __init__(self, house: House, data: Path, token: str = "", backed_up: bool = False) -> None:
        self._house, self._token = house, token.encode()
        self._readiness = Readiness(house, data, backed_up)
        self._metrics = Metrics(house, self._readiness, data)

    def routes(self) -> list[Route]:
        """For the desk's own server; a proxy in front keeps them inside."""
        return [
            Route("/healthz", self._healthy),
            Route("/readyz", self._ready),
            Route("/metrics", self._measured),
        ]

    async def close(self) -> None:
        await self._readiness.close()

    async def _healthy(self, request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def _ready(self, request: Request) -> Response:
        """503 while an alarm stops the desk; `issues` are the words of every alarm that stands."""
        health, words = await self._readiness.look(), self._house.desk.shelf.words
        said = {
            "ready": not health.reasons,
            "reasons": [alarm.name for alarm in health.reasons],
            "warnings": [alarm.name for alarm in health.warnings],
            "issues": [alarm.words(words) for alarm in (*health.reasons, *health.warnings)],
        }
        return JSONResponse(said, 503 if health.reasons else 200, FRESH)

    async def _measured(self, request: Request) -> Response:
        """403 for strangers: with a token set whoever does not show it, else whoever is not on this machine."""
        if not self._may_measure(request):
            return PlainTextResponse("not for strangers\n", 403)
        return Response(await self._metrics.page(), headers={**FRESH, "Content-Type": CONTENT_TYPE_LATEST})

    def _may_measure(self, request: Request) -> bool:
        if self._token:
            shown = request.headers.get("authorization", "").encode("latin-1")
            return hmac.compare_digest(shown, b"Bearer " + self._token)
        nearby = request.client is not None and request.client.host in NEARBY
        return nearby and not any(name in request.headers for name in PASSED_ON)

    async def note(self) -> None:
        """Once an hour until cancelled: how the desk stands, so that the log tells of quiet days too."""
        while True:
            await asyncio.sleep(HOUR)
            tally, health = self._house.writer.tally, await self._readiness.look()
            log.info(
                "status", heard=tally.heard.total(), stored=tally.stored.total(), repeated=tally.repeated.total(),
                letters=dict(tally.letters), not_stored=tally.not_stored, audit=self._house.desk.shelf.chain.head.seq,
                alarms=[alarm.name for alarm in (*health.reasons, *health.warnings)],
            )  # fmt: skip

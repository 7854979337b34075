"""POST /telegram: Telegram's own delivery, answered 200 only once it is stored."""

import hmac
import json
from collections.abc import Awaitable, Callable

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
BODY_BYTES = 1_000_000
KEPT_CHARACTERS = 10_000

log = structlog.get_logger()


class Door:
    """The webhook's answers: 403 unsigned, 200 stored, 503 repeat it later."""

    def __init__(self, secret: str, take: Callable[[object], Awaitable[None]]) -> None:
        self._secret = secret.encode()
        self._take = take

    def route(self) -> Route:
        """The one address Telegram calls."""
        return Route(PATH, self.answer, methods=["POST"])

    async def answer(self, request: Request) -> Response:
        """Nothing is read before the secret fits."""
        # Starlette decodes headers as latin-1; as bytes even a non-ASCII forgery compares without raising.
        shown = request.headers.get(SECRET_HEADER, "").encode("latin-1")
        if not hmac.compare_digest(shown, self._secret):
            log.warning("delivery refused", channel="telegram", cause="secret")
            return Response(status_code=403)
        try:
            await self._take(_readable(await _body(request)))
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:
            log.warning("delivery not stored", channel="telegram", cause=type(error).__name__)
            return Response(status_code=503)
        return Response()


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            break
    return body


def _readable(body: bytes) -> object:
    # Whatever is signed must be answered 200 or it is repeated for ever, so junk goes on as text, to be put aside.
    if len(body) <= BODY_BYTES:
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            pass
    return body[:KEPT_CHARACTERS].decode("utf-8", "replace")

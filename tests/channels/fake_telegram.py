"""A Bot API server over real HTTP on 127.0.0.1, built from the contract sheet; it runs in a thread of its own.

Use the fixture `telegram_server`: `say`, `press`, `photo` are what people do, `sent` is what they read.
"""

import asyncio
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.channels.fake_telegram_people import People
from tests.channels.fake_telegram_rules import (
    CutOff,
    Json,
    Rejected,
    checked_keyboard,
    checked_text,
    parameters_of,
    person,
    refusal,
)

TOKEN = "7001:AAFakeTokenForTestsOnly-0123456789abc"


class FakeTelegram(People):
    """One bot's Telegram; its methods named do_... are the Bot API's (do_get_me is getMe)."""

    def __init__(self, token: str = TOKEN) -> None:
        super().__init__(token)
        self._poll = 0

    async def answer(self, request: Request) -> Response:
        method = request.path_params["method"]
        if self.down:
            return Response("<html>Bad Gateway</html>", 502)
        if request.path_params["token"] != self.token:
            return refusal(401, "Unauthorized")
        parameters = await parameters_of(request)
        self.calls.append((method, parameters))
        fault = self.faults[method].pop(0) if self.faults[method] else None
        if fault is not None and fault is not CutOff:
            return fault()
        answer = await self._carried_out(method, parameters)
        return fault() if fault is not None else answer

    async def _carried_out(self, method: str, parameters: Json) -> Response:
        work = getattr(self, "do_" + re.sub("(?=[A-Z])", "_", method).lower(), None)
        if work is None:
            return refusal(404, "Not Found")
        try:
            result = work(**parameters)
            return JSONResponse({"ok": True, "result": await result if asyncio.iscoroutine(result) else result})
        except Rejected as error:
            return refusal(error.status, str(error))

    def do_get_me(self) -> Json:
        return {"id": 7001, "is_bot": True, "first_name": "desk", "username": "desk_bot"}

    async def do_get_updates(
        self, offset: int = 0, limit: int = 100, allowed_updates: list[str] | None = None, **more: Any
    ) -> list[Json]:
        if self.webhook:
            raise Rejected(409, "Conflict: can't use getUpdates method while webhook is active")
        self.kinds = allowed_updates or self.kinds
        self._forget(lambda update: update["update_id"] < offset)
        self._poll += 1
        mine, limit_at = self._poll, time.monotonic() + more.get("timeout", 0)
        while not self._from(offset) and time.monotonic() < limit_at and not self.down:
            await asyncio.sleep(0.005)
            if self._poll != mine:
                raise Rejected(409, "Conflict: terminated by other getUpdates request")
        return self._from(offset)[:limit]

    def _from(self, offset: int) -> list[Json]:
        return [update for update in self.pending if update["update_id"] >= offset]

    def _forget(self, which: Callable[[Json], bool]) -> None:
        # In place: people go on writing from another thread meanwhile.
        for update in [update for update in self.pending if which(update)]:
            self.pending.remove(update)

    def do_set_webhook(self, url: str, **settings: Any) -> bool:
        self.webhook = {"url": url, **settings} if url else {}
        self.kinds = settings.get("allowed_updates") or self.kinds
        return True

    def do_delete_webhook(self, drop_pending_updates: bool = False) -> bool:
        self.webhook = {}
        self._forget(lambda _: drop_pending_updates)
        return True

    def do_send_message(self, chat_id: int, text: str = "", reply_markup: Json | None = None, **more: Any) -> Json:
        self._reach(chat_id)
        fields: Json = {"text": checked_text(text, more.get("parse_mode"))}
        return self._delivered(chat_id, fields, reply_markup)

    def do_send_document(self, chat_id: int, document: bytes, caption: str = "", **more: Any) -> Json:
        self._reach(chat_id)
        paper = {"file_id": self.keep(document), "file_unique_id": "u", "file_size": len(document)}
        return self._delivered(chat_id, {"document": paper, "caption": caption}, more.get("reply_markup"))

    def _reach(self, chat_id: int) -> None:
        if chat_id in self.blocked:
            raise Rejected(403, "Forbidden: bot was blocked by the user")
        if chat_id not in self.known:
            raise Rejected(400, "Bad Request: chat not found")

    def _delivered(self, chat_id: int, fields: Json, keyboard: Json | None) -> Json:
        message = {"message_id": next(self.ids), "date": int(time.time()), "chat": person(chat_id), **fields}
        message |= {"reply_markup": checked_keyboard(keyboard)} if keyboard else {}
        self.messages.append(message)
        return message

    def do_answer_callback_query(self, callback_query_id: str, **more: Any) -> bool:
        if callback_query_id not in self.queries:
            raise Rejected(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.queries.discard(callback_query_id)
        return True

    def do_edit_message_reply_markup(self, chat_id: int, message_id: int, reply_markup: Json | None = None) -> Json:
        found = [m for m in self.messages if (m["chat"]["id"], m["message_id"]) == (chat_id, message_id)]
        if not found:
            raise Rejected(400, "Bad Request: message to edit not found")
        if found[0].get("reply_markup") == reply_markup:
            raise Rejected(400, "Bad Request: message is not modified")
        found[0].pop("reply_markup")
        return found[0] | ({"reply_markup": reply_markup} if reply_markup else {})

    def do_get_file(self, file_id: str) -> Json:
        content = self.files.get(file_id)
        if content is None:
            raise Rejected(400, "Bad Request: invalid file_id")
        shown = self.shown_sizes.get(file_id, len(content))
        if shown > 20_000_000:
            raise Rejected(400, "Bad Request: file is too big")
        place = {"file_path": f"{file_id.rpartition('-')[0]}/{file_id}"}
        return {"file_id": file_id, "file_unique_id": "u", "file_size": shown, **place}

    async def download(self, request: Request) -> Response:
        content = self.files.get(request.path_params["name"])
        if request.path_params["token"] != self.token or content is None:
            return Response(status_code=404)
        return Response(content)

    async def deliver(self) -> None:
        """Push to the webhook, one update at a time, each until it is answered 2xx."""
        async with httpx.AsyncClient(timeout=5) as client:
            while True:
                await asyncio.sleep(0.01)
                if self.webhook and self.pending:
                    await self._deliver_first(client)

    async def _deliver_first(self, client: httpx.AsyncClient) -> None:
        update = self.pending[0]
        secret = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        try:
            answer = await client.post(self.webhook["url"], json=update, headers=secret)
        except httpx.HTTPError:
            return
        self.deliveries.append((update["update_id"], answer.status_code))
        if answer.is_success and update in self.pending:
            self.pending.remove(update)


def _application(server: FakeTelegram) -> Starlette:
    routes = [
        Route("/bot{token}/{method}", server.answer, methods=["GET", "POST"]),
        Route("/file/bot{token}/{folder}/{name}", server.download),
    ]
    return Starlette(routes=routes)


async def _serve(server: FakeTelegram, port: socket.socket, stop: threading.Event) -> None:
    config = uvicorn.Config(_application(server), log_level="critical", timeout_graceful_shutdown=0)
    web = uvicorn.Server(config)
    delivery = asyncio.create_task(server.deliver())
    serving = asyncio.create_task(web.serve(sockets=[port]))
    await asyncio.to_thread(stop.wait)
    web.should_exit = True
    delivery.cancel()
    await serving


@contextmanager
def serving_telegram(token: str = TOKEN) -> Iterator[FakeTelegram]:
    """A running server; `url` is its address."""
    server, stop = FakeTelegram(token), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as port:
        server.url = f"http://127.0.0.1:{port.getsockname()[1]}"
        thread = threading.Thread(target=lambda: asyncio.run(_serve(server, port, stop)), daemon=True)
        thread.start()
        yield server
        stop.set()
        thread.join(5)


@pytest.fixture
def telegram_server() -> Iterator[FakeTelegram]:
    """Telegram for one test."""
    with serving_telegram() as server:
        yield server

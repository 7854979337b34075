"""What the Bot API accepts and how it writes people, messages and refusals; the limits are the contract sheet's."""

import json
from collections.abc import Callable
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

Json = dict[str, Any]
WORDS = {"text", "caption", "callback_query_id", "file_id", "url", "secret_token", "parse_mode"}


class Rejected(Exception):
    """The Bot API's own refusal."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class CutOff(Response):
    """The connection breaks in the middle of the answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


def refusal(status: int, reason: str, retry_after: int = 0) -> Response:
    """A failure as the Bot API words it."""
    body: Json = {"ok": False, "error_code": status, "description": reason}
    wait = {"parameters": {"retry_after": retry_after}} if retry_after else {}
    return JSONResponse(body | wait, status)


def checked_text(text: str, parse_mode: str | None) -> str:
    """The text as delivered; refused when empty, over 4096 UTF-16 units, or broken HTML."""
    text = text.strip()
    if not text:
        raise Rejected(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) > 2 * 4096:
        raise Rejected(400, "Bad Request: message is too long")
    if parse_mode and "<" in text:
        raise Rejected(400, "Bad Request: can't parse entities")
    return text


def checked_keyboard(keyboard: Json) -> Json:
    """The inline keyboard; at most 100 buttons, 8 in a row, 64 bytes of data in each."""
    rows = keyboard["inline_keyboard"]
    if sum(len(row) for row in rows) > 100 or any(len(row) > 8 for row in rows):
        raise Rejected(400, "Bad Request: reply markup is too long")
    for button in (button for row in rows for button in row):
        if not button["text"].strip():
            raise Rejected(400, "Bad Request: button text is empty")
        if not 1 <= len(button["callback_data"].encode()) <= 64:
            raise Rejected(400, "Bad Request: BUTTON_DATA_INVALID")
    return keyboard


def buttons(message: Json) -> list[Json]:
    """The buttons under a message."""
    return [button for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


def person(chat_id: int) -> Json:
    """A private chat."""
    return {"id": chat_id, "type": "private", "first_name": f"P{chat_id}"}


def user(chat_id: int) -> Json:
    """The person in it: in a private chat both have the same id."""
    return {"id": chat_id, "is_bot": False, "first_name": f"P{chat_id}"}


def size(file_id: str, edge: int, content: bytes) -> Json:
    """One size of a photo."""
    return {"file_id": file_id, "file_unique_id": "u", "width": edge, "height": edge, "file_size": len(content)}


async def parameters_of(request: Request) -> Json:
    """A call's parameters: a form as PTB posts it, with or without files."""
    body, kind = await request.body(), request.headers.get("content-type", "")
    if kind.startswith("multipart/"):
        return _parts(kind, body)
    return {name: _value(name, value) for name, value in parse_qsl(body.decode(), keep_blank_values=True)}


def _parts(kind: str, body: bytes) -> Json:
    letter = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    found: Json = {}
    for part in letter.iter_parts():
        name, content = str(part.get_param("name", header="content-disposition")), part.get_content()
        binary = part.get_filename() is not None
        found[name] = part.get_payload(decode=True) if binary else _value(name, content)
    # A file travels under a name of its own, to which the parameter points.
    return {name: found.get(value[9:], value) if _points(value) else value for name, value in found.items()}


def _points(value: object) -> bool:
    return isinstance(value, str) and value.startswith("attach://")


def _value(name: str, value: str) -> Any:
    if name in WORDS:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


Answer = Callable[[], Response]

"""Telegram's updates as Heard, and Spoken as Bot API calls: pure, nothing here moves bytes."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ChatType, MessageAttachmentType

from bot.speech import Attachment, Heard, Refused, Spoken, Tap

NAME = "telegram"
TEXT_UNITS = 4096  # UTF-16 code units in one message
BUTTON_BYTES = 64
NO_BUTTON = Tap("", 0)  # under no question, so the desk answers as it does to any outdated button

FILE_KINDS = {
    "voice": "voice",
    "video": "video",
    "video_note": "video",
    "document": "file",
    "audio": "file",
    "animation": "file",
    "sticker": "file",
}
SENT = frozenset(MessageAttachmentType)  # a message without words that somebody sent, not a note of the service


class Press(NamedTuple):
    """A pressed button: the platform's number of the press, and the message it hangs under, if it is still known."""

    id: str
    chat: int | None
    message: int


@dataclass(frozen=True, slots=True)
class Request:
    """One call of the Bot API client: the client's method and its arguments; `file` is a path still to be read."""

    method: str
    parameters: dict[str, Any]
    file: str = ""


def update_id(raw: object) -> int | None:
    """The number Telegram counts deliveries by; None when there is none."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def delivery(raw: object) -> tuple[str, str]:
    """Key and storable text of a delivery, readable or not; the same delivery always has the same key."""
    body = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
    body = body.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\0")
    number = update_id(raw)
    return (f"{number}" if number is not None else f"sha256:{sha256(body.encode()).hexdigest()}"), body


def hear(raw: object, body: Callable[[], str] = str) -> Heard | None:
    """What one person did in a private chat; None for what is not for the desk: groups, edits, service notes.

    ValueError, TypeError, KeyError or AttributeError when it is no update. Read field by field: a typed update costs
    more than all the rest of a message (docs/promises.md).
    """
    number = update_id(raw)
    if number is None or not isinstance(raw, dict):
        raise ValueError("no update_id")
    if (query := raw.get("callback_query")) is not None:
        return _pressed(number, query, body)
    if (message := raw.get("message")) is not None and message["chat"]["type"] == ChatType.PRIVATE:
        return _written(number, message, body)
    return None


def press(raw: object) -> Press | None:
    """The button pressed, for the courtesies owed to it."""
    query = raw.get("callback_query") if isinstance(raw, dict) else None
    if query is None:
        return None
    message = query.get("message") or {}
    return Press(query["id"], message["chat"]["id"] if message else None, message.get("message_id", 0))


def _pressed(number: int, query: dict[str, Any], body: Callable[[], str]) -> Heard | None:
    # The message under an old button may be withheld; in a private chat the person's id is the chat's.
    if query.get("message") is not None and query["message"]["chat"]["type"] != ChatType.PRIVATE:
        return None
    return Heard(NAME, f"{number}", _address(query["from"]["id"]), tap=_tap(query.get("data")), raw=body)


def _tap(data: str | None) -> Tap:
    token, _, index = (data or "").rpartition(":")
    readable = token and index.isascii() and index.isdigit() and len(index) <= 3
    return Tap(token, int(index)) if readable else NO_BUTTON


def _written(number: int, message: dict[str, Any], body: Callable[[], str]) -> Heard | None:
    text = message.get("text") or message.get("caption") or ""
    if not isinstance(text, str):
        raise TypeError("text is no text")
    if not text and message.keys().isdisjoint(SENT):
        return None
    forwarded = message.get("forward_origin") is not None
    address = _address(message["chat"]["id"])
    return Heard(NAME, f"{number}", address, text, file=_attachment(message), forwarded=forwarded, raw=body)


def _address(chat: object) -> str:
    if not isinstance(chat, int) or isinstance(chat, bool):
        raise TypeError("chat id is no number")
    return f"{chat}"


def _attachment(message: dict[str, Any]) -> Attachment | None:
    if message.get("photo"):
        return Attachment("photo", max(message["photo"], key=lambda size: size["width"] * size["height"])["file_id"])
    for field, kind in FILE_KINDS.items():
        if (sent := message.get(field)) is not None:
            return Attachment(kind, sent["file_id"], sent.get("file_name") or "")
    return None


def speak(spoken: Spoken) -> tuple[Request, ...]:
    """The calls that say it, in order: the paper first, then plain text, the buttons under the last piece."""
    chat = _chat(spoken.address)
    pieces = split(spoken.text)
    texts = [_message(chat, piece) for piece in pieces]
    if spoken.token and spoken.choices and texts:
        texts[-1].parameters["reply_markup"] = _keyboard(spoken)
    papers = [Request("send_document", {"chat_id": chat}, spoken.file)] if spoken.file else []
    return tuple(papers + texts)


def _chat(address: str) -> int:
    # Anything but a number could name a public channel.
    if not (address.isascii() and address.isdigit()):
        raise Refused("not a private chat")
    return int(address)


def _message(chat: int, text: str) -> Request:
    quiet = LinkPreviewOptions(is_disabled=True)
    return Request("send_message", {"chat_id": chat, "text": text, "link_preview_options": quiet})


def _keyboard(spoken: Spoken) -> InlineKeyboardMarkup:
    labels = enumerate(spoken.choices)
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=_data(spoken, n))] for n, label in labels])


def _data(spoken: Spoken, index: int) -> str:
    data = f"{spoken.token}:{index}"
    if len(data.encode()) > BUTTON_BYTES:
        raise Refused(f"a button carries more than {BUTTON_BYTES} bytes")
    return data


def split(text: str, units: int = TEXT_UNITS) -> tuple[str, ...]:
    """Pieces of at most `units` UTF-16 units, cut after line ends where possible; joined they are the text.

    Pieces of nothing but blanks are left out: Telegram refuses them.
    """
    pieces, current = [], ""
    for line in _short_lines(text, units):
        if width(current) + width(line) > units:
            pieces.append(current)
            current = ""
        current += line
    return tuple(piece for piece in [*pieces, current] if piece.strip())


def _short_lines(text: str, units: int) -> Iterator[str]:
    for line in text.splitlines(keepends=True):
        while width(line) > units:
            cut = _fitting(line, units)
            yield line[:cut]
            line = line[cut:]
        yield line


def _fitting(line: str, units: int) -> int:
    used = 0
    for position, character in enumerate(line):
        used += width(character)
        if used > units:
            return position
    return len(line)


def width(text: str) -> int:
    """Length in UTF-16 code units, which is how Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)

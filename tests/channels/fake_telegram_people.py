"""People who write to a bot on the fake Telegram: what they do, what they read, and what goes wrong between."""

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from tests.channels.fake_telegram_rules import Answer, CutOff, Json, buttons, person, refusal, size, user

DEFAULT_KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]


class People:
    """What Telegram keeps about one bot, and the people who write to it."""

    def __init__(self, token: str) -> None:
        self.token, self.url = token, ""
        self.next_update_id = 700_000_001
        self.pending: list[Json] = []  # not yet acknowledged, or not yet delivered
        self.webhook: Json = {}
        self.kinds = list(DEFAULT_KINDS)
        self.calls: list[tuple[str, Json]] = []
        self.messages: list[Json] = []  # what the bot sent, with the keyboard as it is now
        self.files: dict[str, bytes] = {}
        self.shown_sizes: dict[str, int] = {}  # what getFile says instead of the true size
        self.blocked: set[int] = set()
        self.known: set[int] = set()
        self.queries: set[str] = set()
        self.deliveries: list[tuple[int, int]] = []  # update_id, status the webhook answered
        self.down = False
        self.faults: defaultdict[str, list[Answer | None]] = defaultdict(list)
        self.ids = itertools.count(1)

    # What people do.

    def say(self, chat_id: int, text: str, **more: Any) -> int:
        """A private message; `more` adds or replaces fields of the message. The update's id."""
        return self.post({"message": self.message(chat_id, text=text, **more)})

    def photo(self, chat_id: int, content: bytes, caption: str = "") -> int:
        """A picture in two sizes, of which only the larger is `content`."""
        small, large = self.keep(content[:1], "photos"), self.keep(content, "photos")
        sizes = [size(large, 1280, content), size(small, 90, content[:1])]
        words = {"caption": caption} if caption else {}
        return self.post({"message": self.message(chat_id, photo=sizes, **words)})

    def press(self, chat_id: int, label: str) -> int:
        """Press the button in the newest message that shows one so labelled; LookupError when none does."""
        for message in reversed(self.messages):
            for button in buttons(message) if message["chat"]["id"] == chat_id else []:
                if button["text"] == label:
                    return self.press_data(chat_id, button["callback_data"], message)
        raise LookupError(f"{chat_id} sees no button {label}")

    def press_data(self, chat_id: int, data: str, message: Json | None = None) -> int:
        """Press a button that carries `data`, shown or long gone; without a message it is an inaccessible one."""
        query_id = f"q{next(self.ids)}"
        self.queries.add(query_id)
        gone = {"message_id": 1, "date": 0, "chat": person(chat_id)}
        query = {"id": query_id, "from": user(chat_id), "chat_instance": "1", "data": data}
        return self.post({"callback_query": {**query, "message": message or gone}})

    def block(self, chat_id: int) -> None:
        """The person blocks the bot."""
        self.blocked.add(chat_id)

    def message(self, chat_id: int, **fields: Any) -> Json:
        """A private message as Telegram writes it."""
        self.known.add(chat_id)
        base = {"message_id": next(self.ids), "date": int(time.time()), "chat": person(chat_id)}
        return {**base, "from": user(chat_id), **fields}

    def post(self, update: Json) -> int:
        """Queue an update as it stands; it may be one nobody can read. Its id."""
        number, self.next_update_id = self.next_update_id, self.next_update_id + 1
        if all(kind in self.kinds or kind not in DEFAULT_KINDS for kind in update):
            self.pending.append({"update_id": number, **update})
        return number

    def keep(self, content: bytes, folder: str = "documents") -> str:
        """A file on Telegram's side; its file_id."""
        file_id = f"{folder}-{next(self.ids)}"
        self.files[file_id] = content
        return file_id

    # What people read.

    def sent(self, chat_id: int) -> list[str]:
        """The texts a person got, oldest first."""
        return [str(m.get("text", m.get("caption", ""))) for m in self.messages if m["chat"]["id"] == chat_id]

    def labels(self, chat_id: int) -> list[str]:
        """The labels of the buttons still shown to a person, oldest first."""
        shown = [m for m in self.messages if m["chat"]["id"] == chat_id]
        return [button["text"] for message in shown for button in buttons(message)]

    def called(self, method: str) -> list[Json]:
        """The parameters of every call of a method."""
        return [parameters for name, parameters in self.calls if name == method]

    async def until(self, ready: Callable[[], object], seconds: float = 5.0) -> None:
        """Wait, without blocking the loop, until something holds; AssertionError when it does not in time."""
        limit = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < limit, f"not within {seconds} s; the bot called {self.calls[-5:]}"
            await asyncio.sleep(0.01)

    # Faults.

    def fail(self, method: str, status: int, times: int = 1, retry_after: int = 0, page: bool = False) -> None:
        """The next calls are refused with a status, as Bot API JSON or (`page`) as a gateway's HTML."""
        answer = (lambda: Response("<html>", status)) if page else (lambda: refusal(status, "Fault", retry_after))
        self.faults[method] += [answer] * times

    def lose(self, method: str, after: int = 0) -> None:
        """One call, `after` others, is carried out but its answer lost."""
        self.faults[method] += [None] * after + [CutOff]

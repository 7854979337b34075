"""What a page sends and hears, in the desk's own values: the two pure functions of the web channel."""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request

from bot.speech import Heard, Spoken, Tap

LONGEST_TEXT = 4000
LARGEST_JSON = 64 * 1024
# A capability: 128 random bits made by the tab. It travels in a header or a body, never in an address line.
ADDRESS = re.compile(r"[0-9a-f]{32}")
KEY = re.compile(r"[0-9A-Za-z-]{8,64}")
TOKEN = re.compile(r"[0-9A-Za-z_-]{1,128}")


class Unfit(Exception):
    """What the page sent cannot be taken; `words` names the template that says why."""

    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.words = words
        self.status = status


def hear(said: Mapping[str, object]) -> Heard:
    """What a page said, as the desk hears it; raise Unfit when it is not to be understood."""
    address, key = matching(ADDRESS, said.get("address")), matching(KEY, said.get("key"))
    heard_key = delivery(address, key)
    if "tap" in said:
        return Heard("web", heard_key, address, tap=_tap(said["tap"]))
    return Heard("web", heard_key, address, text=_text(said.get("text")))


def delivery(address: str, key: str) -> str:
    """One key for one delivery; it is kept longer than anybody may know the page's secret address from it."""
    return sha256(f"{address}/{key}".encode()).hexdigest()[:40]


def speak(event_id: str, spoken: Spoken) -> str:
    """One bubble as a Server-Sent Event."""
    bubble = {"text": spoken.text, "choices": spoken.choices, "token": spoken.token, "card": spoken.card}
    if spoken.file:
        bubble["file"] = Path(spoken.file).name
    return f"id: {event_id}\ndata: {json.dumps(bubble, ensure_ascii=False)}\n\n"


async def sent_json(request: Request) -> Mapping[str, object]:
    """The JSON object posted; raise Unfit when it is none, or too large."""
    # A foreign page can post text/plain to us unasked, but not JSON.
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        raise Unfit("unclear")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_JSON:
            raise Unfit("too_long", 413)
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise Unfit("unclear") from None
    if not isinstance(said, dict):
        raise Unfit("unclear")
    return said


def matching(pattern: re.Pattern[str], value: object) -> str:
    """The value, if it is text of exactly this pattern; raise Unfit otherwise."""
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise Unfit("unclear")
    return value


def _tap(value: object) -> Tap:
    if not isinstance(value, dict):
        raise Unfit("unclear")
    index = value.get("index")
    if type(index) is not int or not 0 <= index < 100:
        raise Unfit("unclear")
    return Tap(matching(TOKEN, value.get("token")), index)


def _text(value: object) -> str:
    if not isinstance(value, str) or not (text := value.replace("\0", "").strip()):
        raise Unfit("unclear")
    if len(text) > LONGEST_TEXT:
        raise Unfit("too_long", 413)
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise Unfit("unclear")
    return text

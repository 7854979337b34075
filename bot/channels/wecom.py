"""WeCom for colleagues: the centre's self-built app. Citizens come through 微信客服, which is another channel."""

import asyncio
import re
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from starlette.routing import Route

from bot.channels.wecom_api import Api, TaskTaken
from bot.channels.wecom_callback import CARD_KEY, Callback, Press, Seal
from bot.speech import Ability, Attachment, Ear, Later, Pulse, Refused, Spoken, Unsure

LONGEST = 2048  # bytes of a text; the platform cuts silently, wherever that falls
BUTTONS, LABEL = 6, 10
TITLE, DESC, SUBTITLE = 26, 30, 160
FACTS, FACT_NAME, FACT_VALUE = 6, 5, 30
# Seconds the platform looks back for a repeat (the same JSON, to the letter), and what makes two bubbles differ in it.
REPEAT_WITHIN, APART, PIECES = 3600, 10_000, 8
LIMITS = ((60.0, 30), (3600.0, 1000))  # to one colleague; what is over is lost without a word
REMEMBERED = 2000
LINK = re.compile(r"<(?=\s*/?\s*a)", re.IGNORECASE)
FACT = re.compile(rf"([^:：]{{1,{FACT_NAME}}})[:：]\s*(.{{1,{FACT_VALUE}}})")

Payload = dict[str, Any]
log = structlog.get_logger()


def pieces(text: str, limit: int = LONGEST) -> tuple[str, ...]:
    """The text in order, in as few bubbles of `limit` UTF-8 bytes as whole lines allow; no character is cut."""
    bubbles = [""]
    for line in text.split("\n"):
        longer = f"{bubbles[-1]}\n{line}" if bubbles[-1] else line
        if len(longer.encode()) <= limit:
            bubbles[-1] = longer
        else:
            bubbles.extend(_cut(line, limit))
    return tuple(bubble for bubble in bubbles if bubble.strip())


def speak(spoken: Spoken, agent_id: int) -> tuple[Payload, ...]:
    """The API calls of one bubble, in order: always the same for this one, and never those of another.

    Its number makes a card's task_id, and the seconds to look back: other news in the same words is no repeat.
    """
    if not spoken.address or spoken.address.startswith("@") or "|" in spoken.address:
        raise Refused("not the address of one colleague")
    frame: Payload = {"touser": spoken.address, "agentid": agent_id, "safe": 0, "enable_duplicate_check": 1}
    text = LINK.sub("＜", spoken.text.encode("utf-8", "replace").decode())
    if not _fits_buttons(spoken):
        return _apart(_texts(frame, "\n".join([text, *_numbered(spoken.choices)])), spoken)
    before, card = _card(text, spoken)
    return _apart((*_texts(frame, before), frame | {"msgtype": "template_card", "template_card": card}), spoken)


def _apart(payloads: tuple[Payload, ...], spoken: Spoken) -> tuple[Payload, ...]:
    """Each a little different from every other, because the platform compares the whole JSON."""
    first = int(spoken.id or 0) * PIECES
    looks = (REPEAT_WITHIN + number % APART for number in range(first, first + len(payloads)))
    return tuple(p | {"duplicate_check_interval": seconds} for p, seconds in zip(payloads, looks, strict=True))


def _cut(line: str, limit: int) -> Iterator[str]:
    while len(line.encode()) > limit:
        head = line.encode()[:limit].decode(errors="ignore")
        yield head
        line = line[len(head) :]
    yield line


def _fits_buttons(spoken: Spoken) -> bool:
    fits = all(0 < len(label) <= LABEL for label in spoken.choices) and len(spoken.choices) <= BUTTONS
    return bool(spoken.choices and spoken.text.strip()) and fits and bool(CARD_KEY.fullmatch(f"{spoken.token}:0"))


def _numbered(choices: tuple[str, ...]) -> list[str]:
    return [LINK.sub("＜", f"{number}. {label}") for number, label in enumerate(choices, 1)]


def _texts(frame: Payload, text: str) -> tuple[Payload, ...]:
    return tuple(frame | {"msgtype": "text", "text": {"content": piece}} for piece in pieces(text))


def _card(text: str, spoken: Spoken) -> tuple[str, Payload]:
    """What goes ahead as plain text, and the card."""
    before, words = _layout(text)
    buttons = [
        {"type": 0, "text": LINK.sub("＜", label), "style": 1, "key": f"{spoken.token}:{index}"}
        for index, label in enumerate(spoken.choices)
    ]
    task = re.sub(r"[^0-9A-Za-z_@-]", "_", f"{spoken.id}@{spoken.token}")[:128]
    return before, {"card_type": "button_interaction", **words, "task_id": task, "button_list": buttons}


def _layout(text: str) -> tuple[str, Payload]:
    """What goes ahead, and the card's words: a text of a few short lines fits whole, any other goes ahead."""
    first, *rest = [line.strip() for line in text.strip().split("\n") if line.strip()]
    title: Payload = {"main_title": {"title": _short(first, TITLE)}}
    below = first if len(first) > TITLE else "".join(rest)
    facts = [found for line in rest if (found := FACT.fullmatch(line))]
    if len(first) <= TITLE and len(facts) == len(rest) and 0 < len(facts) <= FACTS:
        return "", title | {"horizontal_content_list": [{"keyname": fact[1], "value": fact[2]} for fact in facts]}
    if len(rest) + (len(first) > TITLE) > 1 or len(below) > SUBTITLE:
        return text, title
    if len(first) <= TITLE and 0 < len(below) <= DESC:
        return "", {"main_title": {"title": first, "desc": below}}
    return "", title | ({"sub_title_text": below} if below else {})


def _short(line: str, most: int) -> str:
    return line if len(line) <= most else line[: most - 1] + "…"


@dataclass(slots=True)
class _Begun:
    """A bubble of which something has gone out: the calls done."""

    done: int = 0


class WeCom:
    """The self-built app as a channel. `base_url` is scheme and host; an address is a userid in lower case."""

    name = "wecom"
    ability = Ability(buttons=BUTTONS, label=LABEL, text=LONGEST, unit="bytes", files=False, per_second=0.4, burst=4,
                      in_all=100.0, drops_repeats=True)  # fmt: skip

    def __init__(
        self,
        corp_id: str,
        agent_id: int,
        secret: str,
        token: str,
        aes_key: str,
        base_url: str = "https://qyapi.weixin.qq.com",
        *,
        clock: Callable[[], datetime],
        timeout: float = 10.0,
    ) -> None:
        self.pulse = Pulse()
        self._agent_id = int(agent_id)
        self._api = Api(base_url, corp_id, secret, clock=clock, pulse=self.pulse, timeout=timeout)
        self._callback = Callback(Seal(token, aes_key, corp_id), self.pulse, clock, self._pressed)
        self._begun: OrderedDict[Spoken, _Begun] = OrderedDict()
        self._labels: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._said: dict[str, deque[float]] = {}
        self._greying: set[asyncio.Task[None]] = set()

    def routes(self) -> list[Route]:
        """The callback address of the app."""
        return [
            Route("/wecom/app", self._callback.verify, methods=["GET"]),
            Route("/wecom/app", self._callback.deliver, methods=["POST"]),
        ]

    async def run(self, ear: Ear) -> None:
        """Let callbacks in until cancelled; nothing is polled, only the first token fetched."""
        self._callback.ear = ear
        try:
            await self._prepare()
            await asyncio.Event().wait()
        finally:
            self._callback.ear = None
            for task in self._greying:
                task.cancel()
            await self._api.close()

    async def send(self, spoken: Spoken) -> None:
        """Return when the platform has taken every part; parts already taken are not said again."""
        begun = self._begun.pop(spoken, None) or _Begun()
        payloads = speak(spoken, self._agent_id)
        if spoken.choices:
            _remember(self._labels, spoken.token, spoken.choices)
        try:
            while begun.done < len(payloads):
                await self._say(spoken.address, payloads[begun.done], begun)
        except (Later, Unsure):
            _remember(self._begun, spoken, begun)
            raise

    async def fetch(self, file: Attachment) -> bytes:
        """The bytes of a file a colleague sent within the last three days."""
        return await self._api.media(file.source)

    async def _prepare(self) -> None:
        while True:
            try:
                return await self._api.prepare()
            except Later as later:
                await asyncio.sleep(later.seconds or 2.0)

    async def _say(self, address: str, payload: Payload, begun: _Begun) -> None:
        self._allow(address)
        try:
            answer = await self._api.call("message/send", payload)
        except TaskTaken:
            if "template_card" not in payload:
                raise
            answer = {}  # only this bubble ever had this task_id: the card had arrived after all
        begun.done += 1
        missed = f"{answer.get('invaliduser') or ''}|{answer.get('unlicenseduser') or ''}".lower().split("|")
        if address.lower() in missed:
            raise Refused("message/send: the app cannot reach this colleague")

    def _allow(self, address: str) -> None:
        now, said = time.monotonic(), self._said.setdefault(address, deque(maxlen=LIMITS[-1][1]))
        for seconds, most in LIMITS:
            if len(said) >= most and now - said[-most] < seconds:
                raise Later("message/send: as much as one colleague may be told for now", seconds - (now - said[-most]))
        said.append(now)

    def _pressed(self, press: Press) -> None:
        found = CARD_KEY.fullmatch(press.key)
        labels = self._labels.get(found[1], ()) if found else ()
        if found and int(found[2]) < len(labels):
            task = asyncio.create_task(self._grey(press, labels[int(found[2])]))
            self._greying.add(task)
            task.add_done_callback(self._greying.discard)

    async def _grey(self, press: Press, label: str) -> None:
        body = {"userids": [press.userid], "agentid": self._agent_id, "response_code": press.response_code}
        try:
            await self._api.call("message/update_template_card", {**body, "button": {"replace_name": label}})
        except (Later, Refused, Unsure) as error:
            log.info("card left as it was", channel="wecom", cause=type(error).__name__)


def _remember(shelf: OrderedDict[Any, Any], key: object, value: object) -> None:
    shelf[key] = value
    while len(shelf) > REMEMBERED:
        shelf.popitem(last=False)

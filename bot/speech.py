"""What passes between the desk and a channel: values only, nothing that moves bytes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Tap:
    """A pressed button: the random token of the question it hung under, and which one (from 0)."""

    token: str
    index: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file somebody sent, as the channel names it; its bytes are fetched after the message is stored."""

    kind: str  # "photo", "voice", "video", "file"
    source: str  # what the channel's fetch() needs: a file_id, a media_id, a path
    name: str = ""


class Heard(NamedTuple):
    """One thing a person did. `key` is unique per channel for ever: the same key twice is a repeated delivery."""

    channel: str
    key: str
    address: str  # the account within the channel
    text: str = ""
    tap: Tap | None = None
    file: Attachment | None = None
    forwarded: bool = False  # somebody else's words, passed on
    raw: Callable[[], str] = str  # the delivery as it came, asked for only when it could not be handled


class Spoken(NamedTuple):
    """One bubble on its way out. `token` is "" when nothing can be pressed."""

    channel: str
    address: str
    text: str
    choices: tuple[str, ...] = ()
    token: str = ""
    file: str = ""  # path of a file to send along
    card: bool = False  # a card about a row (a consent), not a question of the running conversation
    duty: bool = False  # may be sent again when the platform did not say whether it arrived
    id: str = ""  # the letter's number in the outbox, unique for ever


@dataclass(frozen=True, slots=True)
class Ability:
    """What a channel can do; the courier asks it."""

    buttons: int  # at most so many under one bubble; more are written into the text as numbers
    label: int  # characters a button may have
    text: int  # length of one bubble, in `unit`
    unit: str = "chars"  # "chars", "utf16", "bytes"
    files: bool = True
    per_second: float | None = None  # sustained rate to one person
    burst: int = 3  # so many at once before that
    in_all: float | None = None  # rate to everybody together
    drops_repeats: bool = False  # what is said again under the same number arrives once
    window: int | None = None  # hours after a person's last message during which one may write to them
    reopens: bool = True  # can be reached again after the person has gone away


class Later(Exception):
    """Not now: try this lane again after `seconds` (None: the courier's own back-off)."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Refused(Exception):
    """Never: this person cannot be reached here, or this text will not be taken."""


class Unsure(Exception):
    """Perhaps delivered: the connection broke after the request had gone out."""


class Ear(Protocol):
    """What a channel is given to put messages into."""

    async def hear(self, heard: Heard) -> None:
        """Return once the message is stored for good; raise OSError when it cannot be (the platform must repeat it)."""

    async def put_aside(self, channel: str, key: str, raw: str, cause: str) -> None:
        """Keep a delivery nobody could read for the administrator; durable on return, repeated keys are ignored."""


class Channel(Protocol):
    """A way in and out. `run` moves bytes until cancelled; `send` returns when the platform has taken the bubble."""

    name: str
    ability: Ability

    async def run(self, ear: Ear) -> None: ...

    async def send(self, spoken: Spoken) -> None: ...

    async def fetch(self, file: Attachment) -> bytes: ...


@dataclass(slots=True)
class Pulse:
    """When a channel last had word from its platform; /readyz reads it."""

    last_ok: datetime | None = None
    trouble: str = ""
    detail: dict[str, str] = field(default_factory=dict)

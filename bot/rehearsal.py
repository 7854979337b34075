"""The desk without a platform: for machines that talk to it (`frontdesk talk`), for transcripts, for newcomers."""

import asyncio
import json
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.app import House
from bot.clock import Clock
from bot.directory import RehearsalDirectory
from bot.speech import Ability, Attachment, Ear, Heard, Spoken, Tap
from storage.loading import Loaded, digest_of_folder, load_folder, write_centre

CITIZEN = "citizen:"
USUAL = "terminal"


class Unclear(ValueError):
    """A line that says nothing the desk could hear."""


@dataclass(frozen=True, slots=True)
class Said:
    """One bubble that went out."""

    at: datetime
    to: str
    channel: str
    text: str
    choices: tuple[str, ...]
    file: str = ""


class Recorder:
    """A channel under any name that hands every bubble to `out` before it counts as sent."""

    ability = Ability(buttons=12, label=20, text=4000)

    def __init__(self, name: str, clock: Clock, out: Callable[[Said], None]) -> None:
        self.name = name
        self._clock = clock
        self._out = out

    async def run(self, ear: Ear) -> None:
        """Nothing comes in by itself."""

    async def send(self, spoken: Spoken) -> None:
        to = spoken.address.removeprefix(CITIZEN)
        self._out(Said(self._clock.now(), to, self.name, spoken.text, spoken.choices, spoken.file))

    async def fetch(self, file: Attachment) -> bytes:
        return await asyncio.to_thread(Path(file.source).read_bytes)


class _Channels(dict[str, Any]):
    """Any channel name is there when it is asked for."""

    def __init__(self, make: Callable[[str], Recorder]) -> None:
        super().__init__()
        self._make = make

    def get(self, name: str, default: Any = None) -> Any:
        return self.setdefault(name, self._make(name))


@lru_cache(maxsize=4)
def _loaded(folder: Path, _digest: str) -> Loaded:
    """Read once as long as the files say the same."""
    return load_folder(folder)


class Rehearsal:
    """A whole desk on one database, driven message by message; killed at any moment it goes on from there."""

    def __init__(
        self,
        database_url: str,
        clock: Clock,
        out: Callable[[Said], None],
        centre: Path | None = None,
        without: Collection[str] = (),
    ) -> None:
        self.clock = clock
        self.directory = RehearsalDirectory(USUAL)
        self.house = House(database_url, clock, centre=centre)
        self.house.channels = _Channels(lambda name: Recorder(name, clock, out))
        self._centre = centre
        self._without = without  # jobs that do not ring here

    async def open(self) -> None:
        await self.house.open(directory=self.directory, one_lane=True)
        for name in self._without:
            self.house.bells.jobs.pop(name)
        if self._centre is not None:
            await self._take_over(self._centre, digest_of_folder(self._centre))
        await self.house.bells.catch_up()

    async def _take_over(self, centre: Path, digest: str) -> None:
        """Load the folder, unless the books hold just that already."""
        if self.house.desk.shelf.centre.digest != digest:
            loaded = _loaded(centre, digest)
            await self.house.desk.do(lambda books: write_centre(books, loaded))

    async def close(self) -> None:
        await self.house.close()

    # -- one thing at a time ---------------------------------------------------------------------------------------
    async def hear(self, person: str, *, channel: str = USUAL, key: str = "", **what: Any) -> None:
        """One message of a person (text, tap or file), and all that comes of it until nothing is left to send."""
        who = self.identify(person)
        self.directory.used(who, channel)
        tap = await self.button(who, what["tap"]) if what.get("tap") else None
        file = Attachment("photo", what["file"], Path(what["file"]).name) if what.get("file") else None
        heard = Heard(channel, key or uuid.uuid4().hex, who, what.get("text") or "", tap, file)
        await self.house.desk.hear(heard)
        await self.settle()

    async def settle(self) -> None:
        await self.house.bells.tick()
        await self.house.courier.drain()

    async def move_to(self, instant: datetime) -> None:
        """Move the clock, firing what falls due on the way."""
        await self.house.bells.move_to(instant)

    def identify(self, person: str) -> str:
        """A roster id or name is that colleague; anything else, or citizen:NAME, a citizen."""
        centre = self.house.desk.shelf.centre
        if person.startswith(CITIZEN) or centre.person(person):
            return person
        named = centre.named(person)
        return named[0].id if len(named) == 1 else CITIZEN + person

    async def button(self, person: str, label: str) -> Tap:
        """The newest button with that label under something said to the person; "#old LABEL" the one before."""
        skip = label.startswith("#old ")
        wanted = label.removeprefix("#old ")
        letters = await self.house.desk.do(lambda books: books.outbox.of(person))
        found = [x for x in letters if x.labels and wanted in json.loads(x.labels)]
        if len(found) <= skip:
            raise Unclear(f"no button {label} was shown to {person}")
        letter = found[int(skip)]
        return Tap(letter.token, json.loads(letter.labels).index(wanted))

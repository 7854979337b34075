"""`frontdesk talk`: one JSON object a line in, everything said because of it out, then {"done": count}."""

import asyncio
import json
import os
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.clock import Clock, StandingClock
from bot.rehearsal import USUAL, Rehearsal, Said, Unclear
from rules.calendar import ZONE


def instant_of(text: str) -> datetime:
    """An ISO instant; a naive one is the centre's. Raises ValueError."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=ZONE) if found.tzinfo is None else found.astimezone(ZONE)


class Machine:
    """A conversation held line by line."""

    def __init__(self, centre: Path, database_url: str, now: datetime | None) -> None:
        clock = StandingClock(now) if now else Clock()
        self._count = 0
        self.rehearsal = Rehearsal(database_url, clock, self._said, centre)

    def _said(self, said: Said) -> None:
        line: dict[str, Any] = {
            "at": said.at.isoformat(), "to": said.to, "channel": said.channel, "text": said.text,
            "choices": list(said.choices),
        }  # fmt: skip
        if said.file:
            line["file"] = said.file
        self._count += 1
        _write(line)

    async def run(self) -> None:
        await self.rehearsal.open()
        await self.rehearsal.settle()
        while line := await asyncio.to_thread(sys.stdin.readline):
            if not line.strip():
                continue
            try:
                await self._one(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError, OSError) as trouble:
                _write({"error": str(trouble) or type(trouble).__name__})
                self._count = 0
            done, self._count = self._count, 0
            _write({"done": done})
        await self.rehearsal.close()

    async def _one(self, line: dict[str, Any]) -> None:
        if not isinstance(line, dict):
            raise Unclear("a line is one JSON object")
        known = {name: str(line[name]) for name in ("text", "tap", "file") if line.get(name) is not None}
        if line.get("at"):
            await self.rehearsal.move_to(instant_of(line["at"]))
        if line.get("person") is None:
            if not line.get("at") or known:
                raise Unclear("who says this? a line needs person, or at alone")
            return
        if len(known) != 1:
            raise Unclear("a message has one of text, tap, file")
        key, channel = str(line.get("id") or ""), str(line.get("channel") or USUAL)
        await self.rehearsal.hear(str(line["person"]), channel=channel, key=key, **known)


def _write(line: dict[str, Any]) -> None:
    try:
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os._exit(1)  # nobody listens any more; what was not heard is said again next time


def talk(centre: Path, database_url: str, now: str) -> None:
    """Run until standard input ends."""
    instant = instant_of(now) if now else None
    if database_url:
        asyncio.run(Machine(centre, database_url, instant).run())
        return
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(Machine(centre, f"sqlite:///{folder}/talk.db", instant).run())

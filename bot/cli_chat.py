"""`frontdesk chat`: a conversation in this terminal; choices are numbered, a number presses one."""

import asyncio
import sys
import tempfile
from pathlib import Path

from bot.clock import Clock
from bot.rehearsal import Rehearsal, Said


class Terminal:
    """One person at one terminal; what the desk says to others is not shown."""

    def __init__(self, person: str, centre: Path, database_url: str) -> None:
        self._person = person
        self._who = ""
        self._choices: tuple[str, ...] = ()
        self._rehearsal = Rehearsal(database_url, Clock(), self._said, centre)

    async def run(self) -> None:
        """Until the person says nothing more."""
        await self._rehearsal.open()
        try:
            self._who = self._rehearsal.identify(self._person).removeprefix("citizen:")
            await self._rehearsal.settle()
            while line := await asyncio.to_thread(self._read):
                await self._hear(line.strip())
        finally:
            await self._rehearsal.close()

    def _read(self) -> str:
        if sys.stdin.isatty():
            sys.stdout.write("> ")
            sys.stdout.flush()
        return sys.stdin.readline()

    async def _hear(self, text: str) -> None:
        number = int(text) if text.isascii() and text.isdigit() else 0
        if 0 < number <= len(self._choices):
            await self._rehearsal.hear(self._person, tap=self._choices[number - 1])
        elif text:
            await self._rehearsal.hear(self._person, text=text)

    def _said(self, said: Said) -> None:
        if said.to != self._who:
            return
        self._choices = said.choices or self._choices
        numbered = [f"  {n}. {label}" for n, label in enumerate(said.choices, 1)]
        sys.stdout.write("\n".join([said.text, *numbered, ""]) + "\n")
        sys.stdout.flush()


def chat(person: str, centre: Path, database_url: str) -> None:
    """Talk until standard input ends."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(Terminal(person, centre, database_url or f"sqlite:///{folder}/chat.db").run())

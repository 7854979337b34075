"""Transcripts: Markdown that reads as the desk speaks, played against a real desk.

`名字：话` somebody says; `名字：［按钮］` presses (［旧:按钮］ the one before); `台→名字：话` the desk says, ending
in the buttons it shows; `【2026-11-23 16:30】` moves the clock; 【断电】 kills, the next line restarts; 【重复】
delivers the last message again; `> 值日 2026-09-20 BH022 BH059`, `> 核对 id_lost 2026-05-01` (when its window said so)
and `> 渠道 名字 web` set the scene. All else is prose.
"""

import asyncio
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import words_scene as marks
from bot.app import EXAMPLE
from bot.clock import StandingClock
from bot.rehearsal import USUAL, Rehearsal, Said, Unclear
from rules.calendar import ZONE

NOISY = frozenset({"send_head"})  # its hash is another one on every database
START = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)


@dataclass(slots=True)
class Scene:
    """One transcript being played."""

    database: str
    said: list[Said] = field(default_factory=list)
    channels: dict[str, str] = field(default_factory=dict)
    clock: StandingClock = field(default_factory=lambda: StandingClock(START))
    count: int = 0
    last: dict[str, Any] = field(default_factory=dict)
    rehearsal: Rehearsal | None = None

    async def desk(self) -> Rehearsal:
        """The desk of this scene, opened when it is first needed, so that the first line can set the clock."""
        if self.rehearsal is None:
            self.rehearsal = Rehearsal(self.database, self.clock, self.said.append, EXAMPLE, without=NOISY)
            await self.rehearsal.open()
        return self.rehearsal

    async def close(self) -> None:
        if self.rehearsal is not None:
            await self.rehearsal.close()
            self.rehearsal = None

    async def line(self, line: str) -> bool:
        """Play one line of the author; False when it is prose."""
        clock, speech = marks.CLOCK.match(line), marks.SPEECH.match(line)
        if clock:
            await self._move(datetime.fromisoformat(f"{clock[1]}T{clock[2]}").replace(tzinfo=ZONE))
        elif line == marks.KILL:
            await self.close()
        elif line == marks.AGAIN:
            await (await self.desk()).hear(**self.last)
        elif line.startswith("> "):
            await self._set(line[2:].split())
        elif speech:
            await self._say(speech[1], speech[2].strip())
        else:
            return False
        return True

    async def _move(self, instant: datetime) -> None:
        if self.rehearsal is None:
            self.clock.set(instant)
            if self.count:  # the power is back: what fell due meanwhile
                await (await self.desk()).settle()
        else:
            await self.rehearsal.move_to(instant)

    async def _set(self, words: list[str]) -> None:
        match words:
            case [marks.DUTY, day, officer, *stand_by]:
                rehearsal = await self.desk()
                when = datetime.fromisoformat(day).date()
                await rehearsal.house.desk.do(lambda b: b.roster.put_on_duty(when, officer, *stand_by))
            case [marks.CHECKED, topic, day]:
                at = datetime.fromisoformat(day).replace(tzinfo=ZONE)
                rehearsal = await self.desk()
                await rehearsal.house.desk.do(lambda b: b.consulting.confirm(b.consulting.current(topic).id, at))
            case [marks.CHANNEL, person, channel]:
                self.channels[person] = channel

    async def _say(self, person: str, words: str) -> None:
        self.count += 1
        pressed = marks.PRESS.match(words)
        what = {"tap": ("#old " if pressed[1] else "") + pressed[2]} if pressed else {"text": words}
        channel = self.channels.get(person, USUAL)
        self.last = {"person": person, "channel": channel, "key": f"line{self.count}", **what}
        await (await self.desk()).hear(**self.last)


def spoken(said: Said, names: dict[str, str], now: datetime) -> str:
    """One bubble as a transcript shows it; with its time when the clock has moved on since."""
    first, *rest = said.text.split("\n")
    form = marks.FIRST if said.at == now else marks.EARLIER
    lines = [form.format(to=names.get(said.to, said.to), line=first, at=said.at)]
    lines += [marks.INDENT + line for line in rest]
    if said.choices:
        lines.append(marks.INDENT + "".join(marks.BUTTON.format(label=label) for label in said.choices))
    return "\n".join(lines)


async def _perform(text: str, database: str) -> str:
    scene, out = Scene(database), []
    for line in text.split("\n"):
        if line.startswith((marks.DESK, marks.INDENT)):
            continue
        out.append(line)
        scene.said.clear()
        try:
            played = await scene.line(line.strip())
        except Unclear as trouble:
            raise Unclear("\n".join([*out[-12:], str(trouble)])) from None
        if played:
            names = {}
            if scene.rehearsal is not None:
                names = {p.id: p.name for p in scene.rehearsal.house.desk.shelf.centre.staff.values()}
            out += [spoken(said, names, scene.clock.now()) for said in scene.said]
    await scene.close()
    return "\n".join(out)


def play(file: Path, database: str = "") -> str:
    """The transcript with what the desk says today; on books of its own unless others are named."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_perform(file.read_text(encoding="utf-8"), database or f"sqlite:///{folder}/scene.db"))

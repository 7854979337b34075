"""A whole desk, `frontdesk run` and all, that dies at a crossing: forked for every JSON line on standard input.

A crossing is a statement of the writer's (before it, and after a COMMIT) or a bubble (before its request goes out, and
after the platform has taken it, before the desk has noted so). They are counted from the first message on; the line
says at which to die ("at", 0: never), with which settings to run, and where to leave the count ("count").

"plant": "halves" plants a fault: what a message did is committed before what it was; the crossings then lie between.
"""

import asyncio
import gc
import json
import os
import signal
import sqlite3
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.app import House, catalogue_of, router_of
from bot.channels import telegram, wecom  # noqa: F401 - loaded before the fork
from bot.clock import StandingClock
from bot.console import open_door
from bot.desk import Desk
from bot.serving import Serving
from bot.settings import Settings
from bot.speech import Heard, Spoken
from rules.calendar import ZONE
from storage.centre_rows import read_centre
from storage.database import Database
from storage.group import Group

NOW = datetime(2026, 11, 23, 16, 40, tzinfo=ZONE)


class Crossings:
    """Counts, and dies at one of them."""

    def __init__(self) -> None:
        self.open = self.planted = False
        self.count = self.at = 0

    def cross(self) -> None:
        if self.open:
            self.count += 1
            if self.count == self.at:
                os.kill(os.getpid(), signal.SIGKILL)


CROSSINGS = Crossings()


class Cursor(sqlite3.Cursor):
    def execute(self, *what: Any) -> Any:
        CROSSINGS.cross()
        return super().execute(*what)

    def executemany(self, *what: Any) -> Any:
        CROSSINGS.cross()
        return super().executemany(*what)


class Connection(sqlite3.Connection):
    def cursor(self, *_: Any) -> Any:
        return super().cursor(Cursor)

    def execute(self, *what: Any) -> Any:
        CROSSINGS.cross()
        done = super().execute(*what)
        if what[0] == "COMMIT":
            CROSSINGS.cross()
        return done


def count_statements() -> None:
    plain = Database.engine

    def engine(self: Database) -> sa.Engine:
        found = plain(self)
        sa.event.listen(found, "do_connect", lambda _d, _r, _a, given: given.update(factory=Connection))
        return found

    Database.engine = engine  # type: ignore[method-assign]


def count_messages_and_bubbles() -> None:
    hear, add = Desk.hear, House.add

    async def heard(self: Desk, what: Heard) -> None:
        CROSSINGS.open = not CROSSINGS.planted
        await hear(self, what)

    def added(self: House, channels: dict[str, Any]) -> None:
        for channel in channels.values():
            _count_sends(channel)
            channel.ability = replace(channel.ability, per_second=None, in_all=None)  # nothing waits here
        add(self, channels)

    Desk.hear, House.add = heard, added  # type: ignore[method-assign,assignment]


def _count_sends(channel: Any) -> None:
    send = channel.send

    async def counted(spoken: Spoken) -> None:
        CROSSINGS.cross()
        await send(spoken)
        CROSSINGS.cross()

    channel.send = counted


def commit_in_halves() -> None:
    """What a message did is durable before it is noted which message that was."""
    commit = Group.commit

    def halves(self: Group, *marks: Any) -> Any:
        heard, self.heard = self.heard, []
        head = commit(self, *marks)
        if heard:
            CROSSINGS.open = True
            CROSSINGS.cross()
            CROSSINGS.open = False
            self.raw.execute("BEGIN IMMEDIATE")
            self.raw.executemany(self.text.inbox, heard)
            self.raw.execute("COMMIT")
        return head

    Group.commit = halves  # type: ignore[method-assign]


async def serve(line: dict[str, Any]) -> None:
    CROSSINGS.at = line["at"]
    count_statements()
    count_messages_and_bubbles()
    if line["plant"] == "halves":
        CROSSINGS.planted = True
        commit_in_halves()
    settings = Settings.model_validate(line["settings"])
    await Serving(settings, StandingClock(NOW)).run(open_door(settings))
    count = Path(line["count"])
    count.with_suffix(".part").write_text(str(CROSSINGS.count), "utf-8")
    count.with_suffix(".part").rename(count)


def main(desk: str) -> None:
    engine = Database(f"sqlite:///{desk}").engine()
    with engine.connect() as connection:
        router_of(catalogue_of(read_centre(connection)))
    engine.dispose()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not waited for
    gc.freeze()
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            given = json.loads(line)
            log = os.open(given["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.dup2(log, sys.stdout.fileno())
            os.dup2(log, sys.stderr.fileno())
            asyncio.run(serve(given))
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])

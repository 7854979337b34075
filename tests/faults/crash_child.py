"""A desk that is there to be killed: `crash_child.py FOLDER URL` forks one for every line on its standard input.

Everything is imported once, so that the next desk hears within milliseconds of the last one's death. Each desk serves
one connection on FOLDER/socket: JSON lines {"key", "person", "text"} in, {"stored": key} out once `hear` has returned.
Every bubble is appended to FOLDER/bubbles before it counts as sent.

FRONTDESK_PLANT plants a fault. early: the message is called stored as soon as it has been read; forgetful: nothing is
noted beside the books of what went out.
"""

import asyncio
import gc
import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.app import House
from bot.clock import StandingClock
from bot.directory import RehearsalDirectory
from bot.receipts import Receipts
from bot.speech import Ability, Attachment, Ear, Heard, Spoken
from rules.calendar import ZONE

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
CHANNEL = "terminal"


class Paper:
    """A channel whose far end is a file."""

    name = CHANNEL
    ability = Ability(buttons=12, label=20, text=4000)

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    async def run(self, ear: Ear) -> None:
        """Nothing comes in by itself."""

    async def send(self, spoken: Spoken) -> None:
        line = {"id": int(spoken.id), "by": os.getpid(), "to": spoken.address, "text": spoken.text}
        os.write(self._file, json.dumps(line, ensure_ascii=False).encode() + b"\n")

    async def fetch(self, file: Attachment) -> bytes:
        raise NotImplementedError


def house_in(folder: Path, url: str) -> House:
    """The desk on a database, speaking into the folder's file."""
    house = House(url, StandingClock(NOW))
    house.add({CHANNEL: Paper(folder / "bubbles")})
    if os.environ.get("FRONTDESK_PLANT") == "forgetful":
        Receipts.note = lambda self, letter: None  # type: ignore[method-assign]
    return house


async def serve(folder: Path, url: str) -> None:
    house = house_in(folder, url)
    await house.open(RehearsalDirectory(CHANNEL))
    await house.bells.catch_up()
    gone = asyncio.Event()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        errands = set()
        while line := await reader.readline():
            errand = asyncio.create_task(_hear(house, json.loads(line), writer))
            errands.add(errand)
            errand.add_done_callback(errands.discard)
        gone.set()

    server = await asyncio.start_unix_server(hold, folder / "socket")
    await gone.wait()
    server.close()
    await house.courier.drain()
    await house.close()


async def _hear(house: House, said: dict[str, Any], writer: asyncio.StreamWriter) -> None:
    planted = os.environ.get("FRONTDESK_PLANT") == "early"
    stored = json.dumps({"stored": said["key"]}).encode() + b"\n"
    if planted:
        writer.write(stored)
        await asyncio.sleep(0)
    await house.desk.hear(Heard(CHANNEL, said["key"], said["person"], said["text"]))
    if not planted:
        writer.write(stored)


def main(folder: Path, url: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not waited for
    gc.freeze()
    print("ready", flush=True)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            os.dup2(os.open(folder / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), sys.stdout.fileno())
            asyncio.run(serve(folder, url))
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

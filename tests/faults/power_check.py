"""Records a run, cuts the power at any moment of it, and opens a desk on what the disk may hold then."""

import asyncio
import hashlib
import json
import os
import random  # noqa: TID251 - with a fixed seed
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crash_child import CHANNEL, NOW
from crash_people import ROOT
from disk_shim import shimmed
from power_child import state
from power_disk import Act, Disk, acts_in

from bot.app import House
from bot.clock import StandingClock
from bot.directory import RehearsalDirectory
from bot.speech import Heard
from storage.audit import Chain, load_key
from storage.database import Database
from storage.schema import metadata

FAST = Path("/dev/shm")
TALKS = 10  # of so many images one also hears a message


@dataclass
class Promise:
    """What the desk has said up to a moment of the run."""

    stored: list[str] = field(default_factory=list)
    commits: int = 0

    def hear(self, act: Act) -> bool:
        """Is this act a line the desk told?"""
        if not act.path.endswith("/told"):
            return False
        for line in map(json.loads, act.data.splitlines() if act.op == "W" else ()):
            if "stored" in line:
                self.stored.append(line["stored"])
            else:
                self.commits += 1
        return True


def record(folder: Path, seed: int, files: dict[str, bytes], plant: str = "") -> Path:
    """One run of a desk on these files; its trace."""
    disk, trace = folder / "disk", folder / "trace"
    disk.mkdir()
    for name, content in files.items():
        (disk / name).write_bytes(content)
        (disk / name).chmod(0o600)
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}",
        "FRONTDESK_PLANT": plant,
        **shimmed(disk, trace=trace),
    }
    child = [sys.executable, str(Path(__file__).with_name("power_child.py")), str(disk), str(seed)]
    ended = subprocess.run(child, env=environment, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr[-2000:]
    return trace


def images(folder: Path, files: dict[str, bytes], cuts: int, seed: int) -> Iterator[tuple[dict[str, bytes], Promise]]:
    """As many disks as cuts, each with what had been promised until then."""
    acts, chance = list(acts_in(folder / "trace")), random.Random(seed)
    moments = sorted(chance.randrange(len(acts)) for _ in range(cuts))
    disk, promise = Disk.holding(folder / "disk", files), Promise()
    for n, act in enumerate(acts):
        if not promise.hear(act):
            disk.do(act)
        while moments and moments[0] == n:
            moments.pop(0)
            yield disk.cut(chance), promise


def states_of(folder: Path, files: dict[str, bytes]) -> list[list[Any]]:
    """What the books held before the run, and after each commit of it."""
    before = [0] * len(metadata.tables) + [""]
    if files:
        (folder / "before.db").write_bytes(files["desk.db"])
        with closing(sqlite3.connect(folder / "before.db")) as connection:
            before = state(connection)
    lines = (folder / "disk" / "told").read_text("utf-8").splitlines()
    return [before, *(line["commit"] for line in map(json.loads, lines) if "commit" in line)]


def faults_of(seed: int, cuts: int, files: dict[str, bytes], plant: str = "") -> list[str]:
    """Everything wrong after `cuts` cuts of one recorded run."""
    with tempfile.TemporaryDirectory(dir=FAST if os.access(FAST, os.W_OK) else None) as place:
        folder = Path(os.path.realpath(place))
        record(folder, seed, files, plant)
        states, found = states_of(folder, files), []
        for n, (image, promise) in enumerate(images(folder, files, cuts, seed)):
            try:
                found += [f"{seed}.{n}: {fault}" for fault in faults_in(folder, image, promise, states, n % TALKS == 0)]
            except Exception as trouble:
                found.append(f"{seed}.{n}: unreadable, {type(trouble).__name__}: {trouble}")
        return found


def faults_in(
    folder: Path, image: dict[str, bytes], promise: Promise, states: list[list[Any]], talks: bool
) -> Iterator[str]:
    """One image, opened by the desk."""
    found = folder / "found"
    shutil.rmtree(found, ignore_errors=True)
    found.mkdir()
    for name, content in image.items():
        (found / name).parent.mkdir(exist_ok=True)
        (found / name).write_bytes(content)
        (found / name).chmod(0o600)
    asyncio.run(opens(found, talks))
    with closing(sqlite3.connect(found / "desk.db")) as connection:
        yield from promise_faults(connection, promise, states, talks)
        yield from file_faults(connection, found)
    yield from chain_faults(found)


async def opens(folder: Path, talks: bool) -> None:
    """The desk opens, hears if asked to, and closes."""
    house = House(f"sqlite:///{folder}/desk.db", StandingClock(NOW))
    await house.open(RehearsalDirectory(CHANNEL))
    try:
        if talks:
            await house.desk.hear(Heard(CHANNEL, "after", "citizen:after", "帮助"))
    finally:
        await house.close()


def promise_faults(
    connection: sqlite3.Connection, promise: Promise, states: list[list[Any]], talks: bool
) -> Iterator[str]:
    (sound,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if sound != "ok":
        yield f"unreadable, {sound}"
    there = {row[0] for row in connection.execute("SELECT id FROM inbox")}
    yield from (f"{key} was acknowledged and is lost" for key in promise.stored if key not in there)
    if not talks and state(connection) not in states[promise.commits :]:
        yield "the books hold what no commit left, or an older state than was committed"


def file_faults(connection: sqlite3.Connection, folder: Path) -> Iterator[str]:
    for (digest,) in connection.execute("SELECT digest FROM attachment WHERE state = 'kept'"):
        place = folder / "files" / digest
        if not place.exists() or hashlib.sha256(place.read_bytes()).hexdigest() != digest:
            yield f"file {digest[:8]} was kept and is lost"


def chain_faults(folder: Path) -> Iterator[str]:
    database = Database(f"sqlite:///{folder}/desk.db")
    engine = database.engine()
    with engine.connect() as connection:
        key = load_key("", Path(database.path + ".key"))
        yield from (f"chain: {fault}" for fault in Chain.resume(key, connection).faults(connection))
    engine.dispose()

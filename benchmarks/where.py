"""Where the microseconds of one message go, by room: CPU of both threads while sixty-four people type.

where.py VARIANT prints one line of JSON. The rooms' doors are timed by each thread's own CPU clock; a room inside
another is taken out of it, and so is what the timing costs, measured on doors with nothing behind them.
"""

import asyncio
import functools
import inspect
import json
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import thread_time
from typing import Any

import bench_peer
import conversation as talk
import peer_desk
from entrants import line_of, say

from bot import stage, turn
from bot.courier import Courier
from bot.desk import Desk
from bot.templates import Words
from bot.writer import Writer
from storage.audit import Chain
from storage.books import Books
from storage.group import Group

CHANNEL, DESK, WORDS = "channel: the update read", "desk: who, books opened and closed", "templates"
TALK, LOG = "talk: turn and replay", "talk: its log as JSON"
AUDIT, SQL, COMMIT, COURIER = "audit", "storage: the systems' SQL", "storage: the group's rows, commit", "courier"
THERE = 3  # doors a message goes through on the event loop: read, walked, sent
STUB, WRITER, LOOP = "the platform's stub", "writer, rest of its thread", "event loop, the bench itself"
DOORS: tuple[tuple[Any, str, str], ...] = (
    (Desk, "_message", DESK),
    (turn.Turn, "take", TALK),
    (turn, "dumps", LOG),
    (stage, "loads", LOG),
    (Words, "say", WORDS),
    (Books, "note_message", AUDIT),
    (Books, "_draw_line", AUDIT),
    (Chain, "extend", AUDIT),
    (Books, "execute", SQL),
    (Books, "count", SQL),
    (Group, "begin", COMMIT),
    (Group, "commit", COMMIT),
    (Courier, "deliver", COURIER),
    (Courier, "settled", COURIER),
    (Courier, "_walk", COURIER),
    (peer_desk.Stub, "send", STUB),
    (Writer, "_together", WRITER),
)


class Meter:
    """CPU seconds by room."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self.doors = 0
        self.inside = self.outside = 0.0  # what timing one door costs, as that room and as the room around it see it
        self._inner = threading.local()
        self._calibrate()

    def _calibrate(self, times: int = 20_000) -> None:
        def bare() -> None: ...

        def through(door: Callable[[], None]) -> None:
            for _ in range(times):
                door()

        start = thread_time()
        through(bare)
        without = thread_time() - start
        self.timed(through, "outside")(self.timed(bare, "inside"))
        self.inside, self.outside = self.spent["inside"] / times, (self.spent["outside"] - without) / times

    def enter(self) -> float:
        self._stack.append(0.0)
        return thread_time()

    def leave(self, room: str, start: float) -> None:
        took = thread_time() - start
        self.spent[room] += took - self._stack.pop() - self.inside
        self.doors += 1
        if self._stack:
            self._stack[-1] += took + self.outside

    @property
    def _stack(self) -> list[float]:
        found: list[float] = self._inner.__dict__.setdefault("stack", [])
        return found

    def time(self, whose: Any, name: str, room: str) -> None:
        """A coroutine is timed as a whole: in the bench none of these waits."""
        setattr(whose, name, self.timed(getattr(whose, name), room))

    def timed(self, act: Callable[..., Any], room: str) -> Callable[..., Any]:
        @functools.wraps(act)
        def plainly(*args: Any, **named: Any) -> Any:
            start = self.enter()
            try:
                return act(*args, **named)
            finally:
                self.leave(room, start)

        @functools.wraps(act)
        async def awaiting(*args: Any, **named: Any) -> Any:
            start = self.enter()
            try:
                return await act(*args, **named)
            finally:
                self.leave(room, start)

        return awaiting if inspect.iscoroutinefunction(act) else plainly


async def spent(variant: str, folder: str, turns: int) -> dict[str, float]:
    """Microseconds a message, by room."""
    meter, sent = Meter(), bench_peer.Sent()
    for door in DOORS:
        meter.time(*door)
    peer = peer_desk.Peer(variant, None, folder, sent)
    peer.read = meter.timed(peer.read, CHANNEL)
    await peer.start()
    await bench_peer.together(peer, bench_peer.feeds(64, 2))
    typed, count = bench_peer.feeds(64, turns), 64 * turns * talk.STEPS
    meter.spent.clear()
    meter.doors = 0
    start, loop = bench_peer.cpu_seconds(), thread_time()
    await bench_peer.together(peer, typed)
    loop, whole = thread_time() - loop, bench_peer.cpu_seconds() - start
    timing = meter.inside + meter.outside
    there = sum(meter.spent[room] for room in (CHANNEL, COURIER, STUB))
    meter.spent[LOOP] = loop - there - timing * count * THERE
    meter.spent[WRITER] += whole - timing * meter.doors - sum(meter.spent.values())
    await peer.stop()
    return {room: round(seconds / count * 1e6, 1) for room, seconds in meter.spent.items()}


def taken(rounds: int) -> str:
    """The table, each round in a fresh process."""
    say("where the microseconds go")
    command = [sys.executable, __file__, "telegram"]
    return table([line_of(command, {}, "where") for _ in range(rounds)])


def table(found: list[dict[str, float]]) -> str:
    """Markdown, the dearest first; shares are of what is the desk's own."""
    middle = {room: median(run[room] for run in found) for room in found[0]}
    own = sum(us for room, us in middle.items() if room != STUB)
    rows = sorted(middle.items(), key=lambda item: -item[1])
    lines = [f"| {room} | {us:.1f} | {'' if room == STUB else f'{100 * us / own:.0f} %'} |" for room, us in rows]
    return "\n".join(["| room | µs of CPU a message | of the desk's |", "|---|---:|---:|", *lines]) + "\n"


def main() -> None:
    var = Path(__file__).parent / "var"
    with tempfile.TemporaryDirectory(dir=var) as folder:
        print(json.dumps(asyncio.run(spent(sys.argv[1], folder, 8))), flush=True)


if __name__ == "__main__":
    main()

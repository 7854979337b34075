"""One run of one peer in one fresh process; prints one line of JSON.

bench_peer.py PEER VARIANT --people N --turns N [--open N | --among N]
"""

import argparse
import asyncio
import gc
import importlib
import inspect
import json
import os
import resource
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter
from typing import Any

import conversation as talk

STRANGER, FIRST, HALFWAY = 999, 1000, 10_000_000
STRIDE, LANES = 7919, 64


class Sent:
    """Counts what goes out, so that a peer that drops replies is not a fast one."""

    def __init__(self) -> None:
        self.all = self.done = 0

    def __call__(self, person: int, text: str) -> None:
        self.all += 1
        self.done += text.startswith(talk.DONE)


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)


def feeds(people: int, turns: int, among: int = 0) -> list[list[bytes]]:
    """What each lane types, made before the clock starts: one person over and over, or each time another of so many."""
    steps = max(1, among // people)

    def typing(lane: int, turn: int) -> list[bytes]:
        person = FIRST + lane + people * (turn * STRIDE % steps)
        return [talk.update(person, text) for text in talk.script(person, turn)]

    return [[raw for turn in range(turns) for raw in typing(lane, turn)] for lane in range(people)]


async def together(peer: talk.Peer, typed: list[list[bytes]]) -> list[float]:
    """Everybody at once, each waiting for the answer before typing on."""
    waited: list[float] = []

    async def one(lines: list[bytes]) -> None:
        for raw in lines:
            start = perf_counter()
            await peer.feed(raw)
            waited.append(perf_counter() - start)

    await asyncio.gather(*(one(lines) for lines in typed))
    return waited


def in_turn(peer: Any, typed: list[list[bytes]]) -> list[float]:
    """For a peer without an event loop: one line of everybody, then the next."""
    waited = []
    for line in zip(*typed, strict=True):
        for raw in line:
            start = perf_counter()
            peer.feed(raw)
            waited.append(perf_counter() - start)
    return waited


async def feed_all(peer: Any, lines: Iterable[bytes]) -> None:
    for raw in lines:
        done = peer.feed(raw)
        if inspect.isawaitable(done):
            await done


async def measure(peer: Any, sent: Sent, people: int, turns: int, among: int = 0) -> dict[str, Any]:
    await feed_all(peer, [talk.update(STRANGER, text) for text in talk.script(STRANGER)])
    typed = feeds(people, turns, among)
    sent.all = sent.done = 0
    gc.collect()
    cpu, wall = cpu_seconds(), perf_counter()
    plain = not inspect.iscoroutinefunction(peer.feed)
    waited = in_turn(peer, typed) if plain else await together(peer, typed)
    wall, cpu = perf_counter() - wall, cpu_seconds() - cpu
    count = people * turns * talk.STEPS
    assert (sent.all, sent.done) == (count, people * turns), f"replies {sent.all} of {count}, {sent.done} bookings"
    waited.sort()
    return {
        "messages": count,
        "wall_us": round(wall / count * 1e6, 1),
        "cpu_us": round(cpu / count * 1e6, 1),
        "p50_ms": round(waited[count // 2] * 1e3, 3),
        "p99_ms": round(waited[int(count * 0.99)] * 1e3, 3),
    }


async def half_done(peer: Any, people: int) -> dict[str, Any]:
    """Memory with so many conversations left open after six of eight messages."""
    gc.collect()
    before = resident_mb()
    lanes = [range(HALFWAY + lane, HALFWAY + people, LANES) for lane in range(LANES)]
    await asyncio.gather(
        *(feed_all(peer, (talk.update(p, t) for p in lane for t in talk.script(p)[:6])) for lane in lanes)
    )
    gc.collect()
    return {"open": people, "rss_mb": resident_mb(), "rss_open_mb": round(resident_mb() - before, 1)}


async def run(asked: argparse.Namespace, workdir: str) -> dict[str, Any]:
    sent, store = Sent(), talk.Store(os.path.join(workdir, "bookings.db"))
    made = importlib.import_module(f"peer_{asked.peer}").Peer
    own_table = hasattr(made, "count_bookings")
    if not own_table:
        await store.open()
    peer = made(asked.variant, store, workdir, sent)
    await peer.start()
    before = await measure(peer, sent, asked.people, asked.turns) if asked.open else {}
    memory = await half_done(peer, asked.open) if asked.open else {}
    figures = await measure(peer, sent, asked.people, asked.turns, asked.among)
    await peer.stop()
    if not own_table:
        await store.close()
    stored = peer.count_bookings() if own_table else talk.count_bookings(store.path)
    assert stored == (asked.people * asked.turns + 1) * (2 if asked.open else 1), f"{stored} bookings stored"
    who = {"peer": asked.peer, "variant": asked.variant, "people": asked.people}
    return {**who, **memory, **figures, **({"before": before} if before else {})}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("peer")
    parser.add_argument("variant")
    parser.add_argument("--people", type=int, default=1)
    parser.add_argument("--turns", type=int, default=100)
    parser.add_argument("--open", type=int, default=0, help="so many half done; measured before and after")
    parser.add_argument("--among", type=int, default=0, help="take people in turn out of so many")
    asked = parser.parse_args()
    folder = Path(os.environ.get("BENCH_DIR") or Path(__file__).parent / "var")
    folder.mkdir(parents=True, exist_ok=True)
    workdir = tempfile.mkdtemp(dir=folder)
    try:
        print(json.dumps(asyncio.run(run(asked, workdir))), flush=True)
    finally:
        shutil.rmtree(workdir, ignore_errors=True)


if __name__ == "__main__":
    main()

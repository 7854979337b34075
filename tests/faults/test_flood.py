"""One account that floods is told to wait and costs the others nothing; any number of strangers fit into memory."""

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from crash_people import ROOT, booking_of
from fault_desk import CHANNEL, Scene
from machine_desk import start_in
from promises import FULL, kept, scaled

from bot import restraint
from bot.restraint import AT_ONCE, Restraint
from bot.speech import Heard

FLOOD = scaled(300, 10_000)
MINUTE = scaled(2, 60)  # seconds in which the flood comes
STRANGERS = scaled(300, 100_000)
OTHERS = 20
MOST_MB = 200
FLOODER = "citizen:flood"


@pytest.fixture
def restrained(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(restraint, "REST", float(MINUTE))
    scene.house.desk.restraint = Restraint(scene.house.desk)
    return scene


async def flood(scene: Scene, most: int) -> int:
    """One account's messages, 16 at once; how many were heard as messages."""
    begun = time.monotonic()

    async def some(first: int) -> None:
        for n in range(first, most, 16):
            await asyncio.sleep(max(0.0, begun + MINUTE * n / most - time.monotonic()))
            await scene.hear(f"flood {n}", FLOODER, "预约" if n % 2 else "帮助")

    await asyncio.gather(*map(some, range(16)))
    rows = await scene.rows()
    return sum(str(row[0]).startswith(f"{CHANNEL}:flood ") for row in rows["inbox"])


async def book(scene: Scene, number: int, waits: list[float]) -> None:
    for step, text in enumerate(booking_of(number)):
        begun = time.monotonic()
        await scene.hear(f"{number}.{step}", f"citizen:{number}", text)
        waits.append(time.monotonic() - begun)
        await asyncio.sleep(MINUTE / 10)


async def test_who_floods_is_told_to_wait_and_the_others_do_not_notice(restrained: Scene) -> None:
    waits: list[float] = []
    people = [book(restrained, number, waits) for number in range(OTHERS)]
    heard, *_ = await asyncio.gather(flood(restrained, FLOOD), *people)
    await asyncio.sleep(MINUTE + 0.2)
    told = await restrained.heard_by(FLOODER)
    words, centre = restrained.house.desk.shelf.words, restrained.house.desk.shelf.centre
    wait = words.say("machine/too_fast", {"centre": centre, "now": None}).text
    refused = restrained.house.writer.tally.refused[CHANNEL]
    rows = await restrained.rows()
    p99 = sorted(waits)[int(len(waits) * 0.99)]
    found = [
        f"{refused} refused and {heard} heard of {FLOOD}" if refused + heard != FLOOD else "",
        f"{heard} were heard" if heard > 2 * AT_ONCE + MINUTE else "",
        f"told to wait {told.count(wait)} times" if not 1 <= told.count(wait) <= 3 else "",
        f"{len(rows['booking'])} bookings" if len(rows["booking"]) != OTHERS else "",
        f"p99 {p99:.2f} s" if FULL and p99 > 2 else "",
    ]
    counted = sum(int("".join(c for c in text.split("条")[0] if c.isdigit())) for text in told if "没有看" in text)
    found += [f"{counted} owned up to of {refused}"] if counted != refused else []
    note = f"{FLOOD} messages in {MINUTE} s, others' p99 {p99 * 1000:.0f} ms"
    kept("flood of one account", tried=FLOOD, broken=len(list(filter(None, found))), note=note)
    assert list(filter(None, found)) == []


async def test_without_restraint_the_flood_is_let_in(scene: Scene) -> None:
    assert await flood(scene, 200) == 200


async def test_a_danger_is_heard_even_then(restrained: Scene) -> None:
    await asyncio.gather(*(restrained.hear(f"flood {n}", FLOODER, "帮助") for n in range(60)))
    before = len(await restrained.heard_by(FLOODER))
    await restrained.hear("danger", FLOODER, "大厅着火了")
    assert len(await restrained.heard_by(FLOODER)) > before


async def test_a_colleague_may_say_more(restrained: Scene) -> None:
    for n in range(2 * AT_ONCE):
        await restrained.house.desk.hear(Heard(CHANNEL, f"c{n}", "BH001", "帮助"))
    assert restrained.house.writer.tally.refused[CHANNEL] == 0


@pytest.mark.sqlite_file("a process of its own, with a file")
def test_any_number_of_strangers_fits(tmp_path: Path) -> None:
    start_in(tmp_path)
    command = [sys.executable, str(Path(__file__).with_name("flood_child.py")), str(tmp_path), str(STRANGERS)]
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("FRONTDESK_", "COVERAGE_"))}
    ended = subprocess.run(command, env=keep | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    found = json.loads(ended.stdout.splitlines()[-1])
    print(found)
    kept("strangers saying hello", tried=STRANGERS, broken=int(found["peak_mb"] >= MOST_MB), note=json.dumps(found))
    assert found["peak_mb"] < MOST_MB
    assert found["letters"] > STRANGERS / 2, "the platform was too quick for anything to pile up"

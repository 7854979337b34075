"""kill -9 under load: nothing acknowledged is lost or doubled, conversations go on where they were."""

import asyncio
import shutil
from pathlib import Path

import pytest
from crash_checks import faults, repeated
from crash_child import NOW
from crash_people import ROOT, Crowd, Platform
from databases import url_in
from promises import kept, scaled

from bot.clock import StandingClock
from bot.rehearsal import Rehearsal

KILLS = scaled(8, 200)


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A loaded database; its window has room for everybody."""
    centre = tmp_path / "centre"
    shutil.copytree(ROOT / "deploy" / "centre.example", centre)
    windows = centre / "windows.yaml"
    windows.write_text(windows.read_text("utf-8").replace("places_per_slot: 4", "places_per_slot: 4000"), "utf-8")
    rehearsal = Rehearsal(url_in(tmp_path), StandingClock(NOW), lambda said: None, centre)
    await rehearsal.open()
    await rehearsal.close()
    return tmp_path


async def kill_often(folder: Path, kills: int, plant: str = "") -> tuple[Platform, Crowd]:
    """So many desks, each killed at a moment of its own; the last one lives until everybody has finished."""
    async with Platform(folder, plant) as platform:
        crowd = Crowd(platform)
        await platform.start()
        people = asyncio.create_task(crowd.together())
        for _ in range(kills):
            await platform.heard(crowd.chance.randint(1, 40))
            await asyncio.sleep(crowd.chance.random() * 0.02)
            await platform.kill()
            await platform.start()
        crowd.closing = True
        await asyncio.wait([people], timeout=5 if plant else 30)
        people.cancel()
        await platform.end()
    return platform, crowd


async def test_nothing_is_lost_or_doubled_when_the_desk_is_killed(folder: Path) -> None:
    platform, crowd = await kill_often(folder, KILLS)
    again = repeated(folder)
    print(f"{KILLS} kills, {platform.busy_at_kill} messages under way, {len(platform.stored)} messages stored")
    print(f"{len(crowd.done)} bookings, {again.total()} bubbles repeated, slowest start {platform.longest_start:.2f} s")
    found = list(faults(folder, platform.stored, crowd.done))
    found += [f"desk {by} made {count} bubbles be repeated" for by, count in again.items() if count > 1]
    note = f"{len(platform.stored)} messages stored, {again.total()} bubbles repeated"
    kept("kill at random under load", tried=KILLS, broken=len(found), note=note)
    assert len(crowd.done) == crowd.begun > KILLS
    assert found == []
    assert platform.busy_at_kill > KILLS


async def test_a_desk_that_acknowledges_too_early_is_caught(folder: Path) -> None:
    platform, crowd = await kill_often(folder, 6, plant="early")
    found = list(faults(folder, platform.stored, crowd.done))
    assert any("was acknowledged and is not there" in fault for fault in found), found


async def test_a_desk_that_does_not_note_what_went_out_is_caught(folder: Path) -> None:
    await kill_often(folder, 6, plant="forgetful")
    assert max(repeated(folder).values()) > 1

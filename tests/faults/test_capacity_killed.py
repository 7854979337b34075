"""1-10: five hundred people for a hundred places, with kills, on both databases."""

import random  # noqa: TID251 - with a fixed seed
from pathlib import Path

import pytest
from crash_capacity import KILLS, PEOPLE, PLACES, crowd, faults, prepare
from postgres import Server, postgres  # noqa: F401 - a fixture
from promises import kept, scaled

ROUNDS = scaled(1, 20)


async def rounds(folder: Path, urls: list[str], name: str) -> None:
    chance, found, busy = random.Random(10), list[str](), 0
    for number, url in enumerate(urls):
        own = folder / str(number)
        own.mkdir()
        url = url or f"sqlite:///{own}/desk.db"
        await prepare(own, url)
        busy += await crowd(own, url, chance)
        found += [f"round {number}: {fault}" for fault in faults(own, url)]
    note = f"{PEOPLE} for {PLACES}, {KILLS} kills each, {busy} messages under way at them"
    kept(f"capacity on {name}", tried=len(urls), broken=len(found), note=note)
    assert found == []
    assert busy > 0


@pytest.mark.sqlite_file("test_and_on_postgresql is the same there")
async def test_capacity_holds_though_the_desk_is_killed(tmp_path: Path) -> None:
    await rounds(tmp_path, [""] * ROUNDS, "SQLite")


async def test_and_on_postgresql(postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setenv("DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    await rounds(tmp_path, [postgres.create("template0") for _ in range(ROUNDS)], "PostgreSQL")


@pytest.mark.sqlite_file("what the checks catch is the same there")
async def test_a_slot_that_is_not_counted_is_caught(tmp_path: Path) -> None:
    """Planted: places given away beside the count."""
    url = f"sqlite:///{tmp_path}/desk.db"
    await prepare(tmp_path, url)
    (tmp_path / "bubbles").touch()
    assert any("bookings" in fault for fault in faults(tmp_path, url))

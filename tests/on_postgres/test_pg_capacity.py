"""1-10: more people than places at the same moment, counted by the database."""

import asyncio
import shutil
from pathlib import Path

import pytest
from on_postgres_scene import Scene
from postgres import everything, rows

from bot.app import EXAMPLE
from bot.speech import Heard

CROWDS = [(60, 20), pytest.param((500, 100), marks=everything)]


async def crowd(scene: Scene, people: int) -> None:
    """Everybody books the same half hour, all at once at every step."""
    for step, text in enumerate(("预约居民身份证首次申领", "11月25日上午9点", "", "提交")):
        said = [(f"{n}.{step}", f"citizen:{n}", text or f"138{n:08d}") for n in range(people)]
        await asyncio.gather(*(scene.rehearsal.house.desk.hear(Heard("terminal", *one)) for one in said))


@pytest.mark.parametrize("crowded", CROWDS, ids=str)
async def test_nobody_is_let_in_beyond_the_places(crowded: tuple[int, int], postgres_url: str, tmp_path: Path) -> None:
    people, places = crowded
    centre = Path(shutil.copytree(EXAMPLE, tmp_path / "centre"))
    windows = (centre / "windows.yaml").read_text("utf-8").replace("places_per_slot: 4", f"places_per_slot: {places}")
    (centre / "windows.yaml").write_text(windows, "utf-8")
    scene = Scene(postgres_url, centre)
    await scene.rehearsal.open()
    await crowd(scene, people)
    await scene.rehearsal.settle()
    await scene.rehearsal.close()
    booked = rows(postgres_url, "SELECT person FROM booking")
    assert len(booked) == len(set(booked)) == places
    assert rows(postgres_url, "SELECT places, taken FROM slot WHERE taken > 0") == [(places, places)]
    told = {said.to for said in scene.said}
    assert told == {str(n) for n in range(people)}
    assert rows(postgres_url, "SELECT count(*) FROM put_aside") == [(0,)]

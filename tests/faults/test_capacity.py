"""1-10: five people for each place at the same moment; five hundred for a hundred under make faults."""

import asyncio
from pathlib import Path

import pytest
from crash_people import ITEM, phone_of
from fault_desk import Scene
from promises import scaled

PEOPLE, PLACES = scaled(200, 500), scaled(40, 100)
SLOT = "11月25日上午9点"


@pytest.fixture
def centre(centre: Path) -> Path:
    """The window lets a hundred people in at a time."""
    windows = centre / "windows.yaml"
    windows.write_text(windows.read_text("utf-8").replace("places_per_slot: 4", f"places_per_slot: {PLACES}"), "utf-8")
    return centre


async def test_five_people_for_each_place(scene: Scene) -> None:
    for step, text in enumerate((f"预约{ITEM}", SLOT, "", "提交")):
        said = [(f"{n}.{step}", f"citizen:{n}", text or phone_of(n)) for n in range(PEOPLE)]
        await asyncio.gather(*(scene.hear(*one) for one in said))
    rows = await scene.rows()
    booked = {str(row[1]) for row in rows["booking"]}
    assert len(rows["booking"]) == len(booked) == PLACES
    assert [row[2:] for row in rows["slot"] if row[3]] == [(PLACES, PLACES)]

    window = scene.house.desk.shelf.centre.windows["huji"]
    full = scene.house.desk.shelf.words.say("reception/refused_full", {"window": window}).text
    told = {said.to for said in scene.said if said.text == full}
    assert told == {str(n) for n in range(PEOPLE)} - {person.removeprefix("citizen:") for person in booked}

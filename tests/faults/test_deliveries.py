"""A platform repeats what it believes was not delivered: nothing happens twice."""

import asyncio
import random  # noqa: TID251 - with a fixed seed

import pytest
from crash_people import booking_of
from fault_desk import Scene

AT_ONCE = 32


@pytest.mark.on_both
async def test_repeated_deliveries_change_nothing(scene: Scene) -> None:
    deliveries = [(f"{n}.{step}", f"citizen:{n}", text) for n in range(8) for step, text in enumerate(booking_of(n))]
    for delivery in deliveries:
        await scene.hear(*delivery)
    before, said = await scene.rows(), list(scene.said)
    assert len(before["booking"]) == 8

    again = deliveries * 3
    random.Random(7).shuffle(again)
    for first in range(0, len(again), AT_ONCE):
        await asyncio.gather(*(scene.hear(*delivery) for delivery in again[first : first + AT_ONCE]))
    assert await scene.rows() == before
    assert scene.said == said


async def test_the_same_delivery_at_the_same_moment_counts_once(scene: Scene) -> None:
    for step, text in enumerate(booking_of(1)):
        await asyncio.gather(*(scene.hear(f"1.{step}", "citizen:1", text) for _ in range(AT_ONCE)))
    rows = await scene.rows()
    assert len(rows["booking"]) == 1
    assert len(rows["inbox"]) == len(booking_of(1))
    assert len(await scene.heard_by("citizen:1")) == len(booking_of(1)) + 1  # the receipt comes with the papers

"""That a bubble went out is noted with the next message, soon after when none comes, and before the desk closes."""

import asyncio
from pathlib import Path

import pytest
from databases import rows, url_in
from fault_desk import Scene

from bot import courier
from bot.courier import MARKS_WAIT


def unmarked(folder: Path) -> int:
    """Letters of which the books do not say that they were sent, read by somebody else."""
    return int(rows(url_in(folder), "SELECT count(*) FROM outbox WHERE state != 'sent'")[0][0])


async def test_they_ride_with_the_next_message(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "MARKS_WAIT", 60.0)  # a slow machine takes its time between two messages
    await scene.hear("1", "citizen:1", "帮助")
    assert unmarked(tmp_path) == 1
    await scene.hear("2", "citizen:1", "帮助")
    assert len(scene.said) == 2
    assert unmarked(tmp_path) == 1


async def test_they_do_not_wait_for_a_message_that_never_comes(scene: Scene, tmp_path: Path) -> None:
    await scene.hear("1", "citizen:1", "帮助")
    await asyncio.sleep(MARKS_WAIT * 4)
    assert unmarked(tmp_path) == 0


async def test_they_are_written_when_the_desk_closes(tmp_path: Path, centre: Path) -> None:
    scene = Scene(tmp_path, centre)
    await scene.rehearsal.open()
    await scene.hear("1", "citizen:1", "帮助")
    await scene.rehearsal.close()
    assert unmarked(tmp_path) == 0

"""The scene of most faults: a desk in this process, on a copy of the example centre."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fault_desk import EXAMPLE, Scene


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    """A copy of the example centre that a test may change before it opens the scene."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "centre"))


@pytest.fixture
async def scene(tmp_path: Path, centre: Path) -> AsyncIterator[Scene]:
    found = Scene(tmp_path, centre)
    await found.rehearsal.open()
    yield found
    await found.rehearsal.close()

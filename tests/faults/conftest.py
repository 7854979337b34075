"""The scene of most faults: a desk in this process, on a copy of the example centre."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fault_desk import EXAMPLE, Scene
from promises import FULL

# Ten seconds and more each, on a quiet machine: `make test` has six minutes for everything.
LONG = (
    "test_capacity_killed",
    "test_migrations_killed",
    "test_platforms",
    "test_secrets",
    "test_sweep",
    "test_two_processes",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not FULL and item.path.stem in LONG and item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.skip(reason="long: make faults causes this fault"))


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

"""A desk on a database of its own, on a server that may be taken away."""

from collections.abc import AsyncIterator

import pytest
from on_postgres_scene import Scene


@pytest.fixture
async def scene(postgres_url: str) -> AsyncIterator[Scene]:
    found = Scene(postgres_url)
    await found.rehearsal.open()
    yield found
    await found.rehearsal.close()

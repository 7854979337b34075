"""What these tests share: a server, and a desk on a database of its own."""

from collections.abc import AsyncIterator

import pytest
from on_postgres_scene import Scene
from postgres import postgres, postgres_url  # noqa: F401 - fixtures


@pytest.fixture
async def scene(postgres_url: str) -> AsyncIterator[Scene]:  # noqa: F811
    found = Scene(postgres_url)
    await found.rehearsal.open()
    yield found
    await found.rehearsal.close()

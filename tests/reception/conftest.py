"""A desk one morning, and what it said."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from databases import url_in
from reception_desk import Counter

from bot.app import EXAMPLE
from bot.clock import StandingClock
from bot.rehearsal import Rehearsal, Said
from rules.calendar import ZONE

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Counter]:
    said: list[Said] = []
    rehearsal = Rehearsal(url_in(tmp_path), StandingClock(MORNING), said.append, EXAMPLE)
    await rehearsal.open()
    yield Counter(rehearsal, said)
    await rehearsal.close()

"""The clock is set, by a second to a year either way: nothing that hangs on it goes out before somebody could set it
right, nothing goes out twice, and what is measured is measured in steady seconds.
"""

import random  # noqa: TID251 - with a fixed seed
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from databases import url_in
from fault_desk import CHANNEL, EXAMPLE, NOW
from promises import kept, scaled

from bot.app import House
from bot.clock import EPOCH, Clock
from bot.doubt import PATIENCE
from bot.readiness import Readiness
from bot.rehearsal import Recorder as Recording
from bot.rehearsal import RehearsalDirectory, Said, _Channels
from bot.speech import Heard
from storage import machine

JUMPS = scaled(60, 3_000)
SIZES = (1, 30, 59, 3599, 3601, 7200, 86_400, 7 * 86_400, 366 * 86_400)
BOOK = ("预约居民身份证首次申领", "11月25日上午9点", "13800000001", "提交")


class Wrong(Clock):
    """A machine's clock that can be set, and a steady one that cannot."""

    def __init__(self, now: datetime) -> None:
        self.passed, self.wall = 0.0, now
        super().__init__()

    def _real(self) -> datetime:  # type: ignore[override]
        return self.wall + timedelta(seconds=self.passed)

    def elapsed(self) -> float:
        return self.passed

    def set_by(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)


class Room:
    """A desk under such a clock, ringing as `frontdesk run` rings, its jobs rung by hand."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.said = Wrong(NOW), list[Said]()
        self.house = House(url_in(folder), self.clock, centre=EXAMPLE)
        self.house.channels = _Channels(lambda name: Recording(name, self.clock, self.said.append))
        self.count = 0

    async def hear(self, person: str, text: str) -> None:
        self.count += 1
        await self.house.desk.hear(Heard(CHANNEL, f"{self.count}", person, text))

    async def run(self, seconds: float, beat: float = 60.0) -> None:
        """Time passes, beat by beat; the jobs ring when their hour comes by the clock."""
        bells, end = self.house.bells, self.clock.passed + seconds
        while self.clock.passed < end:
            before = self.clock.now()
            self.clock.passed = min(end, self.clock.passed + beat)
            await bells.tick()
            for name, job in bells.jobs.items():
                coming = bells._next(job, before)
                if coming and coming <= self.clock.now():
                    await bells.ring(name)
            await self.house.courier.drain()

    def texts(self, person: str) -> list[str]:
        return [said.text for said in self.said if said.to == person]


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    found = Room(tmp_path)
    await found.house.open(RehearsalDirectory(CHANNEL), one_lane=True)
    await found.house.bells.catch_up()
    yield found
    await found.house.close()


async def rows(room: Room, table: object) -> list[tuple[object, ...]]:
    import sqlalchemy as sa

    def read(books: object) -> list[tuple[object, ...]]:
        return [tuple(row) for row in room.house.connection.execute(sa.select(table))]  # type: ignore[call-overload]

    return await room.house.desk.do(read)


async def book(room: Room) -> None:
    for text in BOOK:
        await room.hear("citizen:1", text)


@pytest.mark.parametrize("seconds", [3600 * 30, 366 * 86_400, -366 * 86_400])
async def test_a_clock_set_right_again_has_done_nothing(room: Room, seconds: int) -> None:
    await book(room)
    await room.run(60)
    before = [await rows(room, table) for table in (machine.timer, machine.inbox, machine.sitting)]
    told = len(room.said)
    room.clock.set_by(seconds)
    await room.run(PATIENCE - 120)
    await room.hear("citizen:2", "帮助")
    assert room.texts("2"), "answers go on"
    room.clock.set_by(-seconds)
    await room.run(60)
    after = [await rows(room, table) for table in (machine.timer, machine.inbox, machine.sitting)]
    assert (after[0], len(after[1]), after[2][:1]) == (before[0], len(before[1]) + 1, before[2][:1])
    pushed = [said.text for said in room.said[told:] if said.to not in ("2",)]
    assert len([text for text in pushed if "时钟刚被拨" in text]) == 1
    assert len(pushed) == 1, "only the administrator was told"


async def test_a_clock_that_stays_is_believed_after_ten_minutes(room: Room) -> None:
    await book(room)
    room.clock.set_by(2 * 86_400 + 3600)  # past the booking
    await room.run(PATIENCE - 60)
    assert not [text for text in room.texts("1") if "没能提醒您" in text]
    await room.run(180)
    assert len([text for text in room.texts("1") if "没能提醒您" in text]) == 1


async def test_asleep_is_not_set(room: Room, tmp_path: Path) -> None:
    """A machine that slept finds both clocks moved alike: everything is done at once."""
    await book(room)
    room.clock.passed += 86_400 + 10 * 3600
    await room.run(60)
    assert not room.house.bells.doubt.lasts
    assert len([text for text in room.texts("1") if text.startswith("提醒您")]) == 1


async def test_a_start_with_a_clock_behind_the_books_waits(room: Room) -> None:
    await book(room)
    room.clock.set_by(-86_400)
    room.clock.was_set()  # nobody was there to see it
    await room.house.bells.wake()
    assert room.house.bells.doubt.lasts
    look = Readiness(room.house, Path())
    assert "clock: was set" in [alarm.name for alarm in (await look.look()).warnings]
    await look.close()


async def test_jumps_under_load_repeat_nothing_and_lose_nothing(room: Room) -> None:
    """Each jump lasts until it is set right or believed; meanwhile people go on, and time is measured all the same."""
    chance, broken = random.Random(7), []
    await book(room)
    for n in range(JUMPS):
        size = chance.choice(SIZES) * chance.choice((1, -1))
        steady = room.clock.elapsed()
        room.clock.set_by(size)
        await room.hear(f"citizen:{n % 5}", "帮助")
        await room.run(chance.uniform(1, 2 * PATIENCE) if n % 7 == 0 else 30, beat=120)
        room.clock.set_by(-size)
        await room.run(60)
        if not 0 < room.clock.elapsed() - steady <= 2 * PATIENCE + 121:
            broken.append(f"{n}: a duration moved")
    keys = [row[1] for row in await rows(room, machine.outbox)]
    broken += [key for key in set(keys) if keys.count(key) > 1]
    reminders = [text for text in room.texts("1") if text.startswith("提醒您")]
    broken += ["a reminder came twice at one hour"] if len(reminders) > 2 else []
    broken += [str(row) for row in await rows(room, machine.put_aside)]
    timers = await rows(room, machine.timer)
    broken += [f"{row[0]} failed" for row in timers if "failed" in row]
    kept("clock set, a second to a year either way", tried=JUMPS, broken=len(broken))
    assert broken == []
    answered = sum(len(room.texts(str(n))) for n in range(5))
    assert answered >= JUMPS


def test_measuring_knows_no_wall_clock() -> None:
    clock = Wrong(EPOCH)
    before = clock.elapsed()
    clock.set_by(-86_400)
    assert clock.elapsed() == before
    assert clock.was_set() == timedelta(days=-1)
    assert clock.was_set() == timedelta(0)

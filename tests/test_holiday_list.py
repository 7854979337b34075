"""Next year's holidays: asked for while they are missing; when they come, what was provisional is made certain."""

import shutil
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import EXAMPLE
from bot.clock import StandingClock
from bot.readiness import calendar_alarms
from bot.rehearsal import Rehearsal, Said
from rules.calendar import ZONE
from storage.loading import BadCentre, load_folder, write_centre

HEAD = "BH004"
HOLIDAYS = "holidays:\n  2027:\n    closed: '0101-0103 0104-0105 0205-0211'\n    made_up: '0130'\n"


class Year:
    """A desk at any day of the year, and the administrator's letters."""

    def __init__(self, folder: Path) -> None:
        self.said: list[Said] = []
        self.centre = Path(shutil.copytree(EXAMPLE, folder / "centre"))
        clock = StandingClock(at(2026, 9, 1))
        self.rehearsal = Rehearsal(f"sqlite:///{folder}/desk.db", clock, self.said.append, self.centre)

    async def publish(self, text: str = HOLIDAYS) -> None:
        own = self.centre / "centre.yaml"
        own.write_text(own.read_text("utf-8") + text, "utf-8")
        loaded = load_folder(self.centre)
        await self.rehearsal.house.desk.do(lambda books: write_centre(books, loaded), actor="load")

    async def day(self, day: date, hour: int = 12) -> None:
        """Whatever lies between is slept over, but for the hour before."""
        self.rehearsal.clock.set(datetime(day.year, day.month, day.day, hour - 1, tzinfo=ZONE))
        await self.rehearsal.house.bells.catch_up()
        await self.rehearsal.move_to(datetime(day.year, day.month, day.day, hour, tzinfo=ZONE))

    def asked(self) -> list[date]:
        return [said.at.date() for said in self.said if "放假安排还没录入" in said.text]

    def to(self, person: str) -> list[str]:
        return [said.text for said in self.said if said.to == person]


def at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, tzinfo=ZONE)


@pytest.fixture
async def year(tmp_path: Path) -> AsyncIterator[Year]:
    found = Year(tmp_path)
    await found.rehearsal.open()
    yield found
    await found.rehearsal.close()


async def test_it_is_asked_for_every_week_from_november_and_every_day_from_mid_december(year: Year) -> None:
    day = date(2026, 10, 28)
    while day < date(2027, 1, 8):
        await year.day(day)
        day += timedelta(days=1)
    asked = year.asked()
    weekly = [d for d in asked if d < date(2026, 12, 15)]
    assert weekly == [date(2026, 11, 2) + timedelta(weeks=n) for n in range(7)]
    calendar = year.rehearsal.house.desk.shelf.centre.calendar
    assert [d for d in asked if d >= date(2026, 12, 15)] == list(
        calendar.working_days(date(2026, 12, 15), date(2027, 1, 7))
    )


async def test_nothing_is_asked_once_it_is_there(year: Year) -> None:
    await year.publish()
    for day in (date(2026, 11, 3), date(2026, 12, 16), date(2027, 1, 6)):
        await year.day(day)
    assert year.asked() == []
    assert not list(calendar_alarms(year.rehearsal.house.desk.shelf.centre.calendar, date(2026, 12, 16)))


async def lodge(year: Year, person: str) -> None:
    for text in ("你们税务窗口的人态度恶劣,骂人", "匿名", "提交"):
        await year.rehearsal.hear(person, text=text)


async def test_a_provisional_due_date_is_made_certain_and_said_where_it_moved(year: Year) -> None:
    await year.day(date(2026, 12, 24), 10)
    await lodge(year, "citizen:early")  # due on 31 December: leans on nothing
    await year.day(date(2026, 12, 28), 10)
    await lodge(year, "citizen:late")  # due in January
    before = await due_of(year)
    year.said.clear()
    await year.publish()
    await year.day(date(2026, 12, 29), 10)
    after = await due_of(year)
    assert before["TS2600001"] == after["TS2600001"] == (at(2026, 12, 31, 17).replace(minute=30), False)
    assert before["TS2600002"] == (at(2027, 1, 5, 17).replace(minute=30), True)
    assert after["TS2600002"] == (at(2027, 1, 7, 17).replace(minute=30), False)
    assert [t for t in year.to("late") if "1月7日(周四)下午5:30前答复" in t]
    assert [t for t in year.to(HEAD) if "由1月5日(周二)下午5:30改为1月7日(周四)下午5:30" in t]
    assert not [t for t in year.to("early") if "放假安排" in t]
    year.said.clear()
    await year.day(date(2026, 12, 30), 10)
    assert not [said for said in year.said if "放假安排" in said.text], "said once"
    await year.day(date(2027, 1, 7), 12)
    assert [t for t in year.to(HEAD) if "今天到期" in t], "reminded of the new date"


async def due_of(year: Year) -> dict[str, tuple[datetime, bool]]:
    def read(books: object) -> dict[str, tuple[datetime, bool]]:
        rows = year.rehearsal.house.connection.exec_driver_sql("SELECT no, due, provisional FROM complaint")
        return {row[0]: (datetime.fromisoformat(row[1]).astimezone(ZONE), bool(row[2])) for row in rows}

    return await year.rehearsal.house.desk.do(read)


async def test_who_booked_a_day_that_turned_out_closed_hears_of_it(year: Year) -> None:
    await year.day(date(2026, 12, 28), 10)
    for text in ("预约居民身份证首次申领", "1月4日上午9点", "13800000001", "提交"):
        await year.rehearsal.hear("citizen:1", text=text)
    await year.publish()
    await year.day(date(2026, 12, 29), 10)
    [told] = [t for t in year.to("1") if "放假不办公" in t]
    assert "1月4日(周一)上午9:00" in told
    year.said.clear()
    await year.day(date(2027, 1, 3), 19)
    await year.day(date(2027, 1, 4), 10)
    assert not [t for t in year.to("1") if t.startswith("提醒您") or "放假不办公" in t]


@pytest.mark.parametrize("wrong", ["holidays: [2027]\n", "holidays:\n  2027:\n    closed: '0101'\n",
                                   "holidays:\n  2027:\n    closed: 0104\n    made_up: ''\n",
                                   "holidays:\n  2027:\n    closed: '1301'\n    made_up: ''\n"])  # fmt: skip
async def test_a_list_that_is_none_is_refused(year: Year, wrong: str) -> None:
    with pytest.raises(BadCentre, match="holidays"):
        await year.publish(wrong)

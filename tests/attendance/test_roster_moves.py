"""G11: a consent belongs to the office; whoever fills it today decides, whoever filled it yesterday does not."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from databases import url_in

from bot.app import EXAMPLE
from bot.clock import StandingClock
from bot.rehearsal import Rehearsal, Said
from rules.calendar import ZONE
from rules.clause import Refusal
from rules.people import Person, Role
from storage.books import Books
from storage.loading import load_folder, write_centre

CLERK, SUCCESSOR, HEAD = "BH023", "BH024", "BH022"
SUPERVISION = {"BH004", "BH005", "BH006"}
ASKED = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
NO = "QJ2600001"


@pytest.fixture
def said() -> list[Said]:
    return []


@pytest.fixture
async def desk(tmp_path: Path, said: list[Said]) -> AsyncIterator[Rehearsal]:
    rehearsal = Rehearsal(url_in(tmp_path), StandingClock(ASKED), said.append, EXAMPLE)
    await rehearsal.open()
    await rehearsal.hear(CLERK, text="请假 明天后天 家里有事")
    await rehearsal.hear(CLERK, tap="提交")
    said.clear()
    yield rehearsal
    await rehearsal.close()


async def post_anew(desk: Rehearsal, *gone: str, **moved: Any) -> None:
    """The roster is loaded again with some colleagues elsewhere, or gone."""
    loaded = load_folder(EXAMPLE)
    people: dict[str, Person] = {
        key: replace(person, **moved.get(key, {})) for key, person in loaded.people.items() if key not in gone
    }
    await desk.house.desk.do(lambda books: write_centre(books, replace(loaded, people=people)))


def unit_of(desk: Rehearsal, person: str) -> Person:
    return desk.house.desk.shelf.centre.staff[person]


async def swap_heads(desk: Rehearsal) -> None:
    role = unit_of(desk, HEAD).role
    other = next(p for p in desk.house.desk.shelf.centre.windows if p != unit_of(desk, HEAD).unit)
    moved: dict[str, Any] = {HEAD: {"unit": other, "role": Role.WINDOW_STAFF}, SUCCESSOR: {"role": role}}
    await post_anew(desk, **moved)


def asked_of(said: list[Said]) -> set[str]:
    return {one.to for one in said if "同意" in one.choices}


async def state(desk: Rehearsal) -> str:
    return str((await desk.house.desk.do(lambda books: books.requests.get(NO))).state)


async def decide(desk: Rehearsal, n: int, person: str) -> Any:
    return await desk.house.desk.do(lambda books: books.requests.decide(NO, n, person, "yes"))


async def test_the_old_head_no_longer_decides_and_the_new_one_gets_the_card(desk: Rehearsal, said: list[Said]) -> None:
    await swap_heads(desk)
    assert await decide(desk, 1, HEAD) == Refusal("G11", "not_yours")
    await desk.hear(HEAD, tap="同意")
    assert "不归您批" in next(one.text for one in said if one.to == HEAD)
    assert asked_of(said) == {SUCCESSOR}
    await desk.hear(SUCCESSOR, tap="同意")
    step = await desk.house.desk.do(lambda books: books.requests.step(NO, 1))
    assert (step.decision, step.decided_by) == ("yes", SUCCESSOR)


async def test_after_half_an_hour_the_card_goes_to_whoever_fills_the_office(desk: Rehearsal, said: list[Said]) -> None:
    await swap_heads(desk)
    await desk.move_to(ASKED.replace(minute=31))
    assert asked_of(said) == {SUCCESSOR}


async def test_long_after_the_half_hour_the_new_head_is_asked_too(desk: Rehearsal, said: list[Said]) -> None:
    await desk.move_to(ASKED.replace(hour=10, minute=30))
    await swap_heads(desk)
    said.clear()
    await desk.move_to(ASKED.replace(hour=11, minute=45))
    assert asked_of(said) == {SUCCESSOR}


async def test_an_empty_office_climbs_and_nobody_is_asked_twice(desk: Rehearsal, said: list[Said]) -> None:
    await post_anew(desk, HEAD)
    await desk.move_to(ASKED.replace(minute=31))
    assert asked_of(said) == SUPERVISION
    await desk.hear("BH004", tap="同意")
    assert await state(desk) == "granted"


async def test_a_slip_whose_applicant_has_left_ends(desk: Rehearsal, said: list[Said]) -> None:
    await post_anew(desk, CLERK)
    await desk.hear(HEAD, tap="同意")
    assert "已不在中心" in "".join(one.text for one in said if one.to == HEAD)
    assert await state(desk) == "withdrawn"


async def test_the_post_of_somebody_who_left_is_nobody_s(desk: Rehearsal) -> None:
    await post_anew(desk, CLERK)

    def read(books: Books) -> Any:
        return books.attendance.post_of(CLERK, ASKED, ASKED.replace(hour=11))

    assert (await desk.house.desk.do(read)).role == Role.CITIZEN

"""A message that cannot be handled is undone, put aside with its cause, answered politely, and stops nobody."""

import asyncio
from pathlib import Path

import pytest
from fault_desk import Scene

from bot.contents import Contents, Entry, System
from bot.talk import Talk
from handlers import CONTENTS
from storage.books import Books

WORD = "坏掉的话"


def breaks(talk: Talk, books: Books) -> None:
    """Enters something, says something, then fails."""
    books.first_contact.note(talk.person.id, "poison", "open")
    talk.say("machine/help")
    raise ZeroDivisionError("poison")


@pytest.fixture
def poisoned(scene: Scene) -> Scene:
    """The desk with a conversation that fails."""
    system = System("poison", {"poison/breaks": breaks}, (Entry("poison/breaks", words=(WORD,)),))
    scene.house.desk.contents = Contents(
        (*CONTENTS.systems, system), default=CONTENTS.default, person=CONTENTS.person, greeting=CONTENTS.greeting
    )
    return scene


@pytest.mark.on_both
async def test_it_is_undone_put_aside_and_answered(poisoned: Scene) -> None:
    await poisoned.hear("p", "citizen:1", WORD)
    rows = await poisoned.rows()
    assert not [row for row in rows["contact"] if "poison" in row]
    [(key, _, person, raw, cause)] = rows["put_aside"]
    assert (key, person, raw) == ("terminal:p", "citizen:1", WORD)
    assert "ZeroDivisionError: poison" in str(cause)
    words, centre = poisoned.house.desk.shelf.words, poisoned.house.desk.shelf.centre
    sorry = words.say("machine/sorry", {"centre": centre, "now": poisoned.rehearsal.clock.now()}).text
    assert await poisoned.heard_by("citizen:1") == [sorry]
    told = {row[1] for row in rows["outbox"] if str(row[1]).startswith("aside:")}
    assert told == {f"aside:2026112309:{admin.id}" for admin in centre.administrators()} != set()


async def test_it_is_not_handled_again_when_it_is_delivered_again(poisoned: Scene) -> None:
    await poisoned.hear("p", "citizen:1", WORD)
    before = await poisoned.rows()
    await poisoned.hear("p", "citizen:1", WORD)
    assert await poisoned.rows() == before


async def test_it_stops_nobody(poisoned: Scene) -> None:
    others = [poisoned.hear(f"{n}", f"citizen:{n}", "预约") for n in range(2, 20)]
    await asyncio.gather(*others[:9], poisoned.hear("p", "citizen:1", WORD), *others[9:])
    for number in range(2, 20):
        assert len(await poisoned.heard_by(f"citizen:{number}")) == 1
    await poisoned.hear("after", "citizen:1", "预约")
    assert len(await poisoned.heard_by("citizen:1")) == 2
    assert len((await poisoned.rows())["put_aside"]) == 1


async def test_a_list_for_nobody_ends(tmp_path: Path, centre: Path) -> None:
    """No colleague can be reached, as on the first day: the call list is tried at two officers and no further."""
    scene = Scene(tmp_path, centre)
    scene.rehearsal.directory.accounts_of = lambda person: []  # type: ignore[method-assign]
    await scene.rehearsal.open()
    await scene.house.desk.do(lambda books: books.outbox.post("citizen:1", "machine/nudge", "x"))
    async with asyncio.timeout(10):
        rows = await scene.rows()
    keys = [str(row[1]) for row in rows["outbox"]]
    assert sum(key.startswith("call:") for key in keys) == 2
    assert {str(row[15]) for row in rows["outbox"]} == {"dead"}
    await scene.rehearsal.close()

"""3-C, 3-D: whatever anybody types or presses, nothing of a complaint ever reaches whom it is about."""

import asyncio
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from databases import url_in
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from promises import scaled

from bot.app import EXAMPLE
from bot.clock import StandingClock
from bot.rehearsal import Rehearsal, Said, Unclear
from rules.calendar import ZONE
from rules.people import Role, supervision
from storage.catalogue import Centre

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
OVERDUE = timedelta(days=11)
PRYING = (
    "查询 {no}", "{no}", "投诉列表", "联系人 {no}", "受理 {no}", "办结 {no}", "撤诉 {no}", "我的投诉", "进度", "取消",
    "答复 {no} 好", "不受理 {no} 不归我们管",
)  # fmt: skip


class Case:
    """One complaint with words that stand nowhere else."""

    def __init__(self, n: int, whom: str, kept_out: set[str]) -> None:
        self.whom, self.kept_out = whom, kept_out
        self.citizen, self.name, self.phone = f"citizen:上访人{n}", f"欧阳秘密{n}", f"1380000{n:04d}"
        self.story = f"我排队等了半天,记号甲乙{n}丙丁"
        self.no = ""

    def leaks(self, said: list[Said]) -> list[tuple[str, str]]:
        """Anything of it in what went to them; not the number in the refusal of a number they typed."""
        refusal = f"没查到您名下有 {self.no}。"
        secrets = (self.no, self.name, self.phone, self.story, self.citizen.partition(":")[2])
        told = ((one.to, one.text.replace(refusal, "")) for one in said if one.to in self.kept_out)
        return [(to, text) for to, text in told if any(secret in text for secret in secrets)]


def shuffled_centre(folder: Path, chance: Any) -> Path:
    """The example centre with every post given to somebody else."""
    shutil.copytree(EXAMPLE, folder)
    people = yaml.safe_load((folder / "staff.yaml").read_text(encoding="utf-8"))
    names = [person["name"] for person in people]
    posts = [{k: v for k, v in person.items() if k not in ("id", "name")} for person in people]
    ids = [person["id"] for person in people]
    chance.shuffle(names)
    rows = [{"id": i, "name": n, **post} for i, n, post in zip(ids, names, posts, strict=True)]
    chance.shuffle(rows)
    (folder / "staff.yaml").write_text(yaml.safe_dump(rows, allow_unicode=True), encoding="utf-8")
    return folder


def cases(centre: Centre, chance: Any) -> list[Case]:
    """One of every rank, the officer on duty, two windows as a whole."""
    staff = list(centre.staff.values())
    named = [next(p for p in chance.sample(staff, len(staff)) if p.role == role) for role in set(Role) - {Role.CITIZEN}]
    named += [centre.officer_now(MONDAY), centre.staff[chance.choice(supervision(centre.house))]]
    whoms = [chance.choice((p.name, f"工号{p.id}的", f"那个叫{p.name}的人")) for p in named]
    units = chance.sample([w.id for w in centre.windows.values() if centre.posted(w.id) > 1], 2)
    found = [(whom, meant(centre, whom)) for whom in whoms]
    found += [(centre.windows[unit].name, {p.id for p in centre.colleagues_of(unit)}) for unit in units]
    return [Case(n, whom, with_stand_by(centre, people)) for n, (whom, people) in enumerate(found, 1)]


def meant(centre: Centre, whom: str) -> set[str]:
    return {p.id for p in centre.staff.values() if p.id in whom or p.name in whom}


def with_stand_by(centre: Centre, people: set[str]) -> set[str]:
    line = centre.rota[MONDAY.date()]
    return people | ({line.stand_by} if line.officer in people else set())


class Play:
    """A desk, what was said at it, and people who pry."""

    def __init__(self, desk: Rehearsal, said: list[Said], chance: Any) -> None:
        self.desk, self.said, self.chance = desk, said, chance

    async def lodge(self, case: Case) -> None:
        called = ["人工"] if self.chance.random() < 0.5 else []
        for line in ("投诉", case.story, case.whom, *called, case.name, case.phone):
            await self.desk.hear(case.citizen, text=line)
        await self.desk.hear(case.citizen, tap="提交")
        case.no = next(s.text for s in reversed(self.said) if "编号 TS" in s.text).partition("编号 ")[2][:9]

    async def pry(self, case: Case, who: str, tries: int) -> None:
        for words in self.chance.sample(PRYING, tries):
            await self.desk.hear(who, text=words.format(no=case.no))

    async def act(self, case: Case, who: str) -> None:
        """Whoever it is, he may try to deal with it."""
        words = self.chance.choice(("受理 {0}", "答复 {0} 已经查清", "查询 {0}", "投诉列表")).format(case.no)
        await self.desk.hear(who, text=words)
        try:
            await self.desk.hear(who, tap=self.chance.choice(("受理", "答复", "联系人", "办结")))
        except Unclear:
            return

    async def run(self, centre: Centre) -> list[Case]:
        spent, *known = [Case(0, "不清楚", set()), *cases(centre, self.chance)]
        await self.lodge(spent)  # the number the desk gives as an example
        handling = [*supervision(centre.house)[:2], *(p.id for p in centre.staff.values() if p.role in LEADING)]
        for case in known:
            await self.lodge(case)
            for who in sorted(case.kept_out):
                await self.pry(case, who, 3)
            await self.act(case, self.chance.choice(handling))
        await self.desk.move_to(MONDAY + OVERDUE)
        for case in known:
            await self.pry(case, sorted(case.kept_out)[0], 2)
        return known


LEADING = (Role.DEPUTY_DIRECTOR, Role.DIRECTOR)


@settings(max_examples=scaled(1, 20), deadline=None, derandomize=True, database=None, phases=(Phase.generate,))
@given(chance=st.randoms(use_true_random=True))
def test_the_accused_never_learns_of_it(chance: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        known, said = asyncio.run(played(Path(folder), chance))
    assert [leak for case in known for leak in case.leaks(said)] == []
    assert len({case.no for case in known}) == len(known)
    assert told_somebody(known, said) > len(known) / 2


async def played(folder: Path, chance: Any) -> tuple[list[Case], list[Said]]:
    said: list[Said] = []
    centre = shuffled_centre(folder / "centre", chance)
    desk = Rehearsal(url_in(folder), StandingClock(MONDAY), said.append, centre)
    await desk.open()
    known = await Play(desk, said, chance).run(desk.house.desk.shelf.centre)
    await desk.close()
    return known, said


def told_somebody(known: list[Case], said: list[Said]) -> int:
    """How many complaints reached a colleague at all: silence would prove nothing."""
    return sum(any(case.no in one.text and one.to.startswith("BH") for one in said) for case in known)

"""Who may speak to a platform when: one at a time, answers first, nobody kept waiting by one that hangs."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bot.gate import SLOW, Gate
from bot.speech import Ability


class Loop(asyncio.SelectorEventLoop):
    """Its time moves on at once to whatever is due next."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self.ahead += max(0.0, self._scheduled[0]._when - self.time())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def in_no_time(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Run a test on such a loop."""

    def run() -> None:
        with asyncio.Runner(loop_factory=Loop) as runner:
            runner.run(test())

    return run


def ability(**what: Any) -> Ability:
    return Ability(buttons=1, label=1, text=1, **what)


def now() -> float:
    return asyncio.get_running_loop().time()


async def times(gate: Gate, people: list[str], lasts: float = 0.0) -> list[float]:
    """When each got in, in seconds from now; all ask at once, each stays so long."""
    begun = now()

    async def one(address: str) -> float:
        ticket = await gate.enter(address)
        at = now() - begun
        await asyncio.sleep(lasts)
        gate.leave(ticket)
        return at

    return await asyncio.gather(*map(one, people))


@in_no_time
async def test_one_at_a_time_unless_the_platform_drops_repeats() -> None:
    people = list("甲乙丙丁")
    assert await times(Gate(ability()), people, 0.2) == pytest.approx([0, 0.2, 0.4, 0.6], abs=0.05)
    assert await times(Gate(ability(drops_repeats=True)), people, 0.2) == pytest.approx([0] * 4, abs=0.05)


@in_no_time
async def test_answers_go_before_notices() -> None:
    gate, order = Gate(ability()), list[str]()

    async def one(name: str, notice: bool) -> None:
        ticket = await gate.enter(name, notice)
        order.append(name)
        await asyncio.sleep(0.1)
        gate.leave(ticket)

    await asyncio.gather(one("first", True), one("notice", True), one("answer", False), one("answer 2", False))
    assert order == ["first", "answer", "answer 2", "notice"]


@in_no_time
async def test_one_that_hangs_delays_the_others_a_few_seconds_and_ten_hardly_more() -> None:
    gate = Gate(ability())
    for number in range(10):
        hanging = asyncio.create_task(gate.enter(f"hangs {number}"))
        await asyncio.sleep(0)
    [waited] = await times(gate, ["behind"])
    assert hanging.done()
    assert SLOW <= waited < SLOW + 10 * 0.5 + 0.1
    gate.leave(1)
    assert (await times(gate, ["after"]))[0] < 1


@in_no_time
async def test_nobody_is_told_faster_than_the_platform_allows() -> None:
    gate = Gate(ability(per_second=1.0, burst=3))
    assert await times(gate, ["甲"] * 5) == pytest.approx([0, 1, 2, 3, 4], abs=0.05), "the one before may have spoken"
    await asyncio.sleep(10)
    assert await times(gate, ["甲"] * 5 + ["乙"]) == pytest.approx([0, 0, 0, 1, 2, 0], abs=0.05)


@in_no_time
async def test_all_together_are_not_told_faster_either() -> None:
    gate = Gate(ability(in_all=10.0))
    found = await times(gate, [str(n) for n in range(30)])
    assert found[-1] == pytest.approx(2.8, abs=0.15)


@in_no_time
async def test_who_gives_up_waiting_takes_nobodys_place() -> None:
    gate = Gate(ability())
    ticket = await gate.enter("甲")
    waiting = asyncio.create_task(gate.enter("乙"))
    await asyncio.sleep(0)
    waiting.cancel()
    gate.leave(ticket)
    assert await times(gate, ["丙"]) == pytest.approx([0], abs=0.05)

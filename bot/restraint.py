"""How much one account may say: what is beyond is answered, counted and not heard, so that it costs others nothing."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.answers import clean, plain
from bot.speech import Heard
from storage.books import Books, Reply

if TYPE_CHECKING:
    from bot.desk import Desk

AT_ONCE, EVERY = 20, 3.0  # messages, and the seconds in which one more is heard
OF_COLLEAGUES = 3  # times as many, three times as fast
REST = 60.0  # seconds during which nothing is heard
LOOKED_THROUGH = 10_000  # accounts, then those who have long been silent are let go

Account = tuple[str, str]


@dataclass(slots=True)
class Rest:
    """One account's silence: what was not heard in it, and the word about it once that is on its way."""

    unheard: int = 0
    alarmed: bool = False
    told: "asyncio.Future[None] | None" = None


class Restraint:
    """Twenty messages at once, twenty a minute after that; then a minute's rest, told at its begin and its end.

    Memory alone: a desk that starts anew hears everybody again. A danger is heard once even then.
    """

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk
        self._paces: dict[Account, float] = {}
        self._rests: dict[Account, Rest] = {}
        self._errands: set[asyncio.Task[Any]] = set()

    def holds(self, heard: Heard) -> bool:
        """Is this one message too many?"""
        account = heard.channel, heard.address
        rest = self._rests.get(account)
        if rest is None and self._may_speak(account):
            return False
        rest = self._rests.setdefault(account, rest or Rest())
        if not rest.alarmed and heard.text and self._desk.contents.danger(plain(clean(heard.text))):
            rest.alarmed = True
            return False
        return True

    def _may_speak(self, account: Account) -> bool:
        now, times = self._desk.clock.elapsed(), OF_COLLEAGUES if self._is_colleague(account) else 1
        if len(self._paces) > LOOKED_THROUGH:
            self._paces = {who: due for who, due in self._paces.items() if due > now}
        due = max(self._paces.get(account, now), now) + EVERY / times
        if due - now > AT_ONCE * EVERY:
            return False
        self._paces[account] = due
        return True

    def _is_colleague(self, account: Account) -> bool:
        return self._desk.shelf.centre.person(self._desk.directory.person_of(*account)) is not None

    async def answer(self, heard: Heard) -> None:
        """Return once the account has been told, durably, that this minute is not heard; OSError when it cannot be."""
        rest = self._rests[heard.channel, heard.address]
        rest.unheard += 1
        self._desk.writer.tally.refused[heard.channel] += 1
        if rest.told is None:
            rest.told = self._begin(self._say(heard, "machine/too_fast", {}))
            asyncio.get_running_loop().call_later(REST, self._over, heard, rest)
        try:
            await asyncio.shield(rest.told)
        except OSError:
            rest.told = None if rest.told is not None and rest.told.done() else rest.told
            raise

    def _over(self, heard: Heard, rest: Rest) -> None:
        account = heard.channel, heard.address
        if self._rests.get(account) is rest:
            del self._rests[account]
            self._paces.pop(account, None)
            self._begin(self._say(heard, "machine/too_fast_over", {"count": rest.unheard}))

    def _begin(self, errand: Any) -> "asyncio.Task[None]":
        task: asyncio.Task[None] = asyncio.ensure_future(errand)
        self._errands.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._errands.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waited for it has it

    async def _say(self, heard: Heard, path: str, values: dict[str, Any]) -> None:
        await self._desk.do(partial(_post, heard=heard, path=path, values=values), actor=f"{heard.channel}:rest")


def _post(books: Books, heard: Heard, path: str, values: dict[str, Any]) -> None:
    """A bubble to the account; once, however often the message is delivered."""
    books.reply = Reply(f"{heard.channel}:{heard.address}", heard.channel, heard.address)
    key = f"{heard.channel}:{heard.key}#{path}"
    if not books.is_posted(key):
        books.outbox.answer(key, books.words.say(path, {"centre": books.centre, "now": books.now, **values}))

"""A person's open conversations being played: begun, run again, ended, and what they say."""

from typing import Any

import structlog

from bot import words
from bot.contents import Contents, Opening
from bot.elder import MOST, page_of
from bot.endings import Finish, HandOver, Leave, Misfit, Restart, Suspend
from bot.logs import where
from bot.sitting import Message, Open
from bot.talk import Talk
from bot.templates import Utterance
from bot.values import loads
from rules.people import Person, Role
from storage.books import Books
from storage.database import refuses
from storage.outbox import HUSH
from storage.schema import stamp

log = structlog.get_logger()
FLEETING = frozenset({"web"})  # closed, it cannot be reached again (ux 32)


class Stage:
    """The stack of one person's conversations, the focused one last, and the voice they speak with."""

    def __init__(self, books: Books, contents: Contents, person: Person, heard_id: str, message: Message) -> None:
        self.books = books
        self.contents = contents
        self.person = person
        self.heard_id = heard_id
        self.message = message
        self._bubbles = 0
        self._begun = 0
        self._prefix = ""
        self.private = False
        self.stack = self._left(books.sitting(person.id))

    def _left(self, text: str | None) -> list[Open]:
        """The open conversations as they were left; what no longer reads is given up, not the person."""
        try:
            return [Open(*fields) for fields in loads(text)] if text else []
        except Exception as trouble:
            log.error("sitting given up", cause=type(trouble).__name__)
            return []

    def leads_elsewhere(self) -> bool:
        """Would these words open something, were no question open?"""
        return self.contents.opening(self.message.plain, self.person) is not None

    def _enter(self, opening: Opening) -> None:
        if opening.entry.allows(self.person):
            self.begin(opening.entry.conversation, opening.given)
            return
        self.books.note_line("denied", opening.entry.conversation, "")
        staff = self.person.role is not Role.CITIZEN
        self.bubble("machine/not_allowed" if staff else "machine/staff_only", {})
        self._repeat()

    # -- conversations ---------------------------------------------------------------------------------------------
    def begin(self, name: str, given: dict[str, Any]) -> None:
        """Open a conversation on top of what is open; one of the same name begins anew."""
        self.stack = [o for o in self.stack if o.name != name]
        self._begun += 1
        suffix = "" if self._begun == 1 else f"~{self._begun}"
        open_ = Open(self.heard_id + suffix, name, given=given, began=stamp(self.books.now))
        self.stack.append(open_)
        self._run(open_, self.message)

    def _hear(self, open_: Open) -> None:
        if open_.name not in self.contents.conversations:
            self._misfit(open_)
            return
        self._run(open_, self.message)

    def _repeat(self) -> None:
        """Show the open question again, as it now stands."""
        if self.stack:
            self._run(self.stack[-1], None)

    def _run(self, open_: Open, live: Message | None) -> None:
        said = len(self.books.letters)
        try:
            self._play(open_, live)
        except Exception as trouble:
            if live is not None or refuses(trouble):
                raise
            log.error("conversation given up", name=open_.name, cause=type(trouble).__name__, where=where(trouble))
            self._misfit(open_, said)  # a log that no longer replays takes nothing else down with it

    def _play(self, open_: Open, live: Message | None) -> None:
        asked, said = open_.asked, len(self.books.letters)
        while True:
            talk = Talk(self.books, self.person, open_, self, self.books.now, live)
            try:
                self.contents.conversations[open_.name](talk, self.books)
            except Restart:
                live = None
                continue
            except (HandOver, Leave) as end:
                self._leave(open_, end)
                return
            except (Suspend, Finish, Misfit) as end:
                going_on = isinstance(end, Suspend)
            else:
                going_on = False
            break
        if live is not None and asked is not None and not talk.consumed:
            self._misfit(open_, said)
        elif not going_on:
            self._ended(open_)

    def _leave(self, open_: Open, end: BaseException) -> None:
        opening = self.contents.opening(self.message.plain, self.person)
        if isinstance(end, Leave) and opening is not None:
            self._enter(opening)
        else:
            self._call_person("misses", open_, self.message.text)

    def _misfit(self, open_: Open, said: int | None = None) -> None:
        """The log no longer fits its function: a person gets what was typed, no wrong record is filed."""
        del self.books.letters[len(self.books.letters) if said is None else said :]
        self.stack = [o for o in self.stack if o is not open_]
        self.bubble("machine/misfit", {})
        self._call_person("misfit", open_, self.message.text)

    def _call_person(self, why: str, open_: Open | None, *more: str) -> None:
        """A person takes over, told why, what was typed, and the steps it was typed at."""
        said = [*open_.transcript(), *more] if open_ else []
        self.begin(self.contents.person, {"why": why, "said": said, "steps": open_.steps() if open_ else []})

    def _ended(self, open_: Open) -> None:
        self.stack = [o for o in self.stack if o is not open_]
        if open_.given.get("card"):
            self.books.answer_card(open_.given["card"], open_.given["label"])
        if self.stack:
            self._prefix = self.books.words.say("machine/resume", {}).text
            self._repeat()

    # -- speaking --------------------------------------------------------------------------------------------------
    def bubble(self, path: str, values: dict[str, Any]) -> None:
        said = self._say(path, values)
        if self.elder:
            said = Utterance(said.text, said.labels[:MOST], said.values[:MOST])
        self._post(said, self.books.show(self.person.id, "menu", path, said) if said.labels else "")

    def question(self, open_: Open, path: str, values: dict[str, Any]) -> dict[str, Any]:
        said = self._say(path, values)
        if self._prefix:
            said = Utterance(f"{self._prefix}\n{said.text}", said.labels, said.values)
            self._prefix = ""
        asked = {"labels": list(said.labels), "values": list(said.values)}
        if self.elder:
            said, asked = page_of(said, open_.given.get("page", 0), words.MORE)
        token = self.books.show(self.person.id, "question", path, said) if said.labels else ""
        self._post(said, token)
        return {"token": token, **asked}

    def _say(self, path: str, values: dict[str, Any]) -> Utterance:
        books = self.books
        fleeting = books.reply is not None and books.reply.channel in FLEETING
        known = {"now": books.now, "centre": books.centre, "person": self.person, "fleeting": fleeting}
        say = books.words.say_to_elder if self.elder else books.words.say
        return say(path, {**known, **values})

    @property
    def elder(self) -> bool:
        """Is this person spoken to plainly and shortly? (ux 26)"""
        return self.person.id in self.books.centre.elders

    def _post(self, said: Utterance, token: str) -> None:
        self._bubbles += 1
        self.private = self.private or any(map(self._is_private, self.stack))
        self.books.outbox.answer(f"{self.heard_id}#{self._bubbles}", said, token, flags=HUSH if self.private else "")

    def _is_private(self, open_: Open) -> bool:
        """Is it, or has it come to, what its own section alone may know?"""
        return any(map(self.contents.keeps_to_itself, (open_.name, *open_.log)))

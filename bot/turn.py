"""One message of one person: which conversation hears it, and what is said because of it."""

import json
from typing import Any

import structlog

from bot import words
from bot.answers import _EDGES, choice_in
from bot.contents import Contents, Opening
from bot.logs import where
from bot.sitting import EFFECT, Message, Open, answers_given, drop_last_answer
from bot.speech import Tap
from bot.talk import Finish, HandOver, Leave, Misfit, Restart, Suspend, Talk
from bot.templates import Utterance
from bot.values import dumps, loads
from rules.people import Person, Role
from storage.books import Books
from storage.database import refuses
from storage.schema import stamp

log = structlog.get_logger()
STAFF_CHANNELS = frozenset({"wecom"})
FLEETING = frozenset({"web"})  # closed, it cannot be reached again (ux 32)


class Turn:
    """Hears one message against the person's open conversations and leaves them as they then are."""

    def __init__(self, books: Books, contents: Contents, person: Person, heard_id: str, message: Message) -> None:
        self.books = books
        self.contents = contents
        self.person = person
        self.heard_id = heard_id
        self.message = message
        self._bubbles = 0
        self._begun = 0
        self._prefix = ""
        self.stack = self._left(books.sitting(person.id))

    def _left(self, text: str | None) -> list[Open]:
        """The open conversations as they were left; what no longer reads is given up, not the person."""
        try:
            return [Open(*fields) for fields in loads(text)] if text else []
        except Exception as trouble:
            log.error("sitting given up", cause=type(trouble).__name__)
            return []

    def take(self, tap: Tap | None = None) -> None:
        """Hear the message, then write down what is still open."""
        before = self.books.sitting(self.person.id) is not None
        if tap is not None:
            self._tapped(tap)
        elif self._is_stranger_among_staff():
            self.bubble("identity/bind_first", {})
        else:
            self._worded()
        if self.stack or before:
            self.books.leave_sitting(self.person.id, dumps([o.as_list() for o in self.stack]) if self.stack else "")

    def _is_stranger_among_staff(self) -> bool:
        reply = self.books.reply
        if self.person.role is not Role.CITIZEN or reply is None or reply.channel not in STAFF_CHANNELS:
            return False
        opening = self.contents.opening(self.message.plain, self.person)
        return opening is None or opening.entry.conversation != "identity/bind"

    # -- buttons ---------------------------------------------------------------------------------------------------
    def _tapped(self, tap: Tap) -> None:
        shown = self.books.question(tap.token)
        if shown is None or shown["person"] != self.person.id:
            self.books.note_line("denied", f"button {tap.token}", "")
            self.bubble("machine/button_gone", {})
            self._repeat()
            return
        labels, values = json.loads(shown["labels"])
        if not 0 <= tap.index < len(labels):
            self.bubble("machine/button_gone", {})
        elif shown["kind"] == "menu":
            self._press_menu(values[tap.index])
        elif shown["kind"] == "card":
            self._card(shown, labels[tap.index], values[tap.index])
        else:
            self._question_button(tap)

    def _card(self, shown: Any, label: str, value: str) -> None:
        if shown["answer"] is not None:
            self.bubble("machine/done_already", {"answer": shown["answer"]})
            return
        given = {**json.loads(shown["opens"]), "choice": value, "card": shown["token"], "label": label}
        self.begin(shown["means"], given)

    def _question_button(self, tap: Tap) -> None:
        for open_ in self.stack:
            if open_.asked and open_.asked["token"] == tap.token:
                self.stack.remove(open_)
                self.stack.append(open_)
                self.message.index = tap.index
                self._hear(open_)
                return
        self.bubble("machine/done_already" if self.stack else "machine/over", {"answer": ""})
        self._repeat()

    # -- words -----------------------------------------------------------------------------------------------------
    def _worded(self) -> None:
        bare = self.message.plain.strip(_EDGES)
        focused = self.stack[-1] if self.stack else None
        labels = focused.asked["labels"] if focused and focused.asked else []
        if bare in words.GLOBAL and bare not in labels:
            self._global(words.GLOBAL[bare])
        elif focused is not None:
            self._worded_amid(focused, bare in labels)
        else:
            self._worded_afresh(bare)

    def _worded_amid(self, focused: Open, is_label: bool) -> None:
        """Words while a question is open: danger first, then a command, else the answer."""
        service = self.contents.danger(self.message.plain)
        if service and not self.contents.keeps_to_itself(focused.name):
            self.begin(self.contents.alarm, {"service": service, "text": self.message.text})
            return
        if service:
            self.bubble("first_contact/emergency", {"service": service, "told": False})
        opening = None if is_label else self.contents.opening(self.message.plain, self.person)
        if opening is not None and opening.whole:
            self._enter(opening)
        else:
            self._hear(focused)

    def _worded_afresh(self, bare: str) -> None:
        """Words with nothing open: a command's own word, a label of a card or menu, a longer command, else anything."""
        opening = self.contents.opening(self.message.plain, self.person)
        if (opening is None or opening.entry.pattern is not None) and self._open_card(bare):
            return
        if opening is not None:
            self._enter(opening)
        else:
            self.begin(self.contents.default, {"text": self.message.text})

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

    def _open_card(self, said: str) -> bool:
        """A card answered by typing its label or number; of the menus only the newest still counts."""
        menus = 0
        for shown in self.books.open_cards(self.person.id) if said else []:
            menus += shown["kind"] == "menu"
            labels, values = json.loads(shown["labels"])
            at = choice_in(said, labels)
            if at is None or (shown["kind"] == "menu" and menus > 1):
                continue
            if shown["kind"] == "card":
                self._card(shown, labels[at], values[at])
            elif values[at] != said:
                self._press_menu(values[at])
            else:
                return False
            return True
        return False

    def _press_menu(self, words_behind: str) -> None:
        """A menu's button is its words, typed."""
        self.message.text = self.message.plain = words_behind
        self._worded()

    def _global(self, word: str) -> None:
        if word == words.PERSON:
            self._call_person(words.PERSON, self.stack[-1] if self.stack else None)
        elif not self.stack or word == words.MENU:
            self.begin(self.contents.greeting, {})
        elif word == words.CANCEL:
            self.bubble("machine/cancelled", {})
            self.stack[-1].given.pop("card", None)  # nothing was decided: its card stays open
            self._ended(self.stack[-1])
        elif word in (words.BACK, words.AGAIN):
            self._unwind(word)
        else:
            if word == words.HELP:
                self.bubble("machine/help", {})
            self._repeat()

    def _unwind(self, word: str) -> None:
        open_ = self.stack[-1]
        if word == words.AGAIN and all(entry[0] != EFFECT for entry in open_.log.values()):
            self._again(open_)
            return
        if not open_.keep_edited() and not drop_last_answer(open_.log):
            self._prefix = self._say("machine/first_step", {}).text
        self._repeat()

    def _again(self, open_: Open) -> None:
        """重来: from the first question; what only words opened is greeted anew."""
        from bot.understanding.routing import Ranking

        open_.log.clear()
        self.message.meaning = Ranking((), 0.0, "")  # the word itself is about nothing
        if open_.name == self.contents.default:
            self.stack.remove(open_)
            self.begin(self.contents.greeting, {})
        else:
            self._repeat()

    # -- conversations ---------------------------------------------------------------------------------------------
    def begin(self, name: str, given: dict[str, Any], known: dict[str, Any] | None = None) -> None:
        """Open a conversation on top of what is open; one of the same name begins anew."""
        self.stack = [o for o in self.stack if o.name != name]
        self._begun += 1
        suffix = "" if self._begun == 1 else f"~{self._begun}"
        log = answers_given(known or {})
        open_ = Open(self.heard_id + suffix, name, log, given, began=stamp(self.books.now))
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
            self._prefix = self._say("machine/resume", {}).text
            self._repeat()

    # -- speaking --------------------------------------------------------------------------------------------------
    def bubble(self, path: str, values: dict[str, Any]) -> None:
        said = self._say(path, values)
        self._post(said, self.books.show(self.person.id, "menu", path, said) if said.labels else "")

    def question(self, open_: Open, path: str, values: dict[str, Any]) -> dict[str, Any]:
        said = self._say(path, values)
        if self._prefix:
            said = Utterance(f"{self._prefix}\n{said.text}", said.labels, said.values)
            self._prefix = ""
        token = self.books.show(self.person.id, "question", path, said) if said.labels else ""
        self._post(said, token)
        return {"token": token, "labels": list(said.labels), "values": list(said.values)}

    def _say(self, path: str, values: dict[str, Any]) -> Utterance:
        books = self.books
        fleeting = books.reply is not None and books.reply.channel in FLEETING
        known = {"now": books.now, "centre": books.centre, "person": self.person, "fleeting": fleeting}
        return books.words.say(path, {**known, **values})

    def _post(self, said: Utterance, token: str) -> None:
        self._bubbles += 1
        self.books.outbox.answer(f"{self.heard_id}#{self._bubbles}", said, token)

"""One message of one person: which conversation hears it, and what is said because of it."""

import json
from typing import Any

from bot import words
from bot.answers import _EDGES, choice_in
from bot.sitting import EFFECT, Open, drop_last_answer
from bot.speech import Tap
from bot.stage import Stage
from bot.values import dumps
from rules.people import Role

STAFF_CHANNELS = frozenset({"wecom"})


class Turn(Stage):
    """Hears one message against the person's open conversations and leaves them as they then are."""

    def take(self, tap: Tap | None = None) -> None:
        """Hear the message, then write down what is still open."""
        before = self.books.sitting(self.person.id) is not None
        if tap is not None:
            self._tapped(tap)
        elif self._is_stranger_among_staff():
            self.bubble("identity/bind_first", {})
        elif self.message.forwarded and self.person.role is not Role.CITIZEN:
            self.books.note_line("denied", "forwarded", "")  # a colleague's command is his own words
            self.bubble("machine/forwarded", {})
            self._repeat()
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
        if shown is None or self.books.seal.open(shown["person"]) != self.person.id:
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
        elif focused is not None and bare in words.WRONG and bare not in labels and self._corrects(focused):
            return
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
            return
        withheld = self.contents.withheld(self.message.plain, self.person)
        if withheld:  # heard as anybody's words, and noted
            self.books.note_line("denied", withheld, "")
        self.begin(self.contents.default, {"text": self.message.text})

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
            self._prefix = self.books.words.say("machine/first_step", {}).text
        self._repeat()

    def _corrects(self, open_: Open) -> bool:
        """A bare 不对: at a summary 改一项; else the last thing understood is asked anew. False without any."""
        labels = open_.asked["labels"] if open_.asked else []
        if words.EDIT in labels:
            self.message.text = self.message.plain = words.EDIT
            self._hear(open_)
            return True
        if not drop_last_answer(open_.log):
            return False
        self._prefix = self.books.words.say("machine/heard_wrong", {}).text
        self._repeat()
        return True

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

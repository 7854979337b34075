"""A conversation is a straight line: each message runs it again against the log of named answers, up to the first
question not yet answered."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from bot import answers, words
from bot.answers import _EDGES, Instead, Unread
from bot.elder import MORE
from bot.endings import Finish, HandOver, Leave, Misfit, NeedsMeaning, Restart, Suspend
from bot.sitting import ANSWER, EFFECT, LOOK, SAID, Message, Open
from bot.speech import Attachment
from bot.values import dumps, through_json
from rules.people import Person
from storage.books import Books

if TYPE_CHECKING:
    from bot.understanding.routing import Ranking

WHICH = "machine/which"
SUBMITS = "submit"

Conversation = Callable[["Talk", Books], None]


def _agrees(text: str) -> bool:
    return text.strip(_EDGES) in words.YES


class Voice(Protocol):
    """How a talk speaks: the turn numbers and posts its bubbles."""

    def bubble(self, path: str, values: dict[str, Any]) -> None: ...

    def question(self, open_: Open, path: str, values: dict[str, Any]) -> dict[str, Any]: ...

    def leads_elsewhere(self) -> bool: ...

    @property
    def message(self) -> Message: ...


class Talk:
    """What a conversation function is given."""

    def __init__(
        self, books: Books, person: Person, open_: Open, voice: Voice, now: datetime, live: Message | None
    ) -> None:
        self.books = books
        self.person = person
        self.now = now
        self.consumed = False
        self._open = open_
        self._log = open_.log
        self._voice = voice
        self._live = live
        self._visited: set[str] = set()

    # -- questions ------------------------------------------------------------------------------------------------
    def ask(
        self,
        path: str,
        *,
        name: str = "",
        reads: Callable[[str], Any] | None = None,
        among: Sequence[Any] | Callable[[], Sequence[Any]] | None = None,
        on: Any = None,
        **values: Any,
    ) -> Any:
        """The answer to the question `templates/PATH.txt`, or the end of this turn.

        `reads` turns text into a value or Unread; `among` are the options as shown; an answer given on other ground
        than `on` is asked again. What is personal (`@personal` in the template) is "" where it must not be asked.
        """
        if self._unasked(path):
            return ""
        step = self._visit(name or path)
        ground = None if on is None else dumps(on)
        entry = self._log.get(step)
        if entry is not None and entry[2] == ground:
            return entry[1]
        if entry is not None:
            del self._log[step]
        if self._is_live(step):
            found = self._hear(path, reads)
            turned = found is not None and found.value == MORE
            page = self._open.given.pop("page", 0)
            if turned:
                self._open.given["page"] = page + 1
            if found is not None and isinstance(found.value, Instead):
                self._answer_anew(found.value, found.typed)
                raise Restart
            if found is not None and not turned:
                return self._keep(step, ANSWER, found.value, ground, found.typed)
        self._show(path, step, among, values)
        raise Suspend

    def _unasked(self, path: str) -> bool:
        reply = self.books.reply
        return (
            reply is not None and reply.channel in self.books.discreet and bool(self.books.words.fact(path, "personal"))
        )

    def _is_live(self, step: str) -> bool:
        asked = self._open.asked
        return self._live is not None and not self.consumed and asked is not None and asked["step"] == step

    def _hear(self, path: str, reads: Callable[[str], Any] | None) -> answers.Found | None:
        self.consumed = True
        live, asked = self._live, self._open.asked
        assert live is not None and asked is not None
        found = answers.read(live, asked, reads)
        if isinstance(found, answers.Found):
            return found
        if found.miss and self._voice.leads_elsewhere():
            raise Leave
        self._miss(path, found, asked)
        return None

    def _miss(self, path: str, unread: Unread, asked: dict[str, Any]) -> None:
        """ux 22: explain with an example, then with the choices and a person, then hand over."""
        misses = asked.get("misses", 0) + unread.miss
        if misses >= 3:
            asked["misses"] = 0
            raise HandOver
        self._open.given["misses"] = misses
        example = self.books.words.fact(path, "example")
        said = unread.path or f"machine/miss_{misses or 1}"
        self._voice.bubble(said, {"example": example, **unread.values})

    def _show(self, path: str, step: str, among: Any, values: dict[str, Any]) -> None:
        options = list(among() if callable(among) else among or ())
        asked = self._voice.question(self._open, path, {**values, "options": options})
        asked["step"] = step
        if options:
            asked["options"] = options
        misses = self._open.given.pop("misses", 0)
        if misses:
            asked["misses"] = misses
        self._open.asked = asked

    def _answer_anew(self, instead: Instead, typed: str) -> None:
        """The newest answer to that question becomes another one, on the ground it was asked on."""
        step = [name for name, entry in self._log.items() if entry[0] == ANSWER and name.split(" ")[0] == instead.path][
            -1
        ]
        self._log[step] = [ANSWER, through_json(instead.value), self._log[step][2], typed]
        if instead.says:
            self._voice.bubble(instead.says, {"value": instead.value})

    def answers(self, path: str) -> bool:
        """Whether that question has an answer, to be replaced by another (Instead)."""
        return any(entry[0] == ANSWER and name.split(" ")[0] == path for name, entry in self._log.items())

    def summary(
        self, path: str, *, name: str = "", reads: Callable[[str], Any] = lambda _: Unread(), **values: Any
    ) -> bool:
        """ux 17: everything once more before it is kept; True = 提交. 改一项 drops one answer and keeps the rest.

        `reads` turns what else is typed into an Instead.
        """
        own = name or path
        choice = self.ask(path, name=own, reads=lambda text: SUBMITS if _agrees(text) else reads(text), **values)
        if choice == "edit":
            fields = self._changeable(own)
            field = fields[0] if len(fields) == 1 else self.ask(WHICH, among=fields)
            self._open.given["edited"] = [field["step"], self._log[field["step"]]]
            for gone in (own, WHICH, *field["steps"]):
                self._log.pop(gone, None)
            raise Restart
        if choice == "cancel":
            self.say("machine/cancelled")
            raise Finish
        return True

    def _changeable(self, summary: str) -> list[dict[str, Any]]:
        """The fields of the summary by their names; a field asked over several pages is one."""
        fields: dict[str, list[str]] = {}
        for step, entry in self._log.items():
            label = self.books.words.fact(step.split(" ")[0], "label") if entry[0] == ANSWER else ""
            if label and step not in (summary, WHICH):
                fields.setdefault(label, []).append(step)
        return [{"label": label, "step": steps[0], "steps": steps} for label, steps in fields.items()]

    def carry(self, step: str, on: Any, holds: Callable[[Any], bool]) -> None:
        """An answer given on other ground stays one, where it still holds on this."""
        entry, ground = self._log.get(step), dumps(on)
        if entry is not None and entry[2] != ground and holds(entry[1]):
            entry[2] = ground

    def typed(self, *steps: str) -> list[str]:
        """What was said so far, the opening words first, or at those steps only."""
        opened = [] if steps else [self.given("matter") or self.given("text") or self.given("line") or ""]
        found = [entry[3] for name, entry in self._log.items() if entry[0] == ANSWER and name in (steps or self._log)]
        return [answers.plain(text) for text in dict.fromkeys([*opened, *found]) if text]

    # -- what else goes into the log --------------------------------------------------------------------------------
    def look(self, name: str, read: Callable[..., Any], *args: Any) -> Any:
        """A reading that is remembered: later runs see what this one saw, unless they look with other arguments."""
        step, ground = self._visit(f"look {name}"), dumps(args) if args else None
        entry = self._log.get(step)
        if entry is not None and entry[2] == ground:
            return entry[1]
        return self._keep(step, LOOK, read(*args), ground)

    def once(self, name: str, effect: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """An effect in this message's transaction, never repeated by a replay."""
        step = self._visit(f"once {name}")
        entry = self._log.get(step)
        if entry is None and self.unheard:
            raise Misfit
        return entry[1] if entry is not None else self._keep(step, EFFECT, effect(*args, **named))

    def know(self, step: str, read: Callable[[], Any], on: Any = None) -> None:
        """ux 14: what one sentence already said is an answer before the question; None says nothing."""
        mark = f"known {step}"
        self._visited.add(mark)
        if mark in self._log:
            return
        self._log[mark] = [LOOK, None, None, ""]
        value = read()
        if value is not None and step not in self._log:
            self._log[step] = [ANSWER, through_json(value), None if on is None else dumps(on), self.text]

    def say(self, path: str, *, name: str = "", **values: Any) -> None:
        """A bubble to the person who is talking, once."""
        step = self._visit(f"said {name or path}")
        if step not in self._log:
            self._log[step] = [SAID, None, None, ""]
            self._voice.bubble(path, values)

    def run(self, part: Conversation) -> Any:
        """A part of a conversation that is written as a function of its own."""
        return part(self, self.books)

    def given(self, name: str, default: Any = None) -> Any:
        """What the conversation was opened with: a card's row, the words after a command."""
        return self._open.given.get(name, default)

    def leave_card_open(self) -> None:
        """Nothing was decided: the card this began with may be pressed again."""
        self._open.given.pop("card", None)

    @property
    def id(self) -> str:
        """Unique for this conversation; outbox keys begin with it."""
        return self._open.id

    @property
    def meaning(self) -> "Ranking":
        """What the person's words are about (bot.understanding), or back to the edge to find out."""
        found = self._voice.message.meaning
        if found is None:
            raise NeedsMeaning
        return found

    @property
    def text(self) -> str:
        """This turn's words as typed."""
        return self._live.text if self._live else ""

    @property
    def file(self) -> Attachment | None:
        return self._live.file if self._live else None

    @property
    def unheard(self) -> bool:
        """An answer came, and the question it answers has not been reached."""
        return self._live is not None and self._open.asked is not None and not self.consumed

    # -- the log ----------------------------------------------------------------------------------------------------
    def _visit(self, step: str) -> str:
        if step in self._visited:
            raise LookupError(f"{step} was used twice in one run of {self._open.name}: give it a name of its own")
        self._visited.add(step)
        return step

    def _keep(self, step: str, kind: str, value: Any, ground: str | None = None, typed: str = "") -> Any:
        kept = through_json(value)
        self._log[step] = [kind, kept, ground, typed]
        return kept

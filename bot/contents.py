"""What the handlers hand to the desk: conversations by name, the words that open them, what clocks call."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.answers import _EDGES
from bot.talk import Conversation
from rules.people import Person, Role
from storage.books import Books


@dataclass(frozen=True, slots=True)
class Due:
    """A timer that has come: what it was set for, and when it really is."""

    key: str
    at: datetime
    now: datetime
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """Words that open a conversation. `words` must be the whole message; `pattern` may hold named groups."""

    conversation: str
    words: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    who: frozenset[Role] | None = None  # None: anybody
    breaks_in: bool = True  # the whole-word form is heard even while another question is open

    def allows(self, person: Person) -> bool:
        return self.who is None or person.role in self.who


HOURLY = {"minute": 12}  # all at once: what they do shares one commit


@dataclass(frozen=True, slots=True)
class Job:
    """Something a clock does: `cron` fields as APScheduler names them (weekdays by name), or every `seconds`."""

    name: str
    run: Callable[[Books], None]
    cron: Mapping[str, Any] = field(default_factory=dict)
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Download:
    """A paper that is a file instead of a page."""

    content: bytes
    kind: str  # its media type
    name: str


Paper = Callable[[Books, str], dict[str, Any] | Download | None]  # about something; None: nothing any more


@dataclass(frozen=True, slots=True)
class System:
    """One of the regulation's twelve systems, as the desk sees it."""

    name: str
    conversations: Mapping[str, Conversation] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    timers: Mapping[str, Callable[[Books, Due], None]] = field(default_factory=dict)
    rechecks: Mapping[str, Callable[[Books, str], bool]] = field(default_factory=dict)
    jobs: tuple[Job, ...] = ()
    papers: Mapping[str, Paper] = field(default_factory=dict)  # by the name of the form (templates/forms)


@dataclass(frozen=True, slots=True)
class Opening:
    """An entry that matched, and what its words say."""

    entry: Entry
    given: dict[str, Any]
    whole: bool


class Contents:
    """All systems, looked up by name."""

    def __init__(
        self,
        systems: tuple[System, ...],
        *,
        default: str,
        person: str,
        greeting: str,
        alarm: str = "",
        dangers: Mapping[str, re.Pattern[str]] | None = None,
        private: str = "",
    ) -> None:
        self.systems = systems
        self.alarm, self.dangers, self.private = alarm, dangers or {}, private
        self.default, self.person, self.greeting = default, person, greeting
        self.conversations = {k: v for s in systems for k, v in s.conversations.items()}
        self.timers = {k: v for s in systems for k, v in s.timers.items()}
        self.rechecks = {k: v for s in systems for k, v in s.rechecks.items()}
        self.papers = {k: v for s in systems for k, v in s.papers.items()}
        self.jobs = tuple(job for s in systems for job in s.jobs)
        self._patterns = [e for s in systems for e in s.entries if e.pattern is not None]
        self._words: dict[str, list[Entry]] = {}
        for entry in (e for s in systems for e in s.entries):
            for word in entry.words:
                self._words.setdefault(word, []).append(entry)

    def danger(self, text: str) -> str:
        """The emergency service these words call for; "" for none."""
        return next((service for service, words in self.dangers.items() if words.search(text)), "")

    def keeps_to_itself(self, conversation: str) -> bool:
        """Are this conversation's words for its own section alone (a complaint)?"""
        return bool(self.private) and conversation.startswith(self.private)

    def withheld(self, text: str, person: Person) -> str:
        """The command these words would be from somebody entitled; "" for none."""
        barred = (e for e in self._patterns if e.pattern and not e.allows(person) and e.pattern.match(text))
        return next((e.conversation for e in barred), "")

    def opening(self, text: str, person: Person) -> Opening | None:
        """The conversation these words open for this person; one he may not open only when he named it exactly."""
        whole = self._words.get(text.strip(_EDGES), [])
        for entry in sorted(whole, key=lambda e: not e.allows(person)):
            return Opening(entry, {}, whole=True)
        for entry in self._patterns:
            match = entry.pattern.match(text) if entry.pattern and entry.allows(person) else None
            if match:
                given = {k: v for k, v in match.groupdict().items() if v}
                return Opening(entry, given, whole=entry.breaks_in)
        return None

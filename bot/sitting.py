"""What is kept between two messages: a person's open conversations and the logs of what was answered.

A log entry is [kind, value, ground, typed]: "a" an answer, "l" a look, "o" an effect (once), "s" something said.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.speech import Attachment
from bot.values import loads

if TYPE_CHECKING:
    from bot.understanding.routing import Ranking

ANSWER, LOOK, EFFECT, SAID = "a", "l", "o", "s"


@dataclass(slots=True)
class Message:
    """What a person said or pressed in this turn."""

    text: str = ""  # cleaned, as typed
    plain: str = ""  # the same in NFKC, for matching
    index: int | None = None  # the button, when one was pressed
    file: Attachment | None = None
    forwarded: bool = False
    meaning: "Ranking | None" = None


@dataclass(slots=True)
class Open:
    """A conversation that has begun and not ended."""

    id: str
    name: str
    log: dict[str, list[Any]] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, Any] | None = None
    began: str = ""

    def as_list(self) -> list[Any]:
        return [self.id, self.name, self.log, self.given, self.asked, self.began]

    def keep_edited(self) -> bool:
        """返回 instead of a new value for 改一项: the old one stays. False when nothing is being edited."""
        step, entry = self.given.pop("edited", ("", []))
        if not step or step in self.log or self.asked is None or self.asked["step"] != step:
            return False
        self.log[step] = entry
        return True

    def transcript(self) -> list[str]:
        """What the person typed so far, in order."""
        return [str(entry[3]) for entry in self.log.values() if entry[0] == ANSWER and entry[3]]

    def steps(self) -> list[str]:
        """The names of what it has come by: they tell whose business it is, whatever opened it."""
        return [*self.log, *([self.asked["step"]] if self.asked else [])]


def drop_last_answer(log: dict[str, list[Any]]) -> bool:
    """返回: the last answer and the looks after it go; never across an effect. False when there is nothing to undo."""
    steps: Iterable[str] = list(log)
    for position in range(len(log) - 1, -1, -1):
        kind = log[list(steps)[position]][0]
        if kind == EFFECT:
            return False
        if kind == ANSWER:
            for step in list(log)[position:]:
                del log[step]
            return True
    return False


def answered(stack: str | None, step: str) -> Any:
    """The answer given at that step of a conversation left open, the newest first; None without one."""
    found = (Open(*fields).log.get(step) for fields in reversed(loads(stack) if stack else []))
    return next((entry[1] for entry in found if entry is not None and entry[0] == ANSWER), None)


def names(stack: str | None) -> list[str]:
    """The conversations left open, the newest last."""
    return [Open(*fields).name for fields in (loads(stack) if stack else [])]
